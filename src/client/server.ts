import { AppError } from '../domain/errors.ts'
import { routeOf } from '../operations/route.ts'
import { errorOf } from './problem.ts'

/** A server, and who asks it. */
export interface Server {
  /** As `serverUrl` gives it; empty for the one that a page came from. */
  url: string
  /** Absent where a cookie says who asks. */
  token?: string
  /** Session that calls belong to: a key, a ref or an id. */
  session?: string | null
  /** Tells calls of one terminal or program from those of another: letters, digits and `:._-`, at most 100. */
  connection?: string | null
  /** After so long a call counts as not answered. */
  timeoutMs?: number
}

/**
 * Asks one operation.
 *
 * @returns the reply, also that of a validation that ran and failed
 * @throws AppError as the server threw it; `unavailable` when nothing answers, in time, as Daybook does
 */
export type Ask = (name: string, input: object, signal?: AbortSignal) => Promise<unknown>

const ANSWERS_WITHIN_MS = 120_000

export function askOf(server: Server): Ask {
  const { url, token, session, connection, timeoutMs = ANSWERS_WITHIN_MS } = server
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  if (session) headers['x-session-key'] = session
  if (connection) headers['x-connection'] = connection
  const shown = url === '' ? 'the server' : `the server at ${url}`
  return async (name, input, signal) => {
    const late = AbortSignal.timeout(timeoutMs)
    const stopped = signal ? AbortSignal.any([signal, late]) : late
    try {
      const response = await fetch(`${url}${routeOf(name)}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(input),
        credentials: 'same-origin',
        // A token goes nowhere but where it was meant to go.
        redirect: 'error',
        signal: stopped,
      })
      return await replyOf(response, shown)
    } catch (error) {
      if (signal?.aborted || error instanceof AppError) throw error
      const why = late.aborted ? `did not answer within ${Math.round(timeoutMs / 1000)} s` : 'does not answer'
      throw new AppError('unavailable', `${shown} ${why}`, { hint: 'daybook serve', cause: error })
    }
  }
}

/** 422 is a validation that ran and failed: a reply like others. */
async function replyOf(response: Response, shown: string): Promise<unknown> {
  const text = await response.text()
  const reply = read(text)
  if ((response.ok || response.status === 422) && reply !== undefined) return reply
  const error = errorOf(reply)
  if (error) throw error
  throw new AppError('unavailable', `${shown} answered with status ${response.status}, and not as Daybook does`, {
    details: ['something else has this address, or stands before it'],
    hint: 'daybook serve',
  })
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
