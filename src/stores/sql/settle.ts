import { ENTRY_FLAG } from '../../domain/entry.ts'
import { among, every, is, lists } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { noteLineage } from './lineage.ts'
import { recountTranscript, refreshSession } from './recount.ts'
import type { Scope } from './scope.ts'
import { loadFamily } from './family.ts'
import type { Family } from './family.ts'
import { settleUsage } from './settle-usage.ts'
import type { UsageLedger } from './usage-ledger.ts'

/** A record that a transcript and a partner both hold. */
interface Shared {
  hash: number
  own_id: number
  own_flags: number
  partner_id: number
  partner_flags: number
}

/** One transcript's copy of a record. */
interface Copy {
  id: number
  transcriptId: number
  inherited: boolean
}

/**
 * Decides for every record of a transcript that others hold too whose it is, and lets flags, counters, usage and lineage
 * follow. The outcome depends on what the transcripts hold, not on which was read first.
 */
export async function settle(
  connection: Connection,
  scope: Scope,
  ledger: UsageLedger,
  transcriptId: number,
): Promise<void> {
  const family = await loadFamily(connection, scope, transcriptId)
  const copies = new Map<number, Copy[]>()
  for (const partner of family.partners) {
    const shared = await readShared(connection, scope, transcriptId, partner)
    for (const row of shared) {
      const known = copies.get(row.hash) ?? [toCopy(row.own_id, transcriptId, row.own_flags)]
      copies.set(row.hash, [...known, toCopy(row.partner_id, partner, row.partner_flags)])
    }
    const [own, theirs] = [
      await firstWithout(connection, scope, transcriptId, partner),
      await firstWithout(connection, scope, partner, transcriptId),
    ]
    await family.compare(connection, partner, own, theirs, shared.length > 0)
  }
  const touched = new Set([transcriptId])
  const toInherited: number[] = []
  const toOwn = await orphans(connection, scope, transcriptId, copies)
  for (const holders of copies.values()) {
    const owner = family.owner(holders.map((holder) => holder.transcriptId))
    for (const holder of holders) {
      const inherited = holder.transcriptId !== owner
      if (inherited === holder.inherited) continue
      if (inherited) toInherited.push(holder.id)
      else toOwn.push(holder.id)
      touched.add(holder.transcriptId)
    }
  }
  await flip(connection, scope, toInherited, true)
  await flip(connection, scope, toOwn, false)
  for (const id of await settleUsage(connection, scope, ledger, family, transcriptId)) touched.add(id)
  await follow(connection, scope, family, touched)
}

/** Counters, calls, lineage and sessions of transcripts whose records changed hands. */
async function follow(
  connection: Connection,
  scope: Scope,
  family: Family,
  transcriptIds: Iterable<number>,
): Promise<void> {
  const sessions = new Set<number>()
  for (const id of transcriptIds) {
    await followEntries(connection, scope, id)
    await recountTranscript(connection, id)
    const sessionId = family.members.get(id)?.session_id
    if (sessionId) sessions.add(sessionId)
  }
  // Also of a fork whose own rows stayed as they were: its parent may be another one now.
  for (const id of family.members.keys()) await noteLineage(connection, scope, id)
  for (const sessionId of sessions) await refreshSession(connection, sessionId, true)
}

function toCopy(id: number, transcriptId: number, flags: number): Copy {
  return { id, transcriptId, inherited: (flags & ENTRY_FLAG.inherited) !== 0 }
}

// Materialised, so that both engines match by hash instead of walking one transcript for every entry of the other.
const BOTH = `WITH x AS MATERIALIZED (SELECT hash, id, shift, flags FROM entry WHERE workspace_id = ? AND transcript_id = ?),
  y AS MATERIALIZED (SELECT hash, id, flags FROM entry WHERE workspace_id = ? AND transcript_id = ?)`

function readShared(connection: Connection, { workspaceId }: Scope, own: number, partner: number): Promise<Shared[]> {
  return connection.all<Shared>(
    `${BOTH} SELECT x.hash, x.id AS own_id, x.flags AS own_flags, y.id AS partner_id, y.flags AS partner_flags
     FROM x JOIN y ON y.hash = x.hash`,
    [workspaceId, own, workspaceId, partner],
  )
}

/** When a transcript first has something that the other lacks. */
async function firstWithout(
  connection: Connection,
  { workspaceId }: Scope,
  own: number,
  other: number,
): Promise<number | null> {
  const row = await first<{ first_ms: number | null }>(
    connection,
    `${BOTH} SELECT MIN(x.id / 2048 - x.shift) AS first_ms FROM x LEFT JOIN y ON y.hash = x.hash WHERE y.hash IS NULL`,
    [workspaceId, own, workspaceId, other],
  )
  return row?.first_ms ?? null
}

/** Inherited entries that nobody else holds any more. */
async function orphans(
  connection: Connection,
  { workspaceId }: Scope,
  transcriptId: number,
  copies: ReadonlyMap<number, unknown>,
): Promise<number[]> {
  const rows = await connection.all<{ id: number; hash: number }>(
    `SELECT id, hash FROM entry WHERE workspace_id = ? AND transcript_id = ? AND flags & ${ENTRY_FLAG.inherited} <> 0`,
    [workspaceId, transcriptId],
  )
  return rows.filter((row) => !copies.has(row.hash)).map((row) => row.id)
}

async function flip(
  connection: Connection,
  { workspaceId }: Scope,
  ids: readonly number[],
  inherited: boolean,
): Promise<void> {
  const flags = inherited ? `flags | ${ENTRY_FLAG.inherited}` : `flags - ${ENTRY_FLAG.inherited}`
  for (const list of lists(ids)) {
    const where = every(is('workspace_id = ?', workspaceId), among('id', list))
    await connection.run(`UPDATE entry SET flags = ${flags} WHERE ${where.sql}`, where.values)
  }
}

/** What hangs off a call is inherited when the call is. */
async function followEntries(connection: Connection, { workspaceId }: Scope, transcriptId: number): Promise<void> {
  for (const [table, column] of [
    ['invocation', 'id'],
    ['file_change', 'entry_id'],
    ['commit_seen', 'entry_id'],
  ] as const) {
    await connection.run(
      `UPDATE ${table} SET inherited = (SELECT e.flags & ${ENTRY_FLAG.inherited} FROM entry e
         WHERE e.workspace_id = ${table}.workspace_id AND e.id = ${table}.${column})
       WHERE workspace_id = ? AND transcript_id = ?`,
      [workspaceId, transcriptId],
    )
  }
}
