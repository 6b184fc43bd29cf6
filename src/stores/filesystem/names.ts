import { createHash } from 'node:crypto'
import { among, lists } from '../sql/condition.ts'
import type { Connection } from '../sql/connection.ts'
import type { Row, RowChange } from './changes.ts'
import { SHAPES } from './shapes.ts'
import type { RefTable } from './shapes.ts'

/** What files call a row: `name` wherever another row refers to it, `folder` in paths. */
export interface Named {
  name: string
  folder: string
  /** A transcript that holds what programs told: its records are the session's own files. */
  kept?: boolean
}

/** Names of rows, by table and row id. */
export type Names = Map<RefTable, Map<number, Named>>

/** The agent whose transcripts programs write through us. */
const KEPT_AGENT = 'daybook'

/** Columns that names are made of. */
const PARTS: Readonly<Record<RefTable, readonly string[]>> = {
  machine: ['uid'],
  import: ['uid'],
  project: ['uid'],
  tracker: ['uid'],
  ticket: ['uid'],
  handoff: ['uid'],
  session: ['uid', 'agent', 'external_id'],
  blob: ['hash'],
  name: ['text'],
  path: ['text'],
  activity_chain: ['name'],
  transcript: ['machine_id', 'agent', 'path'],
  frame: ['transcript_id', 'first_record', 'part'],
}

/** Tables whose names hold another row's name, which is therefore looked up after them. */
const ABOVE: Partial<Record<RefTable, [RefTable, string]>> = {
  frame: ['transcript', 'transcript_id'],
  transcript: ['machine', 'machine_id'],
}

/** Looks up what files call the rows that these changes touch, those that are gone by what they were. */
export async function namesFor(connection: Connection, changes: readonly RowChange[]): Promise<Names> {
  const gone = new Map<RefTable, Map<number, Row>>()
  const wanted = new Map<RefTable, Set<number>>()
  const want = (table: RefTable, id: unknown): void => {
    if (typeof id !== 'number') return
    wanted.set(table, (wanted.get(table) ?? new Set()).add(id))
  }
  for (const { table, old, now } of changes) {
    for (const row of [old, now]) {
      if (!row) continue
      if (table in PARTS) want(table as RefTable, row['id'])
      for (const [column, target] of Object.entries(SHAPES[table]?.refs ?? {})) want(target, row[column])
    }
    if (old && !now && table in PARTS) {
      const rows = gone.get(table as RefTable) ?? new Map<number, Row>()
      gone.set(table as RefTable, rows.set(old['id'] as number, old))
    }
  }
  const rows = new Map<RefTable, Map<number, Row>>()
  const names: Names = new Map()
  const read = async (table: RefTable): Promise<void> => {
    const found = new Map(gone.get(table))
    for (const row of await readParts(connection, table, [...(wanted.get(table) ?? [])])) {
      found.set(row['id'] as number, row)
    }
    rows.set(table, found)
    const above = ABOVE[table]
    if (above) for (const row of found.values()) want(above[0], row[above[1]])
  }
  for (const table of ['frame', 'transcript'] as const) await read(table)
  for (const table of Object.keys(PARTS) as RefTable[]) if (!rows.has(table)) await read(table)
  for (const table of [...ORDER, ...(Object.keys(PARTS) as RefTable[])]) {
    if (names.has(table)) continue
    const named = [...(rows.get(table) ?? [])].map(([id, row]): [number, Named] => [id, nameOf(table, row, names)])
    names.set(table, new Map(named))
  }
  return names
}

const ORDER: readonly RefTable[] = ['machine', 'transcript', 'frame']

async function readParts(connection: Connection, table: RefTable, ids: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const list of lists(ids)) {
    const where = among('id', list)
    rows.push(
      ...(await connection.all<Row>(
        `SELECT id, ${PARTS[table].join(', ')} FROM ${table} WHERE ${where.sql}`,
        where.values,
      )),
    )
  }
  return rows
}

function nameOf(table: RefTable, row: Row, names: Names): Named {
  if (table === 'transcript') {
    const machine = names.get('machine')?.get(row['machine_id'] as number)?.name ?? ''
    const name = transcriptName(machine, String(row['agent']), String(row['path']))
    return { name, folder: name, kept: isKept(row) }
  }
  if (table === 'frame') {
    const transcript = names.get('transcript')?.get(row['transcript_id'] as number)
    const folder = transcript?.name ?? ''
    return {
      name: `${folder}/${String(row['first_record'])}.${String(row['part'])}`,
      folder,
      kept: transcript?.kept === true,
    }
  }
  const name = String(row[PARTS[table][0] as string])
  return { name, folder: table === 'session' ? sessionFolder(row) : name }
}

/** A folder's name for a transcript, the same wherever the tree lies. */
function transcriptName(machine: string, agent: string, path: string): string {
  return createHash('sha256').update(`${machine}\0${agent}\0${path}`).digest('hex').slice(0, 20)
}

/** The caller's own id where a program gave one, which was checked when it was taken. */
export function sessionFolder(row: Row): string {
  return row['agent'] === KEPT_AGENT ? String(row['external_id']) : String(row['uid'])
}

/** True of the row of a transcript that programs wrote. */
export function isKept(row: Row): boolean {
  return row['agent'] === KEPT_AGENT && String(row['path']).startsWith(`${KEPT_AGENT}:`)
}
