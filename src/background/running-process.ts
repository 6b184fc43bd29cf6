import { readFileSync } from 'node:fs'

/** Ticks of Linux's process table in a second: `USER_HZ`, 100 on every architecture that Node runs on. */
const TICKS_A_SECOND = 100
/** A clock that was set after the process began moves its beginning by as much. */
const TOLERANCE_MS = 60_000

/**
 * Whether the process that had this id at a moment still runs. Where the system tells when a process began (Linux), another one
 * with the same id is told apart; elsewhere the id alone counts.
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
  const beganMs = beganAt(processId)
  return beganMs === undefined || beganMs <= atMs + TOLERANCE_MS
}

/** Field 22 of `/proc/<pid>/stat`, in ticks since the boot that `/proc/stat` names (proc(5)). */
function beganAt(processId: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'latin1')
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1])
    const beganMs = (boot + ticks / TICKS_A_SECOND) * 1000
    return Number.isFinite(beganMs) ? beganMs : undefined
  } catch {
    return undefined
  }
}
