import { AppError } from '../domain/errors.ts'
import { KEPT_AGENT, KEPT_REF_PREFIX, printKeptRecord, type KeptRecord } from '../domain/kept-record.ts'
import { startActivity } from '../domain/slice.ts'
import { keptParser } from '../sources/kept-parser.ts'
import { emptyBatch, type ReplayRef } from '../sources/source.ts'
import { startReading, takeRegion } from '../sources/take-lines.ts'
import type { Store } from '../stores/store.ts'
import { encodeBatch } from './encode.ts'
import { parseStoredCursor } from './read-transcript.ts'
import { frameTail } from './tail.ts'

/** The path of the transcript that holds what programs keep of a session. There is no such file. */
export function keptPath(sessionId: string): string {
  return `${KEPT_AGENT}:${sessionId}`
}

/**
 * Adds records to what is kept of a session, behind all that is there: archived, listed, counted and searched like what an
 * agent wrote. To be called in a transaction, of which no other one can come in between.
 *
 * @param records without secrets
 * @throws AppError `conflict` when the session's project is ignored
 */
export async function keep(tx: Store, sessionId: string, records: readonly KeptRecord[], nowMs: number): Promise<void> {
  const ref: ReplayRef = { agent: KEPT_AGENT, path: keptPath(sessionId), kind: 'main', externalId: sessionId }
  const place = { device: 0, inode: 0, sizeBytes: 0, modifiedAtMs: nowMs }
  const registered = await tx.transcripts.register({
    ...ref,
    ...place,
    refPrefix: KEPT_REF_PREFIX,
    sessionExternalId: null,
    parentCallId: null,
    title: null,
    bornAtMs: null,
    sessionId,
  })
  if (!registered) {
    throw new AppError('conflict', 'nothing is kept of this session: its project is ignored', {
      hint: 'daybook project list',
    })
  }
  // Registering waits for whoever is at it; only then is it known how far they came.
  const cursor = await tx.transcripts.cursor(registered.id)
  const stored = parseStoredCursor(cursor)
  const reading = startReading(keptParser, ref, stored?.reader, 0)
  const from = { record: reading.cursor.record, tail: await frameTail(tx, { id: registered.id, cursor }) }
  const batch = emptyBatch(reading.cursor)
  const lines = Buffer.from(records.map(printKeptRecord).join(''))
  takeRegion(reading, batch, lines, { redact: (clean) => clean, now: () => nowMs })
  batch.cursor.file = { ...place, sizeBytes: batch.cursor.offset }
  batch.done = true
  const target = { transcriptId: registered.id, agent: KEPT_AGENT, refPrefix: KEPT_REF_PREFIX }
  await tx.ingest(encodeBatch(batch, target, stored?.activity ?? startActivity(), unpriced, nowMs, from))
}

function unpriced() {
  return { costMicrodollars: null, costSource: 'unpriced' as const, priceDate: null }
}
