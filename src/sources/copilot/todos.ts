import type { PlanItem } from '../../domain/entry.ts'
import { asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import { statements } from './sql.ts'
import type { Token } from './sql.ts'
import type { Todo } from './state.ts'

const ITEMS = 200
const ITEM_LIMIT = 500
/** Longer statements are not folded. */
const SQL_LIMIT = 16 * 1024

/** Statements that may change the session's `todos` table; `undefined` for every other call. */
export function planStatements(tool: string, input: Json | undefined): string | undefined {
  const query = tool === 'sql' ? asText(input?.query) : undefined
  const database = asText(input?.database)
  if (query === undefined || query.length > SQL_LIMIT || (database !== undefined && database !== 'session'))
    return undefined
  return /\btodos\b/i.test(query) ? query : undefined
}

export function todoItems(todos: Todo[]): PlanItem[] {
  return todos.map(({ text, status }) => ({ text, status }))
}

/**
 * The table as statements leave it. The agent keeps its plan with plain SQL: rows put in with literal values, and updates
 * and deletions by id or status. `todos` is undefined when nothing changed; `misread` names statements that say more than
 * that, whose effect is not known.
 */
export function foldTodos(before: Todo[], sql: string): { todos: Todo[] | undefined; misread: string[] } {
  const misread: string[] = []
  let todos = before
  for (const statement of statements(sql)) {
    const verb = statement[0]?.text.toLowerCase() ?? ''
    const fold = FOLDS[verb]
    if (fold === undefined || !statement.some((token) => isName(token, 'todos'))) continue
    const after = fold(todos, statement)
    if (after === undefined) misread.push(verb)
    else todos = after
  }
  return { todos: todos === before ? undefined : todos.slice(-ITEMS), misread }
}

type Fold = (todos: Todo[], statement: Token[]) => Todo[] | undefined

const FOLDS: Readonly<Record<string, Fold | undefined>> = Object.assign(Object.create(null) as object, {
  insert,
  replace: insert,
  update,
  delete: remove,
})

/** `INSERT [OR REPLACE|IGNORE] INTO todos (id, title, ...) VALUES (...), (...) [ON CONFLICT ...]` */
function insert(todos: Todo[], statement: Token[]): Todo[] | undefined {
  let at = statement.findIndex((token) => isName(token, 'todos'))
  if (!isWord(statement[at - 1], 'into')) return todos
  const keep = statement.slice(0, at).some((token) => isWord(token, 'ignore')) || hasNothing(statement)
  let columns = ['id', 'title', 'description', 'status']
  at++
  if (statement[at]?.text === '(') {
    const list = group(statement, at)
    columns = list.items.map((item) => item[0]?.text.toLowerCase() ?? '')
    at = list.end
  }
  if (!isWord(statement[at], 'values')) return undefined
  let after = todos
  for (at++; statement[at]?.text === '('; at++) {
    const row = group(statement, at)
    const value = (name: string) => literal(row.items[columns.indexOf(name)])
    const id = value('id')
    const title = value('title')
    const status = columns.includes('status') ? value('status') : 'pending'
    if (id === undefined || title === undefined || status === undefined) return undefined
    const todo: Todo = { id, text: oneLine(title, ITEM_LIMIT), status: planStatus(status) }
    const place = after.findIndex((other) => other.id === id)
    if (place < 0) after = [...after, todo]
    else if (!keep) after = after.with(place, todo)
    at = row.end
    if (statement[at]?.text !== ',') break
  }
  return after
}

function hasNothing(statement: Token[]): boolean {
  return statement.some((token, index) => isWord(token, 'do') && isWord(statement[index + 1], 'nothing'))
}

/** `UPDATE todos SET status = 'done' [, ...] [WHERE ...]` */
function update(todos: Todo[], statement: Token[]): Todo[] | undefined {
  if (!isName(statement[1], 'todos')) return isName(statement[3], 'todos') ? undefined : todos
  if (!isWord(statement[2], 'set')) return undefined
  const where = statement.findIndex((token) => isWord(token, 'where'))
  const matches = condition(where < 0 ? [] : statement.slice(where + 1))
  if (matches === undefined) return undefined
  const change: Partial<Todo> = {}
  for (const [column, equals, ...value] of list(statement.slice(3, where < 0 ? undefined : where))) {
    const name = column?.text.toLowerCase()
    if (name !== 'status' && name !== 'title') continue
    const text = equals?.text === '=' ? literal(value) : undefined
    if (text === undefined) return undefined
    if (name === 'status') change.status = planStatus(text)
    else change.text = oneLine(text, ITEM_LIMIT)
  }
  if (Object.keys(change).length === 0) return todos
  return todos.map((todo) => (matches(todo) ? { ...todo, ...change } : todo))
}

/** `DELETE FROM todos [WHERE ...]` */
function remove(todos: Todo[], statement: Token[]): Todo[] | undefined {
  if (!isName(statement[2], 'todos')) return todos
  if (statement.length === 3) return []
  const matches = isWord(statement[3], 'where') ? condition(statement.slice(4)) : undefined
  return matches && todos.filter((todo) => !matches(todo))
}

/** `id = 'a' AND status IN ('b', 'c') OR title = 'd'`: what plans are changed by. Anything else is not read. */
function condition(tokens: Token[]): ((todo: Todo) => boolean) | undefined {
  const tests = cut(tokens, (token) => isWord(token, 'or')).map((part) =>
    part.length === 0 && tokens.length > 0 ? undefined : conjunction(part),
  )
  const known = tests.filter((test) => test !== undefined)
  return known.length === tests.length ? (todo) => known.some((test) => test(todo)) : undefined
}

function conjunction(tokens: Token[]): ((todo: Todo) => boolean) | undefined {
  const tests: ((todo: Todo) => boolean)[] = []
  for (let at = 0; at < tokens.length;) {
    const column = columnOf(tokens[at]?.text.toLowerCase() ?? '')
    if (column === undefined) return undefined
    at++
    const not = isWord(tokens[at], 'not') || ['!=', '<>'].includes(tokens[at]?.text ?? '')
    if (isWord(tokens[at], 'not')) at++
    let values: (string | undefined)[]
    if (isWord(tokens[at], 'in') && tokens[at + 1]?.text === '(') {
      const found = group(tokens, at + 1)
      values = found.items.map(literal)
      at = found.end
    } else if (['=', '==', '!=', '<>'].includes(tokens[at]?.text ?? '')) {
      values = [literal([tokens[at + 1]!])]
      at += 2
    } else return undefined
    if (values.includes(undefined)) return undefined
    tests.push((todo) => values.includes(column(todo)) !== not)
    if (at < tokens.length && !isWord(tokens[at++], 'and')) return undefined
  }
  return (todo) => tests.every((test) => test(todo))
}

/** A `blocked` row is kept as pending: comparisons with the words of the table go through the same words. */
function columnOf(name: string): ((todo: Todo) => string) | undefined {
  if (name === 'id') return (todo) => todo.id
  if (name === 'title') return (todo) => todo.text
  return name === 'status' ? (todo) => (todo.status === 'completed' ? 'done' : todo.status) : undefined
}

function planStatus(status: string): PlanItem['status'] {
  if (status === 'done') return 'completed'
  return status === 'in_progress' || status === 'completed' || status === 'cancelled' ? status : 'pending'
}

/** The items of a parenthesised list that begins at `from`, and where it ends. */
function group(tokens: Token[], from: number): { items: Token[][]; end: number } {
  let depth = 0
  let end = from
  for (; end < tokens.length; end++) {
    if (tokens[end]!.text === '(' && !tokens[end]!.quoted) depth++
    else if (tokens[end]!.text === ')' && !tokens[end]!.quoted && --depth === 0) break
  }
  return { items: list(tokens.slice(from + 1, end)), end: end + 1 }
}

function list(tokens: Token[]): Token[][] {
  return cut(tokens, (token) => !token.quoted && token.text === ',')
}

/** Cuts at tokens that stand in no parentheses. */
function cut(tokens: Token[], isCut: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (!token.quoted && token.text === '(') depth++
    if (!token.quoted && token.text === ')') depth--
    if (depth === 0 && isCut(token)) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}

/** A text or a number; `undefined` for expressions. */
function literal(tokens: Token[] | undefined): string | undefined {
  const token = tokens?.length === 1 ? tokens[0]! : undefined
  if (token === undefined) return undefined
  return token.quoted === "'" || token.quoted === '"' || /^\d+$/.test(token.text) ? token.text : undefined
}

function isWord(token: Token | undefined, word: string): boolean {
  return token !== undefined && !token.quoted && token.text.toLowerCase() === word
}

function isName(token: Token | undefined, name: string): boolean {
  return token !== undefined && token.quoted !== "'" && token.text.toLowerCase() === name
}
