import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'

/** One line, whatever its generation. */
export interface Line {
  type: string
  payload: Json
  timestamp: unknown
}

const BARE_ITEMS = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'function_result',
  'local_shell_call',
  'custom_tool_call',
  'custom_tool_call_output',
  'web_search_call',
])

/**
 * Takes a line apart. From late summer 2025 on it is `{timestamp, type, payload}`; before, the item itself, without time,
 * and a first line that describes the session.
 */
export function unwrap(record: Json): Line | undefined {
  const timestamp = record.timestamp ?? record.created_at
  const payload = asObject(record.payload)
  if (payload) {
    const own = payload.timestamp
    return { type: asText(record.type) ?? '?', payload, timestamp: timestamp ?? own }
  }
  if (BARE_ITEMS.has(String(record.type)) || (record.type === undefined && typeof record.role === 'string')) {
    return { type: 'response_item', payload: record, timestamp }
  }
  if (record.record_type !== undefined) return { type: 'state', payload: record, timestamp }
  if (record.type === undefined && typeof record.id === 'string') {
    return { type: 'session_meta', payload: record, timestamp }
  }
  return undefined
}

/** The kind of a response item: bare messages of some early lines name only their role. */
export function itemType(payload: Json): string {
  return asText(payload.type) ?? (typeof payload.role === 'string' ? 'message' : '?')
}
