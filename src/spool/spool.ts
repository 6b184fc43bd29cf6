import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/**
 * Hooks leave events as files in a folder of the data directory, one each: what a hook does must cost its agent nothing, and
 * whoever opens the store next takes them in. First line `daybook-hook 1 <agent> <event> <process>`, then what the agent said,
 * then a line with a dot: the shell's way of writing (`capture-script.ts`) has no other sign of an end.
 */
export interface SpooledEvent {
  /** The file's name: unique while the file is there. */
  name: string
  agent: string
  event: string
  /** The agent's own process; null where that is not known. */
  processId: number | null
  /** When it was written, in Unix milliseconds. */
  atMs: number
  payload: Record<string, unknown>
}

/** What agents are told that take nothing for no JSON (reported of Cursor). */
export const NOTHING_TO_SAY: ReadonlyMap<string, string> = new Map([['cursor', '{}']])

/** A file that says nothing we can read. */
export interface DamagedEvent {
  name: string
  agent: string | null
  reason: string
}

/** So much of what an agent said is read: what we use stands at its beginning. */
const READ_BYTES = 256 * 1024
/** So much where all of it is used. */
const READ_WHOLE_BYTES = 8 * 1024 * 1024
/** A file without its end is being written, or was left behind by a full disk or a kill. */
const UNFINISHED_MS = 10_000
/** A hook that answers has to be done with them before its agent gives up. */
const MOST_AT_ONCE = 200

export function spoolFolder(dataDir: string): string {
  return join(dataDir, 'spool')
}

/** A name for an event of an agent's process. */
export function eventName(event: string, processId: number): string {
  return `${processId}-${process.pid}-${event}-${performance.now().toString(36).replace('.', '')}`
}

export interface EventDraft {
  /** Unique; see `eventName`. The same event under the same name counts once. */
  name: string
  agent: string
  event: string
  processId: number
  said: Uint8Array
}

/** Writes an event whole. @throws a system error when it cannot be written */
export function spoolEvent(folder: string, { name, agent, event, processId, said }: EventDraft): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `.${name}`)
  const head = Buffer.from(`${START}${agent} ${event} ${processId}\n`)
  writeFileSync(draft, Buffer.concat([head, said, Buffer.from(END)]), { mode: 0o600, flag: 'wx' })
  renameSync(draft, join(folder, name))
}

/** What the agent said in an event as a file has it; undefined for bytes that are no event. */
export function saidIn(event: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(event.buffer, event.byteOffset, event.byteLength)
  if (bytes.subarray(0, START.length).toString('latin1') !== START) return undefined
  const from = bytes.indexOf(10) + 1
  return bytes.subarray(from, bytes.subarray(-3).toString('latin1') === END ? -3 : undefined)
}

const START = 'daybook-hook 1 '
const END = '\n.\n'

/**
 * Events that wait, oldest first, at most two hundred; more are there when `more` is true.
 *
 * @param isWhole agents of whose events all is used, not the beginning alone
 */
export function readSpool(
  folder: string,
  nowMs: number,
  isWhole: (agent: string) => boolean = () => false,
): { events: SpooledEvent[]; damaged: DamagedEvent[]; more: boolean } {
  const names = namesIn(folder)
  const events: SpooledEvent[] = []
  const damaged: DamagedEvent[] = []
  for (const name of names.slice(0, MOST_AT_ONCE)) {
    const read = readEvent(folder, name, nowMs, isWhole)
    if (read === undefined) continue
    if ('payload' in read) events.push(read)
    else damaged.push(read)
  }
  events.sort((a, b) => a.atMs - b.atMs || (a.name < b.name ? -1 : 1))
  return { events, damaged, more: names.length > MOST_AT_ONCE }
}

function namesIn(folder: string): string[] {
  return filesIn(folder).filter((name) => !name.startsWith('.'))
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}

/** @returns undefined for a file that is gone, or still being written */
function readEvent(
  folder: string,
  name: string,
  nowMs: number,
  isUsedWhole: (agent: string) => boolean,
): SpooledEvent | DamagedEvent | undefined {
  let file: number
  try {
    file = openSync(join(folder, name), 'r')
  } catch {
    return undefined
  }
  try {
    const { size, mtimeMs } = fstatSync(file)
    const start = textFrom(file, Math.min(size, READ_BYTES))
    const end = Buffer.alloc(3)
    const isWhole = size >= 3 && readSync(file, end, 0, 3, size - 3) === 3 && end.toString('latin1') === END
    if (!isWhole && nowMs - mtimeMs < UNFINISHED_MS) return undefined
    const head = /^daybook-hook 1 ([a-z-]{1,40}) ([A-Za-z]{1,60}) (\d{0,20})\n/.exec(start)
    if (!head) return { name, agent: null, reason: 'it does not begin as an event does' }
    const [line, agent = '', event = '', id = ''] = head
    const readBytes = isUsedWhole(agent) ? READ_WHOLE_BYTES : READ_BYTES
    const text = size > READ_BYTES && readBytes > READ_BYTES ? textFrom(file, Math.min(size, readBytes)) : start
    const said = text.slice(line.length, isWhole && size <= readBytes ? -3 : undefined)
    const payload = parsePayload(said)
    if (payload === undefined) return { name, agent, reason: `what ${event} says is not JSON` }
    return { name, agent, event, processId: Number(id) > 1 ? Number(id) : null, atMs: mtimeMs, payload }
  } finally {
    closeSync(file)
  }
}

function textFrom(file: number, sizeBytes: number): string {
  const bytes = Buffer.alloc(sizeBytes)
  return bytes.subarray(0, readSync(file, bytes, 0, sizeBytes, 0)).toString('utf8')
}

/** What was cut, or is no JSON from some place on, still says who it is about at its beginning. */
function parsePayload(said: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(said)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return fieldsAtStart(said)
  }
}

/** Strings among the fields of an object that was cut, up to the first field that is no string, or whose end is missing. */
function fieldsAtStart(said: string): Record<string, unknown> | undefined {
  const open = /^\s*\{/.exec(said)
  if (!open) return undefined
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  const field = /\s*"([A-Za-z_-]{1,60})"\s*:\s*(?:("(?:[^"\\]|\\.){0,8192}")|(-?[\d.]{1,30}|true|false|null))\s*,/y
  field.lastIndex = open[0].length
  for (let found = field.exec(said); found; found = field.exec(said)) {
    const [, name = '', string] = found
    if (string !== undefined) fields[name] = stringIn(string)
  }
  return Object.keys(fields).length === 0 ? undefined : fields
}

function stringIn(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Removes what waits or was set aside and names one of these: agents' own ids of sessions. @returns how many */
export function removeEventsOf(folder: string, externalIds: readonly string[]): number {
  let removed = 0
  for (const place of [folder, join(folder, 'damaged')]) {
    for (const name of filesIn(place)) {
      const text = readFileSync(join(place, name), 'latin1')
      if (!externalIds.some((id) => text.includes(id))) continue
      rmSync(join(place, name), { force: true })
      removed++
    }
  }
  return removed
}

export function removeEvents(folder: string, names: Iterable<string>): void {
  for (const name of names) rmSync(join(folder, name), { force: true })
}

/** So many unreadable files are kept to be looked at; an agent that says nothing readable must not fill the disk. */
const MOST_DAMAGED = 100

/** Moves a file out of the way, into `damaged/`. */
export function setEventAside(folder: string, name: string): void {
  const aside = join(folder, 'damaged')
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  if (readdirSync(aside).length < MOST_DAMAGED) renameSync(join(folder, name), join(aside, name))
  else rmSync(join(folder, name), { force: true })
}
