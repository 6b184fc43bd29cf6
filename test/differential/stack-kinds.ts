import { TICKET_KINDS } from '../../src/domain/ticket.ts'
import { isOpen, refuse, sessionOf } from './model.ts'
import type { Model, SessionModel, TicketModel } from './model.ts'
import { someSession, someText, someTicket } from './step.ts'
import type { Kind } from './step.ts'
import { entering, makeTicket } from './ticket-kinds.ts'

const LEVELS: Record<string, number> = { project: 0, epic: 1, sprint: 2, task: 3, subtask: 4 }

const attach: Kind = {
  weight: 8,
  make: (model, random) =>
    random.chance(0.85)
      ? { session: someSession(model, random), ticket: random.chance(0.08) ? newRef(model) : someTicket(model, random) }
      : { session: someSession(model, random), [random.pick(['none', 'clear'])]: true },
  expect(model, { session: id, ticket: word, none }) {
    const session = entering(model, id)
    if (word === undefined)
      return change(model, session, [], { optedOut: none === true, word: none ? 'opt_out' : 'clear' })
    const known = model.tickets.find(({ ref }) => ref.toLowerCase() === word.toLowerCase())
    const ticket = known ?? makeTicket(model, 'ticket', { ref: word })
    let stack = session.stack
    for (const frame of [...ancestors(ticket).toReversed(), ticket]) stack = pushed(stack, frame)
    return change(model, session, stack.slice(0, stack.indexOf(ticket) + 1))
  },
  said: standing,
}

function newRef({ tickets }: Model): string {
  return `EXT-${tickets.length + 1}`
}

/** Nearest first. */
function ancestors(ticket: TicketModel): TicketModel[] {
  const above: TicketModel[] = []
  for (let one = ticket.parent; one !== null; one = one.parent) above.push(one)
  return above
}

/** Frames of the same or a deeper level go, unless they lie below the new one; its ancestors stay whatever they are. */
function pushed(stack: readonly TicketModel[], ticket: TicketModel): TicketModel[] {
  if (stack.includes(ticket)) return [...stack]
  const below = stack.filter((one) => ancestors(one).includes(ticket))
  const isOver = (one: TicketModel): boolean => {
    if (ancestors(ticket).includes(one)) return true
    const level = LEVELS[one.kind]
    return level === undefined ? ticket.kind !== 'ticket' : level < (LEVELS[ticket.kind] ?? 3)
  }
  return [...stack.filter((one) => !below.includes(one) && isOver(one)), ticket, ...below]
}

function change(
  model: Model,
  session: SessionModel,
  stack: TicketModel[],
  { optedOut = false, word }: { optedOut?: boolean; word?: string } = {},
) {
  const comes = stack.some((one) => !session.stack.includes(one))
  const goes = session.stack.some((one) => !stack.includes(one))
  if (comes || goes || optedOut !== session.optedOut) {
    const kind = word ?? (comes ? (goes ? 'switch' : 'push') : goes ? 'pop' : 'clear')
    session.changes.push({ fromMs: model.nowMs, kind, stack })
    Object.assign(session, { stack, optedOut })
    for (const ticket of stack) ticket.stood = true
    const ticket = stack.at(-1)
    const isKnown = model.links.some(
      (one) => one.session === session && one.ticket === ticket && one.action === 'worked_on',
    )
    if (ticket && comes && !isKnown) model.links.push({ session, ticket, action: 'worked_on' })
  }
  return shown(session)
}

function shown({ stack, optedOut }: SessionModel) {
  const association = stack.length > 0 ? 'attached' : optedOut ? 'opted_out' : 'undecided'
  return { stack: stack.map(({ ref }) => ref), association }
}

// oxlint-disable-next-line typescript/no-explicit-any -- replies come as they are
function standing({ stack, association }: any) {
  return { stack: stack.map(({ ref }: { ref: string }) => ref), association }
}

const pop: Kind = {
  weight: 3,
  make: (model, random) => ({
    session: someSession(model, random),
    ...(random.chance(0.3) && { kind: random.pick(TICKET_KINDS) }),
  }),
  expect(model, { session: id, kind }) {
    const session = own(model, id)
    const { stack } = session
    const at = stack.findLastIndex((one) => kind === undefined || one.kind === kind)
    return at < 0 ? shown(session) : change(model, session, stack.slice(0, at), { optedOut: session.optedOut })
  },
  said: standing,
}

const clear: Kind = {
  weight: 0.5,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect: (model, { session: id }) => change(model, own(model, id), [], { word: 'clear' }),
  said: standing,
}

/** Its own session, which is not heard of where it has ended. */
function own(model: Model, id: string): SessionModel {
  const session = sessionOf(model, id)
  if (!isOpen(session)) refuse('conflict')
  session.lastMs = model.nowMs
  return session
}

const show: Kind = {
  weight: 1,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect: (model, { session: id }) => shown(sessionOf(model, id)),
  said: standing,
}

function written(kind: string): Kind {
  return {
    weight: 1.5,
    make: (model, random) => ({ session: someSession(model, random), text: someText(random) }),
    expect(model, { session: id, text }) {
      const session = sessionOf(model, id)
      const ticket = session.stack.at(-1) ?? refuse('conflict')
      own(model, id)
      model.ticketNotes.push({ ticket, session, kind, text })
      const said = model.ticketNotes.filter((one) => one.ticket === ticket && one.kind !== 'log')
      return { text, ref: ticket.ref, updates: said.length }
    },
    said: ({ note, updates, current }) => ({ text: note.text, ref: current.ref, updates }),
  }
}

export const STACK_KINDS: Record<string, Kind> = {
  'session.attach': attach,
  'context.pop': pop,
  'context.clear': clear,
  'context.show': show,
  'task.update': written('update'),
  'task.note': written('note'),
  'task.log': written('log'),
}
