import { among, every, is, lists } from './condition.ts'
import { placeholders } from './connection.ts'
import type { Connection } from './connection.ts'
import { rowsAtOnce } from './insert.ts'

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
  for (let from = 0; from < fresh.length;) {
    const words = fresh.slice(from, from + rowsAtOnce(fresh.length - from))
    from += words.length
    const rows = await connection.all<{ id: number; text: string }>(
      `INSERT INTO ${table} (workspace_id, text) VALUES ${placeholders(2, words.length)}
       ON CONFLICT DO NOTHING RETURNING id, text`,
      words.flatMap((word) => [workspaceId, word]),
    )
    for (const row of rows) ids.set(row.text, row.id)
  }
  // Made by somebody else meanwhile.
  const others = fresh.filter((word) => !ids.has(word))
  if (others.length > 0) await lookUp(connection, table, workspaceId, others, ids)
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
