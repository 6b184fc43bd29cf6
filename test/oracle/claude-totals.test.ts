import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { countTree, type Counts } from './claude-totals.mjs'
import { buildTrap, wholeTotals } from './trap.ts'
import { traps } from './traps.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-traps-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the independent count', () => {
  it.each(traps.map((trap, index) => ({ ...trap, index })))('is what was added up by hand: $name', (trap) => {
    const projects = join(folder, String(trap.index))
    buildTrap(trap, projects)
    const counted = countTree(projects)
    expect(counted.total).toMatchObject(wholeTotals(trap.expected))
    expect(counted.badLines).toBe(trap.badLines ?? 0)
    for (const parts of [counted.models, counted.sessions]) {
      expect(sum(Object.values(parts), 'outputTokens')).toBe(counted.total.outputTokens)
      expect(sum(Object.values(parts), 'responses')).toBe(counted.total.responses)
    }
  })
})

function sum(parts: Counts[], field: keyof Counts): number {
  return parts.reduce((total, part) => total + part[field], 0)
}
