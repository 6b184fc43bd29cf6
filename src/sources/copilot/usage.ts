import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { TokenCounts } from '../../domain/usage.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { Event } from './event.ts'
import type { Run, StatedUsage, State } from './state.ts'

/**
 * `session.usage_record`: one request, its own numbers, of the main agent, a subagent or the program itself.
 * @see README.md#usage
 */
export function parseUsageRecord(state: State, event: Event, batch: Batch): void {
  const usage = asObject(event.data.usage)
  if (usage === undefined) return addProblem(batch, event.line, 'a usage record without usage')
  const { counts, sound } = readCounts(usage)
  if (!sound) addProblem(batch, event.line, 'a token count is missing or not a whole number: read as 0')
  state.run.records++
  const responseId = asText(usage.apiCallId) ?? asText(asObject(usage.accounting)?.usageId) ?? event.recordId
  addUsage(event, asText(usage.model) ?? 'unknown', responseId, counts, batch)
}

/**
 * `session.shutdown`: sums by model, where requests have no records of their own (before 1.0.10x).
 *
 * They are the sums of the whole session, or of the time since it was taken up again: versions differ. Either way a token
 * is counted once, with the shutdown that first includes it.
 * @see README.md#usage
 */
export function parseShutdown(state: State, event: Event, batch: Batch): void {
  const stated = statedUsage(asObject(event.data.modelMetrics))
  const models = Object.keys(stated)
  const { run } = state
  if (models.length === 0) return
  const before = beganAnew(run, stated) ? {} : run.stated
  if (run.records === 0) {
    for (const model of models) {
      const counts = difference(stated[model]!, before[model])
      if (Object.values(counts).some((count) => count > 0))
        addUsage(event, model, `shutdown:${event.recordId}:${model}`, counts, batch)
    }
  }
  state.run = { records: 0, messages: 0, stated }
}

const MODELS = 50

function statedUsage(metrics: Json | undefined): Record<string, StatedUsage> {
  const stated: Record<string, StatedUsage> = Object.create(null) as Record<string, StatedUsage>
  for (const [model, value] of Object.entries(metrics ?? {}).slice(0, MODELS)) {
    const usage = asObject(asObject(value)?.usage)
    const requests = asObject(asObject(value)?.requests)?.count
    if (usage !== undefined) stated[model] = { ...readCounts(usage).counts, requests: whole(requests) ?? 0 }
  }
  return stated
}

/**
 * True when sums do not go on from those before: one of them fell, or the number of requests is nearer to the messages
 * since then than to those of the whole session.
 */
function beganAnew(run: Run, stated: Record<string, StatedUsage>): boolean {
  for (const [model, earlier] of Object.entries(run.stated)) {
    const now = stated[model]
    if (now === undefined || NAMES.some((name) => now[name] < earlier[name])) return true
  }
  const earlier = requests(run.stated)
  const now = requests(stated)
  if (earlier === 0 || now === 0 || run.messages === 0) return false
  return Math.abs(now - run.messages) < Math.abs(now - earlier - run.messages)
}

function requests(stated: Record<string, StatedUsage>): number {
  return Object.values(stated).reduce((sum, usage) => sum + usage.requests, 0)
}

const NAMES = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
] as const

function difference(now: StatedUsage, before: StatedUsage | undefined): TokenCounts {
  const counts = emptyCounts()
  for (const name of NAMES) counts[name] = now[name] - (before?.[name] ?? 0)
  return counts
}

/** `inputTokens` includes what was read from and written to the cache; reasoning is a part of `outputTokens`. */
export function readCounts(usage: Json): { counts: TokenCounts; sound: boolean } {
  const input = whole(usage.inputTokens)
  const output = whole(usage.outputTokens)
  const counts = emptyCounts()
  let sound = input !== undefined && output !== undefined
  const optional = (value: unknown): number => {
    const count = value == null ? 0 : whole(value)
    if (count === undefined) sound = false
    return count ?? 0
  }
  counts.cacheReadTokens = optional(usage.cacheReadTokens)
  counts.cacheWriteTokens = optional(usage.cacheWriteTokens)
  counts.inputTokens = Math.max(0, (input ?? 0) - counts.cacheReadTokens - counts.cacheWriteTokens)
  counts.outputTokens = output ?? 0
  counts.reasoningTokens = Math.min(optional(usage.reasoningTokens), counts.outputTokens)
  return { counts, sound }
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function emptyCounts(): TokenCounts {
  return {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
  }
}

function addUsage(event: Event, model: string, responseId: string, counts: TokenCounts, batch: Batch): void {
  batch.usage.push({
    record: event.record,
    line: event.line,
    atMs: event.atMs,
    model,
    responseId,
    sidechain: (event.flags & ENTRY_FLAG.sidechain) !== 0,
    lines: 1,
    ...counts,
  })
}
