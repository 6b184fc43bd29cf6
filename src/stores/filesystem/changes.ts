import type { Connection, Value } from '../sql/connection.ts'

export type Row = Record<string, Value>

/** What a transaction did to one row: `old` is absent where it made it, `now` where it removed it. */
export interface RowChange {
  table: string
  old: Row | undefined
  now: Row | undefined
}

const INSERT = 18
const UPDATE = 23

/**
 * Rows that a transaction changed, each once, from what SQLite's session extension recorded.
 *
 * @see https://www.sqlite.org/session/c_changeset_invert.html and "Changeset format" in sqlite3session.c, SQLite 3.53
 */
export async function readChanges(connection: Connection, changeset: Uint8Array): Promise<RowChange[]> {
  const reader = recordReader(changeset)
  const changes: RowChange[] = []
  let table = ''
  let columns: string[] = []
  let keys: string[] = []
  while (!reader.atEnd()) {
    if (reader.byte() === TABLE) {
      const flags = Array.from({ length: reader.varint() }, () => reader.byte())
      table = reader.name()
      columns = await columnsOf(connection, table)
      keys = columns.filter((_, i) => flags[i] !== 0)
      continue
    }
    const operation = reader.back()
    reader.skip(2)
    const first = reader.row(columns)
    if (operation === INSERT) changes.push({ table, old: undefined, now: first as Row })
    else if (operation === UPDATE) {
      reader.row(columns)
      const where = keys.map((key) => `${key} = ?`).join(' AND ')
      const [now] = await connection.all<Row>(
        `SELECT * FROM ${table} WHERE ${where}`,
        keys.map((key) => first[key] as Value),
      )
      if (now) changes.push({ table, old: { ...now, ...defined(first) }, now })
    } else changes.push({ table, old: first as Row, now: undefined })
  }
  return changes
}

/** Columns of a table, in its order: asked once, for they change only when a store is opened. */
async function columnsOf(connection: Connection, table: string): Promise<string[]> {
  const known = COLUMNS.get(connection) ?? new Map<string, string[]>()
  COLUMNS.set(connection, known)
  const columns = known.get(table)
  if (columns) return columns
  const rows = await connection.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', [table])
  const names = rows.map((row) => row.name)
  known.set(table, names)
  return names
}

const COLUMNS = new WeakMap<Connection, Map<string, string[]>>()

/** `T`, with which the changes of a table begin. */
const TABLE = 0x54

function defined(row: Record<string, Value | undefined>): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row
}

function recordReader(bytes: Uint8Array) {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  function varint(): number {
    let value = 0
    for (;;) {
      const byte = view.readUInt8(at++)
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) return value
    }
  }

  function taken(length: number): Buffer {
    at += length
    return view.subarray(at - length, at)
  }

  /** `undefined` for a column that an update left alone. */
  function value(): Value | undefined {
    const type = view.readUInt8(at++)
    if (type === 0) return undefined
    if (type === 1) return Number(taken(8).readBigInt64BE())
    if (type === 2) return taken(8).readDoubleBE()
    if (type === 3) return taken(varint()).toString('utf8')
    if (type === 4) return Uint8Array.from(taken(varint()))
    return null
  }

  return {
    atEnd: () => at >= view.length,
    byte: () => view.readUInt8(at++),
    back: () => view.readUInt8(at - 1),
    skip: (count: number) => void (at += count - 1),
    varint,
    name() {
      const end = view.indexOf(0, at)
      const name = view.toString('utf8', at, end)
      at = end + 1
      return name
    },
    row(columns: readonly string[]): Record<string, Value | undefined> {
      return Object.fromEntries(columns.map((column) => [column, value()]))
    },
  }
}
