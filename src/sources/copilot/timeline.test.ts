import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RECORD_END } from '../../domain/record-end.ts'
import { outline } from '../outline.contract.ts'
import { fileIdentity } from '../source-file.ts'
import type { ArchivedRecord } from '../source.ts'
import type { Batch } from '../batch.ts'
import { FIXTURE_HOME } from './fixtures/fixtures.ts'
import { copilot } from './index.ts'

const SESSION = '0a000000-0000-4000-8000-000000000000'
const path = join(FIXTURE_HOME, `history-session-state/session_${SESSION}_1759562156461.json`)
const ref = { agent: 'copilot', path, kind: 'main' as const, externalId: SESSION }
const context = { redact: (lines: Buffer) => lines, now: () => Date.UTC(2026, 10, 21) }

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) all.push(batch)
  return all
}

/** Pieces of the document as the archive keeps them. */
function pieces(batches: Batch[]): Buffer[] {
  return batches.flatMap(({ records }) =>
    records.chunks.flatMap(({ bytes, ends }) =>
      [...ends].map((end, i) => Buffer.from(bytes.subarray(i === 0 ? 0 : ends[i - 1], end))),
    ),
  )
}

async function* archived(records: Buffer[]): AsyncGenerator<ArchivedRecord> {
  for (const [record, bytes] of records.entries()) yield { record, bytes }
}

it('a document of autumn 2025 is read item by item, and from the archive as from the file', async () => {
  const read = await collect(copilot.read({ ...ref, file: fileIdentity(statSync(path)) }, undefined, context))
  const records = pieces(read)
  const withoutEnd = records.map((piece) => (piece.at(-1) === RECORD_END ? piece.subarray(0, -1) : piece))
  expect(Buffer.concat(withoutEnd)).toEqual(readFileSync(path))
  const told = outline(copilot, read, withoutEnd)
  expect(told).toEqual({
    entries: [
      '1.0 message user 2025-10-04T07:15:56 opens=prompt | "Where is the ladder?"',
      '3.0 message assistant 2025-10-04T07:15:58 closes=prompt | "I will look."',
      '5.0 tool_call assistant 2025-10-04T07:15:58 opens=toolu_01 | bash',
      '7.1 tool_result tool 2025-10-04T07:15:59 failed closes=toolu_01 | "<exited with exit code 1>"',
      '9.0 tool_call assistant 2025-10-04T07:16:02 opens=toolu_02 | str_replace_editor',
      expect.stringMatching(/^9\.1 tool_result tool 2025-10-04T07:16:02 closes=toolu_02 \| "\\ndiff --git /),
      '11.0 message system 2025-10-04T07:16:03 meta | "Operation cancelled by user"',
    ],
    invocations: [
      'toolu_01 command bash: ls shed | grep ladder',
      'toolu_02 edit str_replace_editor: /code/orchard/ladder.md',
    ],
    results: ['toolu_01 failed exit=1', 'toolu_02 ok'],
    usage: [],
    fileChanges: ['toolu_02 create /code/orchard/ladder.md +1 -0'],
    commits: [],
    facts: {
      sessionExternalId: SESSION,
      lastRecordId: '0a000001-0000-4000-8000-000000000007',
      title: 'Where is the ladder?',
      titleSource: 'prompt',
      first: '2025-10-04T07:15:56.461Z',
      last: '2025-10-04T07:16:04.000Z',
    },
    problems: [],
    unknown: { 'type:glow': 1 },
  })
  expect(outline(copilot, await collect(copilot.replay(ref, archived(records), context)), withoutEnd)).toEqual(told)
})
