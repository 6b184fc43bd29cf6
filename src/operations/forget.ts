import * as z from 'zod/mini'
import type { Session } from '../domain/session.ts'
import { type Deletion, deleteAll } from './delete-sessions.ts'
import { flag, text } from './fields.ts'
import { sessionsHolding } from './holding.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type Selection, checkSelection, isSelective, selected, selectionFields } from './selection.ts'

export const forgetSessions = defineOperation({
  name: 'session.forget',
  summary: 'Delete sessions by filter or by text, and leave no byte of them in the store.',
  input: z.object({
    ...selectionFields,
    containing: z.optional(text('sessions in which this was said, done or shown, word for word')),
    reason: z.optional(text('why, kept in the activity log')),
    rehearse: flag('say what would go and by how much totals would fall, change nothing; --dry-run is the same'),
  }),
  errors: ['not_found', 'conflict', 'too_large', 'unsupported', 'unavailable'],
  effect: 'destroy',
  cli: {
    path: ['forget'],
    args: ['sessions...'],
    examples: [
      { command: 'daybook forget --containing "stale table" --dry-run', says: 'which sessions hold it' },
      { command: 'daybook forget 2 --yes', says: 'gone, and its bytes with it' },
    ],
    seeAlso: ['session delete', 'prune', 'activity verify'],
  },
  async handle(context, { reason, rehearse, containing, ...selection }): Promise<Deletion> {
    const sessions = await chosen(context, selection, containing)
    return deleteAll(context, sessions, { rehearse, reason, whole: true })
  },
})

async function chosen(
  context: OperationContext,
  selection: Selection,
  containing: string | undefined,
): Promise<Session[]> {
  if (containing === undefined || isSelective(selection)) checkSelection(selection)
  const holding = containing === undefined ? undefined : await sessionsHolding(context, containing)
  const sessions: Session[] = []
  for await (const session of selected(context, selection, { includePruned: true })) {
    if (holding === undefined || holding.has(session.id)) sessions.push(session)
  }
  return sessions
}
