import { AppError } from '../domain/errors.ts'
import { entryId } from '../domain/ids.ts'
import type { KeptRecord } from '../domain/kept-record.ts'
import { KEPT_AGENT, KEPT_REF_PREFIX } from '../domain/session.ts'
import { startActivity } from '../domain/slice.ts'
import type { ReplayRef } from '../sources/source.ts'
import type { Batch, Cursor } from '../sources/batch.ts'
import type { Store } from '../stores/store.ts'
import { encodeBatch, entryHash } from './encode.ts'
import { parseStoredCursor } from './read-transcript.ts'
import { frameTail } from './tail.ts'

/** Reads lines that are about to be kept: `readKept` of `sources/kept.ts`. */
export type ReadKept = (ref: ReplayRef, stored: Cursor | undefined, lines: Buffer, nowMs: number) => Batch

/** The path of the transcript that holds what programs keep of a session. There is no such file. */
export function keptPath(sessionId: string): string {
  return `${KEPT_AGENT}:${sessionId}`
}

/**
 * Adds records to what is kept of a session, behind all that is there: archived, listed, counted and searched like what an
 * agent wrote. To be called in a transaction, of which no other one can come in between.
 *
 * @param records without secrets
 * @returns ids of their entries: of a call that of the call itself
 * @throws AppError `conflict` when the session's project is ignored
 */
export async function keep(
  tx: Store,
  readKept: ReadKept,
  sessionId: string,
  records: readonly KeptRecord[],
  nowMs: number,
): Promise<string[]> {
  const ref: ReplayRef = { agent: KEPT_AGENT, path: keptPath(sessionId), kind: 'main', externalId: sessionId }
  const registered = await tx.transcripts.register({
    ...ref,
    refPrefix: KEPT_REF_PREFIX,
    sessionExternalId: null,
    parentCallId: null,
    title: null,
    device: 0,
    inode: 0,
    sizeBytes: 0,
    modifiedAtMs: nowMs,
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
  const from = { record: stored?.reader.record ?? 0, tail: await frameTail(tx, { id: registered.id, cursor }) }
  const lines = records.map((record) => `${JSON.stringify(record)}\n`)
  const batch = readKept(ref, stored?.reader, Buffer.from(lines.join('')), nowMs)
  const target = { transcriptId: registered.id, agent: KEPT_AGENT, refPrefix: KEPT_REF_PREFIX }
  await tx.ingest(encodeBatch(batch, target, stored?.activity ?? startActivity(), unpriced, nowMs, from))
  return batch.entries
    .filter(({ block }) => block === 0)
    .map(({ atMs, recordId, block }) => entryId(atMs, entryHash(KEPT_AGENT, recordId, block)))
}

function unpriced() {
  return { costMicrodollars: null, costSource: 'unpriced' as const, priceDate: null }
}
