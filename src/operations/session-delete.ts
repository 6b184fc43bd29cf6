import * as z from 'zod/mini'
import type { Session } from '../domain/session.ts'
import { type Deletion, deleteAll } from './delete-sessions.ts'
import { flag, text } from './fields.ts'
import { defineOperation } from './operation.ts'
import { checkSelection, selected, selectionFields } from './selection.ts'

export const deleteSessions = defineOperation({
  name: 'session.delete',
  summary: 'Delete sessions with their content, archive and usage, for good.',
  input: z.object({
    sessions: selectionFields.sessions,
    project: selectionFields.project,
    agent: selectionFields.agent,
    reason: z.optional(text('why, kept in the activity log')),
    rehearse: flag('say what would go and by how much totals would fall, change nothing; --dry-run is the same'),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'destroy',
  cli: {
    args: ['sessions...'],
    examples: [
      { command: 'daybook session delete 1 --rehearse', says: 'what would go' },
      { command: 'daybook session delete 1 --yes', says: 'gone, and the next scan leaves it out' },
    ],
    seeAlso: ['forget', 'prune', 'project ignore', 'session list', 'activity list'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).deleteSessionTool,
  async handle(context, { reason, rehearse, ...selection }): Promise<Deletion> {
    checkSelection(selection, ['project', 'agent'])
    const sessions: Session[] = []
    for await (const session of selected(context, selection, { includePruned: true })) sessions.push(session)
    return deleteAll(context, sessions, { rehearse, reason })
  },
})
