import { PRIORITIES, TICKET_KINDS, TICKET_STATUSES } from '../../src/domain/ticket.ts'
import { isOpen, pageOf, refuse, sessionOf, ticketOf, ticketSaid } from './model.ts'
import type { Model, SessionModel, TicketModel } from './model.ts'
import { TAGS, readTags, someSession, someTags, someText, someTicket } from './step.ts'
import type { Kind } from './step.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- replies come as they are
export function ofTicket(ticket: any) {
  const { ref, kind, parentRef: parent, title, summary, status, priority, estimateMinutes, tags } = ticket
  const { assignee, delegation, closedAt, updatedAt } = ticket
  const words = { ref, kind, parent, title, summary, status, priority, estimateMinutes, tags }
  return { ...words, assignee, delegation, closedAt, updatedAt }
}

const CLOSED = ['done', 'closed', 'cancelled']
const LEVELS: Record<string, number> = { project: 0, epic: 1, sprint: 2, task: 3, subtask: 4 }
const ASSIGNEES = ['ada', 'bo'] as const

/** A wider kind holds a narrower one; of a ticket whose kind nobody said anything goes. */
export function mayHold(parent: string, child: string): boolean {
  const [above, below] = [LEVELS[parent], LEVELS[child]]
  return above === undefined || below === undefined || above < below
}

/** A changing call that names a session: it is heard of, also where it has ended and takes nothing. */
export function entering(model: Model, id: string): SessionModel {
  const session = sessionOf(model, id)
  session.lastMs = model.nowMs
  if (!isOpen(session)) refuse('conflict')
  return session
}

export function makeTicket(model: Model, kind: string, words: Partial<TicketModel>): TicketModel {
  const ticket: TicketModel = {
    ref: '',
    kind,
    parent: null,
    title: null,
    summary: null,
    status: 'open',
    priority: 'medium',
    estimateMinutes: null,
    tags: [],
    assignee: null,
    delegation: words.assignee == null ? 'unassigned' : 'assigned',
    closedMs: null,
    updatedMs: model.nowMs,
    stood: false,
    ...words,
  }
  model.tickets.push(ticket)
  return ticket
}

const create: Kind = {
  weight: 5,
  make: (model, random) => ({
    session: someSession(model, random),
    title: someText(random, 3),
    ...(random.chance(0.7) && { kind: random.pick(TICKET_KINDS) }),
    ...(random.chance(0.4)
      ? { noParent: true }
      : random.chance(0.4) && model.tickets.length > 0 && { parent: random.pick(model.tickets.slice(-20)).ref }),
    ...(random.chance(0.3) && { priority: random.pick(PRIORITIES) }),
    ...(random.chance(0.3) && { estimate: '1h 30m' }),
    ...(random.chance(0.3) && { tags: someTags(random) }),
    ...(random.chance(0.2) && { assignee: random.pick(ASSIGNEES) }),
  }),
  expect(model, { session: id, title, kind: asked, parent: word, noParent, priority, estimate, tags, assignee }) {
    const session = entering(model, id)
    const fits = (one: TicketModel): boolean =>
      asked === undefined ? one.kind !== 'subtask' : mayHold(one.kind, asked)
    let parent: TicketModel | null = null
    if (word !== undefined) parent = ticketOf(model, word)
    else if (!noParent && !session.optedOut) {
      parent = session.stack.findLast(fits) ?? null
      const alone = asked !== undefined && (LEVELS[asked] ?? 3) < 3
      if (parent === null && !alone && session.stack.length === 0) return null
    }
    const kind = asked ?? (parent?.kind === 'task' ? 'subtask' : 'task')
    if (parent && !mayHold(parent.kind, kind)) refuse('conflict')
    const prefix = (LEVELS[kind] ?? 3) < 3 ? kind.toUpperCase() : 'T'
    const number = model.nextRef.get(prefix) ?? 1
    model.nextRef.set(prefix, number + 1)
    const ticket = makeTicket(model, kind, {
      ref: `${prefix}-${number}`,
      parent,
      title: title.replaceAll(/\s+/g, ' '),
      priority: priority ?? 'medium',
      estimateMinutes: estimate === undefined ? null : 90,
      tags: readTags(tags ?? []),
      assignee: assignee ?? null,
    })
    model.links.push({ session, ticket, action: 'created' })
    return ticketSaid(ticket)
  },
  said: ({ ticket }) => ticket && ofTicket(ticket),
}

const update: Kind = {
  weight: 4,
  make: (model, random) => ({
    ticket: someTicket(model, random),
    ...(random.chance(0.3) && { title: someText(random, 3) }),
    ...(random.chance(0.3) && { priority: random.pick(PRIORITIES) }),
    ...(random.chance(0.2) && { assignee: random.pick(ASSIGNEES) }),
    ...(random.chance(0.3) && { summary: someText(random) }),
    ...(random.chance(0.2) && { tags: someTags(random) }),
    ...(random.chance(0.2) && { addTags: someTags(random) }),
    ...(random.chance(0.2) && { removeTags: someTags(random) }),
    ...(random.chance(0.2) && { parent: someTicket(model, random) }),
    ...(random.chance(0.1) && { clear: ['estimate'] }),
    ...(random.chance(0.3) && { session: someSession(model, random) }),
  }),
  expect(
    model,
    { ticket: word, session, title, priority, assignee, summary, tags, addTags, removeTags, parent, clear },
  ) {
    if (session !== undefined) sessionOf(model, session)
    const ticket = ticketOf(model, word)
    const after = { ...ticket }
    if (title !== undefined) after.title = title.replaceAll(/\s+/g, ' ')
    if (priority !== undefined) after.priority = priority
    if (summary !== undefined) after.summary = summary
    if (clear !== undefined) after.estimateMinutes = null
    const gone = readTags(removeTags ?? [])
    after.tags = readTags([...(tags ?? ticket.tags), ...(addTags ?? [])]).filter((tag) => !gone.includes(tag))
    if (assignee !== undefined) {
      after.assignee = assignee
      if (['unassigned', 'assigned'].includes(ticket.delegation)) after.delegation = 'assigned'
    }
    if (parent !== undefined) after.parent = ticketOf(model, parent)
    const changes = (Object.keys(after) as (keyof TicketModel)[]).some((field) => !same(after[field], ticket[field]))
    if (!changes) return ticketSaid(ticket)
    for (let one = after.parent; one !== null; one = one.parent) if (one === ticket) refuse('conflict')
    if (after.parent && !mayHold(after.parent.kind, ticket.kind)) refuse('conflict')
    Object.assign(ticket, after, { updatedMs: model.nowMs })
    return ticketSaid(ticket)
  },
  said: ({ ticket }) => ofTicket(ticket),
}

function same(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b) ? a.join('\n') === b.join('\n') : a === b
}

const transition: Kind = {
  weight: 4,
  make: (model, random) => ({
    ticket: someTicket(model, random),
    status: random.pick(TICKET_STATUSES),
    reopen: random.chance(0.4),
  }),
  expect(model, { ticket: word, status, reopen }) {
    const ticket = ticketOf(model, word)
    if (status === ticket.status) return ticketSaid(ticket)
    const wasClosed = CLOSED.includes(ticket.status)
    const isNext = wasClosed
      ? (ticket.status === 'done' && status === 'closed') || (reopen && ['open', 'in_progress'].includes(status))
      : status !== 'tested' || !['open', 'waiting', 'blocked'].includes(ticket.status)
    if (!isNext || (status === 'done' && !mayBeDone(model, ticket))) refuse('conflict')
    const closes = CLOSED.includes(status)
    if (closes !== wasClosed) ticket.closedMs = closes ? model.nowMs : null
    Object.assign(ticket, { status, updatedMs: model.nowMs })
    if (status === 'done') ticket.delegation = 'completed'
    return ticketSaid(ticket)
  },
  said: ({ ticket }) => ofTicket(ticket),
}

/** What lies below it is closed, and of what is no gathering of tasks somebody said what was done. */
function mayBeDone({ tickets }: Model, ticket: TicketModel): boolean {
  const open = tickets.some((one) => one.parent === ticket && !CLOSED.includes(one.status))
  return !open && ((LEVELS[ticket.kind] ?? 3) < 3 || ticket.summary !== null)
}

const link: Kind = {
  weight: 3,
  make(model, random) {
    const ticket = someTicket(model, random)
    if (random.chance(0.4))
      return { ticket, action: random.pick(['mentioned', 'discovered']), session: someSession(model, random) }
    return { ticket, other: someTicket(model, random), relation: random.pick(['blocks', 'relates', 'duplicates']) }
  },
  expect(model, { ticket: word, other, relation, action, session: id }) {
    const session = id === undefined ? undefined : sessionOf(model, id)
    const ticket = ticketOf(model, word)
    if (session) {
      const known = model.links.some((one) => one.session === session && one.ticket === ticket && one.action === action)
      if (!known) model.links.push({ session, ticket, action })
      return !known
    }
    const to = ticketOf(model, other)
    if (ticket === to) refuse('conflict')
    const known = model.relations.some((one) => one.from === ticket && one.kind === relation && one.to === to)
    if (!known && relation === 'blocks' && isBlockedBy(model, ticket, to)) refuse('conflict')
    if (!known) model.relations.push({ from: ticket, kind: relation, to })
    return !known
  },
  said: ({ changed }) => changed.length > 0,
}

function isBlockedBy({ relations }: Model, ticket: TicketModel, by: TicketModel): boolean {
  const seen = new Set([by])
  for (const one of seen) {
    for (const { from, kind, to } of relations) if (kind === 'blocks' && from === one) seen.add(to)
  }
  return seen.has(ticket)
}

const unlink: Kind = {
  weight: 1,
  make(model, random) {
    if (model.relations.length === 0) return undefined
    const { from, kind, to } = random.pick(model.relations)
    return { ticket: from.ref, other: to.ref, relation: random.chance(0.9) ? kind : 'relates' }
  },
  expect(model, { ticket: word, other, relation }) {
    const [from, to] = [ticketOf(model, word), ticketOf(model, other)]
    const left = model.relations.filter((one) => one.from !== from || one.kind !== relation || one.to !== to)
    const changed = left.length < model.relations.length
    model.relations = left
    return changed
  },
  said: ({ changed }) => changed.length > 0,
}

const remove: Kind = {
  weight: 1,
  make(model, random) {
    const unused = model.tickets.filter(({ stood }) => !stood)
    return unused.length < 10 ? undefined : { ticket: random.pick(unused).ref }
  },
  expect(model, { ticket: word }) {
    const ticket = ticketOf(model, word)
    const children = model.tickets.filter(({ parent }) => parent === ticket)
    for (const child of children) child.parent = null
    model.tickets = model.tickets.filter((one) => one !== ticket)
    model.links = model.links.filter((one) => one.ticket !== ticket)
    model.relations = model.relations.filter(({ from, to }) => from !== ticket && to !== ticket)
    return children.map(({ ref }) => ref).toSorted()
  },
  said: ({ children }) => children.toSorted(),
}

const list: Kind = {
  weight: 3,
  make: (model, random) => ({
    ...(random.chance(0.3) && { status: [random.pick(TICKET_STATUSES), random.pick(TICKET_STATUSES)] }),
    ...(random.chance(0.3) && { kind: [random.pick(TICKET_KINDS)] }),
    ...(random.chance(0.2) && { priority: random.pick(PRIORITIES) }),
    ...(random.chance(0.2) && { tag: random.pick(TAGS) }),
    ...(random.chance(0.2) && { text: random.pick(['tide', 'HARBOUR', 't-1', '%', '_']) }),
    ...(random.chance(0.2) && { assignee: random.pick(ASSIGNEES) }),
    ...(random.chance(0.2) && (random.chance(0.5) ? { top: true } : { parent: someTicket(model, random) })),
    open: random.chance(0.3),
    limit: random.int(1, 30),
    offset: random.int(0, 10),
  }),
  expect(model, { status, kind, priority, tag, text, assignee, top, parent: above, open, limit, offset }) {
    const parent = above === undefined ? undefined : ticketOf(model, above)
    const holds = (words: string | null): boolean => (words ?? '').toLowerCase().includes(text.toLowerCase())
    const fits = (one: TicketModel): boolean =>
      (status === undefined ? !open || !CLOSED.includes(one.status) : status.includes(one.status)) &&
      (kind === undefined || kind.includes(one.kind)) &&
      (priority === undefined || one.priority === priority) &&
      (tag === undefined || one.tags.includes(tag)) &&
      (text === undefined || holds(one.ref) || holds(one.title)) &&
      (assignee === undefined || one.assignee === assignee) &&
      (top !== true || one.parent === null) &&
      (parent === undefined || one.parent === parent)
    const found = model.tickets.filter(fits).toSorted((a, b) => b.updatedMs - a.updatedMs)
    return pageOf(found, { limit, offset }, ({ ref }) => ref)
  },
  said: ({ total, items }) => ({ total, items: items.map(({ ref }: { ref: string }) => ref) }),
}

export const TICKET_MAKING_KINDS: Record<string, Kind> = {
  'ticket.create': create,
  'ticket.update': update,
  'ticket.transition': transition,
  'ticket.link': link,
  'ticket.unlink': unlink,
  'ticket.delete': remove,
  'ticket.list': list,
}
