import type { ErrorCode } from '../domain/errors.ts'

/** What a command answers to the shell. */
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3, conflict: 4, invalid: 5, interrupted: 130 } as const

/** The one table from error code to exit code. Exit 5 is kept for a validation that ran and failed. */
export const EXIT_BY_CODE: Record<ErrorCode, number> = {
  invalid: EXIT.usage,
  unauthenticated: EXIT.failed,
  forbidden: EXIT.failed,
  not_found: EXIT.notFound,
  conflict: EXIT.conflict,
  too_large: EXIT.failed,
  unsupported: EXIT.failed,
  unavailable: EXIT.failed,
  internal: EXIT.failed,
}
