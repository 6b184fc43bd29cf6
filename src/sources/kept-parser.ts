import { readKeptRecord, type KeptInvocation, type KeptMessage, type KeptUsage } from '../domain/kept-record.ts'
import type { LineParser } from './line-parser.ts'
import { addProblem, oneLine } from './record.ts'
import type { Batch } from './batch.ts'

export const CALL_BLOCK = 0
export const RESULT_BLOCK = 1
const LONGEST_SUBJECT = 200

/** The parser of records that programs keep; what a record says of itself is all there is to know. */
export const keptParser: LineParser<null> = {
  initial: () => null,
  parse(_state, value, { record: ordinal, line }, batch) {
    const record = readKeptRecord(value)
    if (record === undefined) addProblem(batch, line, 'not a message and not an invocation')
    else if (record.type === 'message') parseMessage(record, { record: ordinal, line }, batch)
    else parseInvocation(record, ordinal, batch)
  },
}

function parseMessage(
  { id, at, role, toolName, usage }: KeptMessage,
  place: { record: number; line: number },
  batch: Batch,
): void {
  const atMs = Date.parse(at)
  if (usage) batch.usage.push({ ...place, ...usageOf(usage), atMs, responseId: id, lines: 1 })
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId: id,
    atMs,
    type: 'message',
    role,
    flags: 0,
    ...(toolName !== undefined && { tool: toolName }),
    ...(role === 'user' && { opens: 'prompt' }),
    ...(role === 'assistant' && { closes: 'prompt' }),
  })
}

function usageOf({ model, costMicrodollars, ...counts }: KeptUsage) {
  return {
    model,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    ...counts,
    ...(costMicrodollars !== undefined && { reportedCostMicrodollars: costMicrodollars }),
  }
}

function parseInvocation(call: KeptInvocation, record: number, batch: Batch): void {
  const { id, tool, server, invocationId: callId, durationMs, outcome } = call
  const atMs = Date.parse(call.at)
  const startedMs = call.startedAt === undefined ? atMs : Date.parse(call.startedAt)
  const entry = { record, recordId: id, flags: 0 }
  batch.entries.push({
    ...entry,
    block: CALL_BLOCK,
    atMs: startedMs,
    type: 'tool_call',
    role: 'assistant',
    tool,
    opens: callId,
  })
  batch.invocations.push({
    record,
    block: CALL_BLOCK,
    callId,
    tool,
    ...(server !== undefined && { server }),
    kind: server === undefined ? 'other' : 'mcp',
    subject: oneLine(call.path ?? subjectOf(call.input), LONGEST_SUBJECT),
    atMs: startedMs,
  })
  if (!hasResult(call)) return
  batch.entries.push({ ...entry, block: RESULT_BLOCK, atMs, type: 'tool_result', role: 'tool', closes: callId })
  batch.results.push({
    callId,
    record,
    atMs,
    failed: outcome === 'error',
    ...(durationMs !== undefined && { durationMs }),
  })
}

/** How it went is known: what it said, how long it took, or only that. */
export function hasResult({ outcome, durationMs, output }: KeptInvocation): boolean {
  return outcome !== undefined || durationMs !== undefined || output !== undefined
}

function subjectOf(input: unknown): string {
  if (input === undefined || input === null) return ''
  return typeof input === 'string' ? input : JSON.stringify(input)
}
