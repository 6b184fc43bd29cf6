import { describe, expect, it } from 'vitest'
import type { Cursor } from '../batch.ts'
import { emptyBatch } from '../batch.ts'
import { entryContent } from './content.ts'
import { opencodeParser } from './parse.ts'
import { isFinished } from './row.ts'
import { NOTICE_BLOCK, PART_STEP } from './session-message.ts'

const AT = Date.UTC(2026, 9, 6, 9)
const row = (type: string, data: object) => ({
  row: 'session_message',
  id: 'msg_1',
  type,
  data: { time: { created: AT, completed: AT + 500 }, ...data },
})

const ANSWER = row('assistant', {
  agent: 'build',
  model: { id: 'claude-sonnet-4-5', providerID: 'anthropic' },
  tokens: { input: 10, output: 2, reasoning: 1, cache: { read: 3, write: 4 } },
  error: { type: 'provider.overloaded', message: 'Overloaded' },
  content: [
    { type: 'reasoning', text: 'wood first' },
    { type: 'text', text: 'Let me see.' },
    {
      type: 'tool',
      id: 'call_1',
      name: 'shell',
      time: { created: AT + 100, ran: AT + 110, completed: AT + 140 },
      state: {
        status: 'completed',
        input: { command: 'saw; exit 7' },
        content: [{ type: 'text', text: 'no saw' }],
        metadata: { exit: 7 },
      },
    },
  ],
})

function parse(value: object) {
  const parser = opencodeParser(AT + 86_400_000)
  const batch = emptyBatch({} as Cursor)
  const place = { record: 0, line: 1, lineId: () => 'line' }
  parser.parse(
    parser.initial({ externalId: 'ses_1', kind: 'main', path: '/x/a/b/c.json' }),
    value as never,
    place,
    batch,
  )
  return batch
}

describe('a message of OpenCode 2', () => {
  it('says what each of its parts says', () => {
    const call = 2 * PART_STEP
    expect(entryContent(ANSWER, 0, 'thinking')).toEqual({ type: 'thinking', text: 'wood first' })
    expect(entryContent(ANSWER, PART_STEP, 'message')).toEqual({ type: 'message', text: 'Let me see.' })
    expect(entryContent(ANSWER, call, 'tool_call')).toEqual({
      type: 'tool_call',
      tool: 'shell',
      callId: 'call_1',
      input: { command: 'saw; exit 7' },
    })
    expect(entryContent(ANSWER, call + 1, 'tool_result')).toEqual({
      type: 'tool_result',
      callId: 'call_1',
      text: 'no saw',
      failed: true,
    })
    expect(entryContent(ANSWER, NOTICE_BLOCK, 'message')).toMatchObject({ text: expect.stringContaining('Overloaded') })
    expect(entryContent(ANSWER, NOTICE_BLOCK + 1, 'message')).toBeUndefined()
    expect(entryContent(ANSWER, 3 * PART_STEP, 'message')).toBeUndefined()
  })

  it('is read as what can be read back', () => {
    const { entries, invocations, usage } = parse(ANSWER)
    expect(entries.map(({ type, block }) => `${type} ${block}`)).toEqual([
      'thinking 0',
      `message ${PART_STEP}`,
      `tool_call ${2 * PART_STEP}`,
      `tool_result ${2 * PART_STEP + 1}`,
      `message ${NOTICE_BLOCK}`,
    ])
    for (const { type, block } of entries) expect(entryContent(ANSWER, block, type), type).toBeDefined()
    expect(invocations).toHaveLength(1)
    expect(usage).toHaveLength(1)
  })

  it('may be a picture without words', () => {
    const picture = row('user', { text: '', files: [{ mime: 'image/png' }, { mime: 'text/plain' }] })
    expect(entryContent(picture, 0, 'message')).toEqual({ type: 'message', text: '', images: 1 })
    expect(parse(picture).entries).toMatchObject([{ role: 'user', opens: 'prompt' }])
  })

  it('may be a summary, with the tokens it took', () => {
    const summary = row('compaction', {
      status: 'completed',
      reason: 'auto',
      summary: 'The pier is mended.',
      model: { id: 'claude-sonnet-4-5', providerID: 'anthropic' },
      tokens: { input: 90, output: 9, reasoning: 0, cache: { read: 0, write: 0 } },
    })
    expect(entryContent(summary, 0, 'compaction')).toEqual({ type: 'compaction', text: 'The pier is mended.' })
    expect(parse(summary)).toMatchObject({ entries: [{ type: 'compaction' }], usage: [{}] })
  })

  it('is drift where its kind is not known, and nothing where its kind is quiet', () => {
    expect(parse(row('hologram', {})).unknown).toEqual({ 'session_message:hologram': 1 })
    expect(parse(row('idle', { outcome: 'succeeded' })).unknown).toEqual({})
  })

  it('is finished when it is completed or has failed', () => {
    const finished = (value: object) => isFinished(JSON.stringify(value))
    expect(finished(ANSWER)).toBe(true)
    expect(finished(row('assistant', { time: { created: AT } }))).toBe(false)
    expect(finished(row('assistant', { time: { created: AT }, error: { type: 'aborted' } }))).toBe(true)
    expect(finished(row('compaction', { status: 'running' }))).toBe(false)
    expect(finished(row('user', { text: 'hi' }))).toBe(true)
  })
})
