import * as z from 'zod/mini'
import type { CommitSeen } from '../domain/invocation.ts'
import type { Page } from '../stores/store.ts'
import { pageFields, sessionWord } from './fields.ts'
import { oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'

export type SessionCommits = Page<CommitSeen> & { session: SessionName }

export const sessionCommits = defineOperation({
  name: 'session.commits',
  summary: 'List commits that a session made, newest first.',
  input: z.object({ session: sessionWord, ...pageFields(20) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/commit-tools.ts')).getSessionCommits,
  async handle(context, { session: word, ...page }): Promise<SessionCommits> {
    const session = await oneSession(context, word)
    return { session: sessionName(session), ...(await context.store.files.commits({ sessionId: session.id }, page)) }
  },
})
