import { entryId } from '../../domain/ids.ts'
import { INVOCATION_KINDS, OUTCOMES } from '../../domain/invocation.ts'
import type { InvocationKind, Outcome } from '../../domain/invocation.ts'
import type { TurnUsage } from '../../domain/outline.ts'
import type { OutlineCall, OutlineStore } from '../outline-store.ts'
import { entryTime } from './entry-rows.ts'
import type { Scope } from './scope.ts'

interface CallRow {
  id: number
  shift: number
  hash: number
  transcript_id: number
  record: number
  kind: number
  outcome: number
  tool: string | null
  subject: string | null
  exit_code: number | null
}

interface UsageRow {
  transcript_id: number
  record: number
  at_ms: number
  model: string
  cost_microdollars: number | null
  output_tokens: number
  unpriced_tokens: number
}

const TRANSCRIPTS = `SELECT t.id FROM transcript t JOIN session s ON s.id = t.session_id
  WHERE s.workspace_id = ? AND s.uid = ?`
const FAILED = OUTCOMES.indexOf('error')

export function outlineStore({ database, workspaceId }: Scope): OutlineStore {
  return {
    calls: (sessionId) =>
      database.read(async (connection) => {
        const rows = await connection.all<CallRow>(
          `SELECT i.id, e.shift, e.hash, i.transcript_id, e.record, i.kind, i.outcome, n.text AS tool,
             CASE WHEN i.outcome = ${FAILED} THEN i.subject END AS subject, i.exit_code
           FROM invocation i JOIN entry e ON e.id = i.id AND e.workspace_id = i.workspace_id
           LEFT JOIN name n ON n.id = i.tool_id AND i.outcome = ${FAILED}
           WHERE i.workspace_id = ? AND i.inherited = 0 AND i.transcript_id IN (${TRANSCRIPTS}) ORDER BY i.id`,
          [workspaceId, workspaceId, sessionId],
        )
        return rows.map(toCall)
      }),
    usage: (sessionId) =>
      database.read(async (connection) => {
        // The plus keeps SQLite from the index by time: a session's rows are found by its transcripts, in their order.
        const rows = await connection.all<UsageRow>(
          `SELECT u.transcript_id, u.record, u.at_ms, n.text AS model, u.cost_microdollars, u.output_tokens,
             CASE WHEN u.cost_microdollars IS NULL
               THEN u.input_tokens + u.output_tokens + u.cache_read_tokens + u.cache_write_tokens ELSE 0 END AS unpriced_tokens
           FROM usage u JOIN name n ON n.id = u.model_id
           WHERE +u.workspace_id = ? AND u.inherited = 0 AND u.transcript_id IN (${TRANSCRIPTS})
           ORDER BY u.transcript_id, u.record, u.id`,
          [workspaceId, workspaceId, sessionId],
        )
        return rows.map(toUsage)
      }),
  }
}

function toCall(row: CallRow): OutlineCall {
  const atMs = entryTime(row.id, row.shift)
  return {
    entryId: entryId(atMs, row.hash),
    transcriptId: row.transcript_id,
    record: row.record,
    atMs,
    kind: INVOCATION_KINDS[row.kind] as InvocationKind,
    outcome: OUTCOMES[row.outcome] as Outcome,
    failure:
      row.outcome === FAILED ? { tool: row.tool ?? '', subject: row.subject ?? '', exitCode: row.exit_code } : null,
  }
}

function toUsage(row: UsageRow): TurnUsage {
  return {
    transcriptId: row.transcript_id,
    record: row.record,
    atMs: row.at_ms,
    model: row.model,
    costMicrodollars: row.cost_microdollars,
    outputTokens: row.output_tokens,
    unpricedTokens: row.unpriced_tokens,
  }
}
