import { isUtf8 } from 'node:buffer'
import { decompress } from '../../archive/frames.ts'
import {
  BUNDLE_CLOSE,
  BUNDLE_FORMAT,
  BUNDLE_OPEN,
  BUNDLE_VERSION,
  type BundleItem,
  SESSION_FIELDS,
  TICKET_FIELDS,
} from '../../domain/bundle.ts'
import type { ChainLink } from '../../domain/activity.ts'
import type { Frame } from '../../domain/context.ts'
import type { Session } from '../../domain/session.ts'
import type { Ticket } from '../../domain/ticket.ts'
import type { Transcript } from '../../domain/transcript.ts'
import type { Page, PageRequest } from '../../stores/page.ts'
import type { Store } from '../../stores/store.ts'

const AT_ONCE = 1000

/** The sessions as lines of a bundle, each whole before the next begins. */
export async function* bundleLines(store: Store, sessions: readonly Session[]): AsyncGenerator<string> {
  const inOrder = parentsFirst(
    sessions
      .filter((session) => session.prunedAt === null)
      .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt) || a.id.localeCompare(b.id)),
  )
  const ids = new Set(inOrder.map(({ id }) => id))
  const blobs = new Set<string>()
  const tickets = new Set<string>()
  const line = (item: BundleItem): string => `${JSON.stringify(item)}\n`
  yield line({ type: 'bundle', format: BUNDLE_FORMAT, version: BUNDLE_VERSION, sessions: inOrder.length })
  for (const session of inOrder) {
    for await (const item of sessionItems(store, session, ids, blobs, tickets)) yield line(item)
  }
  yield line({ type: 'end', sessions: inOrder.length })
}

/** Whoever reads it knows a session before those that came from it. */
function parentsFirst(sessions: readonly Session[]): Session[] {
  const byId = new Map(sessions.map((session) => [session.id, session]))
  const placed = new Set<Session>()
  const place = (session: Session, below: ReadonlySet<string>): void => {
    const parent = byId.get(session.parentId ?? '')
    if (parent && !below.has(parent.id)) place(parent, new Set([...below, parent.id]))
    placed.add(session)
  }
  for (const session of sessions) place(session, new Set([session.id]))
  return [...placed]
}

/** The same lines as one JSON document. */
export async function* bundleJson(store: Store, sessions: readonly Session[]): AsyncGenerator<string> {
  yield `${BUNDLE_OPEN}\n`
  let before: string | undefined
  for await (const line of bundleLines(store, sessions)) {
    if (before !== undefined) yield `${before},\n`
    before = line.trimEnd()
  }
  yield `${before}\n${BUNDLE_CLOSE}\n`
}

async function* sessionItems(
  store: Store,
  session: Session,
  included: ReadonlySet<string>,
  blobs: Set<string>,
  tickets: Set<string>,
): AsyncGenerator<BundleItem> {
  const own = { session: session.id }
  const links = (await store.tickets.links({ sessionId: session.id })).toReversed()
  const intervals = (await all((page) => store.contexts.history({ sessionId: session.id }, page))).toReversed()
  const handoffs = (await all((page) => store.handoffs.list({ sessionId: session.id }, page))).toReversed()
  const named = [
    ...links.map(({ ticketId }) => ticketId),
    ...intervals.flatMap(({ stack }) => idsOf(stack)),
    ...handoffs.flatMap(({ ticketId }) => ticketId ?? []),
  ]
  for (const ticket of await ticketsAround(store, named, tickets)) yield await ticketItem(store, ticket)
  const byId = new Map((await store.tickets.byIds([...new Set(named)])).map((ticket) => [ticket.id, ticket]))
  const nameOf = (id: string): { tracker: string; ref: string } | null => {
    const ticket = byId.get(id)
    return ticket ? { tracker: ticket.tracker, ref: ticket.ref } : null
  }
  const log = await store.activities.links(session.id)
  yield { ...sessionItem(await projectOf(store, session), session, included), chains: headsOf(log) }
  const transcripts = await store.transcripts.list({ sessionId: session.id })
  for (const [place, transcript] of transcripts.entries()) {
    yield* transcriptItems(store, transcript, { ...own, transcript: place }, blobs)
  }
  for (const { id: _id, sessionId: _session, transcriptId, stack, ...interval } of intervals) {
    const place = transcripts.findIndex(({ id }) => id === transcriptId)
    const frames = stack.map(({ ticketId, kind }) => ({ ...nameOf(ticketId), kind }))
    yield { type: 'interval', ...own, transcript: place < 0 ? null : place, stack: frames, ...interval }
  }
  for (const { ticketId, action, at, by } of links)
    yield { type: 'link', ...own, ticket: nameOf(ticketId), action, at, by }
  for (const { entryId, text, at, by } of (await store.notes.list({ sessionId: session.id })).toReversed()) {
    yield { type: 'note', ...own, entryId, text, at, by }
  }
  for (const [name, value] of Object.entries(await store.sessionData.all(session.id)).toSorted(byName)) {
    yield { type: 'data', ...own, name, value }
  }
  const here = (id: string | null): string | null => (id !== null && included.has(id) ? id : null)
  for (const { sessionId: _session, projectId: _project, sha256: _sha256, ticketId, ...handoff } of handoffs) {
    const shownToSessionId = here(handoff.shownToSessionId)
    const acceptedBySessionId = here(handoff.acceptedBySessionId)
    const ticket = ticketId === null ? null : nameOf(ticketId)
    yield { type: 'handoff', ...own, ...handoff, ticket, shownToSessionId, acceptedBySessionId }
  }
  for (const time of await store.contexts.personTime(session.id)) yield { type: 'time', ...own, ...time }
  for (const link of log) yield { type: 'activity', ...own, ...link }
}

/** How far each chain goes, so that a cut is found. */
function headsOf(log: readonly ChainLink[]): { name: string; sequence: number; hash: string }[] {
  const heads = new Map(log.map(({ chain, sequence, hash }) => [chain, { name: chain, sequence, hash }]))
  return [...heads.values()]
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}

function idsOf(stack: readonly Frame[]): string[] {
  return stack.map(({ ticketId }) => ticketId)
}

async function projectOf(store: Store, { projectId }: Session): Promise<object | null> {
  if (projectId === null) return null
  const [project] = await store.projects.resolve(projectId)
  return project
    ? {
        identityKind: project.identityKind,
        identity: project.identity,
        name: project.name,
        root: project.roots[0] ?? project.identity,
      }
    : null
}

/** What is recorded of a session itself; counters, usage and time follow from its transcripts. */
function sessionItem(project: object | null, session: Session, included: ReadonlySet<string>): BundleItem {
  const { parentId, ref } = session
  // It reads as expired today; whoever has it later works that out again.
  const ended = session.status === 'expired' ? { status: 'active', endedAt: null } : {}
  const parent = parentId !== null && included.has(parentId) ? parentId : null
  const refPrefix = ref.slice(0, ref.indexOf('-'))
  return { type: 'session', ...pick(session, SESSION_FIELDS), ...ended, project, parent, refPrefix }
}

/**
 * Tickets with those above them and those that they hang together with, each after the one above it.
 *
 * @param known those that came before, to which these are added
 */
async function ticketsAround(store: Store, ids: readonly string[], known: Set<string>): Promise<Ticket[]> {
  const found = new Map<string, Ticket>()
  for (let next = [...new Set(ids)]; next.length > 0;) {
    const tickets = await store.tickets.byIds(next.filter((id) => !known.has(id) && !found.has(id)))
    for (const ticket of tickets) found.set(ticket.id, ticket)
    const around = await Promise.all(
      tickets.map(async ({ id, parentId }) => [
        ...(parentId === null ? [] : [parentId]),
        ...(await store.tickets.relations(id)).flatMap(({ fromId, toId }) => [fromId, toId]),
      ]),
    )
    next = [...new Set(around.flat())]
  }
  const ordered: Ticket[] = []
  const add = (ticket: Ticket | undefined): void => {
    if (ticket === undefined || known.has(ticket.id)) return
    known.add(ticket.id)
    if (ticket.parentId !== null) add(found.get(ticket.parentId))
    ordered.push(ticket)
  }
  const byName = (a: Ticket, b: Ticket): number => (nameOf(a) < nameOf(b) ? -1 : 1)
  for (const ticket of [...found.values()].toSorted(byName)) add(ticket)
  return ordered
}

function nameOf({ tracker, ref }: Ticket): string {
  return `${tracker}\0${ref}`
}

async function ticketItem(store: Store, ticket: Ticket): Promise<BundleItem> {
  const relations = (await store.tickets.relations(ticket.id)).filter(({ fromId }) => fromId === ticket.id)
  const targets = await store.tickets.byIds(relations.map(({ toId }) => toId))
  const related = relations.flatMap(({ kind, toId, at, by }) => {
    const to = targets.find(({ id }) => id === toId)
    return to === undefined ? [] : [{ kind, tracker: to.tracker, ref: to.ref, at, by }]
  })
  const notes = (await all((page) => store.tickets.notes({ ticketId: ticket.id }, page))).toReversed()
  return {
    type: 'ticket',
    ...pick(ticket, TICKET_FIELDS),
    notes: notes.map((note) => pick(note, ['kind', 'text', 'at', 'by'])),
    relations: related.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }
}

function pick<T extends object, K extends keyof T>(from: T, fields: readonly K[]): Pick<T, K> {
  return Object.fromEntries(fields.map((field) => [field, from[field]])) as Pick<T, K>
}

async function* transcriptItems(
  store: Store,
  transcript: Transcript,
  own: { session: string; transcript: number },
  known: Set<string>,
): AsyncGenerator<BundleItem> {
  const { id, agent, kind, externalId, path, parentCallId, title } = transcript
  const { baseRecord, nextRecord, nextLine, offset } = await store.transcripts.position(id)
  const place = { baseRecord, nextRecord, nextLine, offset }
  yield { type: 'transcript', ...own, agent, kind, externalId, path, parentCallId, title, ...place }
  for await (const frame of store.archive.frames(id, { allReadings: true })) {
    for (const [, hash] of frame.blobs) yield* blobItem(store, hash, known)
    const { firstRecord, recordCount, part, sourceOffset, sourceBytes, blobs } = frame
    const facts = { firstRecord, recordCount, part, sourceOffset, sourceBytes, blobs }
    yield { type: 'frame', ...own, ...facts, ...packed(decompress(frame.data)) }
  }
  for (const { relativePath, blobHash, sizeBytes } of await store.archive.attachments(id)) {
    yield* blobItem(store, blobHash, known)
    yield { type: 'attachment', ...own, relativePath, blob: blobHash, sizeBytes }
  }
}

async function* blobItem(store: Store, hash: string, known: Set<string>): AsyncGenerator<BundleItem> {
  if (known.has(hash)) return
  known.add(hash)
  const data = await store.archive.blob(hash)
  if (data) yield { type: 'blob', hash, ...packed(decompress(data)) }
}

/** As text where it is text, so that a bundle can be read and searched. */
function packed(bytes: Buffer): { text: string } | { base64: string } {
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') }
}

async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await list({ limit: AT_ONCE, cursor })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}
