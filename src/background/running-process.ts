import { readFileSync } from 'node:fs'

/** Ticks of Linux's process table in a second: `USER_HZ`, 100 on every architecture that Node runs on. */
const TICKS_A_SECOND = 100
/** A clock that was set after the process began moves its beginning by as much. */
const TOLERANCE_MS = 60_000

/**
 * Whether the process that had this id at a moment still runs. Where the system tells more of a process (Linux), another one
 * with the same id is told apart by when it began, and one that has ended but was not looked after by its parent is known as
 * that; elsewhere the id alone counts.
 *
 * @param atMs Unix milliseconds
 */
export function isRunning(processId: number, atMs: number): boolean {
  try {
    process.kill(processId, 0)
  } catch (error) {
    // EPERM: it is there and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const stat = statOf(processId)
  if (stat === undefined) return true
  const beganMs = beganAt(stat)
  return !ENDED.has(stat[0] ?? '') && (beganMs === undefined || beganMs <= atMs + TOLERANCE_MS)
}

/** Zombie, dead: field 3 of `/proc/<pid>/stat` (proc(5)). */
const ENDED: ReadonlySet<string> = new Set(['Z', 'X'])

/** Fields of `/proc/<pid>/stat` from the third on, behind the name; undefined where the system has no such file. */
function statOf(processId: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** Field 22, in ticks since the boot that `/proc/stat` names. */
function beganAt(stat: readonly string[]): number | undefined {
  try {
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1])
    const beganMs = (boot + Number(stat[19]) / TICKS_A_SECOND) * 1000
    return Number.isFinite(beganMs) ? beganMs : undefined
  } catch {
    return undefined
  }
}
