import { AppError } from '../domain/errors.ts'
import { entryId } from '../domain/ids.ts'
import type { KeptRecord } from '../domain/kept-record.ts'
import { KEPT_AGENT, KEPT_REF_PREFIX } from '../domain/session.ts'
import { startActivity } from '../domain/slice.ts'
import type { ReplayRef } from '../sources/source.ts'
import { pathWithoutFile } from '../domain/transcript.ts'
import type { Batch } from '../sources/batch.ts'
import type { ReadLines } from '../sources/kept-lines.ts'
import type { Store } from '../stores/store.ts'
import { type Pricer, encodeBatch, entryHash } from './encode.ts'
import { parseStoredCursor } from './stored-cursor.ts'
import { frameTail } from './tail.ts'

/** A conversation that lies in no file: its lines come in one by one and are archived as they come. */
export interface Fileless {
  agent: string
  refPrefix: string
  /** The agent's own id of the conversation. */
  externalId: string
  sessionId: string
}

/**
 * Adds records to what is kept of a session, behind all that is there: archived, listed, counted and searched like what an
 * agent wrote. To be called in a transaction, of which no other one can come in between.
 *
 * @param records without secrets
 * @param price what the responses cost that programs told of
 * @returns ids of their entries: of a call that of the call itself
 * @throws AppError `conflict` when the session's project is ignored
 */
export async function keep(
  tx: Store,
  readKept: ReadLines,
  sessionId: string,
  records: readonly KeptRecord[],
  nowMs: number,
  price: Pricer,
): Promise<string[]> {
  const place = { agent: KEPT_AGENT, refPrefix: KEPT_REF_PREFIX, externalId: sessionId, sessionId }
  const batch = await keepLines(tx, readKept, place, records, nowMs, price)
  if (!batch) {
    throw new AppError('conflict', 'nothing is kept of this session: its project is ignored', {
      hint: 'daybook project list',
    })
  }
  return batch.entries
    .filter(({ block }) => block === 0)
    .map(({ atMs, recordId, block }) => entryId(atMs, entryHash(KEPT_AGENT, recordId, block)))
}

/**
 * Adds lines to a conversation that lies in no file. To be called in a transaction.
 *
 * @param records one a line, without secrets
 * @param price needed where lines tell of tokens
 * @returns what they brought; undefined where nothing may be kept of the session
 */
export async function keepLines(
  tx: Store,
  read: ReadLines,
  { agent, refPrefix, externalId, sessionId }: Fileless,
  records: readonly object[],
  nowMs: number,
  price: Pricer = unpriced,
): Promise<Batch | undefined> {
  const ref: ReplayRef = { agent, path: pathWithoutFile(agent, externalId), kind: 'main', externalId }
  const registered = await tx.transcripts.register({
    ...ref,
    refPrefix,
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
  if (!registered) return undefined
  // Registering waits for whoever is at it; only then is it known how far they came.
  const cursor = await tx.transcripts.cursor(registered.id)
  const stored = parseStoredCursor(cursor)
  const from = { record: stored?.reader.record ?? 0, tail: await frameTail(tx, { id: registered.id, cursor }) }
  const lines = records.map((record) => `${JSON.stringify(record)}\n`)
  const batch = read(ref, stored?.reader, Buffer.from(lines.join('')), nowMs)
  const target = { transcriptId: registered.id, agent, refPrefix }
  await tx.ingest(encodeBatch(batch, target, stored?.activity ?? startActivity(), price, nowMs, from))
  return batch
}

export type KeepLines = typeof keepLines

const unpriced: Pricer = () => {
  return { costMicrodollars: null, costSource: 'unpriced', priceDate: null }
}
