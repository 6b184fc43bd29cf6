import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/**
 * A hook that wants an answer puts a named pipe `.ask-<event>` beside its event and listens there; whoever answers writes the
 * answer to `.answer-<event>`, whole, and then a line into the pipe. A hook that gave up has closed its end: nothing is left.
 */
export function isAsked(folder: string, name: string): boolean {
  return existsSync(join(folder, `.ask-${name}`))
}

/** Whether any hook waits. */
export function isAnyAsked(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.startsWith('.ask-'))
  } catch {
    return false
  }
}

/** @returns false where nobody listens any more */
export function answer(folder: string, name: string, text: string): boolean {
  const [pipe, file] = [join(folder, `.ask-${name}`), join(folder, `.answer-${name}`)]
  let end: number | undefined
  try {
    // Without blocking: an end that nobody listens to cannot be opened.
    end = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0))
    if (!fstatSync(end).isFIFO()) return false
    writeFileSync(`${file}-`, text, { mode: 0o600 })
    renameSync(`${file}-`, file)
    writeSync(end, 'ok\n')
    return true
  } catch {
    rmSync(file, { force: true })
    return false
  } finally {
    if (end !== undefined) closeSync(end)
  }
}

/** A hook is done after a second. */
const LEFT_BEHIND_MS = 60_000

/** Removes what hooks that were killed left beside their events. */
export function sweepAsked(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    if (!/^\.(?:ask|answer)-/.test(name)) continue
    const path = join(folder, name)
    const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs
    if (nowMs - writtenMs > LEFT_BEHIND_MS) rmSync(path, { force: true })
  }
}
