import { setImmediate as letOthers } from 'node:timers/promises'
import type { ProjectEvidence } from '../domain/project.ts'
import { oneLine, TITLE_LIMIT } from '../sources/record.ts'
import type { AttachmentRef } from '../sources/file-identity.ts'
import type { Source, TranscriptRef } from '../sources/source.ts'
import type { IngestBatch, TranscriptRegistration } from '../stores/ingest-batch.ts'
import type { TextTaker } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import type { RegisteredTranscript } from '../stores/transcript-store.ts'
import { assignProject } from './assign-project.ts'
import {
  discover,
  noteDiscovered,
  tellDiscovered,
  type Changed,
  type Discovered,
  type DiscoverySetup,
} from './discover.ts'
import { isReadFailure, readFailure } from './read-failure.ts'
import type { TranscriptReader } from './read-transcript.ts'
import { emptyReport } from './scan-report.ts'
import type { ScanEvents, ScanReport } from './scan-report.ts'
import { noteRead } from './seen-databases.ts'
import { storeQueue, type StoreQueue } from './store-queue.ts'
import { frameTail } from './tail.ts'

/** Below this a scan reads in the calling thread: starting threads would cost more. */
const THREADS_FROM_BYTES = 8 * 1024 * 1024
/** Transcripts whose rows are made in one transaction. */
const REGISTERED_AHEAD = 512
/** While much is read, a transaction waits this long for more to come. */
const LINGER_MS = 150

/** What a scan works with. Everything that touches the outside is handed in. */
export interface ScanSetup extends Omit<DiscoverySetup, 'transcripts'> {
  store: Store
  /** The project a working directory belongs to. */
  projectOf(cwd: string): Promise<ProjectEvidence | undefined>
  /** Replaces secrets in what is known of a transcript before it is read. */
  redact(text: string): string
  /** A reader for so many bytes; closed when the scan ends. */
  reader(bytes: number): TranscriptReader
  /** Discovers elsewhere than in the calling thread. */
  discover?(setup: DiscoverySetup): Promise<Discovered>
}

/** True when a scan of this size is read in threads. */
export function wantsThreads(bytes: number): boolean {
  return bytes >= THREADS_FROM_BYTES
}

/**
 * Reads what is new in every source's transcripts into the store, newest first.
 *
 * A transcript whose device, inode, size and time are as they were is not opened. Interrupted at any point, the next
 * scan goes on; run twice, it adds nothing.
 */
export async function scan(setup: ScanSetup, events: ScanEvents = {}): Promise<ScanReport> {
  const startedMs = setup.now()
  const discovered = await discoverFor(setup)
  tellDiscovered(discovered, events)
  await noteDiscovered(setup.store, discovered, setup.now)
  const { first, found, gone, changed, databases } = discovered
  const report: ScanReport = { ...emptyReport(), first, found, gone: gone.length }
  changed.sort((a, b) => b.ref.file.modifiedAtMs - a.ref.file.modifiedAtMs)
  await readAll(setup, changed, report, events, databases.behind)
  await noteRead(setup.store, databases)
  await letOthers()
  await setup.store.sessions.unite()
  report.durationMs = setup.now() - startedMs
  return report
}

/** What there is for a scan, read or not. */
export function discoverFor(setup: ScanSetup): Promise<Discovered> {
  const { transcripts } = setup.store
  return (setup.discover ?? discover)({ ...setup, transcripts })
}

/** Reads the given transcripts, without looking for others. */
export async function readChanged(setup: ScanSetup, changed: Changed[], events: ScanEvents = {}): Promise<ScanReport> {
  const startedMs = setup.now()
  const report = emptyReport()
  await readAll(setup, changed, report, events)
  report.durationMs = setup.now() - startedMs
  await setup.store.sessions.unite()
  return report
}

async function readAll(
  setup: ScanSetup,
  changed: Changed[],
  report: ScanReport,
  events: ScanEvents,
  behind?: Set<string>,
): Promise<void> {
  const bytes = changed.reduce((sum, { newBytes }) => sum + newBytes, 0)
  if (changed.length === 0) return
  const reader = setup.reader(bytes)
  const run: Run = {
    setup,
    reader,
    report,
    queue: storeQueue(setup.store, reader.parallel > 1 ? LINGER_MS : 0),
    registered: registrations(setup, changed),
    projects: new Map(),
    sessions: new Set(),
  }
  let next = 0
  const lane = async (): Promise<void> => {
    for (;;) {
      const place = next++
      const job = changed[place]
      if (!job) return
      setup.signal?.throwIfAborted()
      const isUpToDate = await readOne(run, job, place, (offset) => {
        events.progress?.({
          files: changed.length,
          filesRead: report.filesRead,
          bytes,
          bytesRead: report.bytesRead + offset,
          agent: sourceOf(setup, job.ref).name,
          readyFromMs: job.ref.file.modifiedAtMs,
        })
      })
      if (!isUpToDate) behind?.add(job.ref.agent)
    }
  }
  try {
    await Promise.all(Array.from({ length: reader.parallel }, lane))
    await run.queue.drained()
  } finally {
    await reader.close()
  }
  report.sessionIds = [...run.sessions]
}

/** What the lanes of one reading share. */
interface Run {
  setup: ScanSetup
  reader: TranscriptReader
  report: ScanReport
  queue: StoreQueue
  registered(place: number): Promise<RegisteredTranscript | undefined>
  projects: Map<string, string | null>
  sessions: Set<string>
}

/** Rows of transcripts, made some ahead of their turn: one transaction for many. */
function registrations(
  setup: ScanSetup,
  changed: readonly Changed[],
): (place: number) => Promise<RegisteredTranscript | undefined> {
  // Only those that are still asked for: with their cursors, all of them would be much.
  const groups = new Map<number, { rows: Promise<(RegisteredTranscript | undefined)[]>; left: number }>()
  return async (place) => {
    const start = place - (place % REGISTERED_AHEAD)
    let group = groups.get(start)
    if (!group) {
      const registered = changed.slice(start, start + REGISTERED_AHEAD)
      const rows = registered.map(({ ref }) => registration(setup, ref))
      group = { rows: setup.store.transcripts.registerAll(rows), left: registered.length }
      groups.set(start, group)
    }
    if (--group.left === 0) groups.delete(start)
    return (await group.rows)[place - start]
  }
}

function registration(setup: ScanSetup, ref: TranscriptRef): TranscriptRegistration {
  const source = sourceOf(setup, ref)
  const described = source.describe?.(ref) ?? ref
  return {
    agent: source.id,
    refPrefix: source.refPrefix,
    path: ref.path,
    kind: ref.kind,
    externalId: ref.externalId,
    sessionExternalId: ref.sessionExternalId ?? null,
    parentCallId: described.parentCallId ?? null,
    title: described.title === undefined ? null : oneLine(setup.redact(described.title), TITLE_LIMIT),
    bornAtMs: ref.bornAtMs ?? null,
    ...ref.file,
  }
}

/** @returns whether all of it was read, as discovery found it */
async function readOne(
  { setup, reader, report, queue, registered: rowOf, projects, sessions }: Run,
  { ref, newBytes }: Changed,
  place: number,
  progress: (bytesRead: number) => void,
): Promise<boolean> {
  const { store } = setup
  const source = sourceOf(setup, ref)
  let isUpToDate = false
  try {
    const registered = await rowOf(place)
    if (!registered) return false
    const target = { transcriptId: registered.id, agent: source.id, refPrefix: source.refPrefix }
    const tail = registered.cursor === undefined ? undefined : await frameTail(store, registered)
    const attachments = await newAttachments(store, registered, ref)
    const startOffset = ref.file.sizeBytes - newBytes
    let stale = false
    for await (const batch of reader.read({ ref, target, cursor: registered.cursor, tail, attachments })) {
      if (stale || !(await assignProject(setup, batch, projects))) return false
      isUpToDate = batch.done && isAs(ref, batch)
      await queue.put(batch, (ingested) => {
        // Another process has read this transcript meanwhile; it goes on from where that one stopped.
        if (ingested.stale) stale = true
        report.entriesAdded += ingested.entriesAdded
        report.usageAdded += ingested.usageAdded
        report.inherited += ingested.entriesInherited + ingested.usageInherited
        report.repeated += ingested.entriesRepeated + ingested.usageRepeated
        if (!ingested.stale) report.problems += batch.problems.length
        if (ingested.sessionId !== null) sessions.add(ingested.sessionId)
        if (!ingested.stale) handOn(batch, reader.texts)
      })
      await reader.texts?.room()
      progress(Math.max(0, Math.min(newBytes, batch.offset - startOffset)))
    }
  } catch (error) {
    setup.signal?.throwIfAborted()
    if (!isReadFailure(error)) throw error
    const at = new Date(setup.now()).toISOString()
    await store.problems.add([{ agent: source.id, path: ref.path, line: null, reason: readFailure(error), at }])
    report.problems++
  } finally {
    report.filesRead++
    report.bytesRead += newBytes
  }
  return isUpToDate
}

function sourceOf({ sources }: ScanSetup, { agent }: TranscriptRef): Source {
  const source = sources.find(({ id }) => id === agent)
  if (!source) throw new Error(`no source "${agent}"`)
  return source
}

function handOn({ transcriptId, fromRecord, nextRecord, texts }: IngestBatch, taker: TextTaker | undefined): void {
  if (texts && fromRecord !== null) taker?.take({ ...texts, transcriptId, fromRecord, throughRecord: nextRecord })
}

function isAs({ file }: TranscriptRef, batch: IngestBatch): boolean {
  return batch.sizeBytes === file.sizeBytes && batch.modifiedAtMs === file.modifiedAtMs
}

/** Files beside the transcript that are not archived in the size they have now. */
async function newAttachments(
  store: Store,
  { id, cursor }: RegisteredTranscript,
  ref: TranscriptRef,
): Promise<AttachmentRef[]> {
  const { attachments = [] } = ref
  if (cursor === undefined || attachments.length === 0) return attachments
  const known = new Map((await store.archive.attachments(id)).map((item) => [item.relativePath, item.sizeBytes]))
  return attachments.filter(({ relativePath, file }) => known.get(relativePath) !== file.sizeBytes)
}
