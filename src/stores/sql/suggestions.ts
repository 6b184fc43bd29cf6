import type { SuggestionDecision, SuggestionStore } from '../suggestion-store.ts'
import { among, every, is } from './condition.ts'
import { rowIdOf } from './row-id.ts'
import type { Scope } from './scope.ts'

/** What people said to suggestions. */
export function suggestionStore(scope: Scope): SuggestionStore {
  const { database, workspaceId } = scope
  return {
    decide: ({ sessionId, ref, decision, at, by, why }) =>
      database.write(async (connection) => {
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        await connection.run(
          `INSERT INTO suggestion_decision (workspace_id, session_id, ref_folded, decision, at, by_whom, why)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (workspace_id, session_id, ref_folded) DO UPDATE SET
           decision = excluded.decision, at = excluded.at, by_whom = excluded.by_whom, why = excluded.why`,
          [workspaceId, session, ref, decision, at, by, why],
        )
      }, 'full'),
    decisions: ({ sessionIds }) =>
      database.read((connection) => {
        const where = every(
          is('d.workspace_id = ?', workspaceId),
          sessionIds !== undefined && among('s.uid', sessionIds),
        )
        return connection.all<SuggestionDecision>(
          `SELECT s.uid AS "sessionId", d.ref_folded AS ref, d.decision, d.at, d.by_whom AS "by", d.why
           FROM suggestion_decision d JOIN session s ON s.id = d.session_id
           WHERE ${where.sql} ORDER BY d.at DESC, s.uid, d.ref_folded`,
          where.values,
        )
      }),
  }
}
