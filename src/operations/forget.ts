import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { type Deletion, deleteAll } from './delete-sessions.ts'
import { flag, text } from './fields.ts'
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

/** Every session that has the text in it, subagents' and Daybook's own text as well. @throws AppError `invalid` where no word of it can be searched */
async function sessionsHolding({ store, history, signal }: OperationContext, said: string): Promise<Set<string>> {
  if (!/[\p{L}\p{N}]/u.test(said)) {
    throw new AppError('invalid', `${JSON.stringify(said.slice(0, 80))} has no word to look for`, {
      hint: 'daybook session list',
    })
  }
  const query = `"${said.replaceAll('"', ' ')}"`
  const filter = { includeSidechain: true, includeInjected: true }
  const found = new Set<string>()
  let cursor: string | undefined
  do {
    signal?.throwIfAborted()
    const page = await history.search({ query, filter, order: 'newest', limit: 1000, cursor, budgetMs: 600_000 })
    // A fork holds what it inherited as well, and search finds that once.
    for (const { entry } of page.items) for (const copy of await store.entries.find(entry.id)) found.add(copy.sessionId)
    cursor = page.nextCursor ?? undefined
    if (page.partial && cursor === undefined) {
      throw new AppError('unavailable', 'not all of the record could be looked through: nothing was deleted', {
        hint: 'daybook scan',
      })
    }
  } while (cursor !== undefined)
  return found
}
