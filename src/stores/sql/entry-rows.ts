import { ENTRY_TYPES, ROLES } from '../../domain/entry.ts'
import type { EntryType, Role } from '../../domain/entry.ts'
import { entryId } from '../../domain/ids.ts'
import type { EntryRow } from '../entry-store.ts'

/** An entry as its table holds it, with the words of its neighbours. */
export interface StoredEntry {
  id: number
  transcript_id: number
  agent: string
  record: number
  block: number
  shift: number
  type: number
  role: number
  flags: number
  hash: number
  session_uid: string | null
  tool: string | null
}

const OWN = 'e.id, e.transcript_id, e.record, e.block, e.shift, e.type, e.role, e.flags, e.hash, n.text AS tool'
const TOOL = 'LEFT JOIN name n ON n.id = e.tool_id'

/** Begins a query for `StoredEntry`; conditions name the entry `e`, its transcript `t`, its session `s`. */
export const ENTRY_SELECT = `SELECT ${OWN}, t.agent, s.uid AS session_uid
  FROM entry e JOIN transcript t ON t.id = e.transcript_id LEFT JOIN session s ON s.id = t.session_id ${TOOL}`

/** The same for entries of one transcript, which the caller knows: what it says of each would be read for each. */
export const ENTRY_OF_TRANSCRIPT_SELECT = `SELECT ${OWN} FROM entry e ${TOOL}`

/** Unix milliseconds of an entry's record, which its row id holds. */
export function entryTime(id: number, shift: number): number {
  return Math.floor(id / 2048) - shift
}

export function toEntryRow(row: StoredEntry): EntryRow {
  const atMs = entryTime(row.id, row.shift)
  return {
    rowId: row.id,
    id: entryId(atMs, row.hash),
    sessionId: row.session_uid ?? '',
    transcriptId: row.transcript_id,
    agent: row.agent,
    atMs,
    record: row.record,
    block: row.block,
    type: ENTRY_TYPES[row.type] as EntryType,
    role: ROLES[row.role] as Role,
    flags: row.flags,
    tool: row.tool,
  }
}

/** Filter words as the numbers that rows hold. */
export function codesOf(filter: { types?: EntryType[]; roles?: Role[] }): { types?: number[]; roles?: number[] } {
  return {
    types: filter.types?.map((type) => ENTRY_TYPES.indexOf(type)),
    roles: filter.roles?.map((role) => ROLES.indexOf(role)),
  }
}
