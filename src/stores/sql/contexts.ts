import type { Context, ContextChangeKind, Frame } from '../../domain/context.ts'
import type { FrameInterval, IntervalSource } from '../../domain/frame-interval.ts'
import { hash48 } from '../../domain/ids.ts'
import type { ContextStore, IntervalDraft } from '../context-store.ts'
import { every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { checkLimit, readCursor, toPage } from './page.ts'
import { personTime } from './person-time.ts'
import { rowIdOf } from './row-id.ts'
import { isoOrNull } from './scope.ts'
import type { Scope } from './scope.ts'
import { staleSessions } from './work-stale.ts'

interface IntervalRow {
  id: number
  session_uid: string
  transcript_id: number | null
  from_ms: number
  to_ms: number | null
  stack: string
  opted_out: number
  change: string
  source: string
  by_whom: string
  why: string | null
  call_id: string | null
}

const INTERVALS = 'FROM frame_interval f JOIN session s ON s.id = f.session_id'
const COLUMNS = `f.id, s.uid AS session_uid, f.transcript_id, f.from_ms, f.to_ms, f.stack, f.opted_out, f.change, f.source,
  f.by_whom, f.why, f.call_id`

export function contextStore(scope: Scope): ContextStore {
  const { database, workspaceId } = scope
  return {
    get: (sessionId, transcriptId) =>
      database.read((connection) => currentContext(connection, scope, sessionId, transcriptId)),
    change: (draft) => database.write((connection) => changeContext(connection, scope, draft), 'full'),
    history: ({ sessionId }, page) =>
      database.read(async (connection) => {
        const limit = checkLimit(page.limit)
        const session = await rowIdOf(connection, scope, 'session', sessionId)
        const matching = is('f.workspace_id = ? AND f.session_id = ?', workspaceId, session)
        const before = page.cursor === undefined ? undefined : readCursor(page.cursor, 1)[0]
        const where = every(matching, before !== undefined && is('f.id < ?', before))
        const rows = await connection.all<IntervalRow>(
          `SELECT ${COLUMNS} ${INTERVALS} WHERE ${where.sql} ORDER BY f.id DESC LIMIT ?`,
          [...where.values, limit + 1],
        )
        const total = await countRows(connection, INTERVALS, matching)
        return toPage(rows, limit, total, (row) => [row.id], toInterval)
      }),
    ...personTime(scope),
  }
}

function toInterval(row: IntervalRow): FrameInterval {
  return {
    id: row.id,
    sessionId: row.session_uid,
    transcriptId: row.transcript_id,
    fromAt: row.from_ms === 0 ? null : isoOrNull(row.from_ms),
    toAt: isoOrNull(row.to_ms),
    stack: JSON.parse(row.stack) as Frame[],
    optedOut: row.opted_out === 1,
    change: row.change as ContextChangeKind,
    source: row.source as IntervalSource,
    by: row.by_whom,
    why: row.why,
    callId: row.call_id,
  }
}

async function currentContext(
  connection: Connection,
  scope: Scope,
  sessionId: string,
  transcriptId: number | undefined,
): Promise<Context> {
  const id = await rowIdOf(connection, scope, 'session', sessionId)
  await lockContext(connection, scope, id)
  if (transcriptId !== undefined) {
    const own = await first<{ stack: string; opted_out: number }>(
      connection,
      'SELECT stack, opted_out FROM frame_interval WHERE session_id = ? AND transcript_id = ? ORDER BY id DESC LIMIT 1',
      [id, transcriptId],
    )
    if (own) return { stack: JSON.parse(own.stack) as Frame[], optedOut: own.opted_out === 1 }
  }
  const row = await first<{ stack: string; opted_out: number }>(
    connection,
    'SELECT stack, opted_out FROM session WHERE id = ?',
    [id],
  )
  return { stack: JSON.parse(row?.stack ?? '[]') as Frame[], optedOut: row?.opted_out === 1 }
}

/** Of two that change one stack, the second sees what the first made of it. Outside a transaction it ends at once. */
function lockContext(connection: Connection, { workspaceId }: Scope, sessionId: number): Promise<void> {
  return connection.lock(`daybook context ${workspaceId} ${sessionId}`)
}

async function changeContext(connection: Connection, scope: Scope, draft: IntervalDraft): Promise<FrameInterval> {
  const { workspaceId } = scope
  const session = await rowIdOf(connection, scope, 'session', draft.sessionId)
  await lockContext(connection, scope, session)
  const { stack, optedOut } = draft.context
  const current = stack.at(-1)
  const ticket = await first<{ id: number }>(connection, 'SELECT id FROM ticket WHERE workspace_id = ? AND uid = ?', [
    workspaceId,
    current?.ticketId ?? '',
  ])
  const transcriptId = draft.transcriptId ?? null
  const fromMs = draft.fromAt === null ? 0 : Date.parse(draft.fromAt)
  const scopeOf = transcriptId === null ? is('transcript_id IS NULL') : is('transcript_id = ?', transcriptId)
  await connection.run(
    `UPDATE frame_interval SET to_ms = CASE WHEN from_ms > ? THEN from_ms ELSE ? END
     WHERE session_id = ? AND to_ms IS NULL AND ${scopeOf.sql}`,
    [fromMs, fromMs, session, ...scopeOf.values],
  )
  const callId = draft.callId ?? null
  const row = await first<{ id: number }>(
    connection,
    `INSERT INTO frame_interval (workspace_id, session_id, transcript_id, from_ms, call_id, call_hash, stack, ticket_id,
       opted_out, change, source, by_whom, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    [
      workspaceId,
      session,
      transcriptId,
      fromMs,
      callId,
      callId === null ? null : hash48(callId),
      JSON.stringify(stack),
      ticket?.id ?? null,
      optedOut ? 1 : 0,
      draft.change,
      draft.source ?? 'declared',
      draft.by,
      draft.why ?? null,
    ],
  )
  await staleSessions(connection, [session])
  if (transcriptId === null) {
    await connection.run('UPDATE session SET stack = ?, opted_out = ?, ticket_id = ? WHERE id = ?', [
      JSON.stringify(stack),
      optedOut ? 1 : 0,
      ticket?.id ?? null,
      session,
    ])
  }
  const [made] = await connection.all<IntervalRow>(`SELECT ${COLUMNS} ${INTERVALS} WHERE f.id = ?`, [row?.id ?? 0])
  return toInterval(made as IntervalRow)
}
