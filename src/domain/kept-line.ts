import { createHash } from 'node:crypto'
import { uuidOfHash } from './ids.ts'
import { isKeptUsage, type KeptInvocation, type KeptMessage, type KeptRecord } from './kept-record.ts'

/** A line in JSON, as it was found. */
type FileRecord = Record<string, unknown>

/** A record with its place among those of its session. */
export interface Placed<T extends KeptRecord = KeptRecord> {
  ordinal: number
  record: T
}

/** A line of `conversation.jsonl`. */
export function printMessage({ ordinal, record }: Placed<KeptMessage>): string {
  const { role, content, at, toolName, invocationId, usage, id } = record
  const line = { role, content, timestamp: at, tool_name: toolName ?? null, invocation_id: invocationId ?? null }
  return `${JSON.stringify({ ...line, ...(usage && { usage }), record: ordinal, id })}\n`
}

/**
 * Reads a line of `conversation.jsonl`, also one that somebody else wrote: without an id it gets one that is made of what it
 * says. `undefined` where it is none.
 */
export function readMessage(line: FileRecord, folder: string): Placed<KeptMessage> | undefined {
  const { role, content, timestamp, tool_name: toolName, invocation_id: invocationId, usage, record, id } = line
  if ((role !== 'user' && role !== 'assistant' && role !== 'tool') || typeof content !== 'string') return undefined
  const at = timeOf(timestamp)
  if (at === undefined) return undefined
  return {
    ordinal: placeOf(record),
    record: {
      type: 'message',
      id: typeof id === 'string' && id !== '' ? id : madeId(folder, line),
      at,
      role,
      content,
      ...(typeof toolName === 'string' && { toolName }),
      ...(typeof invocationId === 'string' && { invocationId }),
      ...(isKeptUsage(usage) && { usage }),
    },
  }
}

/** A line of `invocations.jsonl`. `folder` is where the call's own files are, below the tools' history. */
export function printInvocation({ ordinal, record }: Placed<KeptInvocation>, folder: string | undefined): string {
  const { invocationId, tool, at, durationMs, outcome, server, startedAt, path, input, output, id } = record
  const line = {
    invocation_id: invocationId,
    tool_name: tool,
    timestamp: at,
    duration_ms: durationMs ?? null,
    outcome: outcome ?? null,
    folder: folder ?? null,
    ...(server !== undefined && { server }),
    ...(startedAt !== undefined && { started_at: startedAt }),
    ...(path !== undefined && { path, input, output }),
    record: ordinal,
    id,
  }
  return `${JSON.stringify(line)}\n`
}

/** @param call what `record.jsonl` says of it, where that is ours */
export function readInvocation(
  line: FileRecord,
  session: string,
  call: FileRecord,
): Placed<KeptInvocation> | undefined {
  const { invocation_id: invocationId, tool_name: tool, timestamp, duration_ms: durationMs, outcome, record, id } = line
  const { server, started_at: startedAt, path } = line
  const at = timeOf(timestamp)
  if (typeof invocationId !== 'string' || typeof tool !== 'string' || at === undefined) return undefined
  const { input = line['input'], output = line['output'] } = path === undefined ? call : line
  return {
    ordinal: placeOf(record),
    record: {
      type: 'invocation',
      id: typeof id === 'string' && id !== '' ? id : madeId(session, line),
      at,
      invocationId,
      tool,
      ...(typeof server === 'string' && { server }),
      ...(typeof path === 'string' && { path }),
      ...(typeof startedAt === 'string' && { startedAt }),
      ...(typeof durationMs === 'number' && { durationMs }),
      ...((outcome === 'ok' || outcome === 'error') && { outcome }),
      ...(input !== undefined && { input }),
      ...(typeof output === 'string' && { output }),
    },
  }
}

/** `record.jsonl` of a call whose tool kept no files of its own. */
export function printCall(record: KeptInvocation, sessionFolder: string): string {
  const { invocationId, tool, at, durationMs, outcome, input, output } = record
  const call = { session_id: sessionFolder, invocation_id: invocationId, tool_name: tool, timestamp: at }
  return `${JSON.stringify({ ...call, duration_ms: durationMs ?? null, outcome: outcome ?? null, input, output })}\n`
}

/** `2026-11-20_12-00-00_000123_search`: when, with the call's own digits behind the second, and which tool. */
export function callFolder({ at, id, tool }: KeptInvocation): string {
  const [day, time] = new Date(Date.parse(at)).toISOString().split(/[T.Z]/)
  const hash = createHash('sha256').update(id).digest()
  const micros = String((Date.parse(at) % 1000) * 1000 + (hash.readUInt16BE(0) % 1000)).padStart(6, '0')
  return `${day}_${time?.replaceAll(':', '-')}_${micros}_${tool.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 80)}`
}

/** In the order in which they were told; after a merge, those of one place by time. */
export function inOrder(records: readonly Placed[]): KeptRecord[] {
  const order = (a: Placed, b: Placed): number =>
    a.ordinal - b.ordinal || Date.parse(a.record.at) - Date.parse(b.record.at) || (a.record.id < b.record.id ? -1 : 1)
  const seen = new Set<string>()
  return records.toSorted(order).flatMap(({ record }) => {
    const known = seen.has(record.id)
    seen.add(record.id)
    return known ? [] : [record]
  })
}

/** A time without a zone is local, as the older form wrote it. */
function timeOf(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) return undefined
  return value === new Date(ms).toISOString() ? value : new Date(ms).toISOString()
}

/** What somebody else wrote comes behind what we wrote. */
function placeOf(ordinal: unknown): number {
  return typeof ordinal === 'number' ? ordinal : Number.MAX_SAFE_INTEGER
}

function madeId(folder: string, line: FileRecord): string {
  const hash = createHash('sha256').update(`${folder}\0${JSON.stringify(line)}`)
  return uuidOfHash(hash.digest('hex'))
}
