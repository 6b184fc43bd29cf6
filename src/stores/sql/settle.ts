import { ENTRY_FLAG } from '../../domain/entry.ts'
import { among, every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'
import { entryTime } from './entry-rows.ts'
import { noteLineage } from './lineage.ts'
import { recountTranscript, refreshSession } from './recount.ts'
import type { Scope } from './scope.ts'
import { loadFamily } from './family.ts'
import type { Family } from './family.ts'
import { settleUsage } from './settle-usage.ts'
import type { UsageLedger } from './usage-ledger.ts'

/** One transcript's copy of a record. */
interface Copy {
  id: number
  transcriptId: number
  atMs: number
  inherited: boolean
}

/**
 * Decides for every record of a transcript that others hold too whose it is, and lets flags, counters, usage and lineage
 * follow. The outcome depends on what the transcripts hold, not on which was read first.
 */
export async function settle(connection: Connection, scope: Scope, ledger: UsageLedger, transcriptId: number): Promise<void> {
  const family = await loadFamily(connection, scope, transcriptId)
  const copies = new Map<number, Map<string, Copy>>()
  for (const id of family.members.keys()) copies.set(id, await readCopies(connection, scope, id))
  const own = copies.get(transcriptId) as Map<string, Copy>
  for (const partner of family.partners) {
    const theirs = copies.get(partner) as Map<string, Copy>
    await family.compare(connection, partner, firstWithout(own, theirs), firstWithout(theirs, own))
  }
  const flips = decide(family, own, copies)
  const touched = new Set<number>()
  for (const [inherited, ids] of [[true, flips.toInherited], [false, flips.toOwn]] as const) {
    await flip(connection, scope, ids.map((copy) => copy.id), inherited)
    for (const copy of ids) touched.add(copy.transcriptId)
  }
  for (const id of await settleUsage(connection, scope, ledger, family, transcriptId)) touched.add(id)
  await family.forgetStrangers(connection, (partner) => {
    const theirs = copies.get(partner) as Map<string, Copy>
    return [...own.keys()].some((key) => theirs.has(key))
  })
  touched.add(transcriptId)
  const sessions = new Set<number>()
  for (const id of touched) {
    await followEntries(connection, scope, id)
    await recountTranscript(connection, id)
    await noteLineage(connection, scope, id)
    const sessionId = family.members.get(id)?.session_id
    if (sessionId) sessions.add(sessionId)
  }
  for (const sessionId of sessions) await refreshSession(connection, sessionId, true)
}

function decide(
  family: Family,
  own: ReadonlyMap<string, Copy>,
  copies: ReadonlyMap<number, ReadonlyMap<string, Copy>>,
): { toInherited: Copy[]; toOwn: Copy[] } {
  const flips: { toInherited: Copy[]; toOwn: Copy[] } = { toInherited: [], toOwn: [] }
  for (const [key, copy] of own) {
    const holders = [copy]
    for (const partner of family.partners) {
      const theirs = copies.get(partner)?.get(key)
      if (theirs) holders.push(theirs)
    }
    const owner = family.owner(holders.map((holder) => holder.transcriptId))
    for (const holder of holders) {
      const inherited = holder.transcriptId !== owner
      if (inherited !== holder.inherited) (inherited ? flips.toInherited : flips.toOwn).push(holder)
    }
  }
  return flips
}

function firstWithout(mine: ReadonlyMap<string, Copy>, theirs: ReadonlyMap<string, Copy>): number | null {
  let first: number | null = null
  for (const [key, copy] of mine) {
    if (!theirs.has(key) && (first === null || copy.atMs < first)) first = copy.atMs
  }
  return first
}

async function readCopies(connection: Connection, { workspaceId }: Scope, transcriptId: number): Promise<Map<string, Copy>> {
  const rows = await connection.all<{ id: number; shift: number; hash: number; flags: number }>(
    'SELECT id, shift, hash, flags FROM entry WHERE workspace_id = ? AND transcript_id = ?',
    [workspaceId, transcriptId],
  )
  const copies = new Map<string, Copy>()
  for (const { id, shift, hash, flags } of rows) {
    const atMs = entryTime(id, shift)
    copies.set(`${atMs}:${hash}`, { id, transcriptId, atMs, inherited: (flags & ENTRY_FLAG.inherited) !== 0 })
  }
  return copies
}

async function flip(connection: Connection, { workspaceId }: Scope, ids: readonly number[], inherited: boolean): Promise<void> {
  const flags = inherited ? `flags | ${ENTRY_FLAG.inherited}` : `flags - ${ENTRY_FLAG.inherited}`
  for (const list of lists(ids)) {
    const where = every(is('workspace_id = ?', workspaceId), among('id', list))
    await connection.run(`UPDATE entry SET flags = ${flags} WHERE ${where.sql}`, where.values)
  }
}

/** What hangs off a call is inherited when the call is. */
async function followEntries(connection: Connection, { workspaceId }: Scope, transcriptId: number): Promise<void> {
  for (const [table, column] of [['invocation', 'id'], ['file_change', 'entry_id'], ['commit_seen', 'entry_id']] as const) {
    await connection.run(
      `UPDATE ${table} SET inherited = (SELECT e.flags & ${ENTRY_FLAG.inherited} FROM entry e
         WHERE e.workspace_id = ${table}.workspace_id AND e.id = ${table}.${column})
       WHERE workspace_id = ? AND transcript_id = ?`,
      [workspaceId, transcriptId],
    )
  }
}
