import { expect, it } from 'vitest'
import { emptyBatch } from '../batch.ts'
import type { Cursor } from '../batch.ts'
import type { Json } from '../record.ts'
import { parseUsage } from './usage.ts'

function outputOf(data: Json): [output: number, reasoning: number] {
  const batch = emptyBatch({} as Cursor)
  parseUsage({ id: 'msg_1', ...data }, { record: 0, line: 1, lineId: () => 'line 1' }, 0, false, batch)
  return [batch.usage[0]!.outputTokens, batch.usage[0]!.reasoningTokens]
}

const tokens = (more: Json): Json => ({ input: 100, output: 60, cache: { read: 1000, write: 0 }, ...more })

it.each([
  ['beside it in 1.14 and 1.18', 'openai', { output: 20, reasoning: 40, total: 1160 }],
  ['inside it where the total says so', 'openai', { reasoning: 40, total: 1160 }],
  ['inside it before there was a total', 'openai', { reasoning: 40 }],
  ['inside it of a provider that is like OpenAI', 'mock', { reasoning: 40 }],
  ['beside it of Google', 'google', { output: 20, reasoning: 40 }],
  ['beside it of xAI', 'xai', { output: 20, reasoning: 40 }],
  ['beside it where it cannot be inside', 'mock', { output: 20, reasoning: 40 }],
])('counts reasoning with output once: %s', (_told, providerID, more) => {
  expect(outputOf({ providerID, tokens: tokens(more) })).toEqual([60, 40])
})
