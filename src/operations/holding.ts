import { AppError } from '../domain/errors.ts'
import { parseSearchQuery } from '../domain/search-query.ts'
import type { Session } from '../domain/session.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'

const EVERYTHING = { includeInherited: true, includeSidechain: true, includeInjected: true, includeMeta: true }

/**
 * Every session that has the text in it, word for word: subagents' and Daybook's own text as well, and what a fork inherited.
 *
 * @throws AppError `invalid` where no word of it can be searched, `unavailable` where not all could be looked through
 */
export async function sessionsHolding(context: OperationContext, said: string): Promise<Set<string>> {
  const { store, history, signal } = context
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
    // Search finds a record once; forks that inherited it hold it as well.
    for (const { entry } of page.items) for (const copy of await store.entries.find(entry.id)) found.add(copy.sessionId)
    cursor = page.nextCursor ?? undefined
    if (page.partial && cursor === undefined) {
      throw new AppError('unavailable', 'not all of the record could be looked through: nothing was deleted', {
        hint: 'daybook scan',
      })
    }
  } while (cursor !== undefined)
  for (const session of await forksOfPruned(context)) {
    if (!found.has(session.id) && (await holds(context, session, query))) found.add(session.id)
  }
  return found
}

/** What these inherited is in no index: it is their parent's, and of a pruned one nothing is. */
async function forksOfPruned({ store }: OperationContext): Promise<Session[]> {
  const sessions = new Map<string, Session>()
  for await (const session of everyItem((page) => store.sessions.list({ includePruned: true }, page)))
    sessions.set(session.id, session)
  return [...sessions.values()].filter((session) => {
    if (session.prunedAt !== null || session.relation !== 'forks') return false
    const passed = new Set<string>()
    for (let at = session.parentId; at !== null && !passed.has(at); at = sessions.get(at)?.parentId ?? null) {
      if (sessions.get(at)?.prunedAt != null) return true
      passed.add(at)
    }
    return false
  })
}

async function holds(
  { history, signal }: OperationContext,
  { id: sessionId }: Session,
  query: string,
): Promise<boolean> {
  const words = await history.words()
  const { terms } = parseSearchQuery(query)
  for await (const { content } of everyItem((page) => history.entries({ sessionId, ...EVERYTHING }, page))) {
    signal?.throwIfAborted()
    const text = content === undefined || content === null ? '' : words.entryText(content)
    if (text !== '' && terms.all.every((term) => words.count(text, term) > 0)) return true
  }
  return false
}
