import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testSource } from '../source.contract.ts'
import type { SourceFixture } from '../source.contract.ts'
import { fileIdentity } from '../source-file.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { gemini } from './index.ts'

testSource(gemini, FIXTURES)

async function withdrawn({
  path,
  kind,
  externalId,
}: Pick<SourceFixture, 'path' | 'kind' | 'externalId'>): Promise<number[]> {
  const ref = { agent: 'gemini', path, kind, externalId, file: fileIdentity(statSync(path)) }
  const records: number[] = []
  const context = { redact: (lines: Buffer) => lines, now: () => Date.UTC(2026, 10, 21) }
  for await (const batch of gemini.read(ref, undefined, context)) records.push(...(batch.withdrawn ?? []))
  return records.toSorted((a, b) => a - b)
}

it('names the records of what was taken back: a rewind with its target, cancelled prompts, never a notice', async () => {
  const [log, patched, damaged] = FIXTURES
  // Record 7 holds tool results that a stated list lacks; nothing is shown of it anyway.
  expect(await withdrawn(log!)).toEqual([7, 12, 13, 17, 32])
  expect(await withdrawn(patched!)).toEqual([14])
  expect(await withdrawn(damaged!)).toEqual([])
})

it.each([
  ['the target of a rewind too', [2, 3, 4], { $rewindTo: 'c' }],
  ['nothing for a target that is not there', [], { $rewindTo: 'x' }],
  ['what a list lacks, notices aside', [3], { $set: { messages: [{ id: 'a' }, { id: 'c' }] } }],
  ['what a patch removes', [1, 3], { $patch: { removeIds: ['a', 'd', 'n', 'x'] } }],
  ['the last alone once a patch has put it there', [1], { $patch: { orderIds: ['c', 'a'] } }],
  ['nothing for a list that is damaged', [], { $set: { messages: { id: 'a' } } }],
])('takes back %s', async (_name, expected, change) => {
  const say = (id: string, type: string) => ({ id, type, content: id, timestamp: '2026-10-05T09:00:00Z' })
  const records = [{ sessionId: 's' }, say('a', 'user'), say('c', 'gemini'), say('d', 'user'), say('n', 'info'), change]
  const folder = mkdtempSync(join(tmpdir(), 'daybook-gemini-'))
  const path = join(folder, 'session-a.jsonl')
  const isOrder = JSON.stringify(change).includes('orderIds')
  const lines = isOrder ? [...records, { $rewindTo: 'a' }] : records
  writeFileSync(path, lines.map((record) => `${JSON.stringify(record)}\n`).join(''))
  expect(await withdrawn({ path, kind: 'main', externalId: 'session-a' })).toEqual(expected)
  rmSync(folder, { recursive: true })
})
