import * as z from 'zod/mini'
import { HANDOFF_STATES, type Handoff } from '../domain/handoff.ts'
import type { Page } from '../stores/page.ts'
import { choice, pageFields, sessionWord, text } from './fields.ts'
import { narrow, oneSession } from './filter.ts'
import { handoffsNow } from './handoff-expiry.ts'
import { type HandoffName, handoffName, handoffOf } from './handoff-view.ts'
import { defineOperation } from './operation.ts'
import { findSession } from './which-session.ts'
import { type SessionName, sessionName } from './session-view.ts'

export interface HandoffShown {
  session: SessionName
  /** Null where the session has none. */
  handoff: Handoff | null
  markdown: string | null
}

export const showHandoff = defineOperation({
  name: 'handoff.show',
  summary: 'Show what a session left for whoever carries on. Showing is not accepting.',
  input: z.object({ handoff: text('a handoff by its id, or a session: the handoff it offers, or else its newest') }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/handoff-tools.ts')).getHandoffContext,
  cli: {
    args: ['handoff'],
    examples: [{ command: 'daybook handoff show 1', says: 'of SESSION-001, as Markdown' }],
    seeAlso: ['session handoff', 'handoff accept', 'handoff list'],
  },
  async handle(context, { handoff: word }): Promise<HandoffShown> {
    const { session, handoff } = await handoffOf(context, word)
    // An agent that fetches it has seen it; a person's look says nothing of an agent.
    if (handoff && context.caller.channel === 'mcp') {
      const by = await findSession(context)
      await context.store.handoffs.shown(
        handoff.id,
        by?.session.id ?? null,
        new Date(context.clock.now()).toISOString(),
      )
    }
    return { session: sessionName(session), handoff, markdown: handoff?.markdown ?? session.compactMarkdown }
  },
})

export const listHandoffs = defineOperation({
  name: 'handoff.list',
  summary: 'List handoffs, newest first: who offered them, and who took them.',
  input: z.object({
    session: z.optional(sessionWord),
    project: z.optional(text('only this project: name, path or origin')),
    state: z.optional(choice(HANDOFF_STATES, 'only those that stand so')),
    ...pageFields(20),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook handoff list', says: 'all of them' },
      { command: 'daybook handoff list --state offered', says: 'those that nobody took yet' },
    ],
    seeAlso: ['handoff show', 'handoff accept'],
  },
  async handle(context, { session, project, state, ...page }): Promise<Page<HandoffName>> {
    const sessionId = session === undefined ? undefined : (await oneSession(context, session)).id
    const { projectId } = await narrow(context, { project })
    const states = state === undefined ? undefined : [state]
    const withoutWaiting = context.caller.channel === 'mcp'
    const found = await handoffsNow(context, { sessionId, projectId, states, withoutWaiting }, page)
    return { ...found, items: await Promise.all(found.items.map((handoff) => handoffName(context, handoff))) }
  },
})
