import { currentFrame, type Frame } from '../domain/context.ts'
import type { TicketKind } from '../domain/ticket.ts'
import type { Standing } from '../operations/standing.ts'
import type { Methods } from './methods.ts'

export type StackFrame = Standing['stack'][number]

/** What a session works on, asked as a stack is asked. Each takes the session; the caller's own when left out. */
export interface Stack {
  /** The deepest frame, or the deepest of a kind; null where there is none. */
  current(kind?: TicketKind, session?: string): Promise<StackFrame | null>
  /** Outermost first. */
  all(session?: string): Promise<StackFrame[]>
  has(kind: TicketKind, session?: string): Promise<boolean>
  count(session?: string): Promise<number>
  /** Steps onto a ticket by ref. */
  push(ticket: string, session?: string): Promise<void>
  /** Steps off the deepest frame, or off everything from a kind on. @returns what it was on */
  pop(kind?: TicketKind, session?: string): Promise<StackFrame | null>
  clear(session?: string): Promise<void>
}

/** @param book the methods it asks */
export function stackOf(book: Pick<Methods, 'context' | 'session'>): Stack {
  const all = async (session?: string): Promise<StackFrame[]> => [...(await book.context.show({ session })).stack]
  const current = async (kind?: TicketKind, session?: string): Promise<StackFrame | null> => {
    const stack = await all(session)
    const frame = currentFrame({ stack: stack as unknown as Frame[], optedOut: false }, kind)
    return (frame as StackFrame | undefined) ?? null
  }
  return {
    all,
    current,
    has: async (kind, session) => (await current(kind, session)) !== null,
    count: async (session) => (await all(session)).length,
    push: async (ticket, session) => void (await book.session.attach({ ticket, session })),
    async pop(kind, session) {
      const popped = await current(kind, session)
      if (popped !== null) await book.context.pop({ kind, session })
      return popped
    },
    clear: async (session) => void (await book.context.clear({ session })),
  }
}
