import { printNext } from '../view.ts'
import type { View } from '../view.ts'

const ARRANGING = ['limit', 'sort', 'order', 'cursor', 'by']

/** What was asked beside how much of it and in which order. */
function isFiltered(input: Record<string, unknown>): boolean {
  return Object.entries(input).some(
    ([name, value]) => value !== undefined && value !== false && !ARRANGING.includes(name),
  )
}

/**
 * An answer without rows, and what to do: where something was asked for, ask for all; else nothing is recorded yet.
 *
 * @param what as in `No session matches.` and `No session is recorded yet.`
 * @param all the command without filters, and what it shows
 */
export function printNothing(
  view: View,
  input: Record<string, unknown>,
  what: string,
  all: readonly [command: string, says: string],
): void {
  if (isFiltered(input)) {
    view.out.line(`${what} matches.`)
    printNext(view, [all])
    return
  }
  view.out.line(`${what} is recorded yet.`)
  printNext(view, [
    ['daybook scan', 'read your agents’ transcripts'],
    ['daybook doctor', 'which folders are looked in'],
  ])
}
