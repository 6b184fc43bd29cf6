import type { PlanItem } from '../../domain/entry.ts'
import { asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import { statements } from './sql.ts'
import { todoTables } from './todo-tables.ts'
import type { Dependency, TodoRow, TodoTables } from './todo-tables.ts'

const ITEMS = 200
const DEPENDENCIES = 400
const ITEM_LIMIT = 500
/** Longer texts are not run. */
const SQL_LIMIT = 16 * 1024
const VERBS = new Set(['insert', 'replace', 'update', 'delete', 'with'])

/** A row of the agent's `todos` table. */
export interface Todo extends PlanItem {
  id: string
  /** The table's own word for its status, where the plan has another: `blocked`. */
  stated?: string
}

/** The agent's plan as its statements left it. */
export interface Todos {
  items: Todo[]
  /** Which waits for which. */
  dependencies?: Dependency[]
}

/** Statements that may change the session's plan; `undefined` for every other call. */
export function planStatements(tool: string, input: Json | undefined): string | undefined {
  const query = tool === 'sql' ? asText(input?.query) : undefined
  const database = asText(input?.database)
  if (query === undefined || query.length > SQL_LIMIT || (database !== undefined && database !== 'session'))
    return undefined
  return /\b(?:todos|todo_deps)\b/i.test(query) ? query : undefined
}

/**
 * The plan after statements that the agent changed it with. They are run, each by itself, on tables like the agent's own.
 *
 * `after` is undefined where the plan is as it was; `misread` names statements that could not be run (they ask for tables or
 * functions that are not here), whose effect is not known.
 */
export function foldTodos(before: Todos, sql: string): { after: Todos | undefined; misread: string[] } {
  const changing = statements(sql).filter(
    ({ verb, names }) => VERBS.has(verb) && (names.has('todos') || names.has('todo_deps')),
  )
  if (changing.length === 0) return { after: undefined, misread: [] }
  const misread: string[] = []
  const tables = todoTables()
  tables.fill(before.items.map(toRow), before.dependencies ?? [])
  for (const { text, verb } of changing) if (!tables.run(text)) misread.push(verb)
  const after = read(tables)
  return { after: JSON.stringify(after) === JSON.stringify(before) ? undefined : after, misread }
}

function read(tables: TodoTables): Todos {
  const items = tables.rows().slice(-ITEMS).map(toTodo)
  const dependencies = tables.dependencies().slice(-DEPENDENCIES)
  return dependencies.length > 0 ? { items, dependencies } : { items }
}

function toRow({ id, text, status, stated }: Todo): TodoRow {
  return { id, title: text, status: stated ?? (status === 'completed' ? 'done' : status) }
}

function toTodo({ id, title, status: stated }: TodoRow): Todo {
  const text = oneLine(title, ITEM_LIMIT)
  const known = STATUSES.get(stated)
  return known === undefined ? { id, text, status: 'pending', stated } : { id, text, status: known }
}

const STATUSES = new Map<string, PlanItem['status']>([
  ['done', 'completed'],
  ['completed', 'completed'],
  ['in_progress', 'in_progress'],
  ['cancelled', 'cancelled'],
  ['pending', 'pending'],
])
