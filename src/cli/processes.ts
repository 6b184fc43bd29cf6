import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The processes above this one and their terminal. Asked only when a command wants to know who calls. */
export interface Processes {
  /** This process, then its ancestors. */
  ids(): number[]
  /** `tty:<device>:<start>`: one window of a terminal, from when its first process began; null without a terminal. */
  terminal(): string | null
}

const MOST_ANCESTORS = 32
const KEPT_MS = 10_000

interface ProcessFacts {
  parent: number
  /** Null for none. */
  terminal: string | null
  /** When it began, in whatever way the system says it. */
  start: string
}

/** Reads of the process table: `/proc` on Linux, `ps` elsewhere; on Windows this process and its parent alone. */
export function thisProcess(platform: NodeJS.Platform): Processes {
  const factsOf = platform === 'linux' ? readProc : platform === 'win32' ? () => undefined : askPs
  return {
    ids: remembered(factsOf),
    terminal() {
      const own = factsOf(process.pid)
      if (own === undefined || own.terminal === null) return null
      let first = own
      for (let i = 0; i < MOST_ANCESTORS; i++) {
        const above = factsOf(first.parent)
        if (above?.terminal !== own.terminal) break
        first = above
      }
      return `tty:${own.terminal}:${first.start}`
    },
  }
}

/**
 * This process and its ancestors. They change only when one of them ends, so a server looks now and then, not at every call:
 * elsewhere than on Linux each of them is a program to be run.
 */
export function remembered(
  factsOf: (id: number) => Pick<ProcessFacts, 'parent'> | undefined,
  now: () => number = () => performance.now(),
): () => number[] {
  let known: { ids: number[]; atMs: number } | undefined
  return () => {
    if (known && known.ids[1] === process.ppid && now() - known.atMs < KEPT_MS) return known.ids
    const ids = [process.pid]
    for (let id = process.ppid; id > 1 && ids.length < MOST_ANCESTORS; id = factsOf(id)?.parent ?? 0) ids.push(id)
    known = { ids, atMs: now() }
    return ids
  }
}

/** Fields 4, 7 and 22 of `/proc/<pid>/stat` (proc_pid_stat(5)). */
function readProc(pid: number): ProcessFacts | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // A name may hold spaces and brackets: the fields begin behind the last one, with the third.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const device = fields[4] ?? '0'
    return { parent: Number(fields[1]), terminal: device === '0' ? null : device, start: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

function askPs(pid: number): ProcessFacts | undefined {
  try {
    const ask = ['-o', 'ppid=,tty=,lstart=', '-p', String(pid)]
    const text = execFileSync('/bin/ps', ask, {
      encoding: 'latin1',
      timeout: 1000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [parent = '0', terminal = '?', ...start] = text.trim().split(/\s+/)
    return { parent: Number(parent), terminal: /^\?+$/.test(terminal) ? null : terminal, start: start.join('-') }
  } catch {
    return undefined
  }
}
