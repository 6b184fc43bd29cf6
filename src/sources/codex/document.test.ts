import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileIdentity } from '../source-file.ts'
import type { ArchivedRecord } from '../source.ts'
import type { Batch } from '../batch.ts'
import { FIXTURE_HOME } from './fixtures/fixtures.ts'
import { codex } from './index.ts'

const THREAD = '09000000-0000-4000-8000-00000000c0d0'
const path = join(FIXTURE_HOME, `sessions/2025/05/07/rollout-2025-05-07-${THREAD}.json`)
const ref = { agent: 'codex', path, kind: 'main' as const, externalId: THREAD }
const context = { redact: (lines: Buffer) => lines, now: () => Date.UTC(2026, 10, 21) }

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

const told = (batches: Batch[]): unknown[] =>
  batches.flatMap(({ entries, invocations, results, facts }) => [
    ...entries.map(({ type, role, atMs, recordId }) => `${type} ${role} ${new Date(atMs).toISOString()} ${recordId}`),
    ...invocations.map(({ callId, subject }) => `${callId}: ${subject}`),
    ...results.map(({ callId, failed, exitCode, durationMs }) => `${callId} ${failed} ${exitCode} ${durationMs}`),
    `${facts.sessionExternalId}: ${facts.title}`,
  ])

it('a document of spring 2025 is read item by item, and from the archive as from the file', async () => {
  const read = await collect(codex.read({ ...ref, file: fileIdentity(statSync(path)) }, undefined, context))
  expect(read.flatMap((batch) => batch.problems)).toEqual([])
  expect(told(read).map((line) => String(line).replace(/ 0900.*/, ''))).toEqual([
    'message user 2025-05-07T08:00:00.000Z',
    'tool_call assistant 2025-05-07T08:00:00.000Z',
    'tool_result tool 2025-05-07T08:00:00.000Z',
    'message assistant 2025-05-07T08:00:00.000Z',
    'call_c1: ls cherries',
    'call_c1 true 2 100',
    `${THREAD}: Count the cherries.`,
  ])
  const [chunk] = read[0]!.records.chunks
  const records: ArchivedRecord[] = [...chunk!.ends].map((end, i) => ({
    record: i,
    bytes: chunk!.bytes.subarray(i === 0 ? 0 : chunk!.ends[i - 1], end),
  }))
  expect(Buffer.concat(records.map(({ bytes }) => Buffer.from(bytes!).subarray(0, -1)))).toEqual(readFileSync(path))
  const replayed = await collect(
    codex.replay(
      ref,
      (async function* () {
        yield* records
      })(),
      context,
    ),
  )
  expect(told(replayed)).toEqual(told(read))
})
