import { asObject, asText, type Json } from '../record.ts'

/** What an event says. */
export type Said = Readonly<Record<string, unknown>>

/** An event as it is archived. */
export interface CursorRecord {
  /** Unique: the event's file and its time. */
  id: string
  at: string
  event: string
  said: Json
}

/** Events that tell of the conversation itself. All others tell where it stands, and nothing of them is kept. */
const TELLING: ReadonlySet<string> = new Set([
  'sessionStart',
  'beforeSubmitPrompt',
  'preToolUse',
  'postToolUse',
  'postToolUseFailure',
  'afterFileEdit',
  'afterShellExecution',
  'afterMCPExecution',
  'afterAgentThought',
  'afterAgentResponse',
  'preCompact',
  'stop',
])

/** Who uses Cursor is nobody's business here. */
const LEFT_OUT: ReadonlySet<string> = new Set(['user_email', 'hook_event_name'])

/** The line that is kept of an event; undefined for one that tells nothing more. */
export function keptLine({
  name,
  event,
  atMs,
  payload,
}: {
  name: string
  event: string
  atMs: number
  payload: Said
}): CursorRecord | undefined {
  if (!TELLING.has(event)) return undefined
  // Cut before it says which tool: the call before it stays without an answer.
  if (/ToolUse/.test(event) && asText(payload.tool_name) === undefined) return undefined
  const ms = Math.floor(atMs)
  const said = Object.fromEntries(Object.entries(payload).filter(([field]) => !LEFT_OUT.has(field)))
  return { id: `${ms.toString(36)}-${name}`, at: new Date(ms).toISOString(), event, said }
}

/** The record in a parsed line; undefined for anything else. */
export function readRecord(value: unknown): (CursorRecord & { atMs: number }) | undefined {
  const record = asObject(value)
  const [id, event, said] = [asText(record?.id), asText(record?.event), asObject(record?.said)]
  const atMs = Date.parse(asText(record?.at)?.slice(0, 40) ?? '')
  if (id === undefined || event === undefined || said === undefined || Number.isNaN(atMs)) return undefined
  return { id, at: new Date(atMs).toISOString(), event, said, atMs }
}
