import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import type { SavedFilter } from '../domain/saved-filter.ts'
import type { Page } from '../stores/page.ts'
import { flag, pageFields, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { LONGEST } from './said.ts'
import { narrowSessions, sessionFields } from './session-filter.ts'

const filterName = text('its name: letters, digits, . _ and -, 40 at most')

export interface KeptFilter extends SavedFilter {
  /** The words it had before; null where the name was free. */
  before: SavedFilter['words'] | null
}

export const saveFilter = defineOperation({
  name: 'filter.save',
  summary: 'Keep a filter under a name, for session list and search.',
  input: z.object({
    name: filterName,
    ...sessionFields,
    text: z.optional(text('only sessions with this in title, ref, key or id')),
    archived: flag('also sessions that were put away'),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    args: ['name'],
    examples: [
      { command: 'daybook filter save lately --since 7d --project tidewatch', says: 'the last 7 days, whenever asked' },
    ],
    seeAlso: ['filter list', 'session list', 'search'],
  },
  async handle(context, { name: typed, ...input }): Promise<KeptFilter> {
    const name = readName(typed)
    // Said now rather than when it is used.
    await narrowSessions(context, input)
    const asked = Object.entries(input).filter(([, value]) => value !== undefined && value !== false)
    if (asked.length === 0) {
      throw new AppError('invalid', `filter ${shownValue(name)} asks for nothing`, {
        hint: `daybook filter save ${name} --since 7d`,
      })
    }
    for (const [field, value] of asked) for (const word of [value].flat()) checkLength(field, word)
    const words = Object.fromEntries(asked) as SavedFilter['words']
    const savedAt = new Date(context.clock.now()).toISOString()
    const filter: SavedFilter = { name, words, savedAt, savedBy: context.actor }
    return context.store.transaction(async (tx) => {
      const before = (await tx.savedFilters.list()).find((one) => one.name === name)?.words ?? null
      await tx.savedFilters.save(filter)
      await logFilter(context, tx, 'filter.saved', name, { words, before })
      return { ...filter, before }
    })
  },
})

/** @throws AppError `too_large` */
function checkLength(field: string, word: unknown): void {
  if (typeof word !== 'string' || word.length <= LONGEST.title) return
  throw new AppError('too_large', `${field} ${shownValue(word)} has ${word.length} characters, above ${LONGEST.title}`)
}

export const listFilters = defineOperation({
  name: 'filter.list',
  summary: 'List saved filters by name.',
  input: z.object(pageFields(50)),
  errors: [],
  effect: 'read',
  cli: {
    examples: [{ command: 'daybook filter list', says: 'all of them, with what they ask for' }],
    seeAlso: ['filter save', 'filter delete'],
  },
  handle: async ({ store }, page): Promise<Page<SavedFilter>> => pageOf(await store.savedFilters.list(), page),
})

export const deleteFilter = defineOperation({
  name: 'filter.delete',
  summary: 'Delete a saved filter; what it found stays.',
  input: z.object({ name: filterName }),
  errors: ['not_found'],
  effect: 'write',
  cli: {
    args: ['name'],
    examples: [{ command: 'daybook filter delete lately', says: 'its name is free again' }],
    seeAlso: ['filter list', 'filter save'],
  },
  async handle(context, input): Promise<SavedFilter> {
    return context.store.transaction(async (tx) => {
      const filters = await tx.savedFilters.list()
      const filter = filters.find(({ name }) => name === input.name.trim().toLowerCase())
      if (!filter) {
        throw new AppError('not_found', `no filter ${shownValue(input.name)}`, { hint: 'daybook filter list' })
      }
      await tx.savedFilters.remove(filter.name)
      await logFilter(context, tx, 'filter.deleted', filter.name, { words: filter.words })
      return filter
    })
  },
})

function readName(word: string): string {
  const name = word.trim().toLowerCase()
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(name)) return name
  throw new AppError(
    'invalid',
    `${shownValue(word)} is not a name for a filter: letters, digits, . _ and -, 40 at most`,
  )
}

async function logFilter(
  { actor, clock }: OperationContext,
  tx: OperationContext['store'],
  action: string,
  target: string,
  payload: Record<string, unknown>,
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  await tx.activities.append({ sessionId: null, at, actor, action, target, payload })
}
