import { AppError, ERROR_CODES, type ErrorCode, type Repair } from '../domain/errors.ts'

/**
 * The error that a server's problem document (RFC 9457, with `code`, `details`, `try` and `repair`) tells of.
 *
 * @returns undefined where it tells of none: somebody else's answer
 */
export function errorOf(problem: unknown): AppError | undefined {
  const { code, detail, details, try: hint, repair } = (problem ?? {}) as Record<string, unknown>
  if (!ERROR_CODES.includes(code as ErrorCode) || typeof detail !== 'string') return undefined
  return new AppError(code as ErrorCode, detail, {
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(isRepair(repair) ? { repair } : {}),
    details: Array.isArray(details) ? details.filter((line) => typeof line === 'string') : [],
  })
}

function isRepair(given: unknown): given is Repair {
  const { typed, by } = (given ?? {}) as Record<string, unknown>
  return typeof typed === 'string' && (by === null || typeof by === 'string')
}
