import type { RecordPlace } from '../line-parser.ts'
import type { Batch, UsageDraft } from '../batch.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'

/** Lines of one response stand close together; farther apart, or in another batch, the store joins them. */
const LOOK_BACK = 64

/**
 * Reads the token counts of an assistant line.
 *
 * Claude Code writes one line per content block, each with the usage of the whole response: older builds the partial
 * count so far, 2.1 the final one on every line. Lines of one `message.id` and `requestId` are therefore one draft, and
 * the line with the most output tokens gives its numbers.
 * @see README.md#usage
 */
export function parseUsage(
  record: Json,
  message: Json,
  recordId: string,
  place: RecordPlace,
  atMs: number,
  sidechain: boolean,
  batch: Batch,
): void {
  const model = asText(message.model)
  if (model === '<synthetic>' || record.isApiErrorMessage === true || message.usage == null) return
  const usage = asObject(message.usage)
  if (usage === undefined) return addProblem(batch, place.line, 'the token counts of this response are not an object')

  const requestId = asText(record.requestId)
  const draft: UsageDraft = {
    record: place.record,
    line: place.line,
    atMs,
    model: model ?? 'unknown',
    responseId: asText(message.id) ?? requestId ?? `${recordId} ${atMs}`,
    requestId,
    serviceTier: asText(usage.service_tier),
    speed: usage.speed === 'fast' ? 'fast' : undefined,
    reportedCostMicrodollars: reportedCost(record.costUSD),
    sidechain,
    lines: 1,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
  }
  if (!readCounts(draft, usage))
    addProblem(batch, place.line, 'a token count is missing or not a whole number: read as 0')
  // Joined with lines before it, the draft tells of those too; its parts are this line's.
  const own = { ...draft }
  join(batch.usage, draft)
  parseIterations(own, usage.iterations, place, batch)
}

/** Parts of a request whose tokens the counts around them leave out: an advisor's answers, compactions on the server. */
const APART = new Set(['advisor_message', 'compaction'])
const ITERATIONS = 100

/**
 * `usage.iterations` (2.1.9x and later) lists what a response was made of. Most of it adds up to the counts around it; what does
 * not was billed beside it, an advisor's answer at the price of its own model.
 */
function parseIterations(response: UsageDraft, iterations: unknown, place: RecordPlace, batch: Batch): void {
  if (!Array.isArray(iterations)) return
  for (const [index, value] of iterations.slice(0, ITERATIONS).entries()) {
    const part = asObject(value)
    if (part === undefined || !APART.has(String(part.type))) continue
    const draft: UsageDraft = {
      ...response,
      model: asText(part.model) ?? response.model,
      responseId: `${response.responseId}:${String(part.type)}:${index}`,
      speed: undefined,
      reportedCostMicrodollars: undefined,
    }
    if (!readCounts(draft, part))
      addProblem(batch, place.line, `a token count of an iteration is missing or not a whole number: read as 0`)
    join(batch.usage, draft)
  }
}

/** Fills in the counts; false when one was damaged, or input or output is missing. */
function readCounts(draft: UsageDraft, usage: Json): boolean {
  let sound = usage.input_tokens != null && usage.output_tokens != null
  const count = (value: unknown): number => {
    if (value == null) return 0
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    sound = false
    return 0
  }
  const written = asObject(usage.cache_creation)
  const written1h = count(written?.ephemeral_1h_input_tokens)
  draft.inputTokens = count(usage.input_tokens)
  draft.outputTokens = count(usage.output_tokens)
  draft.cacheReadTokens = count(usage.cache_read_input_tokens)
  draft.cacheWriteTokens =
    usage.cache_creation_input_tokens == null
      ? written1h + count(written?.ephemeral_5m_input_tokens)
      : count(usage.cache_creation_input_tokens)
  draft.cacheWrite1hTokens = Math.min(written1h, draft.cacheWriteTokens)
  draft.reasoningTokens = Math.min(count(asObject(usage.output_tokens_details)?.thinking_tokens), draft.outputTokens)
  return sound
}

function reportedCost(dollars: unknown): number | undefined {
  const sane = typeof dollars === 'number' && dollars >= 0 && dollars < 1e6
  return sane ? Math.round(dollars * 1e6) : undefined
}

function join(drafts: UsageDraft[], draft: UsageDraft): void {
  for (let i = drafts.length - 1; i >= 0 && i >= drafts.length - LOOK_BACK; i--) {
    const other = drafts[i]!
    if (!sameResponse(other, draft)) continue
    drafts[i] = mergeUsage(other, draft)
    return
  }
  drafts.push(draft)
}

/** In one file a missing request id matches any request of the same response. */
export function sameResponse(a: UsageDraft, b: UsageDraft): boolean {
  if (a.responseId !== b.responseId) return false
  return a.requestId === undefined || b.requestId === undefined || a.requestId === b.requestId
}

/** The row that counts of two for one response: more output, then more input, then the earlier record. */
export function mergeUsage(a: UsageDraft, b: UsageDraft): UsageDraft {
  const better = b.outputTokens - a.outputTokens || b.inputTokens - a.inputTokens || a.record - b.record
  const winner = better > 0 ? b : a
  const loser = winner === a ? b : a
  winner.lines = a.lines + b.lines
  winner.requestId ??= loser.requestId
  return winner
}
