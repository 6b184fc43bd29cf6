import { createHash } from 'node:crypto'
import { compress } from '../../archive/frames.ts'
import { readBundleLine } from '../../domain/bundle.ts'
import { AppError } from '../../domain/errors.ts'
import { startActivity } from '../../domain/slice.ts'
import { emptyBatch } from '../../sources/batch.ts'
import type { AdoptedSession, Adoption } from '../../stores/import-store.ts'
import type { FrameDraft } from '../../stores/ingest-batch.ts'
import type { Store } from '../../stores/store.ts'
import { encodeBatch } from '../encode.ts'
import { type ReindexSetup, replayTranscript } from '../reindex.ts'
import { type ItemOf, bytesOf, checked } from './bundle-items.ts'

const MOST_BLOB_BYTES = 1024 ** 3

/** What a bundle brought. */
export interface BundleReport {
  adopted: number
  known: number
  deleted: number
  tickets: number
}

/** Everything of one session, as it came. */
interface Parcel {
  session: ItemOf<'session'>
  transcripts: { item: ItemOf<'transcript'>; frames: FrameDraft[]; attachments: ItemOf<'attachment'>[] }[]
  intervals: ItemOf<'interval'>[]
  links: ItemOf<'link'>[]
  notes: ItemOf<'note'>[]
  data: ItemOf<'data'>[]
  handoffs: ItemOf<'handoff'>[]
}

/** Lines with places counted in bytes; secrets in them are replaced piece by piece. */
const RAW = /^\{"type":"(?:frame|blob)"/

interface Blob {
  hash: string
  sizeBytes: number
  data: Uint8Array
}

/**
 * Brings the sessions of a bundle in, each whole or not at all. Entries and usage are made from the raw records, as when they
 * were read first; a secret in them is replaced before anything is written.
 *
 * @param lines its lines, in order
 * @throws AppError `invalid` naming the line, `too_large`
 */
export async function importBundle(
  setup: ReindexSetup,
  importId: string,
  lines: AsyncIterable<string>,
): Promise<BundleReport> {
  const report: BundleReport = { adopted: 0, known: 0, deleted: 0, tickets: 0 }
  const blobs = new Map<string, Blob>()
  let blobBytes = 0
  let parcel: Parcel | undefined
  let line = 0
  let ended = false
  const send = async (): Promise<void> => {
    if (parcel) report[await adoptParcel(setup, importId, parcel, blobs)]++
    parcel = undefined
  }
  const transcriptOf = (place: number): Parcel['transcripts'][number] => {
    const transcript = parcel?.transcripts[place]
    if (transcript) return transcript
    throw new AppError('invalid', `line ${line} of the bundle belongs to a transcript that is not there`)
  }
  for await (const said of lines) {
    line++
    setup.context.signal?.throwIfAborted()
    const item = readBundleLine(RAW.test(said) ? said : clean(setup, said), line)
    if (item === undefined) continue
    if ('session' in item && item['session'] !== parcel?.session.id && item.type !== 'end' && item.type !== 'bundle') {
      throw new AppError('invalid', `line ${line} of the bundle belongs to a session that is not there`)
    }
    if (item.type === 'bundle') checkVersion(checked('bundle', item, line).version)
    else if (item.type === 'end') ended = true
    else if (item.type === 'ticket') {
      await send()
      if (await adoptTicket(setup, checked('ticket', item, line))) report.tickets++
    } else if (item.type === 'session') {
      await send()
      const session = checked('session', item, line)
      parcel = { session, transcripts: [], intervals: [], links: [], notes: [], data: [], handoffs: [] }
    } else if (item.type === 'transcript')
      parcel?.transcripts.push({ item: checked('transcript', item, line), frames: [], attachments: [] })
    else if (item.type === 'blob') {
      const blob = toBlob(setup, checked('blob', item, line), line)
      blobs.set(blob.hash, blob)
      blobBytes += blob.data.length
      if (blobBytes > MOST_BLOB_BYTES) throw new AppError('too_large', 'the pictures in this bundle exceed 1 GB')
    } else if (item.type === 'frame') {
      const frame = checked('frame', item, line)
      transcriptOf(frame.transcript).frames.push(toFrame(setup, frame, line))
    } else if (item.type === 'attachment') {
      const attachment = checked('attachment', item, line)
      transcriptOf(attachment.transcript).attachments.push(attachment)
    } else if (item.type === 'interval') parcel?.intervals.push(checked('interval', item, line))
    else if (item.type === 'link') parcel?.links.push(checked('link', item, line))
    else if (item.type === 'note') parcel?.notes.push(checked('note', item, line))
    else if (item.type === 'data') parcel?.data.push(checked('data', item, line))
    else if (item.type === 'handoff') parcel?.handoffs.push(checked('handoff', item, line))
  }
  await send()
  if (ended) return report
  throw new AppError('invalid', `the bundle ends in its middle, after line ${line}; what came before is kept`, {
    hint: 'daybook import list',
  })
}

function checkVersion(version: number): void {
  if (version !== 1) throw new AppError('unsupported', `the bundle is of version ${version}; this one reads 1`)
}

function clean(setup: ReindexSetup, text: string): string {
  return setup.context.redact(Buffer.from(text, 'utf8')).toString('utf8')
}

function toBlob(setup: ReindexSetup, item: ItemOf<'blob'>, line: number): Blob {
  const raw = bytesOf(item, line)
  if (createHash('sha256').update(raw).digest('hex') !== item.hash) {
    throw new AppError('invalid', `line ${line} of the bundle is not the blob it says it is`)
  }
  const bytes = setup.context.redact(raw)
  return { hash: item.hash, sizeBytes: bytes.length, data: compress(bytes) }
}

/** Redacted between the places that blobs were cut out of: no secret lies across one. */
function toFrame(setup: ReindexSetup, item: ItemOf<'frame'>, line: number): FrameDraft {
  const raw = bytesOf(item, line)
  const pieces: Buffer[] = []
  const blobs: [number, string][] = []
  let from = 0
  let length = 0
  for (const [offset, hash] of [...item.blobs, [raw.length, ''] as [number, string]]) {
    if (offset < from || offset > raw.length)
      throw new AppError('invalid', `line ${line}: a blob lies outside its frame`)
    const piece = setup.context.redact(raw.subarray(from, offset))
    pieces.push(piece)
    length += piece.length
    if (hash !== '') blobs.push([length, hash])
    from = offset
  }
  const { firstRecord, recordCount, part, sourceOffset, sourceBytes } = item
  const bytes = Buffer.concat(pieces)
  const place = { firstRecord, recordCount, part, sourceOffset, sourceBytes }
  return { ...place, rawBytes: bytes.length, data: compress(bytes), blobs, replacesTail: false }
}

async function adoptTicket(setup: ReindexSetup, item: ItemOf<'ticket'>): Promise<boolean> {
  return setup.store.transaction(async (tx) => {
    const tracker = await tx.tickets.ensureTracker(item.tracker)
    const [known] = await tx.tickets.find(item.ref, tracker.id)
    if (known) return false
    const parent =
      item.parentRef === null
        ? undefined
        : await tx.tickets.ensure({ ref: item.parentRef, tracker: item.tracker, createdBy: item.createdBy })
    const { notes, parentRef: _parent, closedAt, closedBy, ...draft } = item
    const ticket = await tx.tickets.create({ ...draft, parentId: parent?.id ?? null })
    await tx.tickets.update(ticket.id, { closedAt, closedBy })
    for (const note of notes) await tx.tickets.addNote({ ...note, ticketId: ticket.id, sessionId: null })
    return true
  })
}

async function adoptParcel(
  setup: ReindexSetup,
  importId: string,
  parcel: Parcel,
  blobs: ReadonlyMap<string, Blob>,
): Promise<Adoption> {
  const { session, transcripts, intervals, links, notes, data, handoffs } = parcel
  return setup.store.transaction(async (tx) => {
    const project = session.project === null ? null : (await tx.projects.ensure(session.project)).id
    const adopted: AdoptedSession = { ...session, projectId: project, customMetadata: { ...session.customMetadata } }
    const adoption = await tx.imports.adopt(importId, adopted)
    if (adoption !== 'adopted') return adoption
    const ids: number[] = []
    for (const transcript of transcripts) ids.push(await adoptTranscript(setup, tx, session, transcript, blobs))
    await tx.imports.settle(adopted)
    for (const { transcript, stack, session: sessionId, ...interval } of intervals) {
      const frames = []
      for (const { tracker, ref, kind } of stack) {
        const ticket = await tx.tickets.ensure({ tracker, ref, kind, createdBy: interval.by })
        frames.push({ ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind })
      }
      const transcriptId = transcript === null ? null : (ids[transcript] ?? null)
      await tx.imports.adoptInterval({ ...interval, sessionId, transcriptId, stack: frames })
    }
    for (const { session: sessionId, ticket: named, action, at, by } of links) {
      if (named === null) continue
      const ticket = await tx.tickets.ensure({ ...named, createdBy: by })
      await tx.tickets.link({ sessionId, ticketId: ticket.id, action, at, by })
    }
    for (const { session: sessionId, ...note } of notes) await tx.notes.add({ ...note, sessionId })
    for (const { session: sessionId, name, value } of data) await tx.sessionData.set(sessionId, name, value)
    for (const { session: sessionId, ...handoff } of handoffs) await tx.imports.adoptHandoff({ ...handoff, sessionId })
    return adoption
  })
}

async function adoptTranscript(
  setup: ReindexSetup,
  tx: Store,
  session: ItemOf<'session'>,
  { item, frames, attachments }: Parcel['transcripts'][number],
  blobs: ReadonlyMap<string, Blob>,
): Promise<number> {
  const { agent, kind, externalId, path, parentCallId, title, baseRecord, nextRecord, nextLine, offset } = item
  const place = { device: 0, inode: 0, sizeBytes: offset, modifiedAtMs: 0 }
  const target = { agent, refPrefix: session.refPrefix }
  const registered = await tx.transcripts.register({
    ...target,
    ...place,
    path,
    kind,
    externalId,
    parentCallId,
    title,
    bornAtMs: null,
    sessionExternalId: session.externalId,
    sessionId: session.id,
  })
  if (!registered || registered.cursor !== undefined) {
    throw new AppError(
      'conflict',
      `the transcript ${path} of ${session.externalId} is here already, in another session`,
      {
        hint: 'daybook session list',
      },
    )
  }
  const nowMs = setup.context.now()
  const cursor = { offset, record: nextRecord, baseRecord, line: nextLine, file: place, parser: {} }
  const batch = encodeBatch(
    emptyBatch(cursor as never),
    { ...target, transcriptId: registered.id },
    startActivity(),
    setup.price,
    nowMs,
  )
  const hashes = new Set([
    ...frames.flatMap((frame) => frame.blobs.map(([, hash]) => hash)),
    ...attachments.map(({ blob }) => blob),
  ])
  const held = [...hashes].flatMap((hash) => blobs.get(hash) ?? [])
  // No reader goes on from here: should the file be found, it is read from its start.
  await tx.ingest({ ...batch, fromRecord: null, cursor: '{}', frames, blobs: held, done: false })
  for (const { relativePath, blob, sizeBytes } of attachments) {
    const known = blobs.get(blob)
    if (known === undefined) continue
    const file = { relativePath, sizeBytes, deviceAndInode: '', modifiedAtMs: 0 }
    await tx.archive.putAttachment(registered.id, { ...known, ...file, hash: blob })
  }
  const source = setup.sources.find(({ id }) => id === agent)
  if (source) await replayTranscript({ ...setup, store: tx }, source, await tx.transcripts.get(registered.id))
  return registered.id
}
