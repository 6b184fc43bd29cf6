import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/**
 * A hook that wants an answer makes a named pipe `.ask-<event>` beside its event and listens there. The answer is one line of JSON
 * and the word `ok`, by which the shell knows that it is whole. Whoever answers removes the pipe; a hook that gave up has done so.
 */
export function isAsked(folder: string, name: string): boolean {
  return existsSync(join(folder, `.ask-${name}`))
}

/** Takes notice of hooks that gave up on this process: the next ones ask again. */
export function beHeard(folder: string): void {
  rmSync(join(folder, `.silent-${process.pid}`), { force: true })
}

/** Whether any hook waits. */
export function isAnyAsked(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.startsWith('.ask-'))
  } catch {
    return false
  }
}

/** A pipe that nobody has read from takes as much at once, on every system that has them. */
const LARGEST_BYTES = 60_000

/** @returns false where nobody listens any more */
export function answer(folder: string, name: string, said: object): boolean {
  const pipe = join(folder, `.ask-${name}`)
  const line = Buffer.from(`${JSON.stringify(said)} ok\n`)
  let end: number | undefined
  try {
    // Without blocking: an end that nobody listens to cannot be opened.
    end = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0))
    if (!fstatSync(end).isFIFO() || line.length > LARGEST_BYTES) return false
    rmSync(pipe)
    return writeSync(end, line) === line.length
  } catch {
    return false
  } finally {
    if (end !== undefined) closeSync(end)
  }
}

/** A hook is done after a second. */
const LEFT_BEHIND_MS = 60_000

/** Removes what hooks that were killed, or not heard, left beside their events. */
export function sweepAsked(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.silent-')) rmSync(join(folder, name), { force: true })
    if (!name.startsWith('.ask-')) continue
    const path = join(folder, name)
    const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs
    if (nowMs - writtenMs > LEFT_BEHIND_MS) rmSync(path, { force: true })
  }
}
