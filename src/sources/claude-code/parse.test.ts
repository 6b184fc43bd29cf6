import { describe, expect, it } from 'vitest'
import { emptyBatch } from '../batch.ts'
import type { Batch, Cursor } from '../batch.ts'
import type { Json } from '../record.ts'
import { entryContent } from './content.ts'
import { claudeCodeParser } from './parse.ts'

const OWN = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'

function read(records: Json[], kind: 'main' | 'subagent' = 'main'): Batch {
  const parser = claudeCodeParser(Date.UTC(2026, 11, 31))
  const state = parser.initial({ externalId: OWN, kind, path: `/p/${OWN}.jsonl` })
  const batch = emptyBatch({} as Cursor)
  for (const [record, value] of records.entries()) {
    parser.parse(state, value, { record, line: record + 1, lineId: () => `line ${record}` }, batch)
  }
  return batch
}

const line = (n: number, type: string, content: unknown, more: Json = {}): Json => ({
  type,
  uuid: `33333333-3333-4333-8333-33333333333${n}`,
  sessionId: OWN,
  timestamp: `2026-11-03T09:00:0${n}.000Z`,
  cwd: '/code/orchard',
  version: '2.1.201',
  message: { role: type, content },
  ...more,
})

describe('a branch', () => {
  const copied = line(1, 'user', 'please do tide', { forkedFrom: { sessionId: OTHER, messageUuid: 'u1' } })

  it('names the session it was copied from on every line it copied', () => {
    const { facts, unknown } = read([copied, line(2, 'user', 'please do moon')])
    expect(facts).toMatchObject({ parentExternalId: OTHER, relation: 'forks' })
    expect(unknown).toEqual({})
  })

  it('is the last of the sessions whose ids stand above its own lines', () => {
    const third = '44444444-4444-4444-8444-444444444444'
    const lines = [OTHER, third, OWN, OTHER].map((sessionId, n) => line(n, 'user', 'tide', { sessionId }))
    expect(read(lines).facts).toMatchObject({ parentExternalId: third, relation: 'forks' })
  })

  it('is none of its own, and none inside a subagent', () => {
    const own = { ...copied, forkedFrom: { sessionId: OWN, messageUuid: 'u1' } }
    expect(read([own]).facts.relation).toBeUndefined()
    expect(read([copied], 'subagent').facts.relation).toBeUndefined()
  })
})

describe('a subagent beside its session', () => {
  const copied = line(1, 'user', 'please do tide', { sessionId: OTHER })
  const own = line(2, 'assistant', 'done', { agentId: OWN, isSidechain: true })

  it('belongs to the session that its first line of its own names, else to that of its first line', () => {
    expect(read([copied], 'subagent').facts.sessionExternalId).toBe(OTHER)
    expect(read([copied, own], 'subagent').facts.sessionExternalId).toBe(OWN)
    expect(read([own, { ...copied, agentId: OWN }], 'subagent').facts.sessionExternalId).toBe(OWN)
    expect(read([{ ...copied, agentId: 'another' }, own], 'subagent').facts.sessionExternalId).toBe(OWN)
  })
})

describe('a tool that the provider runs in the middle of an answer', () => {
  const search = line(1, 'assistant', [
    { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: { query: 'when is low tide' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srv_1',
      content: [{ type: 'web_search_result', title: 'Tides', url: 'https://tides.example', encrypted_content: 'x' }],
    },
    { type: 'server_tool_use', id: 'srv_2', name: 'advisor', input: {} },
    {
      type: 'advisor_tool_result',
      tool_use_id: 'srv_2',
      content: { type: 'advisor_tool_result_error', error_code: 'overloaded' },
    },
    { type: 'mcp_tool_use', id: 'mcp_1', name: 'low', server_name: 'harbour', input: {} },
    { type: 'mcp_tool_result', tool_use_id: 'mcp_1', is_error: false, content: [{ type: 'text', text: 'at noon' }] },
    { type: 'text', text: 'At noon.' },
  ])

  it('is a call with its result, which may have failed', () => {
    const { entries, invocations, results, unknown } = read([search])
    expect(entries.map(({ type, block }) => `${block} ${type}`)).toEqual([
      '0 tool_call',
      '1 tool_result',
      '2 tool_call',
      '3 tool_result',
      '4 tool_call',
      '5 tool_result',
      '6 message',
    ])
    expect(invocations.map(({ kind, tool, server, subject }) => [kind, tool, server, subject])).toEqual([
      ['web', 'web_search', undefined, 'when is low tide'],
      ['other', 'advisor', undefined, ''],
      ['mcp', 'low', 'harbour', ''],
    ])
    expect(results.map(({ callId, failed }) => [callId, failed])).toEqual([
      ['srv_1', false],
      ['srv_2', true],
      ['mcp_1', false],
    ])
    expect(unknown).toEqual({})
  })

  it('says what it was asked and what it answered', () => {
    expect(entryContent(search, 1, 'tool_result')).toMatchObject({ text: 'Tides https://tides.example', failed: false })
    expect(entryContent(search, 3, 'tool_result')).toMatchObject({ text: 'overloaded', failed: true })
    expect(entryContent(search, 4, 'tool_call')).toEqual({
      type: 'tool_call',
      tool: 'low',
      server: 'harbour',
      callId: 'mcp_1',
      input: {},
    })
    const advice = { type: 'advisor_tool_result', tool_use_id: 's', content: { type: 'advisor_result', text: 'Wait.' } }
    expect(entryContent(line(1, 'assistant', [advice]), 0, 'tool_result')).toMatchObject({ text: 'Wait.' })
  })
})

describe('what a response was made of', () => {
  const usage = (iterations: unknown) => ({
    type: 'assistant',
    ...line(1, 'assistant', []),
    costUSD: 0.5,
    message: {
      id: 'msg_1',
      model: 'claude-sonnet-4-6',
      content: 'hello',
      usage: { input_tokens: 3, output_tokens: 60, speed: 'fast', iterations },
    },
  })

  it('counts an advisor and a compaction beside it, and no part of itself twice', () => {
    const rows = read([
      usage([
        { type: 'message', input_tokens: 1, output_tokens: 20 },
        { type: 'advisor_message', model: 'claude-opus-4-7', input_tokens: 4000, output_tokens: 300 },
        { type: 'fallback_message', model: 'claude-haiku-4-5', input_tokens: 9, output_tokens: 9 },
        { type: 'compaction', input_tokens: 70, output_tokens: 7 },
        null,
      ]),
    ]).usage
    expect(rows.map((row) => [row.model, row.inputTokens, row.outputTokens, row.reportedCostMicrodollars])).toEqual([
      ['claude-sonnet-4-6', 3, 60, 500_000],
      ['claude-opus-4-7', 4000, 300, undefined],
      ['claude-sonnet-4-6', 70, 7, undefined],
    ])
    expect(new Set(rows.map(({ responseId }) => responseId)).size).toBe(3)
  })

  it('counts the lines of each part', () => {
    const part = { type: 'advisor_message', input_tokens: 4, output_tokens: 3 }
    const lines = [10, 20, 30].map((output) => {
      const { message, ...rest } = usage([part])
      return { ...rest, message: { ...message, usage: { ...message.usage, output_tokens: output } } }
    })
    expect(read(lines).usage.map((row) => row.lines)).toEqual([3, 3])
  })

  it('may be nothing that can be read', () => {
    expect(read([usage('many')]).usage).toHaveLength(1)
    expect(read([usage([{ type: 'advisor_message', input_tokens: 'x', output_tokens: 1 }])]).problems).toHaveLength(1)
  })
})

describe('a summary', () => {
  const summary = (text: string): Json => ({ type: 'summary', summary: text, leafUuid: 'u9' })

  it('is the title of the conversation that it names', () => {
    expect(read([summary('Tides of the harbour')]).facts.titlesFor).toEqual([
      { recordId: 'u9', title: 'Tides of the harbour' },
    ])
  })

  it.each([
    'API Error: 400 {"error":{"message":"no more requests"}}',
    'Invalid API key · Please run /login',
    'Claude AI usage limit reached|1755000000',
  ])('is none where the model could not be asked: %s', (text) => {
    expect(read([summary(text)]).facts.titlesFor).toBeUndefined()
  })
})

describe('a proposed plan', () => {
  const proposed = line(1, 'assistant', [
    { type: 'tool_use', id: 'toolu_p', name: 'ExitPlanMode', input: { plan: '1. Prune\n2. Feed' } },
  ])
  const answer = (failed: boolean) =>
    line(2, 'user', [{ type: 'tool_result', tool_use_id: 'toolu_p', content: 'So be it.', is_error: failed }])

  it('is a plan once it was accepted, at the time of that', () => {
    const plans = read([proposed, answer(false)]).entries.filter(({ type }) => type === 'plan')
    expect(plans.map(({ record, plan }) => [record, plan?.map(({ text }) => text)])).toEqual([[1, ['Prune', 'Feed']]])
  })

  it('is none while nobody answered, and none when it was turned down', () => {
    for (const records of [[proposed], [proposed, answer(true)]]) {
      expect(read(records).entries.filter(({ type }) => type === 'plan')).toEqual([])
    }
  })
})

it('knows the state lines and fields of 2.1.332', () => {
  const told = line(1, 'assistant', [{ type: 'text', text: 'At noon.' }], {
    requestRef: 'r1',
    apiBlockIndex: 0,
    madeBy: 'model',
    thinkingDurationMs: 4,
  })
  const states = ['api-request-shape', 'api-request-blob', 'api-request', 'tools-used', 'cost-state']
  const { entries, unknown } = read([told, ...states.map((type) => ({ type, sessionId: OWN }))])
  expect([entries.length, unknown]).toEqual([1, {}])
})
