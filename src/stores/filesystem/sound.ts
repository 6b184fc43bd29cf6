import { isObject } from '../../domain/plain-object.ts'
import type { FileRecord } from './records.ts'

/** What a column takes: other programs write files too, and people. */
export type ColumnKind = 'text' | 'number' | 'bytes'

/** `type` as SQLite tells it of a table. */
export function kindOf(type: string): ColumnKind {
  if (/INT|REAL|DOUBLE/i.test(type)) return 'number'
  return /BLOB/i.test(type) ? 'bytes' : 'text'
}

/** Whether a field holds what its column takes. */
export function isSound(kind: ColumnKind, value: unknown): boolean {
  return kind === 'number' ? Number.isFinite(value) : typeof value === 'string'
}

/** Whether a field in JSON has the form that whoever reads it expects. */
export function isSoundJson(column: string, value: unknown): boolean {
  if (column === 'tags') return Array.isArray(value) && value.every((tag) => typeof tag === 'string')
  if (column === 'stack') return Array.isArray(value) && value.every(isFrame)
  return column === 'custom_metadata' || column === 'words' || column === 'payload' ? isObject(value) : true
}

/** What stands for a field that has not the form it must have. */
export function emptyJson(column: string): unknown {
  return column === 'tags' || column === 'stack' ? [] : {}
}

function isFrame(value: unknown): boolean {
  return isObject(value) && ['ticketId', 'trackerId', 'ref', 'kind'].every((field) => typeof value[field] === 'string')
}

const WORDS = ['session_id', 'agent', 'external_id', 'ref', 'machine_id', 'kind', 'channel', 'status', 'created_at']

/** Whether a session can be listed by what its file says. */
export function isSession(record: FileRecord): boolean {
  return (
    WORDS.every((field) => typeof record[field] === 'string') &&
    ['started_ms', 'last_ms'].every((field) => Number.isFinite(record[field]))
  )
}
