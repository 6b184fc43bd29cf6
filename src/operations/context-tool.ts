import * as z from 'zod/mini'
import type { FrameInterval } from '../domain/frame-interval.ts'
import { TICKET_KINDS } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import { clearStack, contextHistory, popFrame, showContext } from './context-stack.ts'
import { choice, pageFields, sessionWord } from './fields.ts'
import { defineOperation } from './operation.ts'
import type { Changed, Standing } from './standing.ts'

export const STACK_ACTIONS = ['show', 'history', 'pop', 'clear'] as const

export type StackReply =
  | { action: 'show'; standing: Standing }
  | { action: 'history'; history: Page<FrameInterval> }
  | { action: 'pop' | 'clear'; changed: Changed }

/** The four commands of `daybook context` as one: a tool for each would cost every agent their descriptions. */
export const contextActions = defineOperation({
  name: 'context.stack',
  summary: 'Show, pop or clear what the session works on, or list what it was.',
  input: z.object({
    action: z._default(choice(STACK_ACTIONS, 'what to do'), 'show'),
    kind: z.optional(choice(TICKET_KINDS, 'pop: the deepest of this kind, with what is below it')),
    session: z.optional(sessionWord),
    ...pageFields(20),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  mcp: async () => (await import('./compat/context-tools.ts')).contextStack,
  async handle(context, { action, kind, session, limit, cursor }): Promise<StackReply> {
    if (action === 'show') return { action, standing: await showContext.handle(context, { session }) }
    if (action === 'history')
      return { action, history: await contextHistory.handle(context, { session, limit, cursor }) }
    const changed =
      action === 'pop' ? popFrame.handle(context, { kind, session }) : clearStack.handle(context, { session })
    return { action, changed: await changed }
  },
})
