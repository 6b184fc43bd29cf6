import { compress } from '../archive/frames.ts'
import { ENTRY_TYPES, ROLES } from '../domain/entry.ts'
import { hash48 } from '../domain/ids.ts'
import { FILE_CHANGES, INVOCATION_KINDS } from '../domain/invocation.ts'
import { plainPath } from '../domain/recorded-path.ts'
import { addActivity, currentInterval, startActivity, type ActivityFold, type Interval } from '../domain/slice.ts'
import { COST_SOURCES, type CostSource, type TokenCounts } from '../domain/usage.ts'
import type { Batch, TranscriptFacts } from '../sources/batch.ts'
import {
  COMMIT_COLUMNS,
  ENTRY_COLUMNS,
  FILE_COLUMNS,
  INVOCATION_COLUMNS,
  RESULT_COLUMNS,
  USAGE_COLUMNS,
  type FrameDraft,
  type IngestBatch,
  type IngestFacts,
  type Rows,
} from '../stores/ingest-batch.ts'
import { encodeFrames, type FrameTail } from './encode-frames.ts'
import { rowWriter, storable, stringTable, type StringTable } from './row-writer.ts'
import { storeCursor } from './stored-cursor.ts'

/** What a response costs; see `prices/`. */
export type Pricer = (
  counts: TokenCounts,
  response: { model: string; atMs: number; serviceTier?: string; speed?: string },
) => { costMicrodollars: number | null; costSource: CostSource; priceDate: string | null }

/** The transcript a batch belongs to, as the store knows it. */
export interface BatchTarget {
  transcriptId: number
  agent: string
  refPrefix: string
}

/** Numbers, interned text and compressed frames instead of objects: crosses threads without copying. */
export function encodeBatch(
  batch: Batch,
  target: BatchTarget,
  activity: ActivityFold,
  price: Pricer,
  nowMs: number,
  from: { record: number | null; tail?: FrameTail } = { record: null },
): IngestBatch {
  const strings = stringTable()
  const intervals: Interval[] = []
  const { cursor } = batch
  if (batch.restarted) Object.assign(activity, startActivity())
  const entries = encodeEntries(batch, target.agent, strings, activity, intervals)
  const frames: FrameDraft[] = []
  const blobs = new Map<string, { hash: string; sizeBytes: number; data: Uint8Array }>()
  for (const chunk of batch.records.chunks) {
    for (const blob of chunk.blobs) {
      if (!blobs.has(blob.hash)) {
        blobs.set(blob.hash, { hash: blob.hash, sizeBytes: blob.bytes.length, data: compress(blob.bytes) })
      }
    }
    const first = frames.length === 0 ? from.tail : undefined
    frames.push(...encodeFrames(chunk, first))
  }
  return {
    ...target,
    fromRecord: from.record,
    cursor: storeCursor({ reader: cursor, activity }),
    offset: cursor.offset,
    device: cursor.file.device,
    inode: cursor.file.inode,
    sizeBytes: cursor.file.sizeBytes,
    modifiedAtMs: cursor.file.modifiedAtMs,
    nextRecord: cursor.record,
    baseRecord: cursor.baseRecord,
    nextLine: cursor.line,
    restarted: batch.restarted ?? false,
    rewritten: batch.rewritten ?? false,
    besideHash: null,
    withdrawn: batch.withdrawn ?? [],
    done: batch.done,
    strings: strings.strings,
    ...entries,
    invocations: encodeInvocations(batch, strings),
    results: encodeResults(batch),
    usage: encodeUsage(batch, strings, price),
    files: encodeFiles(batch, strings),
    commits: encodeCommits(batch, strings),
    frames,
    blobs: [...blobs.values()],
    attachments: [],
    facts: encodeFacts(batch.facts, target.agent),
    intervals,
    growing: currentInterval(activity) ?? null,
    problems: batch.problems.map((problem) => ({ ...problem, at: new Date(nowMs).toISOString() })),
    unknown: batch.unknown,
    at: new Date(nowMs).toISOString(),
  }
}

/** Identity of an entry's record, the same in every copy of it. */
export function entryHash(agent: string, recordId: string, block: number): number {
  return hash48(`${agent}\0${recordId}\0${block}`)
}

function encodeEntries(
  batch: Batch,
  agent: string,
  strings: StringTable,
  activity: ActivityFold,
  intervals: Interval[],
): Pick<IngestBatch, 'entries' | 'plans'> {
  const writer = rowWriter(ENTRY_COLUMNS.length, batch.entries.length)
  const plans: IngestBatch['plans'] = []
  for (const [place, entry] of batch.entries.entries()) {
    writer.push(
      entry.record,
      entry.block,
      entry.atMs,
      entryHash(agent, entry.recordId, entry.part ?? entry.block),
      ENTRY_TYPES.indexOf(entry.type),
      ROLES.indexOf(entry.role),
      entry.flags,
      entry.tool === undefined ? null : strings.add(entry.tool),
    )
    if (entry.plan)
      plans.push({ entry: place, items: entry.plan.map((item) => ({ ...item, text: storable(item.text) })) })
    if (entry.type === 'title') continue
    const closed = addActivity(activity, entry)
    if (closed) intervals.push(closed)
  }
  return { entries: writer.rows(), plans }
}

function encodeInvocations(batch: Batch, strings: StringTable): Rows {
  const writer = rowWriter(INVOCATION_COLUMNS.length, batch.invocations.length)
  for (const call of batch.invocations) {
    writer.push(
      call.record,
      call.block,
      call.atMs,
      hash48(call.callId),
      strings.add(call.tool),
      call.server === undefined ? null : strings.add(call.server),
      INVOCATION_KINDS.indexOf(call.kind),
      strings.add(call.subject),
    )
  }
  return writer.rows()
}

function encodeResults(batch: Batch): Rows {
  const writer = rowWriter(RESULT_COLUMNS.length, batch.results.length)
  for (const result of batch.results) {
    const { callId, record, atMs, failed, exitCode, durationMs } = result
    writer.push(hash48(callId), record, atMs, failed ? 1 : 0, exitCode, durationMs)
  }
  return writer.rows()
}

function encodeUsage(batch: Batch, strings: StringTable, price: Pricer): Rows {
  const writer = rowWriter(USAGE_COLUMNS.length, batch.usage.length)
  const text = (value: string | null | undefined) => (value === undefined || value === null ? null : strings.add(value))
  for (const usage of batch.usage) {
    const reported = usage.reportedCostMicrodollars
    const cost =
      reported === undefined
        ? price(usage, usage)
        : { costMicrodollars: reported, costSource: 'reported' as const, priceDate: null }
    writer.push(
      usage.record,
      usage.line,
      usage.atMs,
      strings.add(usage.model),
      hash48(usage.responseId),
      usage.requestId === undefined ? null : hash48(usage.requestId),
      strings.add(usage.responseId),
      text(usage.requestId),
      text(usage.serviceTier),
      usage.inputTokens,
      usage.outputTokens,
      usage.cacheReadTokens,
      usage.cacheWriteTokens,
      usage.cacheWrite1hTokens,
      usage.reasoningTokens,
      cost.costMicrodollars,
      COST_SOURCES.indexOf(cost.costSource),
      text(cost.priceDate),
      usage.sidechain ? 1 : 0,
      usage.lines,
    )
  }
  return writer.rows()
}

function encodeFiles(batch: Batch, strings: StringTable): Rows {
  const writer = rowWriter(FILE_COLUMNS.length, batch.fileChanges.length)
  for (const { callId, atMs, path, kind, linesAdded, linesRemoved } of batch.fileChanges) {
    writer.push(
      hash48(callId),
      atMs,
      strings.add(plainPath(path)),
      FILE_CHANGES.indexOf(kind),
      linesAdded,
      linesRemoved,
    )
  }
  return writer.rows()
}

function encodeCommits(batch: Batch, strings: StringTable): Rows {
  const writer = rowWriter(COMMIT_COLUMNS.length, batch.commits.length)
  for (const { callId, atMs, hash, subject, branch } of batch.commits) {
    writer.push(
      hash48(callId),
      atMs,
      strings.add(hash),
      strings.add(subject),
      branch === undefined ? null : strings.add(branch),
    )
  }
  return writer.rows()
}

/** A title elsewhere names a record by id: its first block's identity stands for it. */
function recordHash(agent: string, recordId: string): number {
  return entryHash(agent, recordId, 0)
}

function encodeFacts(facts: TranscriptFacts, agent: string): IngestFacts {
  return {
    sessionExternalId: clean(facts.sessionExternalId),
    kind: facts.kind ?? null,
    cwd: clean(facts.cwd),
    projectId: null,
    gitBranch: clean(facts.gitBranch),
    agentVersion: clean(facts.agentVersion),
    title: clean(facts.title),
    titleSource: facts.titleSource ?? null,
    firstAtMs: facts.firstAtMs ?? null,
    lastAtMs: facts.lastAtMs ?? null,
    openedAtMs: facts.openedAtMs ?? null,
    lastRecordHash: facts.lastRecordId === undefined ? null : recordHash(agent, facts.lastRecordId),
    titlesFor: (facts.titlesFor ?? []).map(({ recordId, title }) => ({
      recordHash: recordHash(agent, recordId),
      title: storable(title),
    })),
    parentCallId: clean(facts.parentCallId),
    parentExternalId: clean(facts.parentExternalId),
    relation: facts.relation ?? null,
    subagents: (facts.subagents ?? []).map(({ externalId, callId }) => ({
      externalId: storable(externalId),
      callId: storable(callId),
    })),
  }
}

function clean(text: string | undefined): string | null {
  return text === undefined ? null : storable(text)
}
