import type { Frame } from '../../domain/context.ts'
import { ENTRY_TYPES, ROLES } from '../../domain/entry.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'

/** What attribution needs of a frame interval. */
export interface IntervalFact {
  sessionId: number
  transcriptId: number | null
  /** 0: from the beginning. */
  fromMs: number
  callHash: number | null
  fromRecord: number | null
  stack: Frame[]
  optedOut: boolean
}

const MESSAGE = ENTRY_TYPES.indexOf('message')
const RESULT = ENTRY_TYPES.indexOf('tool_result')
const USER = ROLES.indexOf('user')
/** Entries after which an agent asks its provider: what a person says, what a tool answers. */
const BEGINS_REQUEST = `(type = ${RESULT} OR (type = ${MESSAGE} AND role = ${USER}))`

/**
 * Behind which record of a transcript an interval decides: a response counts for what was current when its request began.
 *
 * Where the call that changed the stack lies in this transcript, that is its result: no request begins between the two. Else it
 * is the first entry from that moment on that begins a request. A response may lie on several lines, written between results
 * of its own calls: it belongs to where its first request began.
 *
 * @returns -1 for all of it, Infinity for none of it
 */
export async function cutIn(
  connection: Connection,
  transcript: { id: number; first_ms: number | null },
  interval: IntervalFact,
): Promise<number> {
  if (interval.fromRecord !== null && interval.transcriptId === transcript.id) return interval.fromRecord
  const call = interval.callHash === null ? undefined : await placeOfCall(connection, transcript.id, interval.callHash)
  if (call) return behindResponse(connection, transcript.id, call.record, call.result ?? call.record)
  if (transcript.first_ms === null || interval.fromMs <= transcript.first_ms) return -1
  const next = await first<{ record: number; id: number; type: number }>(
    connection,
    `SELECT record, id, type FROM entry WHERE transcript_id = ? AND id >= ? AND ${BEGINS_REQUEST} ORDER BY record, block LIMIT 1`,
    [transcript.id, interval.fromMs * 2048],
  )
  if (!next) return Infinity
  if (next.type !== RESULT) return next.record
  const answered = await first<{ record: number }>(
    connection,
    `SELECT MIN(e.record) AS record FROM invocation i JOIN entry e ON e.id = i.id AND e.workspace_id = i.workspace_id
     WHERE i.transcript_id = ? AND i.result_record = ?`,
    [transcript.id, next.record],
  )
  if (answered?.record == null) return next.record
  return behindResponse(connection, transcript.id, answered.record, next.record)
}

async function placeOfCall(
  connection: Connection,
  transcriptId: number,
  callHash: number,
): Promise<{ record: number; result: number | null } | undefined> {
  return first(
    connection,
    `SELECT e.record, i.result_record AS result FROM invocation i
     JOIN entry e ON e.id = i.id AND e.workspace_id = i.workspace_id
     WHERE i.transcript_id = ? AND i.call_hash = ? ORDER BY i.inherited, e.record LIMIT 1`,
    [transcriptId, callHash],
  )
}

/** The result's record, or that of the response the call belongs to where its numbers were written behind the result. */
async function behindResponse(
  connection: Connection,
  transcriptId: number,
  callRecord: number,
  resultRecord: number,
): Promise<number> {
  const begun = await first<{ record: number | null }>(
    connection,
    `SELECT MAX(record) AS record FROM entry WHERE transcript_id = ? AND record < ? AND ${BEGINS_REQUEST}`,
    [transcriptId, callRecord],
  )
  const counted = await first<{ record: number | null; within: number }>(
    connection,
    `SELECT MIN(CASE WHEN record > ? THEN record END) AS record,
       COUNT(CASE WHEN record <= ? THEN 1 END) AS within
     FROM usage WHERE transcript_id = ? AND record > ?`,
    [resultRecord, resultRecord, transcriptId, begun?.record ?? -1],
  )
  if (counted === undefined || counted.within > 0 || counted.record === null) return resultRecord
  return counted.record
}
