import type { RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText, type Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { messageIdentity } from './identity.ts'

/**
 * The tokens of an assistant message, which is one response of a model.
 *
 * `input` excludes what was read from the cache, and `output` excludes `reasoning`: the ledger's output includes it. Where
 * the message's own `total` adds up without the reasoning, an older version had it inside `output` already; and so it had
 * where there is no `total`, but for providers that tell the two apart.
 * @param isApart whether the format says that `output` is without reasoning: the tables of 2.x, which have no `total`
 * @see README.md#usage
 */
export function parseUsage(
  data: Json,
  place: RecordPlace,
  atMs: number,
  sidechain: boolean,
  batch: Batch,
  isApart = false,
): void {
  if (data.tokens == null) return
  const tokens = asObject(data.tokens)
  if (tokens === undefined) return addProblem(batch, place.line, 'the token counts of this message are not an object')
  let sound = true
  const count = (value: unknown): number => {
    if (value == null) return 0
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER)
      return Math.round(value)
    sound = false
    return 0
  }
  const cache = asObject(tokens.cache)
  const [input, output, reasoning] = [count(tokens.input), count(tokens.output), count(tokens.reasoning)]
  const [cacheRead, cacheWrite, total] = [count(cache?.read), count(cache?.write), count(tokens.total)]
  if (!sound) addProblem(batch, place.line, 'a token count is not a number: read as 0')
  if (input + output + reasoning + cacheRead + cacheWrite === 0) return
  const isInside =
    tokens.total == null
      ? !isApart && reasoning <= output && !TELL_APART.test(asText(data.providerID) ?? '')
      : total === input + output + cacheRead + cacheWrite
  batch.usage.push({
    record: place.record,
    line: place.line,
    atMs,
    model: asText(data.modelID) ?? 'unknown',
    responseId: messageIdentity(data),
    reportedCostMicrodollars: reportedCost(data.cost),
    sidechain,
    lines: 1,
    inputTokens: input,
    outputTokens: isInside ? output : output + reasoning,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: 0,
    reasoningTokens: reasoning,
  })
}

/**
 * Providers whose output is told without reasoning. Before 1.2 OpenCode passed on what they told: OpenAI's and compatible
 * ones count reasoning as output (1.1.34, ran), Google's and xAI's do not (their references).
 */
const TELL_APART = /^(?:google|xai)/

/** Dollars, by the prices OpenCode has of the model; 0 where it has none, which says nothing. */
function reportedCost(cost: unknown): number | undefined {
  if (typeof cost !== 'number' || !(cost > 0) || cost > 1e6) return undefined
  return Math.round(cost * 1e6)
}
