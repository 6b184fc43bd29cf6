import type { Invocation } from './invocation.ts'
import { readShell } from './shell-line.ts'

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

/** What ran, and where as far as it says so. */
interface Ran {
  directory: string | null
  words: string
}

/**
 * Commands that failed and were not later fixed, the newest first: fixed is what succeeded afterwards in the same words, at
 * another place of a shell or in several goes: `npm test` and `bash -lc 'cd /code && npm test'` are the same, and `a && b` has
 * succeeded once each of the two did. What ran in another directory is something else.
 * A pipe or `|| true` behind them makes other words, for its success says nothing of the command.
 *
 * @param calls in the order they were made
 */
export function unresolvedFailures(calls: Iterable<Call>): Failure[] {
  const open = new Map<string, Failure & { left: Ran[] }>()
  for (const { kind, subject, outcome, exitCode, startedAt } of calls) {
    if (kind !== 'command' || subject.trim() === '' || outcome === 'unanswered') continue
    const ran = partsOf(subject)
    if (outcome === 'ok') {
      for (const [key, failure] of open) {
        failure.left = failure.left.filter((one) => !ran.some((other) => isSame(one, other)))
        if (failure.left.length === 0) open.delete(key)
      }
      continue
    }
    const key = JSON.stringify(ran)
    const times = (open.get(key)?.times ?? 0) + 1
    open.delete(key)
    open.set(key, { command: subject.trim(), exitCode, times, at: startedAt, left: ran })
  }
  return [...open.values()].reverse().map(({ command, exitCode, times, at }) => ({ command, exitCode, times, at }))
}

/**
 * A directory that is not said is where the shell stands, which a full path may be too, and one below it is not. One that is said
 * from somewhere ends as the whole of it does.
 */
function isSame(a: Ran, b: Ran): boolean {
  if (a.words !== b.words) return false
  if (a.directory === null || b.directory === null) return !isBelow(a.directory) && !isBelow(b.directory)
  if (a.directory === b.directory) return true
  return `/${a.directory}`.endsWith(`/${b.directory}`) || `/${b.directory}`.endsWith(`/${a.directory}`)
}

/** `server`, but not `/code/server`, `C:\code`, `~/code` or `$ROOT`; nor `..`, which leads to where one may have been. */
function isBelow(directory: string | null): boolean {
  return directory !== null && !/^(?:[/~$\\]|[A-Za-z]:|\.\.)/.test(directory)
}

const SHELL = /^(?:.*\/)?(?:ba|z|da)?sh$/
const SETS = /(?:^|&&|;)\s*[A-Za-z_]\w*=/
/** Shells within shells that are looked into. */
const DEEPEST = 4

/** What has to succeed for all of it to succeed; the whole of it where that is not plain. */
function partsOf(command: string, directory: string | null = null, depth = 0): Ran[] {
  const { commands, understood } = readShell(command)
  const isPlain =
    understood &&
    !SETS.test(command) &&
    commands.every(({ words, negated, after }) => !negated && (after === '&&' || after === '' || isMove(words)))
  let where = directory
  if (!isPlain) {
    const words = command
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/ ?2>&1$/, '')
    const [moves = ''] = /^(?:cd [^&;|'"$]{1,200}? ?&& ?)*/.exec(words) ?? []
    for (const [, to = ''] of moves.matchAll(/cd (.*?) ?&&/g)) where = within(where, to)
    return [{ directory: where, words: words.slice(moves.length) }]
  }
  const parts: Ran[] = []
  for (const { words } of commands) {
    const [program = '', flags = '', inner] = words
    if (isMove(words)) where = within(where, flags)
    else if (depth < DEEPEST && SHELL.test(program) && /^-[a-z]*c$/.test(flags) && inner !== undefined)
      parts.push(...partsOf(inner, where, depth + 1))
    else parts.push({ directory: where, words: words.join(' ') })
  }
  return parts
}

function isMove(words: readonly string[]): boolean {
  return words[0] === 'cd' && words.length === 2
}

function within(from: string | null, to: string): string | null {
  const plain = to.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
  if (plain === '' || plain === '.') return from
  return from === null || plain.startsWith('/') ? plain : `${from}/${plain}`
}
