import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { transcriptFiles } from '../bench/floors.ts'
import { generateHistory } from '../bench/generate.ts'
import { countTree } from './oracle/claude-totals.mjs'

const folder = mkdtempSync(join(tmpdir(), 'daybook-generated-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SHAPE = { bytes: 1_500_000, files: 40, seed: 3 }

describe('a generated history', () => {
  const history = generateHistory(join(folder, 'a'), SHAPE)
  const counted = countTree(join(history.home, '.claude', 'projects'))

  it('is the same on every machine', () => {
    const again = generateHistory(join(folder, 'b'), SHAPE)
    expect(digest(again.home)).toBe(digest(history.home))
    expect(digest(generateHistory(join(folder, 'c'), { ...SHAPE, seed: 4 }).home)).not.toBe(digest(history.home))
  })

  it('is about as large as asked for, and readable to the last line', () => {
    expect(history.bytes).toBeGreaterThan(SHAPE.bytes * 0.5)
    expect(history.bytes).toBeLessThan(SHAPE.bytes * 1.5)
    expect(counted.files).toBe(history.files)
    expect(counted.badLines).toBe(0)
    expect(counted.total.records).toBe(history.records)
  })

  it('holds what makes counting hard: forks, subagents, failures, several lines a response', () => {
    expect(counted.entangled.length).toBeGreaterThan(0)
    expect(counted.total.distinctRecords).toBeLessThan(counted.total.records)
    expect(counted.total.failedCalls).toBeGreaterThan(0)
    expect(counted.total.unansweredCalls).toBeLessThan(5)
    expect(counted.responses.some((response) => response.lines > 1)).toBe(true)
    expect(transcriptFiles(history.home).some((path) => path.includes('/subagents/'))).toBe(true)
  })
})

function digest(home: string): string {
  const hash = createHash('sha256')
  for (const file of transcriptFiles(home)) hash.update(relative(home, file)).update(readFileSync(file))
  return hash.digest('hex')
}
