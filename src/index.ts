import { randomUUID } from 'node:crypto'
import { openDaybook } from './app.ts'
import { askOf } from './client/server.ts'
import { serverUrl } from './client/server-url.ts'
import { thisMachine } from './config/places.ts'
import { AppError } from './domain/errors.ts'
import { callerFromEnvironment } from './domain/caller-environment.ts'
import { type Methods, methodsOf } from './library/methods.ts'
import { type Stack, stackOf } from './library/stack.ts'
import type { Caller } from './operations/caller.ts'
import { OPERATIONS } from './operations/index.ts'
import { parseInput } from './operations/input.ts'

export { AppError, ERROR_CODES, isAppError, type ErrorCode } from './domain/errors.ts'
export type { Activity } from './domain/activity.ts'
export type { Entry, EntryContent } from './domain/entry.ts'
export type { Handoff } from './domain/handoff.ts'
export type { Invocation } from './domain/invocation.ts'
export type { Session } from './domain/session.ts'
export type { Ticket, TicketKind } from './domain/ticket.ts'
export type { Method, Methods } from './library/methods.ts'
export type { Stack, StackFrame } from './library/stack.ts'
export { sessionManager, type SessionManager } from './library/session-manager.ts'
export { agentTracker, recordInvocations, type AgentTracker, type ToolServer } from './library/recorder.ts'

/** The record on this machine. */
export interface OpenOptions {
  url?: undefined
  /** Folder that holds data, configuration and pointers; as `DAYBOOK_HOME` says, or the platform's own, when left out. */
  home?: string
  /** Where the work is done: it decides the project. The process's own when left out. */
  cwd?: string
  /** What the program calls itself. */
  clientName?: string
  /** Settings and words of the environment; the process's own when left out. */
  env?: Readonly<Record<string, string | undefined>>
  /** Unix milliseconds. */
  now?(): number
  signal?: AbortSignal
}

/** A record that another Daybook serves. */
export interface RemoteOptions {
  /** `https://daybook.example`, `http://127.0.0.1:4750` */
  url: string
  /** `DAYBOOK_TOKEN` when left out. */
  token?: string
  /** As `DAYBOOK_SESSION` says when left out. */
  session?: string
  env?: Readonly<Record<string, string | undefined>>
  signal?: AbortSignal
}

/** An open record: every operation as a function, and the stack of the session the caller is in. */
export type Book = Methods & { readonly stack: Stack; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }

/**
 * Opens the record on this machine, or one that is served elsewhere: both have the same functions.
 *
 * ```ts
 * await using book = await open()
 * const { session } = await book.session.start({ title: 'Cache tide tables' })
 * await book.ticket.create({ title: 'Read the old tables' })
 * ```
 *
 * @throws AppError `invalid` for a setting, a path or an address that cannot be, `unavailable` where the store cannot be opened
 */
export async function open(options: OpenOptions | RemoteOptions = {}): Promise<Book> {
  const { call, close } = options.url === undefined ? await openHere(options) : openThere(options)
  let closed = false
  const methods = methodsOf(
    OPERATIONS.map(({ name }) => name),
    async (name, given) => {
      if (closed) throw new AppError('unavailable', 'the record was closed', { hint: 'open it again' })
      return call(name, given)
    },
  )
  const closeOnce = async (): Promise<void> => {
    if (closed) return
    closed = true
    await close()
  }
  return Object.assign(methods, { stack: stackOf(methods), close: closeOnce, [Symbol.asyncDispose]: closeOnce })
}

interface Callable {
  call(name: string, given: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}

async function openHere(options: OpenOptions): Promise<Callable> {
  const { now = Date.now, cwd = process.cwd(), env = process.env, signal = new AbortController().signal } = options
  const variables = options.home === undefined ? env : { ...env, DAYBOOK_HOME: options.home }
  const opened = await openDaybook({ machine: { ...thisMachine(), variables }, cwd, now, signal }, 'own')
  const caller: Caller = {
    ...callerFromEnvironment(variables),
    channel: 'api',
    connection: `api:${randomUUID()}`,
    clientName: options.clientName ?? null,
    toolUse: null,
    processIds: [process.pid],
    cwd,
    interactive: false,
  }
  return {
    async call(name, given) {
      const operation = await OPERATIONS.find((entry) => entry.name === name)!.load()
      const words = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      return operation.handle({ ...opened.context, caller }, parseInput(operation, words))
    },
    close: () => opened.close(),
  }
}

function openThere({ url, token, session, env = process.env, signal }: RemoteOptions): Callable {
  const ask = askOf({
    url: serverUrl(url),
    token: token ?? env['DAYBOOK_TOKEN'],
    session: session ?? callerFromEnvironment(env).session,
    connection: randomUUID(),
  })
  return { call: (name, given) => ask(name, given, signal), close: async () => {} }
}
