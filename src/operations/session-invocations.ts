import * as z from 'zod/mini'
import type { Invocation } from '../domain/invocation.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** A call with the id that its agent or program gave it, and the session it belongs to. */
export type InvocationView = Invocation & { callId: string | null; session: SessionName }

export const listInvocations = defineOperation({
  name: 'session.invocations',
  summary: 'List tool calls: those of a session, or the sessions of a call.',
  input: z.object({
    session: z.optional(sessionWord),
    invocation: z.optional(text('only the call with this id, as its agent or program named it')),
    tool: z.optional(text('only calls of this tool')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook session invocations nightly-1', says: 'what ran in it, oldest first' },
      { command: 'daybook session invocations --invocation inv-1', says: 'the session of a call' },
    ],
    seeAlso: ['session link', 'session messages', 'session stats'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).listInvocationsTool,
  async handle(context, { session, invocation, tool, ...page }): Promise<Page<InvocationView>> {
    const { store } = context
    const sessionId = session === undefined ? undefined : (await oneSession(context, session)).id
    const found = await store.invocations.list({ sessionId, callId: invocation, tool }, page)
    const items: InvocationView[] = []
    for (const call of found.items) {
      const callId = invocation ?? (await callIdOf(context, call))
      items.push({ ...call, callId, session: sessionName(await store.sessions.get(call.sessionId)) })
    }
    return { ...found, items }
  },
})

/** The store knows a call by a hash of its id; the id itself is in the archive. */
async function callIdOf({ history }: OperationContext, call: Invocation): Promise<string | null> {
  const { transcriptId, record, id } = call
  const seen = { includeInherited: true, includeSidechain: true, includeInjected: true, includeMeta: true }
  const { items } = await history.entries({ transcriptId, record, types: ['tool_call'], ...seen }, { limit: 100 })
  const content = items.find((entry) => entry.id === id)?.content
  return content?.type === 'tool_call' ? content.callId : null
}
