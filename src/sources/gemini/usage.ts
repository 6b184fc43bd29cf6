import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { MessagePlace } from './place.ts'

/**
 * The tokens of one answer, as one row: `responseId` is the message's id, however often the message is written again.
 *
 * `input` holds what came from the cache, so that is taken off; `tool` (prompts of the model's built-in tools) is input
 * beside it; `output` leaves thinking out, so that is added. An answer whose counts are all 0 was never measured.
 * @see README.md#tokens
 */
export function parseUsage(message: Json, place: MessagePlace, batch: Batch): void {
  if (message.tokens == null) return
  const tokens = asObject(message.tokens)
  if (tokens === undefined) return addProblem(batch, place.line, 'the token counts of this answer are not an object')
  let sound = tokens.input != null && tokens.output != null
  const count = (value: unknown): number => {
    if (value == null) return 0
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    sound = false
    return 0
  }
  const prompt = count(tokens.input)
  const cached = count(tokens.cached)
  const thoughts = count(tokens.thoughts)
  const cacheReadTokens = Math.min(cached, prompt)
  const inputTokens = prompt - cacheReadTokens + count(tokens.tool)
  const outputTokens = count(tokens.output) + thoughts
  if (!sound) addProblem(batch, place.line, 'a token count is missing or not a whole number: read as 0')
  if (cached > prompt)
    addProblem(batch, place.line, `${cached} tokens from the cache in a prompt of ${prompt}: read as ${prompt}`)
  if (inputTokens + cacheReadTokens + outputTokens === 0) return
  batch.usage.push({
    record: place.record,
    line: place.line,
    atMs: place.atMs,
    model: asText(message.model) ?? 'unknown',
    responseId: place.recordId,
    sidechain: place.sidechain,
    lines: 1,
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: thoughts,
  })
}
