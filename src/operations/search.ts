import * as z from 'zod/mini'
import { ROLES } from '../domain/entry.ts'
import { AppError } from '../domain/errors.ts'
import type { SearchHit } from '../history/history.ts'
import type { SearchFilter } from '../stores/search-store.ts'
import { choice, flag, offset, pageFields, text } from './fields.ts'
import { name, oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionWords, narrowSearch, savedFilterName, sessionFields, withSavedFilter } from './session-filter.ts'

/**
 * A hit that can be cited: `SESSION-003#e0mi4x0v5kq0j1a2` names session and entry. What the entry says is there when `whole` was
 * asked for; a page of hits would else carry a hundred times what is shown of them.
 */
export type CitedHit = SearchHit & { citation: string }

export interface SearchAnswer {
  items: CitedHit[]
  /** Hits in all; null where a page stopped before the last of them. */
  total: number | null
  totalReason: string | null
  nextCursor: string | null
  /** True when a scan stopped at its budget: older entries were not looked at. */
  partial: boolean
  /** Entries in the index, and entries there are. What lags is scanned. */
  indexed: number
  entries: number
}

const common = {
  query: text('words that must all occur, "a phrase", a beginning*, -not this, tool:Bash'),
  ...sessionFields,
  session: z.optional(text('only this session')),
  filter: savedFilterName,
  order: z._default(choice(['newest', 'relevance'], 'newest first, or the best match first'), 'newest'),
  substring: flag('also inside words; over long text it stops at a budget and says so'),
  subagents: flag('also what subagents said and did'),
  injected: flag('also text that Daybook itself put there'),
  whole: flag('with all that each hit says, not only what is around the match'),
  ...pageFields(20),
  offset,
}

export const searchMessages = defineOperation({
  name: 'session.search',
  summary: 'Search what was said, by person and agent, in all sessions or one.',
  input: z.object({ ...common, role: z.optional(choice(['user', 'assistant'], 'only what this side said')) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/message-tools.ts')).searchMessagesTool,
  cli: {
    args: ['query'],
    examples: [
      { command: 'daybook session search tide', says: 'messages with this word' },
      { command: 'daybook session search tide --session 1', says: 'in one session' },
    ],
    seeAlso: ['search', 'session messages'],
  },
  async handle(context, { role, ...input }): Promise<SearchAnswer> {
    return answer(context, input, { types: ['message'], roles: role ? [role] : ['user', 'assistant'] })
  },
})

export const searchEverything = defineOperation({
  name: 'search',
  summary: 'Search messages, thinking, tool input and output, commands, paths and titles.',
  input: z.object({
    ...common,
    role: z.optional(z.array(choice(ROLES, 'only these speakers'))),
    tool: z.optional(text('only calls of this tool and their results')),
    file: z.optional(text('only calls that read or changed a path with this in it')),
    failed: flag('only calls and results that failed'),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['query'],
    examples: [
      { command: 'daybook search tide', says: 'where the word occurs, newest first' },
      { command: 'daybook search \'"stale table"\' --failed', says: 'a phrase, in what failed' },
      { command: 'daybook search "tide -harbour" --order relevance', says: 'one word without another, best first' },
    ],
    seeAlso: ['session search', 'session messages'],
  },
  async handle(context, { role, tool, file, failed, ...input }): Promise<SearchAnswer> {
    return answer(context, input, { roles: role, tool, file, failedOnly: failed })
  },
})

interface Asked extends SessionWords {
  query: string
  session?: string
  filter?: string
  order: 'newest' | 'relevance'
  substring: boolean
  subagents: boolean
  injected: boolean
  whole: boolean
  limit: number
  cursor?: string
  offset?: number
}

async function answer(context: OperationContext, typed: Asked, more: SearchFilter): Promise<SearchAnswer> {
  const asked = await withSavedFilter(context, typed)
  const skipped = skippedBy(asked)
  const session = asked.session === undefined ? undefined : await oneSession(context, asked.session)
  const reply = await context.history.search({
    query: asked.query,
    filter: {
      ...more,
      ...(await narrowSearch(context, asked)),
      sessionId: session?.id,
      includeSidechain: asked.subagents,
      includeInjected: asked.injected,
    },
    order: asked.order,
    substring: asked.substring,
    limit: skipped + asked.limit,
    cursor: asked.cursor,
  })
  const complete = asked.cursor === undefined && reply.nextCursor === null && !reply.partial
  return {
    ...reply,
    items: reply.items.slice(skipped).map((hit) => cited(hit, asked.whole)),
    total: complete ? reply.items.length : null,
    totalReason: complete ? null : 'a search stops at its page; counting all hits would read every one',
  }
}

function cited(hit: SearchHit, whole: boolean): CitedHit {
  const { content: _, ...place } = hit.entry
  return { ...hit, entry: whole ? hit.entry : place, citation: `${name(hit.session)}#${hit.entry.id}` }
}

/** Hits have no numbers: those before the page are found to be left out, so there is an end to it. */
function skippedBy({ offset: rows = 0, limit, cursor }: Asked): number {
  if (rows > 0 && cursor !== undefined) {
    throw new AppError('invalid', `offset ${rows} and a cursor both say where to begin`, { hint: 'give one of them' })
  }
  if (rows + limit <= MOST_LOOKED_UP) return rows
  throw new AppError('invalid', `offset ${rows} leads beyond the first ${MOST_LOOKED_UP} hits`, {
    hint: 'go on with the cursor of the page before',
  })
}

const MOST_LOOKED_UP = 2000
