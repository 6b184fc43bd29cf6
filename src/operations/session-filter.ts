import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import type { FilterWord } from '../domain/saved-filter.ts'
import { STATUS_FILTERS, type StatusFilter } from '../domain/session.ts'
import { readTags } from '../domain/tag.ts'
import type { SearchFilter } from '../stores/search-store.ts'
import type { SessionFilter } from '../stores/session-store.ts'
import { choice, filterFields, flag, text } from './fields.ts'
import { narrow } from './filter.ts'
import type { OperationContext } from './operation.ts'

/** What a list of sessions, and a search in them, can be narrowed by; a saved filter holds these words. */
export const sessionFields = {
  ...filterFields,
  source: z.optional(text('the same as agent, by the names of older tools: claude, codex, gemini')),
  status: z.optional(choice(STATUS_FILTERS, 'only sessions that stand so')),
  branch: z.optional(text('only sessions on this git branch')),
  tag: z.optional(z.array(text('only sessions with one of these tags'))),
  allTags: flag('only sessions with every tag that is named'),
  starred: flag('only sessions with a star'),
  user: z.optional(text('only sessions of this user')),
}

export const savedFilterName = z.optional(text('what a saved filter asks for; what is typed beside it stands over it'))

export interface SessionWords {
  agent?: string
  source?: string
  project?: string
  since?: string
  until?: string
  status?: StatusFilter
  branch?: string
  text?: string
  tag?: string[]
  allTags?: boolean
  starred?: boolean
  archived?: boolean
  user?: string
}

/**
 * What was typed, with the words of the saved filter `filter` where nothing was typed over them.
 *
 * @throws AppError `not_found` naming the filters there are
 */
export async function withSavedFilter<Typed extends SessionWords>(
  { store }: OperationContext,
  { filter, ...typed }: Typed & { filter?: string },
): Promise<Omit<Typed, 'filter'>> {
  if (filter === undefined) return typed
  const filters = await store.savedFilters.list()
  const saved = filters.find(({ name }) => name === filter.trim().toLowerCase())
  if (!saved) {
    const known = filters.map(({ name }) => name).join(', ')
    throw new AppError(
      'not_found',
      `no filter ${shownValue(filter)}; ${known ? `there is ${known}` : 'none is saved'}`,
      {
        hint: 'daybook filter list',
      },
    )
  }
  const words: Record<string, FilterWord> = { ...saved.words }
  for (const [field, value] of Object.entries(typed)) {
    if (value !== undefined && value !== false) words[field] = value as FilterWord
  }
  // Fields that a flag turns off stay as they were: an unset flag and one turned off look the same.
  return { ...typed, ...words }
}

/** The words as the store asks by. Archived sessions are left out unless they are asked for. */
export async function narrowSessions(context: OperationContext, words: SessionWords): Promise<SessionFilter> {
  const { status, branch, text: inText, tag, allTags, starred, archived, user: userId } = words
  const filter: SessionFilter = { ...(await narrow(context, words)), status, branch, text: inText, userId }
  if (archived !== true && status !== 'archived') filter.archived = false
  if (starred === true) filter.starred = true
  if (context.caller?.channel === 'mcp') filter.accepted = true
  if (tag !== undefined) Object.assign(filter, { tags: readTags(tag), allTags: allTags ?? false })
  return filter
}

/** The same for a search in them; it looks into archived sessions too: they were put away, not forgotten. */
export async function narrowSearch(context: OperationContext, words: SessionWords): Promise<SearchFilter> {
  const {
    status,
    branch,
    text: inText,
    tags,
    allTags,
    starred,
    userId,
    ...narrowed
  } = await narrowSessions(context, {
    ...words,
    archived: true,
  })
  const asked = { status, text: inText, tags, allTags, starred, userId }
  const sessions = Object.values(asked).some((value) => value !== undefined && value !== false)
    ? { ...asked, nowMs: context.clock.now(), idleMs: context.store.idleMs }
    : undefined
  return { ...narrowed, branch, ...(sessions && { sessions }) }
}
