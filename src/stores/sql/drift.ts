import { driftName } from '../../domain/drift.ts'
import type { DriftStore } from '../problem-store.ts'
import { every, is } from './condition.ts'
import { isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'

interface DriftRow {
  agent: string
  agent_version: string | null
  counted: string
  count: number
  transcripts: number
  first_ms: number | null
  last_ms: number | null
}

export function driftStore({ database, workspaceId }: Scope): DriftStore {
  return {
    list: ({ agent }) =>
      database.read(async (connection) => {
        const where = every(is('u.workspace_id = ?', workspaceId), agent !== undefined && is('t.agent = ?', agent))
        const rows = await connection.all<DriftRow>(
          `SELECT t.agent, s.agent_version, u.name AS counted, CAST(SUM(u.count) AS BIGINT) AS count,
             COUNT(*) AS transcripts, MIN(t.first_ms) AS first_ms, MAX(t.last_ms) AS last_ms
           FROM unknown_record u JOIN transcript t ON t.id = u.transcript_id LEFT JOIN session s ON s.id = t.session_id
           WHERE ${where.sql} GROUP BY t.agent, s.agent_version, u.name
           ORDER BY MAX(COALESCE(t.last_ms, 0)) DESC, t.agent, u.name, s.agent_version`,
          where.values,
        )
        return rows.map(({ counted, agent_version, first_ms, last_ms, ...row }) => ({
          ...row,
          ...driftName(counted),
          agentVersion: agent_version,
          firstAt: isoOrNull(first_ms),
          lastAt: isoOrNull(last_ms),
        }))
      }),
  }
}
