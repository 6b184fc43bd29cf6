import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { AppError } from '../../domain/errors.ts'
import type { Connection, Dialect, Value } from '../sql/connection.ts'

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  chosenKey: 'INTEGER PRIMARY KEY',
  chosenKeyConstraint: '',
  integer: 'INTEGER',
  bytes: 'BLOB',
  keyed: ' WITHOUT ROWID',
  forUpdate: '',
}

const STATEMENTS_KEPT = 400

/** Statements on one SQLite handle. Each runs to its end before it answers, so no reader is ever left open. */
export function sqliteConnection(handle: DatabaseSync): Connection {
  const readers = new Map<string, Reader>()
  const writers = new Map<string, StatementSync>()

  function kept<Kept>(statements: Map<string, Kept>, sql: string, prepare: (statement: StatementSync) => Kept): Kept {
    const known = statements.get(sql)
    if (known) return known
    const made = prepare(handle.prepare(compiledOnce(withoutJournal(sql))))
    if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value as string)
    statements.set(sql, made)
    return made
  }

  return {
    dialect: sqliteDialect,
    async all<Row>(sql: string, parameters: readonly Value[] = []): Promise<Row[]> {
      try {
        return kept(readers, sql, reader).read(parameters) as Row[]
      } catch (error) {
        throw storeError(error)
      }
    },
    async run(sql: string, parameters: readonly Value[] = []): Promise<number> {
      try {
        return Number(kept(writers, sql, writer).run(...parameters).changes)
      } catch (error) {
        throw storeError(error)
      }
    },
    // Whoever writes holds the one write lock there is.
    lock: async () => {},
  }
}

/**
 * The same for a handle that only reads.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function readingConnection(handle: DatabaseSync): Connection {
  const connection = sqliteConnection(handle)
  const version = async (): Promise<number> => {
    const [row] = await connection.all<{ data_version: number }>('PRAGMA data_version')
    return row?.data_version ?? 0
  }
  return { ...connection, version }
}

interface Reader {
  read(parameters: readonly Value[]): object[]
}

/** Rows come as lists: made into objects here they take a third of what Node takes to make them, whose objects are dictionaries. */
function reader(statement: StatementSync): Reader {
  statement.setReturnArrays(true)
  let columns: string[] = []
  return {
    read(parameters) {
      const rows = statement.all(...parameters) as unknown as unknown[][]
      // A table may have gained a column since.
      if (rows.length > 0 && rows[0]!.length !== columns.length) columns = statement.columns().map(({ name }) => name)
      return rows.map((row) => toObject(row, columns))
    },
  }
}

function toObject(row: readonly unknown[], columns: readonly string[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (let i = 0; i < columns.length; i++) object[columns[i]!] = row[i]
  return object
}

function writer(statement: StatementSync): StatementSync {
  // Nobody asks for the last row id, but Node reads it, and FTS5 leaves some there that are beyond 2 ** 53.
  statement.setReadBigInts(true)
  return statement
}

/**
 * An INSERT that fails undoes its transaction with us. So that it could undo itself alone, SQLite copies every page that it is
 * about to change: an eighth of a bulk's time.
 *
 * @see https://www.sqlite.org/lang_conflict.html (FAIL), https://www.sqlite.org/tempfiles.html#statement_journal_files
 */
function withoutJournal(sql: string): string {
  return sql.startsWith(INSERT) ? `INSERT OR FAIL INTO ${sql.slice(INSERT.length)}` : sql
}

const INSERT = 'INSERT INTO '

/**
 * SQLite looks at what is bound to `LIMIT ?` and `LIKE ?`, and to `agent = ?` where an index holds rows of one agent alone, when it
 * plans, and so plans anew each time something is bound: that takes longer than most of our statements take to run. Behind a
 * sign it does not look. Observed with 3.53.4, November 2026.
 *
 * @see https://www.sqlite.org/c3ref/prepare.html (a bound value that might influence the plan)
 */
function compiledOnce(sql: string): string {
  return sql.replaceAll(PEEKED, '$1 +?')
}

const PEEKED = /(LIMIT|OFFSET|LIKE|GLOB|[=<>]) \?/g

/** Result codes of SQLite, https://www.sqlite.org/rescode.html */
const BUSY = 5
const NO_MEMORY = 7
const READ_ONLY = 8
const INPUT_OUTPUT = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26

/** The primary result code of an error of SQLite's, else `undefined`. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

/** True when the file is not, or no longer, a sound database; also of what `storeError` made of it. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error instanceof AppError ? error.cause : error)
  return code === CORRUPT || code === NOT_A_DATABASE
}

/** `SQLITE_IOERR_SHMSIZE`: no room for the memory that processes share. */
const NO_SHARED_MEMORY = 4874

/** True where something could not be written for want of space. */
export function isNoRoom(error: unknown): boolean {
  const code = resultCode(error)
  return code === FULL || (code !== undefined && (error as { errcode: number }).errcode === NO_SHARED_MEMORY)
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === BUSY
}

/** What went wrong below us, in words that help; anything else is passed on as it is. */
export function storeError(error: unknown): unknown {
  const code = resultCode(error)
  const refuse = (message: string, hint: string): AppError =>
    new AppError('unavailable', message, { hint, cause: error })
  if (code === BUSY) return refuse('the store is busy: another process is writing for very long', 'try again')
  if (isNoRoom(error))
    return refuse('the disk is full: nothing more is written', 'free some space and run the same command again')
  if (code === READ_ONLY)
    return refuse('the store cannot be written', 'check the owner and the mode of the data directory')
  if (code === INPUT_OUTPUT)
    return refuse('the disk reported an error: nothing was written', 'check the disk, then run `daybook doctor`')
  if (code === CANNOT_OPEN)
    return refuse('the store cannot be opened', 'check the path and the mode of the data directory')
  if (code === NO_MEMORY) return refuse('memory ran out', 'close other programs and try again')
  if (code === CORRUPT || code === NOT_A_DATABASE) {
    return refuse('the store is damaged: it is not a sound SQLite database', 'daybook doctor')
  }
  return error
}
