/** The nine ways a request can fail. Every face maps them to its own language in one table. */
export const ERROR_CODES = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'unsupported',
  'unavailable',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * An error made for people: a sentence with the offending value, and one way out.
 *
 * `message` is the fact (`no session "SESSION-404"; the newest is SESSION-009`); `hint` is a command or a step that
 * works as printed (`daybook session list`). Anything that is not an `AppError` is `internal` at the faces: its detail
 * goes to the log, the caller gets a neutral sentence.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  /** Indented lines below the fact, for a list of candidates and the like. */
  readonly details: readonly string[]

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? []
  }
}

/** True for errors of ours, also when they crossed a bundle or a thread. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error
}
