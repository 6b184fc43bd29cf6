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

/** What ran, and where. */
interface Ran {
  /** As far as it says so; from the root where it is known in which directory the session began. */
  directory: string | null
  words: string
  /** Where its directory is not said: the directories in which the shell may stand, as far as they are known. */
  places?: ReadonlySet<string>
}

/**
 * Commands that failed and were not later fixed, the newest first: fixed is what succeeded afterwards in the same words, at
 * another place of a shell or in several goes: `npm test` and `bash -lc 'cd /code && npm test'` are the same, and `a && b` has
 * succeeded once each of the two did. What ran in another directory is something else.
 * A pipe or `|| true` behind them makes other words, for its success says nothing of the command.
 *
 * @param calls in the order they were made
 * @param cwd where the session began; some agents' shells stay where a command went, so it may also run where one went before
 */
export function unresolvedFailures(calls: Iterable<Call>, cwd: string | null = null): Failure[] {
  const open = new Map<string, Failure & { left: Ran[] }>()
  const home = cwd?.startsWith('/') ? resolved(cwd) : null
  let places: ReadonlySet<string> = new Set(home === null ? [] : [home])
  for (const { kind, subject, outcome, exitCode, startedAt } of calls) {
    if (kind !== 'command' || subject.trim() === '' || outcome === 'unanswered') continue
    const { parts, moves } = partsOf(subject)
    const ran = home === null ? parts : parts.map((part) => placed(part, home, places))
    if (home !== null && moves.length > 0) places = new Set([...places, ...moves.map((to) => fromRoot(home, to))])
    if (outcome === 'ok') {
      for (const [key, failure] of open) {
        failure.left = failure.left.filter((one) => !ran.some((other) => isSame(one, other)))
        if (failure.left.length === 0) open.delete(key)
      }
      continue
    }
    const key = JSON.stringify(ran.map(({ directory, words }) => [directory, words]))
    const times = (open.get(key)?.times ?? 0) + 1
    open.delete(key)
    open.set(key, { command: subject.trim(), exitCode, times, at: startedAt, left: ran })
  }
  return [...open.values()].reverse().map(({ command, exitCode, times, at }) => ({ command, exitCode, times, at }))
}

function placed({ directory, words }: Ran, home: string, places: ReadonlySet<string>): Ran {
  return directory === null ? { directory, words, places } : { directory: fromRoot(home, directory), words }
}

/** `~` and `$ROOT` stay as they are. */
function fromRoot(home: string, directory: string): string {
  if (/^[~$]/.test(directory)) return directory
  return resolved(directory.startsWith('/') ? directory : `${home}/${directory}`)
}

/** Of a full path: without `.` and `..`. */
function resolved(path: string): string {
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return `/${steps.join('/')}`
}

/**
 * A directory that is not said is where the shell stands: one of those it may stand in, and where these are not known a full path,
 * but none below it. One that is said from somewhere ends as the whole of it does.
 */
function isSame(a: Ran, b: Ran): boolean {
  if (a.words !== b.words) return false
  if (a.directory === null && b.directory === null) return true
  if (a.directory === null) return mayBe(a, b.directory as string)
  if (b.directory === null) return mayBe(b, a.directory)
  if (a.directory === b.directory) return true
  return `/${a.directory}`.endsWith(`/${b.directory}`) || `/${b.directory}`.endsWith(`/${a.directory}`)
}

function mayBe({ places }: Ran, directory: string): boolean {
  return places && directory.startsWith('/') ? places.has(directory) : !isBelow(directory)
}

/** `server`, but not `/code/server`, `C:\code`, `~/code` or `$ROOT`; nor `..`, which leads to where one may have been. */
function isBelow(directory: string): boolean {
  return !/^(?:[/~$\\]|[A-Za-z]:|\.\.)/.test(directory)
}

const SHELL = /^(?:.*\/)?(?:ba|z|da)?sh$/
const SETS = /(?:^|&&|;)\s*[A-Za-z_]\w*=/
/** Shells within shells that are looked into. */
const DEEPEST = 4

interface Parts {
  parts: Ran[]
  /** Directories it goes to, as it says them. */
  moves: string[]
}

/** What has to succeed for all of it to succeed; the whole of it where that is not plain. */
function partsOf(command: string, directory: string | null = null, depth = 0): Parts {
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
    const [gone = ''] = /^(?:cd [^&;|'"$]{1,200}? ?&& ?)*/.exec(words) ?? []
    for (const [, to = ''] of gone.matchAll(/cd (.*?) ?&&/g)) where = within(where, to)
    return { parts: [{ directory: where, words: words.slice(gone.length) }], moves: where === null ? [] : [where] }
  }
  const parts: Ran[] = []
  const moves: string[] = []
  for (const { words } of commands) {
    const [program = '', flags = '', inner] = words
    if (isMove(words)) {
      where = within(where, flags)
      if (where !== null) moves.push(where)
    } else if (depth < DEEPEST && SHELL.test(program) && /^-[a-z]*c$/.test(flags) && inner !== undefined)
      parts.push(...partsOf(inner, where, depth + 1).parts)
    else parts.push({ directory: where, words: words.join(' ') })
  }
  return { parts, moves }
}

function isMove(words: readonly string[]): boolean {
  return (words[0] === 'cd' || words[0] === 'pushd') && words.length === 2
}

function within(from: string | null, to: string): string | null {
  const plain = to.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
  if (plain === '' || plain === '.') return from
  return from === null || plain.startsWith('/') ? plain : `${from}/${plain}`
}
