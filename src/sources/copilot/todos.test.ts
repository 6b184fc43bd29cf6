import { describe, expect, it } from 'vitest'
import type { Todos } from './todos.ts'
import { foldTodos, planStatements } from './todos.ts'

const TWO: Todos = {
  items: [
    { id: 'oil', text: 'Oil the hinge', status: 'in_progress' },
    { id: 'note', text: 'Write a note', status: 'pending' },
  ],
}

/** `oil=completed note=pending`, or what could not be read. */
function after(sql: string, before: Todos = TWO): string {
  const { after: todos, misread } = foldTodos(before, sql)
  if (misread.length > 0) return `misread ${misread.join(' ')}`
  return todos?.items.map(({ id, status }) => `${id}=${status}`).join(' ') ?? 'unchanged'
}

/** A statement with a list of 700 rows `v` that goes through `from`. */
function overOwnRows(from: string, more = ''): string {
  const rows = Array.from({ length: 700 }, (_, n) => `(${n})`).join(',')
  return `WITH v(i) AS (VALUES ${rows})${more} UPDATE todos SET status = (SELECT COUNT(*) FROM ${from} WHERE a.i + b.i < 0)`
}

describe('the plan that an agent keeps with SQL', () => {
  it.each([
    [`INSERT INTO todos (id, title) VALUES ('a', 'It''s one'), ("b", 'two; not three')`, 'a=pending b=pending'],
    [`insert or replace into todos (title, id, status) values ('A', 'a', 'done')`, 'a=completed'],
    [`INSERT INTO "todos" (id, title, description, status) VALUES ('a', 'A', NULL, 'blocked')`, 'a=pending'],
    [`INSERT INTO todos (id, title, created_at) VALUES ('a', 'A', datetime('now', '-1 day'))`, 'a=pending'],
    [`-- plan\nINSERT INTO todos (id, title) VALUES (1, 'A') /* ; */;`, '1=pending'],
    [
      `WITH step(id, title) AS (VALUES ('a', 'A'), ('b', 'B')) INSERT INTO todos (id, title) SELECT id, title FROM step`,
      'a=pending b=pending',
    ],
    [`INSERT INTO todos (id, title) SELECT id, title FROM old`, 'misread insert'],
    [`INSERT INTO todos (id, title) VALUES ('a', 'A'), ('a', 'B')`, 'misread insert'],
    [`INSERT INTO todo_deps (todo_id, depends_on) VALUES ('a', 'b'); SELECT * FROM todos`, ''],
    [`SELECT * FROM todos; PRAGMA user_version = 1; DROP TABLE todos`, 'unchanged'],
    [`INSERT INTO memo (text) VALUES ('todos are above')`, 'unchanged'],
  ])('begins: %s', (sql, plan) => {
    expect(after(sql, { items: [] })).toBe(plan)
  })

  it.each([
    [`UPDATE todos SET status = 'done' WHERE id = 'oil'`, 'oil=completed note=pending'],
    [`UPDATE todos SET status='done', updated_at=datetime('now')`, 'oil=completed note=completed'],
    [
      `update todos set status = 'in_progress' where id in ('note', 'none') and status = 'pending'`,
      'oil=in_progress note=in_progress',
    ],
    [`UPDATE todos SET status = 'done' WHERE status != 'pending'`, 'oil=completed note=pending'],
    [`UPDATE todos SET status = 'done' WHERE (id = 'note' OR id = 'oil')`, 'oil=completed note=completed'],
    [`UPDATE todos SET status = 'done' WHERE id = 'note' OR`, 'misread update'],
    [`UPDATE todos SET description = 'x' WHERE id = 'oil'`, 'unchanged'],
    [`UPDATE todos SET status = 'done' WHERE id = 'nobody'`, 'unchanged'],
    [`UPDATE todos SET status = 'done' WHERE constructor = 'x'`, 'misread update'],
    // What an earlier call wrote there is not known any more.
    [`UPDATE todos SET status = 'done' WHERE description LIKE '%hinge%'`, 'misread update'],
    [`DELETE FROM todos WHERE created_at < datetime('now', '-1 day')`, 'misread delete'],
    [`UPDATE todos SET status = 'done' WHERE id LIKE 'O%'`, 'oil=completed note=pending'],
    [`UPDATE todos SET status = CASE id WHEN 'oil' THEN 'done' ELSE status END`, 'oil=completed note=pending'],
    [`UPDATE todos SET status = 'done' WHERE id = (SELECT MIN(id) FROM todos)`, 'oil=in_progress note=completed'],
    [`UPDATE todos AS t SET status = 'done' WHERE t.rowid = 1`, 'oil=completed note=pending'],
    [`DELETE FROM todos WHERE id = 'oil'`, 'note=pending'],
    [`DELETE FROM todos; INSERT INTO todos (id, title) VALUES ('c', 'C')`, 'c=pending'],
    [
      `INSERT INTO todos (id, title, status) VALUES ('oil', 'Oil', 'done') ON CONFLICT(id) DO UPDATE SET status = excluded.status`,
      'oil=completed note=pending',
    ],
    [`INSERT OR IGNORE INTO todos (id, title, status) VALUES ('oil', 'Oil', 'done')`, 'unchanged'],
    [`INSERT OR REPLACE INTO todos (id, title, status) VALUES ('oil', 'Oil', 'done')`, 'note=pending oil=completed'],
    [`UPDATE todos SET status = 'done' WHERE id = 'oil' RETURNING id, status`, 'oil=completed note=pending'],
  ])('goes on: %s', (sql, plan) => {
    expect(after(sql)).toBe(plan)
  })

  it('goes on by what waits for what, and by words the plan has no word for', () => {
    const deps = `INSERT INTO todo_deps (todo_id, depends_on) VALUES ('note', 'oil');
      UPDATE todos SET status = 'blocked' WHERE id IN (SELECT todo_id FROM todo_deps)`
    const { after: blocked } = foldTodos(TWO, deps)
    expect(blocked).toEqual({
      items: [TWO.items[0], { id: 'note', text: 'Write a note', status: 'pending', stated: 'blocked' }],
      dependencies: [['note', 'oil']],
    })
    const ready = `UPDATE todos SET status = 'in_progress' WHERE status = 'blocked' AND NOT EXISTS (
      SELECT 1 FROM todo_deps d JOIN todos t ON t.id = d.depends_on WHERE d.todo_id = todos.id AND t.status <> 'done')`
    expect(after(ready, blocked)).toBe('unchanged')
    expect(after(`UPDATE todos SET status = 'done' WHERE id = 'oil'; ${ready}`, blocked)).toBe(
      'oil=completed note=in_progress',
    )
  })

  it.each([
    [
      'counts without end',
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO todos SELECT i, i, 0, 0, 0, 0 FROM n`,
    ],
    ['makes large values', `UPDATE todos SET title = hex(zeroblob(900000000))`],
    ['doubles a text', `UPDATE todos SET title = ${Array.from({ length: 30 }, () => '(title || title)').join(' || ')}`],
    ['reaches another file', `ATTACH 'x.db' AS todos; INSERT INTO todos.todos VALUES (1)`],
    ['loads a program', `UPDATE todos SET title = load_extension('x')`],
    ['leaves a trigger', `WITH a AS (SELECT 1) INSERT INTO sqlite_master SELECT 'trigger', 'a', 'todos', 0, 'x'`],
    ['goes through its own rows many times', overOwnRows('v a, v b, v c')],
    [
      'goes through its own rows, and through what that gives',
      overOwnRows('w a, w b', ', w AS (SELECT 1 AS i FROM v a, v b)'),
    ],
    [
      'makes rows of rows of rows',
      `WITH a AS MATERIALIZED (SELECT 1 AS i UNION ALL SELECT 2 UNION ALL SELECT 3),
        b AS MATERIALIZED (SELECT x.i FROM a x, a y, a z), c AS MATERIALIZED (SELECT x.i FROM b x, b y, b z)
        UPDATE todos SET status = (SELECT COUNT(*) FROM c x, c y WHERE x.i + y.i < 0)`,
    ],
    [
      'goes through all rows many times',
      `UPDATE todos SET status = (SELECT COUNT(*) FROM ${Array.from({ length: 60 }, (_, n) => `todos t${n}`).join(', ')})`,
    ],
  ])('is not changed by a statement that %s', (_, sql) => {
    const startedMs = performance.now()
    const { after: changed, misread } = foldTodos(TWO, sql)
    if (misread.length > 0) expect(changed).toBeUndefined()
    for (const { text } of changed?.items ?? []) expect(text.length).toBeLessThanOrEqual(500)
    expect(performance.now() - startedMs).toBeLessThan(1000)
    expect(after(`UPDATE todos SET status = 'done' WHERE id = 'oil'`)).toBe('oil=completed note=pending')
  })

  it('is bounded: the newest two hundred rows stand, and a statement that makes thousands is undone', () => {
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => `('${from + n}', 'x')`).join(',')
    const { after: many } = foldTodos({ items: [] }, `INSERT INTO todos (id, title) VALUES ${rows(0, 300)}`)
    expect(many?.items.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, n) => String(n + 100)))
    const more = `INSERT INTO todos (id, title) SELECT a.id || '-' || b.id, 'y' FROM todos a, todos b`
    expect(foldTodos(many!, more)).toEqual({ after: undefined, misread: ['insert'] })
  })

  it('is not what other databases and other tools are asked', () => {
    const query = `UPDATE todos SET status = 'done'`
    expect(planStatements('sql', { query })).toBe(query)
    expect(planStatements('sql', { query, database: 'session_store' })).toBeUndefined()
    expect(planStatements('bash', { query })).toBeUndefined()
    expect(planStatements('sql', { query: 'SELECT 1' })).toBeUndefined()
    expect(planStatements('sql', { query: `DELETE FROM todo_deps` })).toBe('DELETE FROM todo_deps')
  })
})
