import { AppError } from '../domain/errors.ts'
import { parseSearchQuery, type QueryFields, type SearchTerms } from '../domain/search-query.ts'
import type { SearchFilter } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import type { SearchRequest } from './history.ts'
import type { Reading } from './open.ts'

/** A request, read: what to look for and where. */
export interface Question {
  terms: SearchTerms
  filter: SearchFilter
}

/**
 * Reads the query and looks up the names in it. What is typed in the query stands over the same filter beside it.
 *
 * @throws AppError `invalid` for a query or limit that asks nothing, `not_found` for a name nobody has
 */
export async function readQuestion({ store, clock }: Reading, request: SearchRequest): Promise<Question> {
  if (!Number.isSafeInteger(request.limit) || request.limit < 1) {
    throw new AppError('invalid', `the limit is ${request.limit}; the least is 1`, {
      hint: 'daybook search WORD --limit 20',
    })
  }
  if (request.substring) return { terms: { all: [], none: [] }, filter: request.filter }
  const { terms, fields } = parseSearchQuery(request.query, clock())
  return { terms, filter: { ...request.filter, ...(await fieldFilter(store, fields)) } }
}

async function fieldFilter(store: Store, fields: QueryFields): Promise<SearchFilter> {
  const filter: SearchFilter = {}
  const { agent, roles, types, tool, file, branch, failed, afterMs, beforeMs } = fields
  for (const [name, value] of Object.entries({ agent, roles, types, tool, file, branch, failedOnly: failed })) {
    if (value !== undefined) Object.assign(filter, { [name]: value })
  }
  if (afterMs !== undefined) filter.from = isoTime(afterMs)
  if (beforeMs !== undefined) filter.to = isoTime(beforeMs)
  if (fields.project !== undefined) {
    const found = await store.projects.resolve(fields.project)
    filter.projectId = only(found, 'project', fields.project, 'daybook project list', (project) => project.name).id
  }
  if (fields.session !== undefined) {
    const found = await store.sessions.resolve(fields.session)
    filter.sessionId = only(
      found,
      'session',
      fields.session,
      'daybook session list',
      (session) => session.key ?? session.ref,
    ).id
  }
  return filter
}

/** Any moment that was typed as one an ISO date can say. */
function isoTime(atMs: number): string {
  return new Date(Math.min(Math.max(atMs, 0), Date.UTC(9999, 0))).toISOString()
}

function only<T>(found: T[], noun: string, word: string, list: string, name: (item: T) => string): T {
  const [first, second] = found
  if (first === undefined) throw new AppError('not_found', `no ${noun} ${JSON.stringify(word)}`, { hint: list })
  if (second === undefined) return first
  throw new AppError('invalid', `${JSON.stringify(word)} may be ${found.length} ${noun}s`, {
    hint: `name one of them: ${noun}:${name(first)}`,
    details: found.slice(0, 10).map(name),
  })
}
