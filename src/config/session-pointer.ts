import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Machine, reasonOf } from './places.ts'
import { writePrivateFile } from './private-file.ts'

/** What a pointer file says: which session works here. Small, readable, and nothing depends on it: the store knows. */
export interface SessionPointer {
  sessionId: string
  currentTicket: string | null
  optedOut: boolean
  lastActivityAt: string
}

const LARGEST_BYTES = 64 * 1024

/** `<worktree>/.daybook/session.json`. */
export function worktreePointer(worktree: string): string {
  return join(worktree, '.daybook', 'session.json')
}

/** The last session that was used on this machine: `~/.daybook/session`, or in `DAYBOOK_HOME` where that is set. */
export function lastPointer({ home, variables }: Pick<Machine, 'home' | 'variables'>): string {
  const own = variables['DAYBOOK_HOME']
  return own !== undefined && own !== '' ? join(own, 'session') : join(home, '.daybook', 'session')
}

/**
 * Reads a pointer file. One that is damaged is set aside as `<name>.damaged` and counts as none.
 *
 * `ticket_opted_out` is read beside `opted_out`: an older tool wrote it so.
 */
export function readPointer(path: string): SessionPointer | undefined {
  let text: string
  try {
    const stat = statSync(path)
    if (!stat.isFile() || stat.size > LARGEST_BYTES) return undefined
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const pointer = parsePointer(text)
  if (pointer === undefined) setAside(path)
  return pointer
}

function parsePointer(text: string): SessionPointer | undefined {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined
    const {
      session_id: id,
      current_ticket: ticket,
      opted_out: out,
      last_activity: at,
    } = read as Record<string, unknown>
    if (typeof id !== 'string' || id === '') return undefined
    return {
      sessionId: id,
      currentTicket: typeof ticket === 'string' ? ticket : null,
      optedOut: (out ?? (read as Record<string, unknown>)['ticket_opted_out']) === true,
      lastActivityAt: typeof at === 'string' ? at : '',
    }
  } catch {
    return undefined
  }
}

function setAside(path: string): void {
  try {
    renameSync(path, `${path}.damaged`)
  } catch {
    // It is read as none all the same.
  }
}

/**
 * Writes a pointer file whole or not at all. In a worktree a `.gitignore` beside it keeps it out of the repository.
 *
 * @returns why it could not be written; undefined when it was
 */
export function writePointer(path: string, pointer: SessionPointer): string | undefined {
  const folder = dirname(path)
  const text = {
    session_id: pointer.sessionId,
    current_ticket: pointer.currentTicket,
    opted_out: pointer.optedOut,
    last_activity: pointer.lastActivityAt,
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (path.endsWith('session.json')) ignoreBeside(folder)
    writePrivateFile(path, `${JSON.stringify(text, null, 2)}\n`)
    return undefined
  } catch (error) {
    return `${path} cannot be written: ${reasonOf(error)}`
  }
}

function ignoreBeside(folder: string): void {
  const path = join(folder, '.gitignore')
  if (!existsSync(path)) writeFileSync(path, '.gitignore\nsession.json\nsession.json.*\n', { mode: 0o600 })
}

/** Removes a pointer file if it names that session. */
export function dropPointer(path: string, sessionId: string): void {
  if (readPointer(path)?.sessionId === sessionId) rmSync(path, { force: true })
}
