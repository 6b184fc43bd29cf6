import type { Problem } from '../../domain/problem.ts'
import type { ProblemStore } from '../problem-store.ts'
import { every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection, Value } from './connection.ts'
import { countRows } from './count-rows.ts'
import { checkLimit, readCursor, toPage } from './page.ts'
import type { Scope } from './scope.ts'

export function problemStore({ database, workspaceId }: Scope): ProblemStore {
  return {
    list: (filter, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const matching = every(
          is('workspace_id = ?', workspaceId),
          filter.agent !== undefined && is('agent = ?', filter.agent),
          filter.path !== undefined && is('path = ?', filter.path),
        )
        const before = page.cursor === undefined ? [] : readCursor(page.cursor, 1)
        const where = every(matching, before.length > 0 && is('id < ?', before[0] as Value))
        const rows = await connection.all<Omit<Problem, 'line'> & { line: number }>(
          `SELECT id, agent, path, line, reason, at FROM problem WHERE ${where.sql} ORDER BY id DESC LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await countRows(connection, 'FROM problem', matching)
        return toPage(
          rows,
          limit,
          total,
          (row) => [row.id],
          (row) => ({ ...row, line: row.line === 0 ? null : row.line }),
        )
      }),
    add: (problems) =>
      database.write(async (connection) => {
        for (const problem of problems) await noteProblem(connection, workspaceId, problem, null)
      }, 'bulk'),
    clear: async ({ agent, path, wholeFileOnly }) => {
      const where = every(
        is('workspace_id = ?', workspaceId),
        is('agent = ?', agent),
        path !== undefined && is('path = ?', path),
        // What belongs to a transcript was said by reading it, and is said again only when it is read again.
        wholeFileOnly === true && is('line = 0 AND transcript_id IS NULL'),
      )
      const found = await database.read((connection) =>
        first(connection, `SELECT 1 AS one FROM problem WHERE ${where.sql} LIMIT 1`, where.values),
      )
      // Usually there is none, and a scan of nothing new writes nothing.
      if (!found) return
      await database.write(async (connection) => {
        await connection.run(`DELETE FROM problem WHERE ${where.sql}`, where.values)
      }, 'bulk')
    },
  }
}

/** Keeps a problem once; seen again, its time moves on. */
export async function noteProblem(
  connection: Connection,
  workspaceId: number,
  problem: { agent: string; path: string; line: number | null; reason: string; at: string },
  transcriptId: number | null,
): Promise<void> {
  await connection.run(
    `INSERT INTO problem (workspace_id, agent, path, line, reason, at, transcript_id) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (workspace_id, agent, path, line, reason) DO UPDATE SET at = excluded.at`,
    [workspaceId, problem.agent, problem.path, problem.line ?? 0, problem.reason, problem.at, transcriptId],
  )
}
