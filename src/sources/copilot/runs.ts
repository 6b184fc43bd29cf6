import { readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { asObject, asText } from '../record.ts'
import { openSourceFile } from '../source-file.ts'

/** From a start of the program, or a resume, to its end. */
export interface Run {
  fromMs: number
  /** What tells of its requests in the events: records of their own, sums at its end, or nothing. */
  told: 'records' | 'sums' | null
  /** A shutdown ended it. */
  closed: boolean
}

const CHUNK = 1024 * 1024
/** A line longer than this is none of those looked for. */
const LINE_LIMIT = 4 * 1024 * 1024
/** How long after the last event a run without a lock is waited for: the lock may go before the last line is written. */
const REST_MS = 60_000

/** The runs in a file of events, oldest first; `undefined` when there is no such file. */
export function readRuns(path: string): Run[] | undefined {
  const runs: Run[] = []
  try {
    for (const line of lines(path)) noteEvent(runs, line)
  } catch {
    return undefined
  }
  return runs.length === 0 ? [{ fromMs: 0, told: null, closed: false }] : runs
}

/** The run in which something happened: times before the first belong to it. */
export function runAt(runs: readonly Run[], atMs: number): Run {
  return runs.findLast(({ fromMs }) => fromMs <= atMs) ?? runs[0]!
}

/** True when nothing more will be told of a run: it was closed, another one began, or its process is gone. */
export function isOver(run: Run, runs: readonly Run[], path: string, nowMs: number): boolean {
  if (run.closed || run !== runs.at(-1)) return true
  const locks = readdirSync(dirname(path)).filter((name) => LOCK.test(name))
  if (locks.length > 0) return !locks.some(isHeld)
  return nowMs - statSync(path).mtimeMs >= REST_MS
}

/** `inuse.4711.lock` (_ran_): process 4711 has the session open. A process that was killed leaves it behind. */
const LOCK = /^inuse\.(\d{1,9})\.lock$/

/** True for the lock of a process that still runs. */
export function isHeld(name: string): boolean {
  const id = LOCK.exec(name)?.[1]
  if (id === undefined) return false
  try {
    return process.kill(Number(id), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const LOOKED_FOR = /"session\.(?:start|resume|shutdown|usage_record)"/

function noteEvent(runs: Run[], line: string): void {
  if (!LOOKED_FOR.test(line)) return
  let event
  try {
    event = asObject(JSON.parse(line))
  } catch {
    return
  }
  const type = asText(event?.type)
  const fromMs = Date.parse(asText(event?.timestamp) ?? '') || (runs.at(-1)?.fromMs ?? 0)
  if (type === 'session.start' || type === 'session.resume') runs.push({ fromMs, told: null, closed: false })
  else if (runs.length === 0) runs.push({ fromMs: 0, told: null, closed: false })
  const run = runs.at(-1)!
  if (type === 'session.usage_record') run.told = 'records'
  if (type !== 'session.shutdown') return
  run.closed = true
  if (Object.keys(asObject(asObject(event?.data)?.modelMetrics) ?? {}).length > 0) run.told ??= 'sums'
}

function* lines(path: string): Generator<string> {
  const file = openSourceFile(path)
  try {
    const chunk = Buffer.allocUnsafe(CHUNK)
    let rest = ''
    for (let offset = 0; ;) {
      const count = file.read(chunk, 0, CHUNK, offset)
      if (count === 0) return
      offset += count
      const parts = (rest + chunk.toString('latin1', 0, count)).split('\n')
      rest = parts.pop()!
      if (rest.length > LINE_LIMIT) rest = ''
      yield* parts
    }
  } finally {
    file.close()
  }
}
