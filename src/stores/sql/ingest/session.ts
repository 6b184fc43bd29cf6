import { uuidv7 } from '../../../domain/ids.ts'
import { RELATIONS, TITLE_SOURCES } from '../../../domain/session.ts'
import { TRANSCRIPT_KINDS } from '../../../domain/transcript.ts'
import { first } from '../connection.ts'
import type { Value } from '../connection.ts'
import { filedAt } from '../entry-slots.ts'
import { externalAlias } from '../merge-sessions.ts'
import { ENTRY_COLUMNS, INVOCATION_COLUMNS, USAGE_COLUMNS } from '../../ingest-batch.ts'
import { freeRef } from '../free-ref.ts'
import { iso } from '../scope.ts'
import { isBuried } from '../tombstones.ts'
import { cell } from './work.ts'
import type { TranscriptState, Work } from './work.ts'

const MAIN = TRANSCRIPT_KINDS.indexOf('main')

/** The external id of the session that this transcript feeds. */
export function sessionExternalId({ batch, transcript }: Work): string {
  return batch.facts.sessionExternalId ?? transcript.session_external_id ?? transcript.external_id
}

/** Whether this transcript's session was deleted on purpose. */
export function isForgotten(work: Work): Promise<boolean> {
  return isBuried(work.connection, work.scope.workspaceId, work.transcript.agent, sessionExternalId(work))
}

/** Finds or makes the session when the batch brings something that belongs to one. */
export async function ensureSession(work: Work): Promise<void> {
  const { batch, transcript } = work
  if (transcript.session_id !== null) return
  if (batch.entries.count + batch.usage.count + batch.invocations.count === 0) return
  const externalId = sessionExternalId(work)
  const known = await findSession(work, externalId)
  const session = known ?? (await makeSession(work, externalId))
  transcript.session_id = session.id
  transcript.session_uid = session.uid
  work.made = known === undefined
}

interface SessionRow {
  id: number
  uid: string
}

async function findSession(
  { connection, scope, transcript }: Work,
  externalId: string,
): Promise<SessionRow | undefined> {
  const row = await first<SessionRow>(
    connection,
    'SELECT id, uid FROM session WHERE workspace_id = ? AND agent = ? AND external_id = ?',
    [scope.workspaceId, transcript.agent, externalId],
  )
  // A session that became part of another stands for it.
  return (
    row ??
    first<SessionRow>(
      connection,
      `SELECT s.id, s.uid FROM session_alias x JOIN session s ON s.id = x.session_id
       WHERE x.workspace_id = ? AND x.alias = ?`,
      [scope.workspaceId, externalAlias(transcript.agent, externalId)],
    )
  )
}

async function makeSession(work: Work, externalId: string): Promise<SessionRow> {
  const { connection, scope, transcript } = work
  const startedMs = firstTime(work)
  const uid = uuidv7(startedMs, scope.random(10))
  const told = await sessionFacts(work)
  if (transcript.kind === MAIN && transcript.title !== null)
    told.push(['title', transcript.title], ['title_source', transcript.title_source])
  const row = await first<{ id: number }>(
    connection,
    `INSERT INTO session (workspace_id, uid, ref, agent, external_id, machine_id, kind, channel, tags, status, started_ms,
       last_ms, created_at${told.map(([column]) => `, ${column}`).join('')})
     VALUES (?, ?, ?, ?, ?, ?, 'work', 'import', '[]', 'active', ?, ?, ?${', ?'.repeat(told.length)}) RETURNING id`,
    [
      scope.workspaceId,
      uid,
      await freeRef(connection, scope, transcript.ref_prefix, externalId),
      transcript.agent,
      externalId,
      scope.machineId,
      startedMs,
      startedMs,
      iso(scope.now()),
      ...told.map(([, value]) => value),
    ],
  )
  const id = row?.id as number
  await connection.run(
    'UPDATE session SET parent_id = ? WHERE workspace_id = ? AND agent = ? AND parent_external_id = ? AND id <> ?',
    [id, scope.workspaceId, transcript.agent, externalId, id],
  )
  return { id, uid }
}

function firstTime({ batch }: Work): number {
  const { entries, usage, invocations } = batch
  if (entries.count > 0) return filedAt(cell(entries, ENTRY_COLUMNS.length, 0, 2))
  if (usage.count > 0) return filedAt(cell(usage, USAGE_COLUMNS.length, 0, 2))
  return filedAt(cell(invocations, INVOCATION_COLUMNS.length, 0, 2))
}

/** Takes the batch's title for the transcript; a weaker one never replaces a stronger one. */
export function takeTitle({ batch: { facts }, transcript }: Work): void {
  const source =
    facts.titleSource === null ? -1 : TITLE_SOURCES.indexOf(facts.titleSource as (typeof TITLE_SOURCES)[number])
  if (facts.title === null || source < (transcript.title_source ?? -1)) return
  transcript.title = facts.title
  transcript.title_source = source < 0 ? null : source
}

/** Applies what the batch tells about the session; one that was made of it knows already. */
export async function applyFacts(work: Work): Promise<void> {
  const { connection, scope, transcript } = work
  if (transcript.session_id === null || work.made) return
  const others = transcript.kind === MAIN ? await otherTranscripts(work, transcript.session_id) : undefined
  if (others) {
    const { title, title_source: source } = transcript
    const titled = others.filter((other) => other.title !== null && other.title_source === source)
    const stands = (source ?? PROMPT) === PROMPT ? isFirst(transcript, titled) : isLast(transcript, titled)
    await titleSession(work, transcript.session_id, title, source, stands)
  }
  const changes = await sessionFacts(work)
  if (changes.length === 0) return
  // A subagent's word counts only where its session has none.
  const set = (column: string): string => {
    const stands = others && (LAST_SAID.has(column) ? isLast : isFirst)(transcript, others)
    return stands ? `${column} = ?` : `${column} = COALESCE(${column}, ?)`
  }
  await connection.run(
    `UPDATE session SET ${changes.map(([column]) => set(column)).join(', ')} WHERE workspace_id = ? AND id = ?`,
    [...changes.map(([, value]) => value), scope.workspaceId, transcript.session_id],
  )
}

/** What changes while a session goes on. The rest is what it began with. */
const LAST_SAID = new Set(['git_branch', 'agent_version'])
const PROMPT = TITLE_SOURCES.indexOf('prompt')

type Sibling = Pick<TranscriptState, 'path' | 'first_ms' | 'last_ms' | 'title' | 'title_source'>

/**
 * The other main transcripts of a session: one that was resumed from another directory has several, and what they say of it
 * must not depend on which was read first.
 */
function otherTranscripts({ connection, transcript }: Work, sessionId: number): Promise<Sibling[]> {
  return connection.all<Sibling>(
    `SELECT path, first_ms, last_ms, title, title_source FROM transcript WHERE session_id = ? AND kind = ? AND id <> ?`,
    [sessionId, MAIN, transcript.id],
  )
}

/** Whether none of the others begins before it. */
function isFirst({ path, first_ms: firstMs }: Sibling, others: readonly Sibling[]): boolean {
  const at = firstMs ?? Number.MAX_VALUE
  return others.every((other) => {
    const difference = (other.first_ms ?? Number.MAX_VALUE) - at
    return difference > 0 || (difference === 0 && path < other.path)
  })
}

/** Whether none of the others goes on after it. */
function isLast({ path, last_ms: lastMs }: Sibling, others: readonly Sibling[]): boolean {
  return others.every((other) => {
    const difference = (lastMs ?? 0) - (other.last_ms ?? 0)
    return difference > 0 || (difference === 0 && path < other.path)
  })
}

async function sessionFacts(work: Work): Promise<[string, Value][]> {
  const { facts } = work.batch
  const changes: [string, Value][] = []
  if (facts.cwd !== null) changes.push(['cwd', facts.cwd])
  if (facts.gitBranch !== null) changes.push(['git_branch', facts.gitBranch])
  if (facts.agentVersion !== null) changes.push(['agent_version', facts.agentVersion])
  if (facts.projectId !== null) changes.push(['project_id', await projectRow(work, facts.projectId)])
  if (work.transcript.kind === MAIN) changes.push(...(await lineage(work)))
  return changes
}

async function lineage(work: Work): Promise<[string, Value][]> {
  const { parentExternalId, relation } = work.batch.facts
  const changes: [string, Value][] = []
  if (RELATIONS.some((known) => known === relation)) changes.push(['relation', relation])
  if (parentExternalId === null) return changes
  changes.push(['parent_external_id', parentExternalId])
  const parent = await findSession(work, parentExternalId)
  if (parent && parent.id !== work.transcript.session_id) changes.push(['parent_id', parent.id])
  return changes
}

async function projectRow({ connection, scope, projects }: Work, uid: string): Promise<number | null> {
  const known = projects.get(uid)
  if (known !== undefined) return known
  const row = await first<{ id: number }>(connection, 'SELECT id FROM project WHERE workspace_id = ? AND uid = ?', [
    scope.workspaceId,
    uid,
  ])
  projects.set(uid, row?.id ?? null)
  return row?.id ?? null
}

/**
 * @param source place in TITLE_SOURCES; null is the weakest
 * @param stands whether it replaces one of the same source
 */
export async function titleSession(
  { connection, scope }: Pick<Work, 'connection' | 'scope'>,
  sessionId: number,
  title: string | null,
  source: number | null,
  stands = true,
): Promise<void> {
  if (title === null) return
  await connection.run(
    'UPDATE session SET title = ?, title_source = ? WHERE workspace_id = ? AND id = ? AND COALESCE(title_source, -1) <= ? AND pruned_at IS NULL',
    [title, source, scope.workspaceId, sessionId, stands ? (source ?? -1) : (source ?? -1) - 1],
  )
}
