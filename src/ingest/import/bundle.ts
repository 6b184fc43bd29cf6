import { randomUUID } from 'node:crypto'
import { BUNDLE_VERSION, readBundleLine } from '../../domain/bundle.ts'
import { AppError } from '../../domain/errors.ts'
import { KEPT_AGENT } from '../../domain/session.ts'
import { startActivity } from '../../domain/slice.ts'
import { emptyBatch } from '../../sources/batch.ts'
import type { AdoptedHandoff, AdoptedSession, Adoption } from '../../stores/import-store.ts'
import type { FrameDraft } from '../../stores/ingest-batch.ts'
import type { Store } from '../../stores/store.ts'
import { encodeBatch } from '../encode.ts'
import { type ReindexSetup, replayTranscript } from '../reindex.ts'
import { type CheckedChains, checkChains } from './bundle-chains.ts'
import { type Blob, toBlob, toFrame } from './bundle-frames.ts'
import { type ItemOf, checked } from './bundle-items.ts'
import { adoptTicket, relateTicket } from './bundle-tickets.ts'

const MOST_BLOB_BYTES = 1024 ** 3

/** What a bundle brought. */
export interface BundleReport {
  adopted: number
  known: number
  deleted: number
  tickets: number
  problems: number
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
  times: ItemOf<'time'>[]
  activities: ItemOf<'activity'>[]
}

/** Lines with places counted in bytes, or hashed; secrets in them are replaced piece by piece. */
const RAW = /^\{"type":"(?:frame|blob|activity)"/

/** What the sessions of a bundle have in common. */
interface Known {
  blobs: ReadonlyMap<string, Blob>
  chains: CheckedChains
  at: string
  /** Those that are here, to be settled once all are. */
  handoffs: AdoptedHandoff[]
}

/**
 * Brings the sessions of a bundle in, each whole or not at all. Entries and usage are made from the raw records, as when they
 * were read first; a secret in them is replaced before anything is written.
 *
 * @param file its name, and `lines` in order
 * @throws AppError `invalid` naming the line, `too_large`
 */
export async function importBundle(
  setup: ReindexSetup,
  importId: string,
  { file, lines }: { file: string; lines: AsyncIterable<string> },
): Promise<BundleReport> {
  const report: BundleReport = { adopted: 0, known: 0, deleted: 0, tickets: 0, problems: 0 }
  const handoffs: AdoptedHandoff[] = []
  const tickets: ItemOf<'ticket'>[] = []
  const at = new Date(setup.context.now()).toISOString()
  const blobs = new Map<string, Blob>()
  let blobBytes = 0
  let parcel: Parcel | undefined
  let line = 0
  let ended = false
  const send = async (): Promise<void> => {
    if (parcel) {
      const chains = checkChains(parcel.session, parcel.activities, (text) => clean(setup, text), at)
      const adoption = await adoptParcel(setup, importId, parcel, { blobs, chains, at, handoffs })
      report[adoption]++
      if (adoption === 'adopted' && chains.wrong !== undefined) {
        const { agent, externalId } = parcel.session
        const reason = `${agent} ${externalId} came without its log: ${chains.wrong}`
        await setup.store.problems.add([{ agent: KEPT_AGENT, path: file, line, reason, at }])
        report.problems++
      }
    }
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
      const ticket = checked('ticket', item, line)
      if (!(await adoptTicket(setup, ticket))) continue
      report.tickets++
      tickets.push(ticket)
    } else if (item.type === 'session') {
      await send()
      const session = checked('session', item, line)
      parcel = {
        session,
        transcripts: [],
        intervals: [],
        links: [],
        notes: [],
        data: [],
        handoffs: [],
        times: [],
        activities: [],
      }
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
    else if (item.type === 'time') parcel?.times.push(checked('time', item, line))
    else if (item.type === 'activity') parcel?.activities.push(checked('activity', item, line))
  }
  await send()
  for (const ticket of tickets) await relateTicket(setup, ticket)
  for (const handoff of handoffs) await setup.store.imports.settleHandoff(handoff)
  if (ended) return report
  throw new AppError('invalid', `the bundle ends in its middle, after line ${line}; what came before is kept`, {
    hint: 'daybook import list',
  })
}

function checkVersion(version: number): void {
  if (version >= 1 && version <= BUNDLE_VERSION) return
  throw new AppError('unsupported', `the bundle is of version ${version}; this one reads up to ${BUNDLE_VERSION}`, {
    hint: 'npm i -g daybook',
  })
}

function clean(setup: ReindexSetup, text: string): string {
  return setup.context.redact(Buffer.from(text, 'utf8')).toString('utf8')
}

async function adoptParcel(
  setup: ReindexSetup,
  importId: string,
  parcel: Parcel,
  { blobs, chains, at, handoffs }: Known,
): Promise<Adoption> {
  const { session, transcripts, intervals, links, notes, data } = parcel
  const adoptedHandoffs: AdoptedHandoff[] = []
  const adoption = await setup.store.transaction(async (tx): Promise<Adoption> => {
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
    for (const handoff of parcel.handoffs) adoptedHandoffs.push(await adoptHandoff(tx, handoff, at))
    for (const { session: sessionId, ...time } of parcel.times) await tx.imports.adoptPersonTime(sessionId, time)
    if (chains.links.length > 0) await tx.imports.adoptChains(session.id, chains.links)
    return adoption
  })
  handoffs.push(...adoptedHandoffs)
  return adoption
}

/** Of version 1, which says no state, it is history. */
async function adoptHandoff(
  tx: Store,
  { session: sessionId, ticket: named, id = randomUUID(), ...item }: ItemOf<'handoff'>,
  at: string,
): Promise<AdoptedHandoff> {
  const ticket = named === null ? null : await tx.tickets.ensure({ ...named, createdBy: item.offeredBy })
  const expiredAt = item.state === 'expired' ? (item.expiredAt ?? at) : item.expiredAt
  const handoff = { ...item, id, sessionId, ticketId: ticket?.id ?? null, expiredAt }
  await tx.imports.adoptHandoff(handoff)
  return handoff
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
