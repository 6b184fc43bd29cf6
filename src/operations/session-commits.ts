import * as z from 'zod/mini'
import type { Page } from '../stores/page.ts'
import type { CommitsMade, SessionCommit } from './commits-made.ts'
import { pageFields, sessionWord } from './fields.ts'
import { oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { type SessionName, sessionName } from './session-view.ts'

export type SessionCommits = Page<SessionCommit> & Omit<CommitsMade, 'commits'> & { session: SessionName }

export const sessionCommits = defineOperation({
  name: 'session.commits',
  summary: 'List commits that a session made, newest first, and how that is known.',
  input: z.object({ session: sessionWord, ...pageFields(20) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/commit-tools.ts')).getSessionCommits,
  cli: {
    args: ['session'],
    examples: [{ command: 'daybook session commits 1', says: 'from its output, and from the repository' }],
    seeAlso: ['session show', 'blame'],
  },
  async handle(context, { session: word, ...page }): Promise<SessionCommits> {
    const session = await oneSession(context, word)
    const { commitsMade } = await import('./commits-made.ts')
    const { commits, ...rest } = await commitsMade(context, session)
    return { session: sessionName(session), ...pageOf(commits, page), ...rest }
  },
})
