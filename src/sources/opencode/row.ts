import { asObject, asText } from '../record.ts'

/** What OpenCode's `session` table says of a session, and its files of 1.1 and before. */
export interface SessionRow {
  id: string
  parentId: string | null
  /** The session whose beginning it shares (2.x). */
  forkedFrom?: string
  directory: string | null
  title: string | null
  version: string | null
  createdAtMs: number
  updatedAtMs: number
}

/** What a part needs to know of its message, kept with it in the archive: a part alone says neither who nor when. */
export interface MessageFacts {
  role: string
  created: number
  /** True on the summary that a compaction leaves. */
  summary: boolean
}

/** A session as a line of the archive. `root` is the session that the subagents among them belong to. */
export function sessionLine(
  { id, parentId, forkedFrom, directory, title, version, createdAtMs }: SessionRow,
  root: string,
): string {
  return JSON.stringify({
    row: 'session',
    id,
    root,
    parent_id: parentId,
    directory,
    title,
    version,
    time_created: createdAtMs,
    ...(forkedFrom === undefined ? {} : { fork_session_id: forkedFrom }),
  })
}

/** A message of 2.x, whole: it holds its parts. */
export function sessionMessageLine(id: string, type: string, data: string): string {
  return `{"row":"session_message","id":${JSON.stringify(id)},"type":${JSON.stringify(type)},"data":${oneLine(data)}}`
}

export function messageLine(id: string, data: string): string {
  return `{"row":"message","id":${JSON.stringify(id)},"data":${oneLine(data)}}`
}

/** @param place of the part in its message: 0, 1, 2, ... */
export function partLine(id: string, place: number, message: MessageFacts, data: string): string {
  return `{"row":"part","id":${JSON.stringify(id)},"place":${place},"message":${JSON.stringify(message)},"data":${oneLine(data)}}`
}

/** JSON that was written over several lines: line ends can only be white space in it. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]+/g, ' ').trim() : json
}

/** What parts need to know of a message; of one that is damaged, nothing. */
export function messageFacts(data: string | undefined): MessageFacts {
  const message = parseObject(data ?? '')
  const created = asObject(message?.time)?.created
  return {
    role: asText(message?.role) ?? 'unknown',
    created: typeof created === 'number' ? created : 0,
    summary: message?.summary === true,
  }
}

/** How `partLine` begins the row of a tool as OpenCode 1.18 writes it, `type` first (a database of 1.18.33, November 2026). */
const TOOL = /^\{"row":"part","id":"[^"\\]*","place":\d+,"message":\{[^{}]*\},"data":\{"type":"tool",/
/** The same where its state comes next and has ended: what follows need not be looked through. */
const ENDED = new RegExp(`${TOOL.source}(?:"(?:callID|tool)":"[^"\\\\]*",)*"state":\\{"status":"(?:completed|error)"`)

/** Whether OpenCode is done with a row: a tool has ended, text is complete, an answer was received or failed. */
export function isFinished(line: string): boolean {
  // Most of what there is to read: results are parsed once, when they are taken.
  if (ENDED.test(line) || (TOOL.test(line) && !canBeOpen(line))) return true
  const row = parseObject(line)
  const data = asObject(row?.data)
  if (data === undefined) return true
  const time = asObject(data.time)
  if (row?.row === 'session_message') return isSettled(row.type, data)
  if (row?.row === 'message') return data.role !== 'assistant' || time?.completed !== undefined || data.error != null
  if (data.type === 'tool') {
    const status = asObject(data.state)?.status
    return status !== 'pending' && status !== 'running'
  }
  return time?.start === undefined || time.end !== undefined
}

/** False where neither state of a tool that goes on is named, nor a letter written as an escape. */
function canBeOpen(line: string): boolean {
  return line.includes('"pending"') || line.includes('"running"') || /\\u00[4-7]/.test(line)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The session at the top of the chain of parents; a chain that leads back into itself ends where it does. */
export function rootOf(id: string, parents: ReadonlyMap<string, string | null>): string {
  const seen = new Set([id])
  let root = id
  for (let parent = parents.get(id); parent && !seen.has(parent); parent = parents.get(parent)) {
    seen.add(parent)
    root = parent
  }
  return root
}

/** Whether a message of 2.x will be written to no more. */
function isSettled(type: unknown, data: Record<string, unknown>): boolean {
  if (type === 'compaction') return data.status !== 'running'
  if (type !== 'assistant' && type !== 'shell') return true
  return asObject(data.time)?.completed !== undefined || data.error != null
}
