import type { Invocation } from './invocation.ts'

/** A command that failed and that was not seen to succeed after that. */
export interface Failure {
  command: string
  exitCode: number | null
  /** How often it failed since it last succeeded. */
  times: number
  /** Last time. */
  at: string
}

type Call = Pick<Invocation, 'kind' | 'subject' | 'outcome' | 'exitCode' | 'startedAt'>

/**
 * Commands that failed and were not later fixed, the newest first: fixed is what succeeded afterwards in the same words.
 * A pipe or `|| true` behind them makes other words, for its success says nothing of the command.
 *
 * @param calls in the order they were made
 */
export function unresolvedFailures(calls: Iterable<Call>): Failure[] {
  const open = new Map<string, Failure>()
  for (const { kind, subject, outcome, exitCode, startedAt } of calls) {
    if (kind !== 'command' || subject.trim() === '') continue
    const words = sameWords(subject)
    const before = open.get(words)
    if (outcome === 'ok') open.delete(words)
    if (outcome !== 'error') continue
    open.delete(words)
    open.set(words, { command: subject.trim(), exitCode, times: (before?.times ?? 0) + 1, at: startedAt })
  }
  return [...open.values()].reverse()
}

/** Where it ran, and that errors went to the same place, does not change what was run. */
function sameWords(command: string): string {
  return command
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^(?:cd [^&;|]{1,200} ?&& ?)+/, '')
    .replace(/ ?2>&1$/, '')
}
