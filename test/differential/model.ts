import { AppError, type ErrorCode } from '../../src/domain/errors.ts'

const DAY_MS = 86_400_000
const GAP_MS = 5 * 60_000

/** A message or a call, in the order in which it was told. */
export interface Told {
  atMs: number
  role: 'user' | 'assistant' | 'tool' | 'call'
  text: string
  /** Of a call. */
  tool?: string
  durationMs?: number
  failed?: boolean
}

export interface SessionModel {
  id: string
  number: number
  title: string | null
  purpose: string | null
  user: string
  tags: string[]
  facts: Record<string, unknown>
  status: string
  starred: boolean
  archived: boolean
  startedMs: number
  lastMs: number
  endedMs: number | null
  summary: string | null
  told: Told[]
  data: [name: string, value: unknown][]
  /** Oldest first. */
  notes: string[]
  stack: TicketModel[]
  optedOut: boolean
  /** What was current from when on. */
  changes: { fromMs: number; kind: string; stack: TicketModel[] }[]
}

export interface TicketModel {
  ref: string
  kind: string
  parent: TicketModel | null
  title: string | null
  summary: string | null
  status: string
  priority: string
  estimateMinutes: number | null
  tags: string[]
  assignee: string | null
  delegation: string
  closedMs: number | null
  updatedMs: number
  /** It stood on a stack: whether work counts toward it takes more than an array to say. */
  stood: boolean
}

/** What a person would keep in arrays: written from what the nouns mean, without a look at any store. */
export interface Model {
  nowMs: number
  sessions: SessionModel[]
  tickets: TicketModel[]
  links: { session: SessionModel; ticket: TicketModel; action: string }[]
  relations: { from: TicketModel; kind: string; to: TicketModel }[]
  ticketNotes: { ticket: TicketModel; session: SessionModel; kind: string; text: string }[]
  /** Keys and refs are never given twice. */
  nextKey: number
  nextRef: Map<string, number>
}

export function emptyModel(nowMs: number): Model {
  return {
    nowMs,
    sessions: [],
    tickets: [],
    links: [],
    relations: [],
    ticketNotes: [],
    nextKey: 1,
    nextRef: new Map(),
  }
}

export function refuse(code: ErrorCode): never {
  throw new AppError(code, 'the model refuses this')
}

export const isOpen = ({ status }: SessionModel): boolean => status === 'active' || status === 'paused'

/** Open sessions of which nothing was heard for a day read as expired. */
export function statusNow({ nowMs }: Model, session: SessionModel): string {
  return isOpen(session) && nowMs - session.lastMs > DAY_MS ? 'expired' : session.status
}

export function sessionOf(model: Model, id: string): SessionModel {
  return model.sessions.find((one) => one.id.toLowerCase() === id.toLowerCase()) ?? refuse('not_found')
}

/** For something that is added: the session is heard of, and must not have ended. */
export function taking(model: Model, id: string): SessionModel {
  const session = sessionOf(model, id)
  if (!isOpen(session)) refuse('conflict')
  session.lastMs = model.nowMs
  return session
}

/** A session as its reply shows it. */
export function sessionSaid(model: Model, session: SessionModel) {
  const status = statusNow(model, session)
  const endedMs = session.endedMs ?? (status === 'expired' ? session.lastMs : null)
  const calls = session.told.filter(({ role }) => role === 'call')
  return {
    id: session.id,
    key: `SESSION-${String(session.number).padStart(3, '0')}`,
    title: session.title,
    purpose: session.purpose,
    user: session.user,
    tags: session.tags,
    facts: session.facts,
    status,
    starred: session.starred,
    archived: session.archived,
    startedAt: iso(session.startedMs),
    lastAt: iso(session.lastMs),
    endedAt: endedMs === null ? null : iso(endedMs),
    summary: session.summary,
    messages: session.told.length - calls.length,
    calls: calls.length,
    failed: calls.filter(({ failed }) => failed).length,
    toolMs: calls.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0),
    activeMs: activeOf(session).reduce((sum, [from, to]) => sum + to - from, 0),
    stack: session.stack.map(({ ref }) => ref),
    optedOut: session.optedOut,
  }
}

/** Gaps up to five minutes count, longer ones only between a prompt and its answer. */
export function activeOf({ told }: SessionModel): [fromMs: number, toMs: number][] {
  const stretches: [number, number][] = []
  let asked = false
  for (const { atMs, role } of told) {
    const last = stretches.at(-1)
    if (last && (atMs - last[1] <= GAP_MS || (asked && role === 'assistant'))) last[1] = atMs
    else {
      stretches.push([atMs, atMs])
      asked = false
    }
    if (role === 'user') asked = true
    if (role === 'assistant') asked = false
  }
  return stretches
}

/** How long each ticket was current while somebody was at work, by ref; what belongs to none under `-`. */
export function timeByTicket(model: Model): Record<string, number> {
  const times: Record<string, number> = {}
  for (const session of model.sessions) {
    for (const [from, to] of activeOf(session)) {
      const cuts = session.changes.filter(({ fromMs }) => fromMs > from && fromMs < to).map(({ fromMs }) => fromMs)
      const edges = [from, ...cuts, to]
      for (const [i, start] of edges.slice(0, -1).entries()) {
        const held = session.changes.findLast(({ fromMs }) => fromMs <= start)
        const ref = held?.stack.at(-1)?.ref ?? '-'
        const ms = edges[i + 1]! - start
        if (ms > 0) times[ref] = (times[ref] ?? 0) + ms
      }
    }
  }
  return times
}

export function ticketOf(model: Model, ref: string): TicketModel {
  return model.tickets.find((one) => one.ref.toLowerCase() === ref.toLowerCase()) ?? refuse('not_found')
}

export function ticketSaid(ticket: TicketModel) {
  const { ref, kind, parent, title, summary, status, priority, estimateMinutes, tags, assignee, delegation } = ticket
  const { closedMs, updatedMs } = ticket
  const words = { ref, kind, parent: parent?.ref ?? null, title, summary, status, priority, estimateMinutes, tags }
  const at = { closedAt: closedMs === null ? null : iso(closedMs), updatedAt: iso(updatedMs) }
  return { ...words, assignee, delegation, ...at }
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** A page of a list as the model has it: what it shows, and how many there are. */
export function pageOf<T>(
  all: readonly T[],
  { limit, offset = 0 }: { limit: number; offset?: number },
  said: (one: T) => string,
) {
  return { total: all.length, items: all.slice(offset, offset + limit).map(said) }
}
