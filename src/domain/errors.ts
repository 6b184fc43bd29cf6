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

/** A word that was typed and what would work in its place; null where it is better left out. */
export interface Repair {
  typed: string
  by: string | null
}

/**
 * An error made for people: a sentence with the offending value, and one way out.
 *
 * `message` is the fact (`no session "SESSION-404"; the newest is SESSION-009`); `hint` is a command or a step that
 * works as printed (`daybook session list`). Where the same request with one word changed would work, `repair` says which,
 * and a face that knows the request makes the hint of it. Anything that is not an `AppError` is `internal` at the faces: its detail
 * goes to the log, the caller gets a neutral sentence.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  /** Indented lines below the fact, for a list of candidates and the like. */
  readonly details: readonly string[]
  readonly repair: Repair | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: readonly string[]; repair?: Repair; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? []
    this.repair = options.repair
  }
}

/** True for errors of ours, also when they crossed a bundle or a thread. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error
}

const SHOWN_CHARACTERS = 80

/** A value as a sentence quotes it: as a JSON string, a long one cut. */
export function shownValue(value: string): string {
  return JSON.stringify(value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value)
}
