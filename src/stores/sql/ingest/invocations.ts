import { OUTCOMES } from '../../../domain/invocation.ts'
import { ENTRY_FLAG } from '../../../domain/entry.ts'
import { ENTRY_COLUMNS, INVOCATION_COLUMNS, RESULT_COLUMNS } from '../../ingest-batch.ts'
import { first } from '../connection.ts'
import type { Value } from '../connection.ts'
import { entryTime } from '../entry-rows.ts'
import { filedAt } from '../entry-slots.ts'
import { insertMany } from '../insert.ts'
import type { IncomingEntry } from './incoming-entry.ts'
import { cell, nullable, text, textOrNull } from './work.ts'
import type { Work } from './work.ts'

const OK = OUTCOMES.indexOf('ok')
const ERROR = OUTCOMES.indexOf('error')
const UNANSWERED = OUTCOMES.indexOf('unanswered')
const LONGEST_SUBJECT = 200

export interface Call {
  record: number
  block: number
  atMs: number
  callHash: number
  toolId: number
  serverId: number | null
  kind: number
  subject: string
  outcome: number
  exitCode: number | null
  durationMs: number | null
  resultRecord: number | null
}

interface Result {
  callHash: number
  record: number
  atMs: number
  failed: boolean
  exitCode: number | null
  /** As the agent states it. */
  durationMs: number | null
}

/** The batch's calls with those of its results that answer them, and the results that answer earlier calls. */
export interface Answers {
  calls: Call[]
  late: Result[]
  /** Places (`record:block`) of calls that failed. */
  failed: Set<string>
}

export function answerCalls(work: Work): Answers {
  const calls = readCalls(work)
  const byHash = Map.groupBy(calls, (call) => call.callHash)
  const late: Result[] = []
  for (const result of readResults(work)) {
    // Where a file holds copies of a call, each result belongs to the call before it.
    const call = byHash.get(result.callHash)?.findLast(({ record }) => record <= result.record)
    if (call) answer(call, result)
    else late.push(result)
  }
  const failed = new Set(calls.filter((call) => call.outcome === ERROR).map((call) => `${call.record}:${call.block}`))
  return { calls, late, failed }
}

/** Where a call of this transcript lies. */
export interface CallPlace {
  id: number
  inherited: number
}

/**
 * Stores calls and outcomes.
 *
 * @returns finds a call of this transcript by the hash of its id, in this batch or an earlier one
 */
export async function storeInvocations(
  work: Work,
  { calls, late }: Answers,
  entries: readonly IncomingEntry[],
): Promise<(callHash: number) => Promise<CallPlace | undefined>> {
  const places = new Map<number, CallPlace>()
  const byPlace = new Map(calls.length === 0 ? [] : entries.map((entry) => [placeOf(entry), entry]))
  const latest = new Map([...byPlace].filter(([, { clash }]) => !clash).map(([place, { id }]) => [id, place]))
  const values: Value[] = []
  // Calls whose record comes again further down: that line stands in their place, and what answered them stays.
  const cameAgain = new Map<number, Call>()
  for (const call of calls) {
    const entry = byPlace.get(placeOf(call))
    if (entry?.clash) continue
    const before = entry === undefined || entry.repeated ? cameAgain.get(call.callHash) : undefined
    if (before && call.outcome === UNANSWERED) takeOutcome(call, before)
    if (entry === undefined || latest.get(entry.id) !== placeOf(call)) {
      cameAgain.set(call.callHash, call)
      continue
    }
    const inherited = (entry.flags & ENTRY_FLAG.inherited) === 0 ? 0 : 1
    places.set(call.callHash, { id: entry.id, inherited })
    if (entry.repeated && (await updateCall(work, entry.id, call))) continue
    values.push(...callValues(work, entry.id, inherited, call))
    countCall(work, inherited, call.outcome, call.durationMs, 1)
  }
  await insertMany(work.connection, INSERT, WIDTH, values)
  const copies = late.length === 0 ? undefined : copiedRecords(work, entries)
  for (const result of late) if (!copies?.has(result.record)) await answerLate(work, result)
  return async (callHash) => places.get(callHash) ?? findCall(work, callHash)
}

function placeOf({ record, block }: Pick<Call, 'record' | 'block'>): string {
  return `${record}:${block}`
}

/** Records of the batch of which nothing is kept: an entry that clashed took on the place of the one that stands. */
function copiedRecords({ batch }: Work, entries: readonly IncomingEntry[]): Set<number> {
  const records = new Set<number>()
  for (const [row, { clash }] of entries.entries())
    if (clash) records.add(cell(batch.entries, ENTRY_COLUMNS.length, row, 0))
  return records
}

const WIDTH = 13
const INSERT = `INSERT INTO invocation (id, workspace_id, transcript_id, call_hash, tool_id, server_id, kind, outcome, inherited,
  exit_code, duration_ms, result_record, subject)`

function callValues({ scope, transcript }: Work, id: number, inherited: number, call: Call): Value[] {
  const { callHash, toolId, serverId, kind, outcome, exitCode, durationMs, resultRecord, subject } = call
  const { workspaceId } = scope
  return [
    id,
    workspaceId,
    transcript.id,
    callHash,
    toolId,
    serverId,
    kind,
    outcome,
    inherited,
    exitCode,
    durationMs,
    resultRecord,
    subject,
  ]
}

interface StoredCall {
  id: number
  outcome: number
  inherited: number
  exit_code: number | null
  duration_ms: number | null
  result_record: number | null
}

const STORED = 'SELECT id, outcome, inherited, exit_code, duration_ms, result_record FROM invocation'

/** A call that came again: its words are taken anew, its outcome only if it has one. */
async function updateCall(work: Work, id: number, call: Call): Promise<boolean> {
  const { connection, scope } = work
  const stored = await first<StoredCall>(connection, `${STORED} WHERE workspace_id = ? AND id = ?`, [
    scope.workspaceId,
    id,
  ])
  if (!stored) return false
  await connection.run(
    'UPDATE invocation SET call_hash = ?, tool_id = ?, server_id = ?, kind = ?, subject = ? WHERE workspace_id = ? AND id = ?',
    [call.callHash, call.toolId, call.serverId, call.kind, call.subject, scope.workspaceId, id],
  )
  if (call.outcome !== UNANSWERED) await setOutcome(work, stored, call)
  return true
}

async function answerLate(work: Work, result: Result): Promise<void> {
  const { connection, scope, transcript } = work
  const stored = await first<StoredCall & { shift: number | null }>(
    connection,
    `SELECT i.id, i.outcome, i.inherited, i.exit_code, i.duration_ms, i.result_record, e.shift
     FROM invocation i LEFT JOIN entry e ON e.workspace_id = i.workspace_id AND e.id = i.id
     WHERE i.transcript_id = ? AND i.call_hash = ?
     ORDER BY CASE WHEN e.record <= ? THEN 0 ELSE 1 END, ABS(e.record - ?), i.id DESC LIMIT 1`,
    [transcript.id, result.callHash, result.record, result.record],
  )
  if (!stored) return
  const { exitCode, record } = result
  const durationMs = took(entryTime(stored.id, stored.shift ?? 0), result)
  await setOutcome(work, stored, { outcome: result.failed ? ERROR : OK, exitCode, durationMs, resultRecord: record })
  if (!result.failed) return
  await connection.run(`UPDATE entry SET flags = flags | ${ENTRY_FLAG.failed} WHERE workspace_id = ? AND id = ?`, [
    scope.workspaceId,
    stored.id,
  ])
}

async function setOutcome(
  work: Work,
  stored: StoredCall,
  outcome: Pick<Call, 'outcome' | 'exitCode' | 'durationMs' | 'resultRecord'>,
): Promise<void> {
  countCall(work, stored.inherited, stored.outcome, stored.duration_ms, -1)
  countCall(work, stored.inherited, outcome.outcome, outcome.durationMs, 1)
  await work.connection.run(
    `UPDATE invocation SET outcome = ?, exit_code = ?, duration_ms = ?, result_record = ? WHERE workspace_id = ? AND id = ?`,
    [outcome.outcome, outcome.exitCode, outcome.durationMs, outcome.resultRecord, work.scope.workspaceId, stored.id],
  )
}

function countCall(
  { transcript }: Work,
  inherited: number,
  outcome: number,
  durationMs: number | null,
  sign: 1 | -1,
): void {
  if (inherited === 1) return
  transcript.invocation_count += sign
  if (outcome === ERROR) transcript.failed_count += sign
  transcript.tool_ms += sign * (durationMs ?? 0)
}

function findCall({ connection, transcript }: Work, callHash: number): Promise<CallPlace | undefined> {
  return first<CallPlace>(
    connection,
    'SELECT id, inherited FROM invocation WHERE transcript_id = ? AND call_hash = ? ORDER BY id DESC LIMIT 1',
    [transcript.id, callHash],
  )
}

function takeOutcome(call: Call, { outcome, exitCode, durationMs, resultRecord }: Call): void {
  Object.assign(call, { outcome, exitCode, durationMs, resultRecord })
}

function answer(call: Call, result: Result): void {
  const { record, failed, exitCode } = result
  const durationMs = took(call.atMs, result)
  Object.assign(call, { outcome: failed ? ERROR : OK, exitCode, durationMs, resultRecord: record })
}

/** What the agent states, or else the time from the call to its result. Clocks run backwards: never below 0. */
function took(calledMs: number, { atMs, durationMs }: Result): number {
  return durationMs ?? Math.max(0, atMs - calledMs)
}

function readCalls({ batch, names }: Work): Call[] {
  const width = INVOCATION_COLUMNS.length
  return Array.from({ length: batch.invocations.count }, (_, row) => {
    const at = (column: number) => cell(batch.invocations, width, row, column)
    const server = textOrNull(batch, at(5))
    return {
      record: at(0),
      block: at(1),
      atMs: filedAt(at(2)),
      callHash: at(3),
      toolId: names.get(text(batch, at(4))) as number,
      serverId: server === null ? null : (names.get(server) as number),
      kind: at(6),
      subject: cut(text(batch, at(7))),
      outcome: UNANSWERED,
      exitCode: null,
      durationMs: null,
      resultRecord: null,
    }
  })
}

function cut(subject: string): string {
  return subject.length > LONGEST_SUBJECT ? subject.slice(0, LONGEST_SUBJECT).toWellFormed() : subject
}

function readResults({ batch }: Work): Result[] {
  const width = RESULT_COLUMNS.length
  return Array.from({ length: batch.results.count }, (_, row) => {
    const at = (column: number) => cell(batch.results, width, row, column)
    const durationMs = nullable(at(5))
    return {
      callHash: at(0),
      record: at(1),
      atMs: filedAt(at(2)),
      failed: at(3) === 1,
      exitCode: nullable(at(4)),
      durationMs: durationMs === null ? null : Math.max(0, Math.round(durationMs)),
    }
  })
}
