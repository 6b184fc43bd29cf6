import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'
import { among, every, is } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

/** What decides between transcripts that hold the same records, beside the records themselves. */
export interface Member {
  id: number
  session_id: number | null
  /** Place in TRANSCRIPT_KINDS. */
  kind: number
  external_id: string
  /** The agent's ids of the session it feeds, and of the one which that session says it came from. */
  session_external_id: string | null
  parent_external_id: string | null
  path: string
  first_ms: number | null
  born_ms: number | null
  opened_ms: number | null
}

const MAIN = TRANSCRIPT_KINDS.indexOf('main')

/** A file is made a moment after the first thing said in it. */
const BIRTH_MS = 2 * 60_000

interface Pair {
  first_id: number
  second_id: number
  first_own_ms: number | null
  second_own_ms: number | null
}

/** A transcript and all that share records with it. */
export interface Family {
  members: Map<number, Member>
  /** All members but the transcript itself. */
  partners: number[]
  /**
   * Notes when the transcript and a partner each first went their own way, null where one has nothing of its own. Partners
   * that share nothing any more, neither records nor responses, part.
   */
  compare(
    connection: Connection,
    partner: number,
    ownMs: number | null,
    partnerOwnMs: number | null,
    sharesEntries: boolean,
  ): Promise<void>
  /** Of transcripts that hold a record: the one it belongs to. */
  owner(transcripts: readonly number[]): number
}

export async function loadFamily(
  connection: Connection,
  { workspaceId }: Scope,
  transcriptId: number,
): Promise<Family> {
  const pairs = new Map<string, Pair>()
  for (const column of ['first_id', 'second_id']) {
    for (const pair of await readPairs(connection, workspaceId, column, [transcriptId])) pairs.set(name(pair), pair)
  }
  const partners = [...pairs.values()].map((pair) => (pair.first_id === transcriptId ? pair.second_id : pair.first_id))
  for (const pair of await readPairs(connection, workspaceId, 'first_id', partners)) pairs.set(name(pair), pair)
  const where = every(is('t.workspace_id = ?', workspaceId), among('t.id', [transcriptId, ...partners]))
  const rows = await connection.all<Member>(
    `SELECT t.id, t.session_id, t.kind, t.external_id, s.external_id AS session_external_id, s.parent_external_id, t.path, t.first_ms,
       t.born_ms, t.opened_ms FROM transcript t LEFT JOIN session s ON s.id = t.session_id WHERE ${where.sql}`,
    where.values,
  )
  const members = new Map(rows.map((member) => [member.id, member]))

  function isEarlier(a: number, b: number): boolean {
    const [one, other] = [members.get(a) as Member, members.get(b) as Member]
    // Asides and compactions run as subagents whose files begin with a copy of the conversation, which goes on meanwhile.
    if (one.kind !== other.kind) return one.kind === MAIN
    const [isAncestor, isDescendant] = [descends(other, one), descends(one, other)]
    if (isAncestor !== isDescendant) return isAncestor
    if (one.first_ms === other.first_ms && isOriginal(one) !== isOriginal(other)) return isOriginal(one)
    const pair = pairs.get(name({ first_id: Math.min(a, b), second_id: Math.max(a, b) }))
    const [aOwn, bOwn] =
      pair?.first_id === a ? [pair.first_own_ms, pair.second_own_ms] : [pair?.second_own_ms, pair?.first_own_ms]
    // The parent has nothing that its fork lacks, or went its own way before the fork did.
    const difference = (aOwn ?? -1) - (bOwn ?? -1)
    if (difference !== 0) return difference < 0
    return isBefore(one, other)
  }

  /** Whether what was said of a session's origin leads from it to the other, be it over others in between. */
  function descends(member: Member, from: Member): boolean {
    const passed = new Set<Member>()
    let at: Member | undefined = member
    while (at !== undefined && !passed.has(at)) {
      passed.add(at)
      const parent: string | null = at.parent_external_id
      if (parent === null) return false
      if (parent === from.session_external_id) return true
      at = rows.find((other) => other.session_external_id === parent)
    }
    return false
  }

  return {
    members,
    partners: partners.filter((partner) => members.has(partner)),
    async compare(connection, partner, ownMs, partnerOwnMs, sharesEntries) {
      const isFirst = transcriptId < partner
      const [firstId, secondId] = isFirst ? [transcriptId, partner] : [partner, transcriptId]
      const [firstOwn, secondOwn] = isFirst ? [ownMs, partnerOwnMs] : [partnerOwnMs, ownMs]
      const pair = { first_id: firstId, second_id: secondId, first_own_ms: firstOwn, second_own_ms: secondOwn }
      pairs.set(name(pair), pair)
      if (!sharesEntries && !(await shareResponse(connection, workspaceId, firstId, secondId))) {
        await connection.run('DELETE FROM shared_history WHERE workspace_id = ? AND first_id = ? AND second_id = ?', [
          workspaceId,
          firstId,
          secondId,
        ])
        return
      }
      await connection.run(
        `UPDATE shared_history SET first_own_ms = ?, second_own_ms = ?, unsettled = 0
         WHERE workspace_id = ? AND first_id = ? AND second_id = ?`,
        [firstOwn, secondOwn, workspaceId, firstId, secondId],
      )
    },
    owner: (transcripts) => {
      // Counted rather than sorted: among three or more the rule need not be an order.
      const wins = transcripts.map((a) => transcripts.filter((b) => a !== b && isEarlier(a, b)).length)
      const most = Math.max(...wins)
      const best = transcripts.filter((_, i) => wins[i] === most)
      return best.reduce((a, b) => (isBefore(members.get(b) as Member, members.get(a) as Member) ? b : a))
    },
  }
}

/**
 * Whether the file was there when its first entry was made: a copy of older records comes later. What a line of it says
 * stands over the file system, which forgets at every copying of files. Between transcripts that begin at different times
 * this proves nothing: copies that carry the time of copying look original too.
 */
function isOriginal({ first_ms: firstMs, born_ms: bornMs, opened_ms: openedMs }: Member): boolean {
  if (firstMs === null) return false
  return openedMs !== null ? openedMs <= firstMs : bornMs !== null && bornMs <= firstMs + BIRTH_MS
}

function name({ first_id: a, second_id: b }: Pick<Pair, 'first_id' | 'second_id'>): string {
  return `${a}:${b}`
}

function isBefore(a: Member, b: Member): boolean {
  if (a.first_ms !== b.first_ms) return (a.first_ms ?? Infinity) < (b.first_ms ?? Infinity)
  if (a.external_id !== b.external_id) return a.external_id < b.external_id
  return a.path < b.path
}

async function readPairs(
  connection: Connection,
  workspaceId: number,
  column: string,
  ids: readonly number[],
): Promise<Pair[]> {
  const where = every(is('workspace_id = ?', workspaceId), among(column, ids))
  return connection.all<Pair>(
    `SELECT first_id, second_id, first_own_ms, second_own_ms FROM shared_history WHERE ${where.sql}`,
    where.values,
  )
}

async function shareResponse(connection: Connection, workspaceId: number, a: number, b: number): Promise<boolean> {
  const row = await first(
    connection,
    `SELECT 1 AS one FROM usage x JOIN usage y ON y.workspace_id = x.workspace_id AND y.response_hash = x.response_hash
     WHERE x.workspace_id = ? AND x.transcript_id = ? AND y.transcript_id = ? LIMIT 1`,
    [workspaceId, a, b],
  )
  return row !== undefined
}
