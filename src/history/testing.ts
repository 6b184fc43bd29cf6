import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compress } from '../archive/frames.ts'
import { NO_FORMAT } from '../../test/source-format.ts'
import { ENTRY_FLAG, ENTRY_TYPES, ROLES, type EntryContent, type EntryType, type Role } from '../domain/entry.ts'
import { hash48 } from '../domain/ids.ts'
import { INVOCATION_KINDS } from '../domain/invocation.ts'
import type { Source } from '../sources/source.ts'
import type { IngestBatch, Rows } from '../stores/ingest-batch.ts'
import { openSqlite } from '../stores/sqlite/open.ts'
import type { Store } from '../stores/store.ts'

/** One line of a made-up agent: a single entry that says `text`. */
export interface Line {
  id: string
  atMs: number
  type: EntryType
  role: Role
  text: string
  flags?: number
  /** Of a call; on a result, of the call it answers. */
  tool?: string
  /** Joins a call and its result. */
  call?: string
}

/** An agent whose records are `Line`s. */
export function lineSource(id: string): Source {
  return {
    id,
    name: id,
    mark: id.slice(0, 2).toUpperCase(),
    refPrefix: id.slice(0, 2),
    vendorKeepsDays: null,
    format: NO_FORMAT,
    roots: () => [],
    discover: async () => [],
    read: async function* () {},
    replay: async function* () {},
    content: (record, block, type) => (block === 0 ? contentOf(record as Line, type) : undefined),
  }
}

function contentOf({ text, tool, call }: Line, type: EntryType): EntryContent {
  if (type === 'tool_call')
    return { type, tool: tool ?? '', callId: call ?? '', input: { command: text, more: [{ depth: 2 }] } }
  if (type === 'tool_result') return { type, callId: call ?? '', text, failed: false }
  if (type === 'plan') return { type, items: [{ text, status: 'pending' }] }
  return { type, text }
}

/** A store in a folder of its own, removed by `close`. */
export async function diskStore(): Promise<{
  store: Store
  folder: string
  reopen(): Promise<Store>
  close(): Promise<void>
}> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-search-'))
  const open = (): Promise<Store> => openSqlite({ path: join(folder, 'daybook.db') })
  let store = await open()
  return {
    store,
    folder,
    async reopen() {
      await store.close()
      return (store = await open())
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Transcripts of made-up agents, written through the bulk road. */
export class Recorder {
  readonly #store: Store
  readonly #next = new Map<number, number>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Makes a transcript; `session` is the agent's own id. */
  async transcript(
    agent: string,
    session: string,
    kind: 'main' | 'subagent' = 'main',
    name = session,
  ): Promise<number> {
    const registered = await this.#store.transcripts.register({
      agent,
      refPrefix: agent.slice(0, 2),
      path: `/made/up/${agent}/${name}.jsonl`,
      kind,
      externalId: name,
      sessionExternalId: session,
      parentCallId: null,
      title: null,
      device: 1,
      inode: hash48(agent + name) % 1e9,
      sizeBytes: 1,
      modifiedAtMs: 1,
      bornAtMs: null,
    })
    if (!registered) throw new Error('refused')
    return registered.id
  }

  /** Appends lines, a frame for every `frameLines` of them. */
  async append(
    transcriptId: number,
    agent: string,
    lines: Line[],
    options: { frameLines?: number; branch?: string } = {},
  ): Promise<void> {
    const first = this.#next.get(transcriptId) ?? 0
    this.#next.set(transcriptId, first + lines.length)
    await this.#store.ingest(batchOf(transcriptId, agent, first, lines, options))
  }
}

function batchOf(
  transcriptId: number,
  agent: string,
  first: number,
  lines: Line[],
  { frameLines = 8, branch }: { frameLines?: number; branch?: string },
): IngestBatch {
  const strings: string[] = []
  const word = (text: string | undefined): number => {
    if (text === undefined) return Number.NaN
    const known = strings.indexOf(text)
    return known >= 0 ? known : strings.push(text) - 1
  }
  const frames: IngestBatch['frames'] = []
  for (let i = 0; i < lines.length; i += frameLines) {
    const part = lines.slice(i, i + frameLines)
    const raw = Buffer.from(part.map((line) => `${JSON.stringify(line)}\n`).join(''))
    frames.push({
      firstRecord: first + i,
      recordCount: part.length,
      sourceOffset: (first + i) * 1000,
      sourceBytes: raw.length,
      part: null,
      rawBytes: raw.length,
      data: compress(raw),
      blobs: [],
      replacesTail: false,
    })
  }
  const calls = lines.flatMap((line, i) => (line.type === 'tool_call' ? [{ line, record: first + i }] : []))
  const results = lines.flatMap((line, i) => (line.type === 'tool_result' ? [{ line, record: first + i }] : []))
  const times = lines.map((line) => line.atMs)
  return {
    transcriptId,
    fromRecord: first,
    agent,
    refPrefix: agent.slice(0, 2),
    cursor: '{}',
    offset: (first + lines.length) * 1000,
    device: 1,
    inode: 1,
    sizeBytes: 1,
    modifiedAtMs: 1,
    nextRecord: first + lines.length,
    baseRecord: 0,
    nextLine: first + lines.length,
    restarted: false,
    rewritten: false,
    besideHash: null,
    withdrawn: [],
    done: true,
    strings,
    entries: rows(
      lines.map((line, i) => [
        first + i,
        0,
        line.atMs,
        hash48(`${agent}\0${line.id}\x000`),
        ENTRY_TYPES.indexOf(line.type),
        ROLES.indexOf(line.role),
        line.flags ?? 0,
        line.type === 'tool_call' ? word(line.tool) : Number.NaN,
      ]),
    ),
    plans: lines.flatMap((line, entry) =>
      line.type === 'plan' ? [{ entry, items: [{ text: line.text, status: 'pending' as const }] }] : [],
    ),
    invocations: rows(
      calls.map(({ line, record }) => [
        record,
        0,
        line.atMs,
        hash48(line.call ?? ''),
        word(line.tool ?? 'Bash'),
        Number.NaN,
        INVOCATION_KINDS.indexOf('command'),
        word(line.text.slice(0, 200)),
      ]),
    ),
    results: rows(
      results.map(({ line, record }) => [
        hash48(line.call ?? ''),
        record,
        line.atMs,
        ((line.flags ?? 0) & ENTRY_FLAG.failed) === 0 ? 0 : 1,
        Number.NaN,
        Number.NaN,
      ]),
    ),
    usage: rows([]),
    files: rows([]),
    commits: rows([]),
    frames,
    blobs: [],
    attachments: [],
    facts: {
      sessionExternalId: null,
      kind: null,
      cwd: null,
      projectId: null,
      gitBranch: branch ?? null,
      agentVersion: null,
      title: null,
      titleSource: null,
      firstAtMs: Math.min(...times),
      lastAtMs: Math.max(...times),
      openedAtMs: null,
      lastRecordHash: null,
      titlesFor: [],
      parentCallId: null,
      parentExternalId: null,
      relation: null,
      subagents: [],
    },
    intervals: [],
    growing: null,
    problems: [],
    unknown: {},
    at: '2026-11-20T12:00:00.000Z',
  }
}

function rows(values: number[][]): Rows {
  return { count: values.length, data: Float64Array.from(values.flat()) }
}
