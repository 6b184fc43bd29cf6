import { levelOf } from './ticket.ts'
import type { TicketKind } from './ticket.ts'

/** One ticket that a session stands on. */
export interface Frame {
  ticketId: string
  trackerId: string
  ref: string
  kind: TicketKind
}

/** What a session works on: its frames outermost first, or that it belongs to no ticket on purpose. */
export interface Context {
  stack: readonly Frame[]
  optedOut: boolean
}

/** `undecided`: nobody said yet. */
export const ASSOCIATIONS = ['attached', 'opted_out', 'undecided'] as const
export type Association = (typeof ASSOCIATIONS)[number]

export const CONTEXT_CHANGES = ['push', 'pop', 'switch', 'clear', 'opt_out'] as const
export type ContextChangeKind = (typeof CONTEXT_CHANGES)[number]

/** What became of a context. `kind` is null where nothing changed. */
export interface ContextChange {
  kind: ContextChangeKind | null
  context: Context
  pushed: Frame[]
  /** Innermost last, as they stood. */
  popped: Frame[]
  /** An opt-out was taken back by this. */
  optOutEnded: boolean
}

export const UNDECIDED: Context = { stack: [], optedOut: false }

/** The deepest frame: what work counts toward. */
export function currentFrame(context: Context, kind?: TicketKind): Frame | undefined {
  return context.stack.findLast((frame) => kind === undefined || frame.kind === kind)
}

export function associationOf(context: Context): Association {
  if (context.stack.length > 0) return 'attached'
  return context.optedOut ? 'opted_out' : 'undecided'
}

/** Ids of a ticket's known ancestors, in any order. */
export type AncestorsOf = (ticketId: string) => readonly string[]

/**
 * Steps onto a ticket. Its known ancestors come along; frames of the same or a deeper level that do not belong under it are
 * popped, those that do stay. A frame of unknown kind may hold any kind: only another unknown one, or one that it
 * does not belong under, takes its place. Any push ends an opt-out; pushing what is there changes nothing else.
 *
 * @param path the ticket's known ancestors outermost first, then the ticket
 */
export function pushContext(context: Context, path: readonly Frame[], ancestorsOf: AncestorsOf): ContextChange {
  let stack = context.stack
  for (const frame of path) stack = pushFrame(stack, frame, ancestorsOf)
  return changed(context, { stack, optedOut: false })
}

/** The same, and the ticket is the deepest frame afterwards: what was deeper is popped even where it belongs under it. */
export function attachContext(context: Context, path: readonly Frame[], ancestorsOf: AncestorsOf): ContextChange {
  const { stack } = pushContext(context, path, ancestorsOf).context
  const target = path.at(-1)
  const end = stack.findIndex((frame) => frame.ticketId === target?.ticketId) + 1
  return changed(context, { stack: stack.slice(0, end), optedOut: false })
}

function pushFrame(stack: readonly Frame[], frame: Frame, ancestorsOf: AncestorsOf): readonly Frame[] {
  if (stack.some((one) => one.ticketId === frame.ticketId)) return stack
  const above = ancestorsOf(frame.ticketId)
  const outer: Frame[] = []
  const inner: Frame[] = []
  for (const one of stack) {
    if (ancestorsOf(one.ticketId).includes(frame.ticketId)) inner.push(one)
    else if (above.includes(one.ticketId) || holds(one.kind, frame.kind)) outer.push(one)
  }
  return [...outer, frame, ...inner]
}

/** A ticket of which nothing is known takes the place of tasks, not of what holds tasks. */
const LEVEL_OF_UNKNOWN = 3

/** Whether a frame stays where another is pushed below it, when nothing is known of how they relate. */
function holds(standing: TicketKind, pushed: TicketKind): boolean {
  const level = levelOf(standing)
  if (level === undefined) return pushed !== 'ticket'
  return level < (levelOf(pushed) ?? LEVEL_OF_UNKNOWN)
}

/** Steps off the deepest frame, or off the deepest of a kind and everything below it. */
export function popContext(context: Context, kind?: TicketKind): ContextChange {
  const at = context.stack.findLastIndex((frame) => kind === undefined || frame.kind === kind)
  return changed(context, at < 0 ? context : { ...context, stack: context.stack.slice(0, at) })
}

/** Steps off a ticket, wherever it stands, and off everything below it. */
export function leaveTicket(context: Context, ticketId: string): ContextChange {
  const at = context.stack.findIndex((frame) => frame.ticketId === ticketId)
  return changed(context, at < 0 ? context : { ...context, stack: context.stack.slice(0, at) })
}

/** Back to undecided. */
export function clearContext(context: Context): ContextChange {
  const change = changed(context, UNDECIDED)
  return { ...change, kind: change.kind === null ? null : 'clear' }
}

/** This work belongs to no ticket. The stack is cleared. */
export function optOut(context: Context): ContextChange {
  const change = changed(context, { stack: [], optedOut: true })
  return { ...change, kind: change.kind === null ? null : 'opt_out' }
}

function changed(before: Context, after: Context): ContextChange {
  const ids = (stack: readonly Frame[]) => new Set(stack.map((frame) => frame.ticketId))
  const [had, has] = [ids(before.stack), ids(after.stack)]
  const popped = before.stack.filter((frame) => !has.has(frame.ticketId))
  const pushed = after.stack.filter((frame) => !had.has(frame.ticketId))
  const optOutEnded = before.optedOut && !after.optedOut
  const kind = kindOf(pushed.length > 0, popped.length > 0, before.optedOut !== after.optedOut)
  return { kind, context: { stack: [...after.stack], optedOut: after.optedOut }, pushed, popped, optOutEnded }
}

function kindOf(pushed: boolean, popped: boolean, optChanged: boolean): ContextChangeKind | null {
  if (pushed) return popped ? 'switch' : 'push'
  if (popped) return 'pop'
  return optChanged ? 'clear' : null
}
