import { hash48 } from '../domain/ids.ts'
import { ENTRY_FLAG, ENTRY_TYPES, ROLES } from '../domain/entry.ts'
import type { EntryType, PlanItem, Role } from '../domain/entry.ts'
import { FILE_CHANGES, INVOCATION_KINDS } from '../domain/invocation.ts'
import type { FileChangeKind, InvocationKind } from '../domain/invocation.ts'
import type { TokenCounts } from '../domain/usage.ts'
import {
  COMMIT_COLUMNS,
  ENTRY_COLUMNS,
  FILE_COLUMNS,
  INVOCATION_COLUMNS,
  RESULT_COLUMNS,
  USAGE_COLUMNS,
} from './ingest-batch.ts'
import type { FrameDraft, IngestBatch, IngestFacts, Rows } from './ingest-batch.ts'

/** A batch in words, for tests of stores: what is left out is empty, and places follow from the order. */
export interface BatchWords {
  agent?: string
  /** Ordinal of the first record; each entry without a `record` is a record of its own. */
  from?: number
  /** Ordinal behind the last record, where the last ones brought nothing. */
  through?: number
  base?: number
  restarted?: boolean
  rewritten?: boolean
  withdrawn?: number[]
  besideHash?: number
  done?: boolean
  checked?: boolean
  entries?: EntryWords[]
  usage?: UsageWords[]
  frames?: FrameDraft[]
  blobs?: IngestBatch['blobs']
  facts?: Partial<IngestFacts>
  intervals?: IngestBatch['intervals']
  growing?: IngestBatch['growing']
  problems?: { line: number | null; reason: string }[]
  unknown?: Record<string, number>
  at?: string
}

export interface EntryWords {
  /** The record's own id. */
  id: string
  atMs: number
  record?: number
  block?: number
  type?: EntryType
  role?: Role
  flags?: number
  plan?: PlanItem[]
  /** Makes it a tool call. */
  call?: { id: string; tool: string; server?: string; kind?: InvocationKind; subject?: string }
  /** Makes it the result of a call. */
  result?: { of: string; failed?: boolean; exitCode?: number; durationMs?: number }
  changes?: { path: string; kind: FileChangeKind; added?: number; removed?: number }[]
  commits?: { hash: string; subject: string; branch?: string }[]
}

export interface UsageWords extends Partial<TokenCounts> {
  response: string
  request?: string
  atMs: number
  record?: number
  line?: number
  model?: string
  /** Micro-dollars; null when unpriced. */
  cost?: number | null
  lines?: number
  sidechain?: boolean
}

const NO_FACTS: IngestFacts = {
  sessionExternalId: null,
  kind: null,
  cwd: null,
  projectId: null,
  gitBranch: null,
  agentVersion: null,
  title: null,
  titleSource: null,
  firstAtMs: null,
  lastAtMs: null,
  openedAtMs: null,
  lastRecordHash: null,
  titlesFor: [],
  parentCallId: null,
  parentExternalId: null,
  relation: null,
  subagents: [],
}

/** The hash by which a batch names a record's block. */
export function wordHash(agent: string, id: string, block = 0): number {
  return hash48(`${agent}\0${id}\0${block}`)
}

export function makeBatch(transcriptId: number, words: BatchWords): IngestBatch {
  const { agent = 'claude-code', from = 0, base = 0, entries = [], usage = [], facts } = words
  const strings: string[] = []
  const word = (text: string | undefined): number => (text === undefined ? Number.NaN : strings.push(text) - 1)
  const placed = entries.map((entry, i) => ({ ...entry, record: entry.record ?? from + i, block: entry.block ?? 0 }))
  const records = [
    ...placed.map((entry) => entry.record),
    ...usage.map((row) => row.record ?? -1),
    (words.through ?? from) - 1,
  ]
  const nextRecord = Math.max(...records) + 1
  const calls = placed.flatMap(({ call, ...entry }) => (call ? [{ ...entry, call }] : []))
  const results = placed.flatMap(({ result, ...entry }) => (result ? [{ ...entry, result }] : []))
  return {
    transcriptId,
    fromRecord: words.checked === true ? from : null,
    agent,
    refPrefix: 'cc',
    cursor: JSON.stringify({ record: nextRecord }),
    offset: nextRecord * 100,
    device: 1,
    inode: 1000 + transcriptId,
    sizeBytes: nextRecord * 100,
    modifiedAtMs: 0,
    nextRecord,
    baseRecord: base,
    nextLine: nextRecord - base,
    restarted: words.restarted ?? false,
    rewritten: words.rewritten ?? false,
    withdrawn: words.withdrawn ?? [],
    done: words.done ?? true,
    besideHash: words.besideHash ?? null,
    entries: rows(
      ENTRY_COLUMNS.length,
      placed.map((entry) => [
        entry.record,
        entry.block,
        entry.atMs,
        wordHash(agent, entry.id, entry.block),
        ENTRY_TYPES.indexOf(entry.type ?? (entry.call ? 'tool_call' : entry.result ? 'tool_result' : 'message')),
        ROLES.indexOf(entry.role ?? (entry.call ? 'assistant' : entry.result ? 'tool' : 'user')),
        (entry.flags ?? 0) | (entry.result?.failed ? ENTRY_FLAG.failed : 0),
        word(entry.call?.tool),
      ]),
    ),
    plans: placed.flatMap((entry, i) => (entry.plan ? [{ entry: i, items: entry.plan }] : [])),
    invocations: rows(
      INVOCATION_COLUMNS.length,
      calls.map(({ record, block, atMs, call }) => [
        record,
        block,
        atMs,
        hash48(call.id),
        word(call.tool),
        word(call.server),
        INVOCATION_KINDS.indexOf(call.kind ?? 'command'),
        word(call.subject ?? ''),
      ]),
    ),
    results: rows(
      RESULT_COLUMNS.length,
      results.map(({ record, atMs, result }) => [
        hash48(result.of),
        record,
        atMs,
        result.failed ? 1 : 0,
        result.exitCode ?? Number.NaN,
        result.durationMs ?? Number.NaN,
      ]),
    ),
    usage: rows(
      USAGE_COLUMNS.length,
      usage.map((row) => [
        row.record ?? from,
        row.line ?? (row.record ?? from) + 1,
        row.atMs,
        word(row.model ?? 'claude-sonnet'),
        hash48(row.response),
        row.request === undefined ? Number.NaN : hash48(row.request),
        word(row.response),
        word(row.request),
        Number.NaN,
        row.inputTokens ?? 0,
        row.outputTokens ?? 0,
        row.cacheReadTokens ?? 0,
        row.cacheWriteTokens ?? 0,
        row.cacheWrite1hTokens ?? 0,
        row.reasoningTokens ?? 0,
        row.cost === null ? Number.NaN : (row.cost ?? 0),
        row.cost === null ? 2 : 1,
        Number.NaN,
        row.sidechain ? 1 : 0,
        row.lines ?? 1,
      ]),
    ),
    files: rows(
      FILE_COLUMNS.length,
      placed.flatMap(({ changes = [], result, call, atMs }) =>
        changes.map((change) => [
          hash48(result?.of ?? call?.id ?? ''),
          atMs,
          word(change.path),
          FILE_CHANGES.indexOf(change.kind),
          change.added ?? Number.NaN,
          change.removed ?? Number.NaN,
        ]),
      ),
    ),
    commits: rows(
      COMMIT_COLUMNS.length,
      placed.flatMap(({ commits = [], result, call, atMs }) =>
        commits.map((commit) => [
          hash48(result?.of ?? call?.id ?? ''),
          atMs,
          word(commit.hash),
          word(commit.subject),
          word(commit.branch),
        ]),
      ),
    ),
    strings,
    frames: words.frames ?? [],
    blobs: words.blobs ?? [],
    attachments: [],
    facts: { ...NO_FACTS, ...facts },
    intervals: words.intervals ?? [],
    growing: words.growing ?? null,
    problems: (words.problems ?? []).map((problem) => ({ ...problem, at: words.at ?? '2026-11-20T12:00:00.000Z' })),
    unknown: words.unknown ?? {},
    at: words.at ?? '2026-11-20T12:00:00.000Z',
  }
}

function rows(width: number, cells: number[][]): Rows {
  const data = new Float64Array(cells.length * width)
  for (const [row, values] of cells.entries()) data.set(values, row * width)
  return { count: cells.length, data }
}
