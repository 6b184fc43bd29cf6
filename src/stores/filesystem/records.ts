import { fileName } from '../../domain/file-name.ts'
import type { Value } from '../sql/connection.ts'
import type { Row } from './changes.ts'
import type { Names } from './names.ts'
import { SHAPES } from './shapes.ts'
import type { Shape } from './shapes.ts'

/** A row as files hold it: no row ids but its own, JSON in the open. */
export type FileRecord = Record<string, unknown>

/** A row's place: the file, what tells it from the other lines there, and its bytes' own file. */
export interface Place {
  path: string
  key: string
  bytes: string | undefined
}

/** Names that differ from the column's, where people know the file by an older form. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  session: { uid: 'session_id' },
}

/** What a file says of a row. */
export function toRecord(table: string, row: Row, names: Names): FileRecord {
  const shape = SHAPES[table] as Shape
  const record: FileRecord = isLines(shape) ? { table } : {}
  for (const [column, value] of Object.entries(row)) {
    if (column === 'workspace_id' || column === shape.within || column === shape.bytes?.column) continue
    record[RENAMED[table]?.[column] ?? column] = toField(shape, column, value, names)
  }
  return record
}

function toField(shape: Shape, column: string, value: Value, names: Names): unknown {
  const target = shape.refs?.[column]
  if (value === null) return null
  if (target !== undefined) return names.get(target)?.get(value as number)?.name ?? null
  return shape.json?.includes(column) ? JSON.parse(String(value)) : value
}

/** The row's value of a column as a file has it; `undefined` where the file has no such field. */
export function fieldOf(table: string, record: FileRecord, column: string): unknown {
  return record[RENAMED[table]?.[column] ?? column]
}

/** Where a row lies; `undefined` for what is kept otherwise. */
export function placeOf(table: string, row: Row, record: FileRecord, names: Names): Place | undefined {
  const shape = SHAPES[table] as Shape
  let kept = false
  const fill = (pattern: string): string =>
    pattern.replaceAll(/\{(\w+)\}/g, (_, column: string) => {
      const target = column === 'id' ? 'transcript' : table === 'session' ? 'session' : shape.refs?.[column]
      const id = table === 'session' ? row['id'] : row[column]
      if (target === undefined) return safe(String(row[column]))
      const named = names.get(target)?.get(id as number)
      kept ||= named?.kept === true
      return safe(named?.folder ?? '')
    })
  const path = fill(shape.file)
  const bytes = shape.bytes && fill(shape.bytes.file)
  return kept ? undefined : { path, key: keyOf(table, record), bytes }
}

/** What tells a line from the others of its file. */
export function keyOf(table: string, record: FileRecord): string {
  const shape = SHAPES[table] as Shape
  return JSON.stringify([table, ...shape.key.map((column) => fieldOf(table, record, column))])
}

export function isLines(shape: Shape): boolean {
  return shape.file.endsWith('.jsonl')
}

/** Keeps a path below the tree, whatever an id says: `/` parts folders, nothing else reaches the file system. */
export function safe(text: string): string {
  return text.split('/').map(fileName).join('/')
}

/** One row as a file of its own: a field a line, and a last line that never changes, so that git can join two forms. */
export function printObject(record: FileRecord): string {
  const fields = Object.entries(record).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
  return `{\n${fields.join('')}  "format": 1\n}\n`
}

export function printLine(record: FileRecord): string {
  return `${JSON.stringify(record)}\n`
}
