import { describe, expect, it } from 'vitest'
import { ENTRY_FLAG } from '../../domain/entry.ts'
import { emptyBatch } from '../batch.ts'
import type { Batch, Cursor } from '../batch.ts'
import type { Json } from '../record.ts'
import { copilotParser } from './parse.ts'

const SESSION = '11111111-1111-4111-8111-111111111111'

function read(...events: [type: string, data: Json][]): Batch {
  const parser = copilotParser(Date.UTC(2026, 11, 31))
  const state = parser.initial({ externalId: SESSION, kind: 'main', path: `/s/${SESSION}/events.jsonl` })
  const batch = emptyBatch({} as Cursor)
  for (const [record, [type, data]] of events.entries()) {
    const id = `22222222-2222-4222-8222-22222222222${record}`
    const event = { type, data, id, timestamp: `2026-03-01T10:00:0${record}.000Z`, parentId: null }
    parser.parse(state, event, { record, line: record + 1, lineId: () => `line ${record}` }, batch)
  }
  return batch
}

describe('a subagent of 1.0.12, which events name by the call that started it', () => {
  const inside = { parentToolCallId: 'call_task' }
  const { entries, results } = read(
    ['user.message', { content: 'Count the plums.' }],
    [
      'assistant.message',
      { messageId: 'm1', content: 'I ask.', toolRequests: [{ toolCallId: 'call_task', name: 'task' }] },
    ],
    [
      'assistant.message',
      {
        ...inside,
        messageId: 'm2',
        content: 'Counting.',
        toolRequests: [{ toolCallId: 'call_sh', name: 'bash', arguments: { command: 'false' } }],
      },
    ],
    [
      'tool.execution_complete',
      { ...inside, toolCallId: 'call_sh', success: true, result: { content: '2\n<exited with exit code 3>' } },
    ],
    ['tool.execution_complete', { toolCallId: 'call_task', success: true, result: { content: 'There are two.' } }],
  )

  it('speaks aside', () => {
    const aside = entries.filter(({ flags }) => (flags & ENTRY_FLAG.sidechain) !== 0)
    expect(aside.map(({ record, type }) => `${record} ${type}`)).toEqual(['2 message', '2 tool_call', '3 tool_result'])
  })

  it('has the exit codes that its commands printed', () => {
    expect(results.map(({ callId, exitCode, failed }) => [callId, exitCode, failed])).toEqual([
      ['call_sh', 3, true],
      ['call_task', undefined, false],
    ])
  })
})

it('counts the lines that a new file was given, where its diff shows one more', () => {
  const made = (shown: string): unknown => {
    const detailedContent = `\ndiff --git a/code/e.txt b/code/e.txt\n--- a/dev/null\n+++ b/code/e.txt\n@@ -1,0 +1,4 @@\n${shown}`
    const { fileChanges } = read(
      [
        'assistant.message',
        {
          messageId: 'm1',
          toolRequests: [
            { toolCallId: 'c1', name: 'create', arguments: { path: '/code/e.txt', file_text: 'one\ntwo\nthree\n' } },
          ],
        },
      ],
      ['tool.execution_complete', { toolCallId: 'c1', success: true, result: { content: 'Created', detailedContent } }],
    )
    return fileChanges.map(({ path, kind, linesAdded }) => [path, kind, linesAdded])
  }
  expect(made('+one\n+two\n+three\n+\n')).toEqual([['/code/e.txt', 'create', 3]])
  expect(made('+one\n+two\n+three\n')).toEqual([['/code/e.txt', 'create', 3]])
})
