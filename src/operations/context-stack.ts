import * as z from 'zod/mini'
import { clearContext, popContext } from '../domain/context.ts'
import type { FrameInterval } from '../domain/frame-interval.ts'
import { TICKET_KINDS } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import { choice, pageFields, sessionWord } from './fields.ts'
import { name } from './filter.ts'
import { checkOpen, moveContext, poppedWords } from './move-context.ts'
import { defineOperation } from './operation.ts'
import { pointAfter } from './session-pointers.ts'
import { type Changed, type Standing, changedReply, standingOf } from './standing.ts'
import { needSession, ownSession } from './which-session.ts'

const session = z.optional(sessionWord)
const errors = ['not_found', 'conflict'] as const
const seeAlso = ['attach', 'task activate', 'status']

export const showContext = defineOperation({
  name: 'context.show',
  summary: 'Show what the session works on: its tickets, outermost first.',
  input: z.object({ session }),
  errors,
  effect: 'read',
  cli: { examples: [{ command: 'daybook context show', says: 'the stack of the session you are in' }], seeAlso },
  async handle(context, input): Promise<Standing> {
    const { session: found, why } = await needSession(context, input.session)
    return standingOf(context, found, why)
  },
})

export const contextHistory = defineOperation({
  name: 'context.history',
  summary: 'List what the session worked on and from when to when, newest first.',
  input: z.object({ session, ...pageFields(20) }),
  errors,
  effect: 'read',
  cli: { examples: [{ command: 'daybook context history', says: 'every change of it' }], seeAlso },
  async handle(context, input): Promise<Page<FrameInterval>> {
    const { session: found } = await needSession(context, input.session)
    return context.store.contexts.history({ sessionId: found.id }, { limit: input.limit, cursor: input.cursor })
  },
})

export const popFrame = defineOperation({
  name: 'context.pop',
  summary: 'Step off the current ticket, or off everything from a kind on.',
  input: z.object({
    kind: z.optional(choice(TICKET_KINDS, 'the deepest of this kind, with what is below it')),
    session,
  }),
  errors,
  effect: 'write',
  cli: { args: ['kind'], examples: [{ command: 'daybook context pop', says: 'one ticket up' }], seeAlso },
  async handle(context, input): Promise<Changed> {
    const { store } = context
    const { session: found, why } = await ownSession(context, input.session)
    checkOpen(found, 'nothing can be popped')
    const change = await store.transaction((tx) =>
      moveContext(tx, context, found.id, [], (now) => popContext(now, input.kind)),
    )
    const nothing = input.kind === undefined ? 'The stack is empty' : `No ${input.kind} is on the stack`
    const message = change.kind === null ? `${nothing}; nothing changed` : `${name(found)}${poppedWords(change)}`
    const reply = await changedReply(context, 'deactivate', { sessionId: found.id, why }, { message })
    await pointAfter(context, reply)
    return reply
  },
})

export const clearStack = defineOperation({
  name: 'context.clear',
  summary: 'Empty the stack: what the work is for is undecided again.',
  input: z.object({ session }),
  errors,
  effect: 'write',
  cli: { examples: [{ command: 'daybook context clear', says: 'nothing is attached' }], seeAlso },
  async handle(context, input): Promise<Changed> {
    const { store } = context
    const { session: found, why } = await ownSession(context, input.session)
    checkOpen(found, 'its stack cannot be cleared')
    const change = await store.transaction((tx) => moveContext(tx, context, found.id, [], clearContext))
    const message = change.kind === null ? 'Nothing was attached' : `${name(found)} is undecided${poppedWords(change)}`
    const reply = await changedReply(context, 'deactivate', { sessionId: found.id, why }, { message })
    await pointAfter(context, reply)
    return reply
  },
})
