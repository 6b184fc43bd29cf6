import { isAppError } from '../domain/errors.ts'
import type { Repair } from '../domain/errors.ts'
import { EXIT, EXIT_BY_CODE } from './exit-codes.ts'
import type { Screen } from './screen.ts'
import { bad, command, meta } from './text.ts'
import { quote } from './view.ts'

/** A command above this, in characters, is nothing to type. */
const LONGEST_HINT = 400

/** Something a command refused or could not do, as every face of it: the fact, details, one way out. */
export interface Failure {
  code: string
  message: string
  details: readonly string[]
  hint: string
  exit: number
}

/** The command that was being carried out and the words typed after it. */
export interface Typed {
  name: string
  words: readonly string[]
}

/**
 * What to say of anything thrown, with the command's help where the error itself knows no way out. Errors that are not ours are
 * `internal`: their text may hold what nobody should see.
 */
export function failureOf(error: unknown, typed: Typed): Failure {
  if (isAppError(error)) {
    const { code, message, hint, repair } = error
    const command = (repair && retyped(typed, repair)) ?? (hint !== undefined && isCommand(hint) ? hint : '')
    const said = hint !== undefined && !isCommand(hint) ? [hint] : []
    return {
      code,
      message,
      details: [...error.details, ...said],
      hint: command === '' || command.length > LONGEST_HINT ? `${typed.name} --help` : command,
      exit: EXIT_BY_CODE[code] ?? EXIT.failed,
    }
  }
  return {
    code: 'internal',
    message: 'something in Daybook broke; nothing that was acknowledged is lost',
    details: [],
    hint: 'daybook doctor',
    exit: EXIT.failed,
  }
}

/** The command as it was typed, with one word repaired or, with the flag before it, left out. */
function retyped({ name, words }: Typed, { typed, by }: Repair): string | undefined {
  const at = words.findIndex((word) => word === typed || word.endsWith(`=${typed}`))
  const word = words[at]
  if (word === undefined) return undefined
  const kept = [...words]
  if (by !== null) kept[at] = word.slice(0, word.length - typed.length) + by
  else if (word === typed && words[at - 1]?.startsWith('--')) kept.splice(at - 1, 2)
  else kept.splice(at, 1)
  return [name, ...kept.map(quote)].join(' ')
}

const PROGRAMS = ['daybook', 'mv', 'rm', 'chmod', 'export', 'npm', 'exec']

/** Whether a hint can be typed as it stands; what cannot is said as a detail. */
function isCommand(hint: string): boolean {
  return PROGRAMS.some((program) => hint.startsWith(`${program} `))
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
