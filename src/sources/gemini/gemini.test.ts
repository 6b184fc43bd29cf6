import { statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { testSource } from '../source.contract.ts'
import type { SourceFixture } from '../source.contract.ts'
import { fileIdentity } from '../source-file.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { gemini } from './index.ts'

testSource(gemini, FIXTURES)

async function withdrawn({ path, kind, externalId }: SourceFixture): Promise<number[]> {
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
