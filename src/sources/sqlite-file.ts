import { statSync } from 'node:fs'
import { DatabaseSync, constants, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { openSourceFile } from './source-file.ts'

/** What a source may read, by table: nothing else of the database can be reached, whatever a query says. */
export type Readable = Readonly<Record<string, readonly string[]>>

/** An agent's SQLite database, open for reading. */
export interface SqliteFile {
  /** @throws Error whose message says what is wrong with the database, see `isDatabaseProblem` */
  all<Row>(sql: string, ...values: (string | number)[]): Row[]
  /** Which of the readable columns of a table are there; empty when the table is not. */
  columns(table: string): string[]
  close(): void
}

/** How long to wait for a lock. In WAL mode readers wait for nobody; it matters to databases in older modes. */
const BUSY_MS = 1000

/**
 * Opens an agent's database without writing, creating or locking anything its agent could stumble over.
 *
 * A database in WAL mode is read with its agent's own `-shm` while there is one, without its lock files while no `-wal` is
 * there, and beside a `-wal` that was left or copied without its `-shm` with the index in memory.
 * @throws Error whose message says why it cannot be read, see `isDatabaseProblem`
 */
export function openSqliteFile(path: string, readable: Readable): SqliteFile {
  const state = sqliteState(path)
  const mode = openingMode(path)
  // Read without locks: what came out is right if nothing was written meanwhile.
  const unlockedState = mode === '' ? undefined : state
  const database = guarded(() => {
    const target = mode === '' ? path : `${pathToFileURL(path).href}?${mode}`
    return new DatabaseSync(target, { readOnly: true, timeout: BUSY_MS })
  })
  if (mode === PRIVATE) database.exec('PRAGMA locking_mode = EXCLUSIVE')
  allowOnly(database, readable)
  const statements = new Map<string, Prepared>()
  const prepared = (sql: string): Prepared => {
    const known = statements.get(sql) ?? prepare(database, sql)
    statements.set(sql, known)
    return known
  }
  return {
    all<Row>(sql: string, ...values: (string | number)[]) {
      const rows = guarded(() => rowsOf<Row>(prepared(sql), values))
      if (unlockedState === undefined || sqliteState(path) === unlockedState) return rows
      throw unreadableDatabase('the database was written to while it was read')
    },
    columns: (table) =>
      guarded(() => database.prepare(`PRAGMA table_info(${quoted(table)})`).all() as { name: string }[])
        .map(({ name }) => name)
        .filter((name) => readable[table]?.includes(name)),
    close: () => database.close(),
  }
}

interface Prepared {
  statement: StatementSync
  columns: string[]
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return { statement, columns: statement.columns().map(({ name }) => name) }
}

/** Rows come as lists and are made into objects here: those that Node makes are dictionaries, and take three times as long. */
function rowsOf<Row>({ statement, columns }: Prepared, values: readonly (string | number)[]): Row[] {
  const rows = statement.all(...values) as unknown as unknown[][]
  return rows.map((row) => {
    const object: Record<string, unknown> = {}
    for (let i = 0; i < columns.length; i++) object[columns[i]!] = row[i]
    return object as Row
  })
}

/**
 * What tells one state of a database from the next without opening it: size and time of its file and of its `-wal`.
 * `undefined` when it is not there.
 */
export function sqliteState(path: string): string | undefined {
  const parts = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false }))
  if (!parts[0]?.isFile()) return undefined
  return parts.map((stat) => (stat ? `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}` : '-')).join(' ')
}

/** Ends of names of files beside a database whose change means that it was written to. */
export const WRITTEN_BESIDE = ['-wal', '-journal']
/** The file beside a database that readers change too: its change means nothing. */
export const INDEX_BESIDE = '-shm'

const PRIVATE = 'vfs=unix-none'
const PREFIX = 'DATABASE: '

/** True when an error says that a database could not be read now; its message tells people why. */
export function isDatabaseProblem(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(PREFIX)
}

/** What to tell people of such an error. */
export function databaseProblem(error: Error): string {
  return error.message.slice(PREFIX.length)
}

/** Says that a database cannot be read, for what only a source can find out: a table that is missing. */
export function unreadableDatabase(reason: string): Error {
  return new Error(PREFIX + reason)
}

function openingMode(path: string): string {
  const head = Buffer.alloc(20)
  const file = openSourceFile(path)
  try {
    const length = file.read(head, 0, head.length, 0)
    if (length < head.length || head.toString('latin1', 0, 15) !== 'SQLite format 3') {
      throw unreadableDatabase(length === 0 ? 'the database is empty' : 'not an SQLite database')
    }
  } finally {
    file.close()
  }
  if (head[18] !== 2) return ''
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return 'immutable=1'
  if (statSync(`${path}-shm`, { throwIfNoEntry: false })) return ''
  if (process.platform === 'win32') throw unreadableDatabase('its -wal file was left without its -shm file')
  return PRIVATE
}

function allowOnly(database: DatabaseSync, readable: Readable): void {
  database.setAuthorizer((action, table, column) => {
    if (action === constants.SQLITE_SELECT || action === constants.SQLITE_FUNCTION) return constants.SQLITE_OK
    const isListing = action === constants.SQLITE_PRAGMA && table === 'table_info'
    const name = isListing ? column : table
    if ((!isListing && action !== constants.SQLITE_READ) || name === null) return constants.SQLITE_DENY
    const columns = Object.hasOwn(readable, name) ? readable[name]! : undefined
    const isAllowed = columns && (isListing || column === '' || columns.includes(column ?? ''))
    return isAllowed ? constants.SQLITE_OK : constants.SQLITE_DENY
  })
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

const REASONS: Readonly<Record<number, string>> = {
  5: 'the database is locked by its agent',
  6: 'the database is locked by its agent',
  8: 'the database needs its agent to finish what it was writing',
  11: 'the database is damaged',
  14: 'the database cannot be opened',
  10: 'the database cannot be read from disk',
  26: 'not an SQLite database',
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code, errcode } = error as { code?: unknown; errcode?: unknown }
    if (code !== 'ERR_SQLITE_ERROR' || !(error instanceof Error)) throw error
    const reason = typeof errcode === 'number' ? REASONS[errcode & 255] : undefined
    if (reason === undefined && !/no such (table|column)/.test(error.message)) throw error
    throw unreadableDatabase(reason ?? `the database has another shape than expected (${error.message})`)
  }
}
