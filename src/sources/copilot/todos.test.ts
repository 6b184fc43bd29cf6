import { describe, expect, it } from 'vitest'
import type { Todo } from './state.ts'
import { foldTodos, planStatements } from './todos.ts'

const TWO: Todo[] = [
  { id: 'oil', text: 'Oil the hinge', status: 'in_progress' },
  { id: 'note', text: 'Write a note', status: 'pending' },
]

/** `oil=completed note=pending`, or what could not be read. */
function after(sql: string, before: Todo[] = TWO): string {
  const { todos, misread } = foldTodos(before, sql)
  if (misread.length > 0) return `misread ${misread.join(' ')}`
  return todos?.map(({ id, status }) => `${id}=${status}`).join(' ') ?? 'unchanged'
}

describe('the plan that an agent keeps with SQL', () => {
  it.each([
    [`INSERT INTO todos (id, title) VALUES ('a', 'It''s one'), ("b", 'two; not three')`, 'a=pending b=pending'],
    [`insert or replace into todos (title, id, status) values ('A', 'a', 'done')`, 'a=completed'],
    [`INSERT INTO "todos" VALUES ('a', 'A', NULL, 'blocked')`, 'a=pending'],
    [`INSERT INTO todos (id, title, created_at) VALUES ('a', 'A', datetime('now', '-1 day'))`, 'a=pending'],
    [`-- plan\nINSERT INTO todos (id, title) VALUES (1, 'A') /* ; */;`, '1=pending'],
    [`INSERT INTO todos (id, title) SELECT id, title FROM old`, 'misread insert'],
    [`INSERT INTO todos (id, title) VALUES (hex(randomblob(4)), 'A')`, 'misread insert'],
    [`INSERT INTO todo_deps (todo_id, depends_on) VALUES ('a', 'b'); SELECT * FROM todos`, 'unchanged'],
  ])('begins: %s', (sql, plan) => {
    expect(after(sql, [])).toBe(plan)
  })

  it.each([
    [`UPDATE todos SET status = 'done' WHERE id = 'oil'`, 'oil=completed note=pending'],
    [`UPDATE todos SET status='done', updated_at=datetime('now')`, 'oil=completed note=completed'],
    [
      `update todos set status = 'in_progress' where id in ('note', 'none') and status = 'pending'`,
      'oil=in_progress note=in_progress',
    ],
    [`UPDATE todos SET status = 'done' WHERE status != 'pending'`, 'oil=completed note=pending'],
    [`UPDATE todos SET status = 'done' WHERE id NOT IN ('oil')`, 'oil=in_progress note=completed'],
    [
      `UPDATE todos SET status = 'done' WHERE id = 'note' OR id = 'oil' AND status = 'pending'`,
      'oil=in_progress note=completed',
    ],
    [`UPDATE todos SET status = 'done' WHERE (id = 'note' OR id = 'oil')`, 'misread update'],
    [`UPDATE todos SET status = 'done' WHERE id = 'note' OR`, 'misread update'],
    [`UPDATE todos SET description = 'x' WHERE id = 'oil'`, 'unchanged'],
    [`UPDATE todos SET status = 'done' WHERE constructor = 'x'`, 'misread update'],
    [`UPDATE todos SET status = 'done' WHERE id LIKE 'o%'`, 'misread update'],
    [`UPDATE todos SET status = CASE id WHEN 'oil' THEN 'done' END`, 'misread update'],
    [`DELETE FROM todos WHERE id = 'oil'`, 'note=pending'],
    [`DELETE FROM todos; INSERT INTO todos (id, title) VALUES ('c', 'C')`, 'c=pending'],
    [
      `INSERT INTO todos (id, title, status) VALUES ('oil', 'Oil', 'done') ON CONFLICT(id) DO UPDATE SET status = 'done'`,
      'oil=completed note=pending',
    ],
    [`INSERT OR IGNORE INTO todos (id, title, status) VALUES ('oil', 'Oil', 'done')`, 'unchanged'],
    [`UPDATE todo_deps SET depends_on = 'x' WHERE todo_id IN (SELECT id FROM todos)`, 'unchanged'],
  ])('goes on: %s', (sql, plan) => {
    expect(after(sql)).toBe(plan)
  })

  it('is not what other databases and other tools are asked', () => {
    const query = `UPDATE todos SET status = 'done'`
    expect(planStatements('sql', { query })).toBe(query)
    expect(planStatements('sql', { query, database: 'session_store' })).toBeUndefined()
    expect(planStatements('bash', { query })).toBeUndefined()
    expect(planStatements('sql', { query: 'SELECT 1' })).toBeUndefined()
  })
})
