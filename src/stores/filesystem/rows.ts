import type { Connection, Value } from '../sql/connection.ts'
import type { FoundRecord } from './read-files.ts'
import { fieldOf } from './records.ts'
import type { FileRecord } from './records.ts'
import type { RefTable, Shape } from './shapes.ts'
import { emptyJson, isSound, isSoundJson, kindOf } from './sound.ts'
import type { ColumnKind } from './sound.ts'
import { readTree } from './tree.ts'
import type { Tree } from './tree.ts'

/** Row ids by the names that files use. */
export type Ids = Map<RefTable, Map<string, number>>

export interface Column {
  name: string
  kind: ColumnKind
  /** True where a row needs a value for it. */
  needed: boolean
}

/** Columns of a table, in its order. */
export async function readColumns(connection: Connection, table: string): Promise<Column[]> {
  const rows = await connection.all<{ name: string; type: string; notnull: number; usual: string | null }>(
    'SELECT name, type, "notnull", dflt_value AS usual FROM pragma_table_info(?)',
    [table],
  )
  return rows.map(({ name, type, notnull, usual }) => ({
    name,
    kind: kindOf(type),
    needed: notnull === 1 && usual === null,
  }))
}

/** Takes fields away that their columns do not take. @returns their names */
export function leaveOut(table: string, shape: Shape, columns: readonly Column[], record: FileRecord): string[] {
  const odd: string[] = []
  for (const { name, kind } of columns) {
    const value = fieldOf(table, record, name)
    if (value === undefined || value === null || name === shape.within) continue
    const isJson = shape.json?.includes(name) === true
    // What it names is asked by its name.
    const holds = shape.refs?.[name] === undefined ? kind : 'text'
    if (isJson ? isSoundJson(name, value) : isSound(holds, value)) continue
    odd.push(name)
    if (isJson) record[name] = emptyJson(name)
    else delete record[name]
  }
  return odd
}

/** @returns what is wrong with the record, in words, where it makes no row */
export function toRow(
  tree: Tree,
  table: string,
  shape: Shape,
  columns: readonly Column[],
  each: FoundRecord,
  ids: Ids,
  workspaceId: number,
): Map<string, Value> | string {
  const row = new Map<string, Value>()
  for (const { name, needed } of columns) {
    let value = toValue(tree, table, shape, name, each, ids, workspaceId)
    // A column of JSON that has to have a value has this one too.
    if (value === null && needed && shape.json?.includes(name)) value = 'null'
    if (value === undefined || (value === null && needed)) {
      if (needed) return `this record of ${table} has no ${name} that is known`
      continue
    }
    row.set(name, value)
  }
  return row
}

function toValue(
  tree: Tree,
  table: string,
  shape: Shape,
  column: string,
  { record, within }: FoundRecord,
  ids: Ids,
  workspaceId: number,
): Value | undefined {
  if (column === 'workspace_id') return workspaceId
  if (column === shape.bytes?.column) return bytesOf(tree, shape.bytes.file, record, within)
  const value = column === shape.within ? within : fieldOf(table, record, column)
  const target = shape.refs?.[column]
  if (value === undefined || value === null) return value
  if (target !== undefined) return ids.get(target)?.get(String(value))
  if (shape.json?.includes(column)) return JSON.stringify(value)
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

function bytesOf(tree: Tree, pattern: string, record: Record<string, unknown>, within: string): Uint8Array | undefined {
  return readTree(
    tree,
    pattern.replaceAll(/\{(\w+)\}/g, (_, column: string) => String(record[column] ?? within)),
  )
}

/** @returns what is wrong, in words, where it cannot be kept */
export async function insertRow(
  connection: Connection,
  table: string,
  row: ReadonlyMap<string, Value>,
): Promise<string | undefined> {
  const inserted = await connection.run(
    `INSERT INTO ${table} (${[...row.keys()].join(', ')}) VALUES (${[...row.keys()].map(() => '?').join(', ')})
     ON CONFLICT DO NOTHING`,
    [...row.values()],
  )
  return inserted === 1 ? undefined : `this record of ${table} says otherwise than another one: the first one stands`
}
