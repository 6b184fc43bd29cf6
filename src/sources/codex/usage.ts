import type { RecordPlace } from '../line-parser.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { anchor } from './identity.ts'
import type { State } from './state.ts'

/** Token counts as Codex writes them: `input` holds `cached` and `cacheWrite`, `output` holds `reasoning`. */
export interface TokenTotals {
  input: number
  cached: number
  cacheWrite: number
  output: number
  reasoning: number
  /** As written, for totals that say nothing else. */
  total: number
}

/**
 * `token_usage_record` (0.16x): one for each call of the model, with the provider's own id of the response. The thread's
 * running total stands in it too, so that the `token_count` after it brings nothing new.
 */
export function parseUsageRecord(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  noteTier(state, payload)
  const usage = readCounts(payload.usage, place, batch)
  if (usage === undefined) return
  const responseId = asText(payload.response_id) ?? `${anchor(state)}:${keyOf(readTotals(payload.thread_token_usage))}`
  addUsage(state, usage, responseId, place, atMs, batch)
  state.totals = readTotals(payload.thread_token_usage) ?? sum(state.totals, usage)
  state.recorded = keyOf(usage)
}

/**
 * `token_count`: the running total of the thread and the counts of the last response, written again whenever rate limits
 * change. What was spent is the difference to the total before; a total that fell was started anew.
 */
export function parseTokenCount(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  noteTier(state, payload)
  const info = asObject(payload.info)
  if (info === undefined) return
  const totals = readCounts(info.total_token_usage, place, batch)
  const last = readTotals(info.last_token_usage)
  const before = state.totals
  const repeats = last !== undefined && keyOf(last) === state.recorded
  if (repeats) state.recorded = ''
  if (totals === undefined) {
    if (info.total_token_usage != null || last === undefined || repeats) return
    // Some clients write no total: equal counts one after the other are the same response again.
    if (before === null || keyOf(before) !== keyOf(last))
      addUsage(state, last, `${anchor(state)}:last:${keyOf(last)}`, place, atMs, batch)
    state.totals = last
    return
  }
  state.totals = totals
  if (repeats || (before !== null && keyOf(before) === keyOf(totals))) return
  const spent = spentSince(state, before, totals, last)
  if (spent.input + spent.output > 0) addUsage(state, spent, `${anchor(state)}:${keyOf(totals)}`, place, atMs, batch)
}

/** Some versions write the tier that was asked for beside the counts; else that of the settings holds. */
export function noteTier(state: State, payload: Json): void {
  const tier = asText(payload.service_tier)
  if (tier !== undefined) state.serviceTier = tier === 'default' || tier === 'auto' || tier === 'standard' ? '' : tier
}

/** Two names of one tier, which is priced apart: `priority` until July 2026, `fast` since. */
function isFast(tier: string): boolean {
  return tier === 'fast' || tier === 'priority'
}

/**
 * Where there is no total to compare with, a new thread began at nothing; a fork, and a subagent that was given its parent's
 * history, began at what the parent had spent, and then the counts of the last response tell. The same holds for a total that fell: it began anew, here or in a copy.
 */
function spentSince(
  state: State,
  before: TokenTotals | null,
  totals: TokenTotals,
  last: TokenTotals | undefined,
): TokenTotals {
  if (totals.input + totals.output === 0 && last) return last
  if (before === null) return state.forked || state.kind === 'subagent' ? (last ?? totals) : totals
  const fell = totals.input < before.input || totals.output < before.output
  return fell ? (last ?? totals) : difference(totals, before)
}

function addUsage(
  state: State,
  counts: TokenTotals,
  responseId: string,
  place: RecordPlace,
  atMs: number,
  batch: Batch,
): void {
  const cacheRead = Math.min(counts.cached, counts.input)
  const cacheWrite = Math.min(counts.cacheWrite, counts.input - cacheRead)
  batch.usage.push({
    record: place.record,
    line: place.line,
    atMs,
    model: state.model || 'unknown',
    responseId,
    serviceTier: state.serviceTier || undefined,
    speed: isFast(state.serviceTier) ? 'fast' : undefined,
    sidechain: state.kind === 'subagent',
    lines: 1,
    inputTokens: counts.input - cacheRead - cacheWrite,
    outputTokens: counts.output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: 0,
    reasoningTokens: Math.min(counts.reasoning, counts.output),
  })
}

const FIELDS = {
  input: 'input_tokens',
  cached: 'cached_input_tokens',
  cacheWrite: 'cache_write_input_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_output_tokens',
  total: 'total_tokens',
} as const

function readTotals(value: unknown): TokenTotals | undefined {
  return readFields(value)?.counts
}

/** As `readTotals`, naming what is damaged. */
function readCounts(value: unknown, place: RecordPlace, batch: Batch): TokenTotals | undefined {
  if (value == null) return undefined
  const read = readFields(value)
  if (!read?.sound) addProblem(batch, place.line, 'a token count is not a whole number: read as 0')
  return read?.counts
}

function readFields(value: unknown): { counts: TokenTotals; sound: boolean } | undefined {
  const object = asObject(value)
  if (object === undefined) return undefined
  let sound = true
  const count = (field: string): number => {
    const number = object[field]
    if (number == null) return 0
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
    sound = false
    return 0
  }
  const counts = {
    input: count(FIELDS.input),
    cached: count(FIELDS.cached),
    cacheWrite: count(FIELDS.cacheWrite),
    output: count(FIELDS.output),
    reasoning: count(FIELDS.reasoning),
    total: count(FIELDS.total),
  }
  return { counts, sound }
}

function keyOf(counts: TokenTotals | undefined): string {
  return counts === undefined
    ? ''
    : `${counts.input}/${counts.cached}/${counts.cacheWrite}/${counts.output}/${counts.reasoning}/${counts.total}`
}

function difference(a: TokenTotals, b: TokenTotals): TokenTotals {
  const by = (field: keyof TokenTotals): number => Math.max(0, a[field] - b[field])
  return {
    input: by('input'),
    cached: by('cached'),
    cacheWrite: by('cacheWrite'),
    output: by('output'),
    reasoning: by('reasoning'),
    total: by('total'),
  }
}

function sum(a: TokenTotals | null, b: TokenTotals): TokenTotals {
  if (a === null) return b
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    total: a.total + b.total,
  }
}
