import { randomUUID } from 'node:crypto'
import { isAppError } from '../domain/errors.ts'
import type { Methods } from './methods.ts'

/** What of a server of the Model Context Protocol is needed: where it takes the handler of a request. */
export interface ToolServer {
  setRequestHandler(method: never, ...handler: never[]): unknown
}

/** Called with what could not be recorded. The tool has run all the same. */
export type Missed = (error: unknown) => void

interface ToolRequest {
  params: { name: string; arguments?: Record<string, unknown> }
}

type Handler = (request: ToolRequest, ...rest: unknown[]) => unknown

/**
 * Records the tool calls of a server that carry a `session_id`: it is taken out of the arguments, the tool runs as if nothing
 * was, and the call is linked to that session with how long it took and how it went. To be called before the server is given its
 * handler of `tools/call`. What cannot be recorded never fails a tool.
 */
export function recordInvocations(server: ToolServer, book: Pick<Methods, 'session'>, missed: Missed = () => {}): void {
  const set = server.setRequestHandler.bind(server) as (...given: unknown[]) => unknown
  server.setRequestHandler = (...given: unknown[]): unknown => {
    const handler = given.at(-1) as Handler
    return methodOf(given[0]) === 'tools/call'
      ? set(...given.slice(0, -1), recorded(handler, book, missed))
      : set(...given)
  }
}

/** `'tools/call'`, or a schema of a request that has it as its `method`. */
function methodOf(named: unknown): unknown {
  if (typeof named === 'string') return named
  const shape = (named as { shape?: Record<string, { value?: unknown }> } | null)?.shape
  return shape?.['method']?.value
}

function recorded(handler: Handler, book: Pick<Methods, 'session'>, missed: Missed): Handler {
  return async (request, ...rest) => {
    const { session_id: session, ...given } = request.params.arguments ?? {}
    if (typeof session !== 'string') return handler(request, ...rest)
    const { name } = request.params
    const asked = { ...request, params: { ...request.params, arguments: given } }
    const call = { session, tool: name, input: given }
    return timed(() => handler(asked, ...rest), call, book, missed)
  }
}

interface Running {
  session: string
  tool: string
  input: unknown
  invocation?: string
}

async function timed<T>(
  run: () => T,
  call: Running,
  book: Pick<Methods, 'session'>,
  missed: Missed,
): Promise<Awaited<T>> {
  const startedAt = new Date()
  const began = performance.now()
  const link = async (failed: boolean): Promise<void> => {
    const durationMs = Math.round(performance.now() - began)
    const { invocation = randomUUID(), ...rest } = call
    const outcome = failed ? 'error' : 'ok'
    await book.session
      .link({ ...rest, invocation, startedAt: startedAt.toISOString(), durationMs, outcome })
      .catch((error: unknown) => missed(error))
  }
  let result: Awaited<T>
  try {
    result = await run()
  } catch (error) {
    await link(true)
    throw error
  }
  await link((result as { isError?: unknown } | null | undefined)?.isError === true)
  return result
}

/** Follows what an agent written in this language does: each tool it runs is linked to the session it is in. */
export interface AgentTracker {
  /** The session that calls are linked to; null: nothing is recorded. */
  readonly session: string | null
  /** Goes into a session by the program's own id; it is made where it is not there. Null leaves it. */
  setSession(id: string | null): Promise<void>
  /** Runs a tool, and links it. What it throws is thrown, and linked as failed. */
  run<T>(tool: string, input: unknown, work: () => T): Promise<Awaited<T>>
}

export function agentTracker(book: Pick<Methods, 'session'>, missed: Missed = () => {}): AgentTracker {
  let session: string | null = null
  return {
    get session() {
      return session
    },
    async setSession(id) {
      if (id !== null) {
        await book.session.create({ id }).catch((error: unknown) => {
          if (!isAppError(error) || error.code !== 'conflict') throw error
        })
      }
      session = id
    },
    async run<T>(tool: string, input: unknown, work: () => T): Promise<Awaited<T>> {
      if (session !== null) return timed(work, { session, tool, input }, book, missed)
      return await work()
    },
  }
}
