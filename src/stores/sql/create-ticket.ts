import { AppError } from '../../domain/errors.ts'
import { shellWord } from '../../domain/shell-word.ts'
import { uuidv7 } from '../../domain/ids.ts'
import { foldRef, prefixOf } from '../../domain/ticket.ts'
import type { Ticket } from '../../domain/ticket.ts'
import type { TicketDraft } from '../ticket-store.ts'
import { is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { rowIdOf } from './row-id.ts'
import { nowIso } from './scope.ts'
import type { Scope } from './scope.ts'
import { readTickets, toTicket } from './ticket-rows.ts'

/** The tracker of tickets that nobody mirrors. */
const LOCAL = 'local'

interface TrackerRow {
  id: number
  uid: string
  kind: string
  name: string
}

/** Finds or makes a tracker by name, ignoring case. */
export async function ensureTracker(
  connection: Connection,
  scope: Scope,
  name = LOCAL,
  kind = foldRef(name),
): Promise<TrackerRow> {
  const { workspaceId } = scope
  const find = (): Promise<TrackerRow | undefined> =>
    first<TrackerRow>(
      connection,
      'SELECT id, uid, kind, name FROM tracker WHERE workspace_id = ? AND name_folded = ?',
      [workspaceId, foldRef(name)],
    )
  const known = await find()
  if (known) return known
  await connection.run(
    `INSERT INTO tracker (workspace_id, uid, kind, name, name_folded, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    [workspaceId, uuidv7(scope.now(), scope.random(10)), kind, name, foldRef(name), nowIso(scope)],
  )
  return (await find()) as TrackerRow
}

/** @throws AppError `conflict` when the tracker has that ref already */
export async function createTicket(connection: Connection, scope: Scope, draft: TicketDraft): Promise<Ticket> {
  const tracker = await ensureTracker(connection, scope, draft.tracker)
  if (draft.ref !== undefined) {
    const made = await insertTicket(connection, scope, tracker, draft, draft.ref)
    if (made) return made
    throw new AppError('conflict', `${draft.ref} exists already in the tracker ${tracker.name}`, {
      hint: `daybook attach ${shellWord(draft.ref)}`,
    })
  }
  const prefix = prefixOf(draft.kind ?? 'task', draft.prefix)
  // Refs of this shape may have been written by hand: those are passed over.
  for (;;) {
    const ref = `${prefix}-${await nextNumber(connection, scope, tracker.id, prefix)}`
    const made = await insertTicket(connection, scope, tracker, draft, ref)
    if (made) return made
  }
}

/** Finds the ticket of that ref or makes one. */
export async function ensureTicket(
  connection: Connection,
  scope: Scope,
  draft: TicketDraft & { ref: string },
): Promise<Ticket> {
  const tracker = await ensureTracker(connection, scope, draft.tracker)
  const find = async (): Promise<Ticket | undefined> => {
    const where = is(
      'k.workspace_id = ? AND k.tracker_id = ? AND k.ref_folded = ?',
      scope.workspaceId,
      tracker.id,
      foldRef(draft.ref),
    )
    const [row] = await readTickets(connection, where)
    return row && toTicket(row)
  }
  return (
    (await find()) ?? (await insertTicket(connection, scope, tracker, draft, draft.ref)) ?? ((await find()) as Ticket)
  )
}

async function nextNumber(connection: Connection, scope: Scope, trackerId: number, prefix: string): Promise<number> {
  const row = await first<{ next_number: number }>(
    connection,
    `INSERT INTO ticket_counter (workspace_id, tracker_id, prefix, next_number) VALUES (?, ?, ?, 2)
     ON CONFLICT (workspace_id, tracker_id, prefix) DO UPDATE SET next_number = ticket_counter.next_number + 1
     RETURNING next_number`,
    [scope.workspaceId, trackerId, prefix],
  )
  return (row?.next_number ?? 2) - 1
}

/** Undefined when the ref is taken. */
async function insertTicket(
  connection: Connection,
  scope: Scope,
  tracker: TrackerRow,
  draft: TicketDraft,
  ref: string,
): Promise<Ticket | undefined> {
  const { workspaceId } = scope
  const uid = uuidv7(scope.now(), scope.random(10))
  const at = nowIso(scope)
  const inserted = await connection.run(
    `INSERT INTO ticket (workspace_id, uid, tracker_id, ref, ref_folded, kind, parent_id, project_id, title, description,
       status, priority, estimate_minutes, summary, tags, assignee, delegation, url, created_at, created_by, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (workspace_id, tracker_id, ref_folded) DO NOTHING`,
    [
      workspaceId,
      uid,
      tracker.id,
      ref,
      foldRef(ref),
      draft.kind ?? 'ticket',
      await rowIdOf(connection, scope, 'ticket', draft.parentId ?? null),
      await rowIdOf(connection, scope, 'project', draft.projectId ?? null),
      draft.title ?? null,
      draft.description ?? null,
      draft.status ?? 'open',
      draft.priority ?? 'medium',
      draft.estimateMinutes ?? null,
      draft.summary ?? null,
      JSON.stringify(draft.tags ?? []),
      draft.assignee ?? null,
      draft.delegation ?? (draft.assignee == null ? 'unassigned' : 'assigned'),
      draft.url ?? null,
      at,
      draft.createdBy,
      at,
    ],
  )
  if (inserted === 0) return undefined
  const [row] = await readTickets(connection, is('k.workspace_id = ? AND k.uid = ?', workspaceId, uid))
  return row && toTicket(row)
}
