import type { IngestBatch, IngestFacts, Ingested } from '../../ingest-batch.ts'
import { AppError } from '../../../domain/errors.ts'
import { KEPT_AGENT } from '../../../domain/session.ts'
import { TRANSCRIPT_KINDS } from '../../../domain/transcript.ts'
import { appendActivity } from '../activities.ts'
import { first } from '../connection.ts'
import type { Connection } from '../connection.ts'
import { hashSet } from '../hash-set.ts'
import { insertMany } from '../insert.ts'
import { intern } from '../names.ts'
import { refreshSession } from '../recount.ts'
import { lockHistory } from '../scope.ts'
import type { Scope } from '../scope.ts'
import { checkNames } from '../scrub.ts'
import { noteSharing, settleWhenDue } from '../sharing.ts'
import { usageLedger } from '../usage-ledger.ts'
import { storeArchive } from './archive.ts'
import { storeEntries } from './entries.ts'
import type { StoredEntries } from './entries.ts'
import { storeFiles } from './files.ts'
import { storeIntervals } from './intervals.ts'
import { answerCalls, storeInvocations } from './invocations.ts'
import { storeProblems } from './problems.ts'
import { blankCalls, withoutPruned } from './pruned.ts'
import { leave, refile } from './refile.ts'
import { beginAgain, endAgain } from './restart.ts'
import { pendingText, saveTranscript } from './save-transcript.ts'
import { remember, seenHashes } from './seen.ts'
import { applyFacts, ensureSession, isForgotten, takeTitle } from './session.ts'
import { linkSubagents } from './subagents.ts'
import { matchTitles } from './titles.ts'
import { storeUsage } from './usage.ts'
import { withdrawEntries } from './withdraw.ts'
import { STATE_COLUMNS } from './work.ts'
import type { Pending, TranscriptState, Work } from './work.ts'
import { wordsOf } from './words.ts'

const NOTHING: Ingested = {
  stale: false,
  sessionId: null,
  entriesAdded: 0,
  entriesInherited: 0,
  entriesRepeated: 0,
  usageAdded: 0,
  usageInherited: 0,
  usageRepeated: 0,
}

/** Stores batches in one transaction; see `IngestBatch` for what that means. */
export async function ingestAll(scope: Scope, batches: readonly IngestBatch[]): Promise<Ingested[]> {
  const known: Known = { words: new Map(), projects: new Map() }
  try {
    const ingested = await scope.database.write(async (connection) => {
      const results: Ingested[] = []
      await checkNames(connection, scope)
      for (const batch of batches) results.push(await ingestOne(connection, scope, batch, known))
      return results
    }, 'bulk')
    for (const [word, id] of known.words) scope.names.byText.set(word, id)
    return ingested
  } catch (error) {
    // What was remembered of them is not what the store holds.
    for (const batch of batches) scope.seen.delete(batch.transcriptId)
    throw error
  }
}

/** Rows that batches of one transaction have found or made, for those that follow. */
interface Known {
  words: Map<string, number>
  projects: Map<string, number | null>
}

async function ingestOne(connection: Connection, scope: Scope, whole: IngestBatch, known: Known): Promise<Ingested> {
  const batch = await withoutPruned(connection, scope, whole)
  const work = await beginWork(connection, scope, batch, known)
  for (const [word, id] of work.names) known.words.set(word, id)
  if (batch.fromRecord !== null && batch.fromRecord !== work.transcript.next_record) return { ...NOTHING, stale: true }
  if (await isForgotten(work)) {
    await saveTranscript(work)
    return NOTHING
  }
  scope.seen.delete(batch.transcriptId)
  const ingested = await storeBatch(work)
  if (batch !== whole) await blankCalls(work)
  remember(scope, batch.transcriptId, { nextRecord: batch.nextRecord, hashes: work.hashes })
  return ingested
}

async function beginWork(
  connection: Connection,
  scope: Scope,
  batch: IngestBatch,
  { words, projects }: Known,
): Promise<Work> {
  const { workspaceId } = scope
  await lockHistory(connection, scope)
  const transcript = await first<TranscriptState>(
    connection,
    `SELECT ${STATE_COLUMNS} FROM transcript WHERE workspace_id = ? AND id = ?${connection.dialect.forUpdate}`,
    [workspaceId, batch.transcriptId],
  )
  if (!transcript) {
    throw new AppError(
      'not_found',
      `transcript ${batch.transcriptId} is not registered: its session may have been deleted`,
    )
  }
  const kind = TRANSCRIPT_KINDS.findIndex((known) => known === batch.facts.kind)
  if (kind >= 0) transcript.kind = kind
  const pending: Pending = transcript.pending === null ? {} : (JSON.parse(transcript.pending) as Pending)
  const work: Work = {
    connection,
    scope,
    batch: { ...batch, facts: joinFacts(pending.facts, batch.facts) },
    transcript,
    pending,
    fresh: transcript.next_record === 0 && transcript.session_id === null && transcript.pending === null,
    made: false,
    ledger: usageLedger(),
    names: await intern(connection, 'name', workspaceId, wordsOf(batch), scope.names.byText, words),
    projects,
    hashes: hashSet(),
    sharing: new Set(),
  }
  if (batch.entries.count > 0) work.hashes = await seenHashes(work)
  return work
}

async function storeBatch(work: Work): Promise<Ingested> {
  const { connection, scope, batch, transcript, pending } = work
  if (batch.restarted) await beginAgain(work)
  transcript.base_record = batch.baseRecord
  transcript.last_record_hash = batch.facts.lastRecordHash ?? transcript.last_record_hash
  takeTitle(work)
  await ensureSession(work)
  const left = await refile(work)
  const answers = answerCalls(work)
  const entries = await storeEntries(work, answers.failed)
  await withdrawEntries(work)
  const findCall = await storeInvocations(work, answers, entries.entries)
  const lost = await storeFiles(work, findCall)
  const usage = await storeUsage(work)
  await storePlans(work, entries)
  await storeArchive(work)
  await storeIntervals(work)
  await storeProblems(work, lost)
  await applyFacts(work)
  if (transcript.session_id === null) pending.facts = batch.facts
  else delete pending.facts
  pending.entries = (pending.entries ?? 0) + entries.added
  if (entries.records) {
    const { from, to } = pending.records ?? entries.records
    pending.records = { from: Math.min(from, entries.records.from), to: Math.max(to, entries.records.to) }
  }
  pending.usage = (pending.usage ?? 0) + usage.added
  const brought = batch.done ? takeBrought(pending) : undefined
  await saveTranscript(work, batch.facts)
  await matchTitles(work)
  await linkSubagents(work)
  await noteSharing(work, entries.entries)
  if (brought) await finish(work, brought)
  await work.ledger.write(connection, scope.workspaceId)
  if (left !== undefined) await leave(work, left)
  if (transcript.session_id !== null) await refreshSession(connection, transcript.session_id, batch.done)
  return {
    stale: false,
    sessionId: transcript.session_uid,
    entriesAdded: entries.added,
    entriesInherited: entries.inherited,
    entriesRepeated: entries.repeated,
    usageAdded: usage.added,
    usageInherited: usage.inherited,
    usageRepeated: usage.repeated,
  }
}

/** Takes what a reading has brought out of what is pending: it is done. */
function takeBrought(pending: Pending): Brought {
  const { entries = 0, records, usage = 0, rebuilding = false } = pending
  delete pending.entries
  delete pending.records
  delete pending.usage
  delete pending.rebuilding
  return { entries, records, usage, rebuilding }
}

type Brought = Required<Pick<Pending, 'entries' | 'usage' | 'rebuilding'>> & Pick<Pending, 'records'>

/** All of the source as it is now has been read. */
async function finish(work: Work, { entries, records, usage, rebuilding }: Brought): Promise<void> {
  const { connection, scope, batch, transcript, pending, ledger } = work
  if (pending.restartedAt !== undefined) {
    await endAgain(work)
    await connection.run('UPDATE transcript SET pending = ? WHERE id = ?', [pendingText(pending), transcript.id])
  }
  if (!work.fresh || work.sharing.size > 0) await settleWhenDue(connection, scope, ledger, transcript.id)
  const sessionId = transcript.session_uid
  // Whoever keeps a record here logs that itself.
  if (rebuilding || entries + usage === 0 || sessionId === null || transcript.agent === KEPT_AGENT) return
  const { at } = batch
  const payload = { path: transcript.path, entries, responses: usage }
  await appendActivity(
    connection,
    scope,
    { sessionId, at, actor: 'daybook', action: 'transcript.ingested', target: sessionId, payload },
    { kind: 'entries', sessionId, at, payload: { entries, responses: usage, transcriptId: transcript.id, records } },
  )
}

async function storePlans({ connection, scope, batch, transcript }: Work, { entries }: StoredEntries): Promise<void> {
  for (const { entry, items } of batch.plans) {
    const { id, clash } = entries[entry] ?? { clash: true }
    if (clash || id === undefined) continue
    await connection.run('DELETE FROM plan WHERE workspace_id = ? AND id = ?', [scope.workspaceId, id])
    const values = [id, scope.workspaceId, transcript.id, JSON.stringify(items)]
    await insertMany(connection, 'INSERT INTO plan (id, workspace_id, transcript_id, items)', 4, values)
  }
}

function joinFacts(earlier: IngestFacts | undefined, facts: IngestFacts): IngestFacts {
  if (!earlier) return facts
  const told = Object.entries(facts).filter(([, value]) => value !== null)
  return { ...earlier, ...Object.fromEntries(told), titlesFor: facts.titlesFor, subagents: facts.subagents }
}
