import { isAppError } from '../domain/errors.ts'
import type { ErrorCode, Repair } from '../domain/errors.ts'

/** Why a request is not answered. */
export interface Refusal {
  status: number
  code: ErrorCode
  message: string
  details?: readonly string[]
  hint?: string
  repair?: Repair
  headers?: Record<string, string>
}

/** The one table from error code to status. 422 is kept for a validation that ran and failed. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 501,
  unavailable: 503,
  internal: 500,
}

const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid: 'Not understood',
  unauthenticated: 'Not signed in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'Not now',
  too_large: 'Too large',
  unsupported: 'Not supported',
  unavailable: 'Not available',
  internal: 'Broken',
}

/**
 * Anything thrown, as it is told. Errors that are not ours are `internal`: their text goes to the log alone, it may hold what
 * nobody should see.
 */
export function refusalFor(error: unknown, log: (line: string) => void): Refusal {
  if (isAppError(error)) {
    const { code, message, details, hint, repair } = error
    return { status: STATUS[code], code, message, details, hint, repair }
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return {
    status: STATUS.internal,
    code: 'internal',
    message: 'something in Daybook broke; nothing that was acknowledged is lost',
    hint: 'daybook doctor',
  }
}

/** As RFC 9457 has it, with `code`, `details`, `try` and `repair` of our own. */
export function refused({ status, code, message, details = [], hint, repair, headers }: Refusal): Response {
  const problem = {
    type: 'about:blank',
    title: TITLES[code],
    status,
    detail: message,
    code,
    ...(details.length > 0 ? { details } : {}),
    ...(hint === undefined ? {} : { try: hint }),
    ...(repair === undefined ? {} : { repair }),
  }
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}
