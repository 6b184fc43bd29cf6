import { isAppError } from '../domain/errors.ts'
import { EXIT, EXIT_BY_CODE } from './exit-codes.ts'
import type { Screen } from './screen.ts'
import { bad, command, meta } from './text.ts'

/** Something a command refused or could not do, as every face of it: the fact, details, one way out. */
export interface Failure {
  code: string
  message: string
  details: readonly string[]
  hint: string
  exit: number
}

/**
 * What to say of anything thrown, with `usualHint` where the error itself knows no way out. Errors that are not ours are
 * `internal`: their text may hold what nobody should see.
 */
export function failureOf(error: unknown, usualHint: string): Failure {
  if (isAppError(error)) {
    const { code, message, details, hint = usualHint } = error
    return { code, message, details, hint, exit: EXIT_BY_CODE[code] ?? EXIT.failed }
  }
  return {
    code: 'internal',
    message: 'something in Daybook broke; nothing that was acknowledged is lost',
    details: [],
    hint: 'daybook doctor',
    exit: EXIT.failed,
  }
}

/** Prints to stderr for people: `error:` fact, indented details, `try:` one command. */
export function printFailure(screen: Screen, failure: Failure): void {
  screen.prose(failure.message, { first: [bad('error:'), ' '], indent: 7 })
  for (const detail of failure.details) screen.prose(detail, { first: '       ', indent: 7 })
  screen.line(meta('try:'), '   ', hintText(failure.hint))
}

function hintText(hint: string) {
  return hint.startsWith('daybook') ? command(hint) : hint
}

/** The object that `--json` prints on stdout instead of a result. */
export function failureJson({ code, message, details, hint }: Failure): object {
  return { error: { code, message, ...(details.length > 0 ? { details } : {}), try: hint } }
}
