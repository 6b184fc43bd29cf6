import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import { choice, sessionWord, text } from './fields.ts'
import { name as nameOf, oneSession } from './filter.ts'
import { takingSession } from './kept-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, saidOnOneLine, saidValue } from './said.ts'
import { type SessionName, sessionName } from './session-view.ts'

export interface DataValue {
  session: SessionName
  name: string
  value: unknown
}

export interface DataList {
  session: SessionName
  /** By name. */
  items: { name: string; value: unknown }[]
  total: number
  nextCursor: null
}

export interface DataRemoved {
  session: SessionName
  /** How many values there were. */
  removed: number
}

const dataName = text('the name of the value, 200 characters at most')
const dataValue = z.unknown().check(z.describe('the value: any JSON'))
const errors = ['not_found', 'conflict'] as const
const seeAlso = ['session data list', 'session data set', 'session show']

export const setData = defineOperation({
  name: 'session.data.set',
  summary: 'Keep a value with a session, under a name.',
  input: z.object({ session: sessionWord, name: dataName, value: dataValue }),
  errors: [...errors, 'too_large'],
  effect: 'write',
  cli: {
    args: ['session', 'name', 'value'],
    examples: [{ command: 'daybook session data set nightly-1 page 4', says: 'JSON, or else text' }],
    seeAlso,
  },
  async handle(context, input): Promise<DataValue> {
    const { id } = await oneSession(context, input.session)
    const name = await saidOnOneLine(context, 'the name', input.name, LONGEST.name)
    const value = await saidValue(context, 'the value', input.value)
    return context.store.transaction(async (tx) => {
      const session = await takingSession(tx, context, id, 'it keeps nothing more')
      await tx.sessionData.set(id, name, value)
      await record(tx, context, id, 'data.set', { name })
      return { session: sessionName(session), name, value }
    })
  },
})

export const getData = defineOperation({
  name: 'session.data.get',
  summary: 'Read one value that a program keeps with a session.',
  input: z.object({ session: sessionWord, name: dataName }),
  errors,
  effect: 'read',
  cli: {
    args: ['session', 'name'],
    examples: [{ command: 'daybook session data get nightly-1 page', says: 'as JSON' }],
    seeAlso,
  },
  async handle(context, input): Promise<DataValue> {
    const session = await oneSession(context, input.session)
    const value = await context.store.sessionData.get(session.id, input.name)
    if (value !== undefined) return { session: sessionName(session), name: input.name, value }
    throw new AppError('not_found', `${nameOf(session)} keeps nothing under ${shownValue(input.name)}`, {
      hint: `daybook session data list ${nameOf(session)}`,
    })
  },
})

export const listData = defineOperation({
  name: 'session.data.list',
  summary: 'List what a program keeps with a session, by name.',
  input: z.object({ session: sessionWord }),
  errors,
  effect: 'read',
  cli: {
    args: ['session'],
    examples: [{ command: 'daybook session data list nightly-1', says: 'every name and value' }],
    seeAlso,
  },
  async handle(context, input): Promise<DataList> {
    const session = await oneSession(context, input.session)
    const all = Object.entries(await context.store.sessionData.all(session.id))
    const items = all.map(([name, value]) => ({ name, value }))
    return { session: sessionName(session), items, total: items.length, nextCursor: null }
  },
})

export const deleteData = defineOperation({
  name: 'session.data.delete',
  summary: 'Drop one value that a program keeps with a session.',
  input: z.object({ session: sessionWord, name: dataName }),
  errors,
  effect: 'write',
  cli: {
    args: ['session', 'name'],
    examples: [{ command: 'daybook session data delete nightly-1 page', says: 'the others stay' }],
    seeAlso,
  },
  handle: (context, { session, name }): Promise<DataRemoved> => remove(context, session, name),
})

export const clearData = defineOperation({
  name: 'session.data.clear',
  summary: 'Drop everything that a program keeps with a session under names.',
  input: z.object({ session: sessionWord }),
  errors,
  effect: 'destroy',
  cli: {
    args: ['session'],
    examples: [{ command: 'daybook session data clear nightly-1 --yes', says: 'messages and calls stay' }],
    seeAlso,
    check: (context, { session }) => oneSession(context, String(session)),
  },
  handle: (context, { session }): Promise<DataRemoved> => remove(context, session),
})

async function remove(context: OperationContext, word: string, name?: string): Promise<DataRemoved> {
  const session = await oneSession(context, word)
  return context.store.transaction(async (tx) => {
    const removed = await tx.sessionData.remove(session.id, name)
    if (removed > 0) await record(tx, context, session.id, 'data.removed', { name: name ?? null, removed })
    return { session: sessionName(session), removed }
  })
}

export const DATA_ACTIONS = ['get', 'set', 'list', 'delete', 'clear'] as const

export type DataReply = Partial<DataValue> & Partial<DataList> & Partial<DataRemoved> & { session: SessionName }

/** The five commands of `daybook session data` as one: a tool for each would cost every agent their descriptions. */
export const dataActions = defineOperation({
  name: 'session.data.act',
  summary: 'Keep values with a session by name, and read them again.',
  input: z.object({
    session: sessionWord,
    action: z._default(choice(DATA_ACTIONS, 'what to do'), 'list'),
    name: z.optional(dataName),
    value: z.optional(dataValue),
  }),
  errors: [...errors, 'too_large'],
  effect: 'write',
  mcp: async () => (await import('./compat/keeping-tools.ts')).sessionDataTool,
  async handle(context, { session, action, name, value }): Promise<DataReply> {
    if (action === 'list') return listData.handle(context, { session })
    if (action === 'clear') return clearData.handle(context, { session })
    if (name === undefined) throw new AppError('invalid', `${action} needs a name`)
    if (action === 'get') return getData.handle(context, { session, name })
    return action === 'delete'
      ? deleteData.handle(context, { session, name })
      : setData.handle(context, { session, name, value })
  },
})
