import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import {
  LEAST_RECALL_TOKENS,
  MOST_RECALL_TOKENS,
  type Recalled,
  USUAL_RECALL_TOKENS,
  packExcerpts,
  rankSources,
  recallTerms,
} from '../domain/recall.ts'
import { checkQueryLength } from '../domain/search-query.ts'
import { filterFields, text } from './fields.ts'
import { narrow, oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { findSources } from './recall-sources.ts'

export interface RecallReply extends Recalled {
  query: string
  /** Words that were looked for, as they were looked for: an end is open where a word is long enough. */
  words: string[]
  budget: number
  /** True when not all could be looked at: much is not in the index yet. */
  partial: boolean
}

export const recallContext = defineOperation({
  name: 'context.recall',
  summary: 'Recall what was recorded about something, cited, within a budget of tokens.',
  input: z.object({
    query: text('what it is about, in your own words'),
    budget: z
      ._default(z.int().check(z.gte(LEAST_RECALL_TOKENS), z.lte(MOST_RECALL_TOKENS)), USUAL_RECALL_TOKENS)
      .check(z.describe(`tokens that all of it may have, ${LEAST_RECALL_TOKENS} to ${MOST_RECALL_TOKENS}`)),
    session: z.optional(text('only from this session')),
    ...filterFields,
  }),
  errors: ['not_found', 'conflict', 'unsupported'],
  effect: 'read',
  mcp: async () => (await import('./compat/recall-tools.ts')).recallContextTool,
  cli: {
    path: ['context'],
    args: ['query'],
    examples: [
      { command: 'daybook context "how are stale tables noticed"', says: 'excerpts of everything, best first' },
      { command: 'daybook context tide cache --budget 500', says: 'no more than 500 tokens of it' },
      { command: 'daybook context', says: 'without words: what this session works on' },
    ],
    seeAlso: ['search', 'context show', 'handoff show'],
  },
  async handle(context, { query, budget, session: word, ...typed }): Promise<RecallReply> {
    checkQueryLength(query)
    const words = await context.history.words()
    const terms = recallTerms(words.tokens(query))
    if (terms.length === 0) {
      throw new AppError('invalid', `the query ${shownValue(query)} has no letter or digit`, {
        hint: 'daybook context "why is the cache stale"',
      })
    }
    const sessionId = word === undefined ? undefined : (await oneSession(context, word)).id
    const found = await findSources(context, words, terms, { ...(await narrow(context, typed)), sessionId })
    const ranked = rankSources(found.sources, terms, context.clock.now(), words.count)
    const packed = packExcerpts(
      ranked,
      budget,
      (said, characters) => words.excerpt(said, terms, characters),
      `recorded-${randomBytes(6).toString('hex')}`,
    )
    const looked = terms.map(({ tokens, prefix }) => `${tokens.join(' ')}${prefix ? '*' : ''}`)
    return { query, words: looked, budget, ...packed, partial: found.partial }
  },
})
