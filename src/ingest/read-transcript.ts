import type { EntryContent } from '../domain/entry.ts'
import { hash48 } from '../domain/ids.ts'
import { startActivity } from '../domain/slice.ts'
import type { ReadContext, Source, TranscriptRef } from '../sources/source.ts'
import type { TranscriptFacts } from '../sources/batch.ts'
import { oneLine, TITLE_LIMIT } from '../sources/record.ts'
import type { AttachmentRef } from '../sources/file-identity.ts'
import type { IngestBatch } from '../stores/ingest-batch.ts'
import type { TextTaker } from '../stores/search-store.ts'
import { presentFiles, readAttachments } from './attachments.ts'
import { encodeBatch, type BatchTarget, type Pricer } from './encode.ts'
import type { FrameTail } from './encode-frames.ts'
import { gatherTexts } from './gather-texts.ts'
import { parseStoredCursor } from './stored-cursor.ts'

/** One transcript to be read, from where the store says reading stopped. Plain data: it crosses threads. */
export interface ReadJob {
  ref: TranscriptRef
  target: BatchTarget
  /** A `StoredCursor`, as the store keeps it. */
  cursor: string | undefined
  tail: FrameTail | undefined
  /** Files beside it that are not archived as they are now. */
  attachments: readonly AttachmentRef[]
}

/** What reading needs besides the job. Fixed for the life of a thread. */
export interface ReadSettings {
  sources: readonly Source[]
  context: ReadContext
  price: Pricer
  /** What the index is to see of an entry; left out where nobody takes `IngestBatch.texts`. */
  textOf?(content: EntryContent | undefined): string
}

/** Reads what is new in a transcript, batch by batch, ready for `Store.ingest`. */
export async function* readTranscript(job: ReadJob, settings: ReadSettings): AsyncGenerator<IngestBatch> {
  const source = settings.sources.find((candidate) => candidate.id === job.ref.agent)
  if (!source) throw new Error(`no source "${job.ref.agent}"`)
  const stored = parseStoredCursor(job.cursor)
  const activity = stored?.activity ?? startActivity()
  // A transcript never read before begins at 0; after a cursor that cannot be understood anything may be there.
  let record = stored?.reader.record ?? (job.cursor === undefined ? 0 : null)
  let tail = job.tail
  const gatherer = settings.textOf && gatherTexts(source, settings.textOf)
  const context = { ...settings.context, ...(gatherer && { parsed: gatherer.parsed }) }
  for await (const batch of source.read(job.ref, stored?.reader, context)) {
    if (batch.done) Object.assign(batch.facts, besideFacts(job.ref, settings.context))
    const from = { record, tail: batch.restarted ? undefined : tail }
    const encoded = encodeBatch(batch, job.target, activity, settings.price, settings.context.now(), from)
    if (batch.done) encoded.besideHash = besideHash(job.ref)
    if (batch.done) addAttachments(encoded, job.attachments, settings)
    if (batch.attachments) addAttachments(encoded, presentFiles(batch.attachments), settings)
    if (gatherer) encoded.texts = gatherer.take()
    yield encoded
    record = batch.cursor.record
    tail = undefined
  }
}

/** What is known from elsewhere comes from files that no record was made of: it is redacted here. */
function besideFacts({ beside }: TranscriptRef, { redact }: ReadContext): Partial<TranscriptFacts> | undefined {
  if (beside?.facts === undefined) return undefined
  const facts = JSON.parse(redact(Buffer.from(JSON.stringify(beside.facts))).toString()) as Partial<TranscriptFacts>
  return facts.title === undefined ? facts : { ...facts, title: oneLine(facts.title, TITLE_LIMIT) }
}

/** What tells one state of what is known from elsewhere from the next; null where nothing is. */
export function besideHash({ beside }: TranscriptRef): number | null {
  return beside === undefined ? null : hash48(JSON.stringify(beside))
}

function addAttachments(batch: IngestBatch, attachments: readonly AttachmentRef[], { context }: ReadSettings): void {
  const { drafts, left } = readAttachments(attachments, context.redact)
  batch.attachments.push(...drafts)
  for (const reason of left) batch.problems.push({ line: null, reason, at: batch.at })
}

/** Reads transcripts, here or in threads. `read` may be called `parallel` times at once. */
export interface TranscriptReader {
  readonly parallel: number
  /** Where what entries say goes, once they are stored. */
  readonly texts?: TextTaker | undefined
  read(job: ReadJob): AsyncIterable<IngestBatch>
  close(): Promise<void>
}

/** Reads in the calling thread: for the few bytes of a rescan. */
export function inlineReader(settings: ReadSettings): TranscriptReader {
  return { parallel: 1, read: (job) => readTranscript(job, settings), close: async () => {} }
}
