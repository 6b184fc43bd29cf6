import { among, every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert.ts'

/** Row ids of words in `name` or `path`, making rows for those that are new. */
export async function intern(
  connection: Connection,
  table: 'name' | 'path',
  workspaceId: number,
  words: Iterable<string>,
  ...known: ReadonlyMap<string, number>[]
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  const missing: string[] = []
  for (const word of new Set(words)) {
    let id: number | undefined
    for (const words of known) id ??= words.get(word)
    if (id === undefined) missing.push(word)
    else ids.set(word, id)
  }
  if (missing.length === 0) return ids
  await lookUp(connection, table, workspaceId, missing, ids)
  const fresh = missing.filter((word) => !ids.has(word))
  if (fresh.length === 0) return ids
  const values = fresh.flatMap((word) => [workspaceId, word])
  await insertMany(connection, `INSERT INTO ${table} (workspace_id, text)`, 2, values, 'ON CONFLICT DO NOTHING')
  await lookUp(connection, table, workspaceId, fresh, ids)
  return ids
}

async function lookUp(
  connection: Connection,
  table: 'name' | 'path',
  workspaceId: number,
  words: readonly string[],
  into: Map<string, number>,
): Promise<void> {
  for (const list of lists(words)) {
    const where = every(is('workspace_id = ?', workspaceId), among('text', list))
    const rows = await connection.all<{ id: number; text: string }>(
      `SELECT id, text FROM ${table} WHERE ${where.sql}`,
      where.values,
    )
    for (const row of rows) into.set(row.text, row.id)
  }
}
