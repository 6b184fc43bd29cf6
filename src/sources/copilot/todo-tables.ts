import { DatabaseSync, constants } from 'node:sqlite'
import type { SQLOutputValue } from 'node:sqlite'

export interface TodoRow {
  id: string
  title: string
  status: string
}

/** One todo and another that comes before it. */
export type Dependency = [todo: string, dependsOn: string]

/** As the agent makes them in a session's `session.db` (_ran_, 1.0.102), without the check on `status`, which earlier versions had not. */
const SCHEMA = `
  CREATE TABLE todos (id TEXT PRIMARY KEY, title TEXT NOT NULL, description TEXT, status TEXT DEFAULT 'pending',
    created_at TEXT DEFAULT (datetime('now')), updated_at TEXT DEFAULT (datetime('now')));
  CREATE TABLE todo_deps (todo_id TEXT NOT NULL, depends_on TEXT NOT NULL, PRIMARY KEY (todo_id, depends_on))`

const TABLES = new Set(['todos', 'todo_deps'])
/** What is known of a row from one call to the next; '' is the row itself. */
const READABLE = new Set(['', 'rowid', 'id', 'title', 'status', 'todo_id', 'depends_on'])
/** None that makes large values out of small ones, waits, or reaches outside. */
const FUNCTIONS = new Set(
  `abs avg coalesce count date datetime dense_rank first_value glob ifnull iif instr julianday lag last_value lead length
   like lower ltrim max min nullif rank round row_number rtrim strftime substr substring sum time total trim typeof unixepoch upper`.split(
    /\s+/,
  ),
)
const LONGEST_VALUE_BYTES = 64 * 1024
/** Rows of both tables; a statement that makes more is undone. */
const MOST_ROWS = 1000
/** Rows that nested loops of one statement may come to: less than a second. */
const MOST_STEPS = 10_000_000

/** Tables in memory that an agent's own statements are run on. Those statements are foreign text: they can do nothing else. */
export interface TodoTables {
  fill(rows: readonly TodoRow[], dependencies: readonly Dependency[]): void
  /** @returns false when the statement could not be run, and then it changed nothing */
  run(statement: string): boolean
  /** Rows with an id and a title, in the order they were put in. */
  rows(): TodoRow[]
  dependencies(): Dependency[]
}

let opened: TodoTables | undefined

/** The tables of this thread, as they were left. */
export function todoTables(): TodoTables {
  opened ??= openTables()
  return opened
}

function openTables(): TodoTables {
  const options = { limits: { length: LONGEST_VALUE_BYTES }, enableDoubleQuotedStringLiterals: true }
  const database = new DatabaseSync(':memory:', options)
  database.exec(SCHEMA)
  database.setAuthorizer(isAllowed)
  // Node bounds values from 25.8 on.
  const isBounded = 'limits' in database
  const insertTodo = database.prepare(
    'INSERT INTO todos (id, title, status, created_at, updated_at) VALUES (?, ?, ?, NULL, NULL)',
  )
  const insertDependency = database.prepare('INSERT OR IGNORE INTO todo_deps VALUES (?, ?)')

  const tables: TodoTables = {
    fill(rows, dependencies) {
      database.exec('DELETE FROM todos')
      database.exec('DELETE FROM todo_deps')
      for (const { id, title, status } of rows) insertTodo.run(id, title, status)
      for (const dependency of dependencies) insertDependency.run(...dependency)
    },
    run(statement) {
      const [rows, dependencies] = [tables.rows(), tables.dependencies()]
      try {
        if (!isBounded && statement.includes('||')) return false
        if (steps(statement, rows.length + dependencies.length) > MOST_STEPS) return false
        database.prepare(statement).all()
        if (tables.rows().length + tables.dependencies().length <= MOST_ROWS) return true
      } catch {
        // What it did before it failed is undone with the rest.
      }
      tables.fill(rows, dependencies)
      return false
    },
    rows() {
      const rows = database.prepare('SELECT id, title, status FROM todos ORDER BY rowid').all()
      return rows.flatMap(({ id, title, status }) => {
        return isText(id) && isText(title) ? [{ id, title, status: isText(status) ? status : 'pending' }] : []
      })
    },
    dependencies() {
      const rows = database.prepare('SELECT todo_id, depends_on FROM todo_deps ORDER BY rowid').all()
      return rows.flatMap(({ todo_id, depends_on }): Dependency[] =>
        isText(todo_id) && isText(depends_on) ? [[todo_id, depends_on]] : [],
      )
    },
  }
  return tables

  /**
   * How many rows it may come to look at: as many as a table, or a list in the statement itself, may hold, once for each loop in
   * which the engine goes through one. What it works out first and then goes through holds a product of its own; one of those in
   * another is not counted any more.
   */
  function steps(statement: string, rows: number): number {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    const count = (pattern: RegExp): number => plan.filter(({ detail }) => pattern.test(String(detail))).length
    const listed = statement.match(/\(|\bselect\b/gi)?.length ?? 0
    const loops = count(/^(?:SCAN|SEARCH) (?!(?:\d+ )?CONSTANT ROW)/)
    const before = count(/^(?:MATERIALIZE|CO-ROUTINE) /)
    if (before > 1) return Infinity
    return Math.max(rows, listed, 2) ** (before === 0 ? loops : Math.max(loops, loops ** 2 / 4))
  }
}

function isAllowed(action: number, first: string | null, second: string | null): number {
  const { SQLITE_OK, SQLITE_DENY } = constants
  switch (action) {
    case constants.SQLITE_SELECT:
      return SQLITE_OK
    case constants.SQLITE_READ:
      return TABLES.has(first ?? '') && READABLE.has(second?.toLowerCase() ?? '') ? SQLITE_OK : SQLITE_DENY
    case constants.SQLITE_INSERT:
    case constants.SQLITE_UPDATE:
    case constants.SQLITE_DELETE:
      return TABLES.has(first ?? '') ? SQLITE_OK : SQLITE_DENY
    case constants.SQLITE_FUNCTION:
      return FUNCTIONS.has(second?.toLowerCase() ?? '') ? SQLITE_OK : SQLITE_DENY
    default:
      return SQLITE_DENY
  }
}

function isText(value: SQLOutputValue | undefined): value is string {
  return typeof value === 'string'
}
