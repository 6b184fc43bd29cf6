import { setImmediate } from 'node:timers/promises'
import { decompress, splitRecords } from '../archive/frames.ts'
import { startActivity } from '../domain/slice.ts'
import type { ArchivedRecord, ReadContext, Source } from '../sources/source.ts'
import type { Transcript } from '../domain/transcript.ts'
import type { StoredFrame } from '../stores/archive-store.ts'
import type { Store } from '../stores/store.ts'
import { encodeBatch, type Pricer } from './encode.ts'

export interface ReindexSetup {
  store: Store
  sources: readonly Source[]
  context: ReadContext
  price: Pricer
}

/** Some 100 ms, for which other programs wait with what they write. */
const RECORDS_AT_ONCE = 500

export interface ReindexProgress {
  transcripts: number
  done: number
}

/**
 * Rebuilds entries, usage, invocations, plans, files and commits from the archive alone. The agents' own files are not
 * looked at; reading them goes on where it stopped.
 *
 * @returns how many transcripts were rebuilt, and those whose agent no source knows (left as they are)
 */
export async function reindex(
  setup: ReindexSetup,
  progress: (progress: ReindexProgress) => void = () => {},
): Promise<{ transcripts: number; entries: number; unknownAgents: string[] }> {
  const { store } = setup
  const transcripts = await store.transcripts.list({})
  const unknownAgents = new Set<string>()
  let entries = 0
  // Row ids are about to be given anew; an index over the old ones would find the wrong entries.
  await store.search.reset()
  let done = 0
  for (const group of groupsOf(transcripts)) {
    // A store in this thread answers at once: without a breath, Ctrl C is not heard.
    await setImmediate()
    setup.context.signal?.throwIfAborted()
    // Killed at any point, a transcript is as it was or rebuilt.
    await store.transaction(async (tx) => {
      for (const transcript of group) {
        const source = setup.sources.find((candidate) => candidate.id === transcript.agent)
        if (source) entries += await replayTranscript({ ...setup, store: tx }, source, transcript)
        else unknownAgents.add(transcript.agent)
      }
    })
    done += group.length
    progress({ transcripts: transcripts.length, done })
  }
  await store.search.reset()
  return { transcripts: transcripts.length, entries, unknownAgents: [...unknownAgents] }
}

/** A transaction waits for the disk once, for short transcripts longer than they take: these go together. */
function* groupsOf(transcripts: readonly Transcript[]): Generator<Transcript[]> {
  let group: Transcript[] = []
  let records = 0
  for (const transcript of transcripts) {
    group.push(transcript)
    records += transcript.recordCount
    if (records < RECORDS_AT_ONCE) continue
    yield group
    group = []
    records = 0
  }
  if (group.length > 0) yield group
}

/** Makes everything that follows from a transcript’s records anew. To be called in a transaction. */
export async function replayTranscript(setup: ReindexSetup, source: Source, transcript: Transcript): Promise<number> {
  const { store } = setup
  const cursor = await store.transcripts.cursor(transcript.id)
  if (cursor === undefined) return 0
  const position = await store.transcripts.position(transcript.id)
  // What is in the archive no more could not be made again, its usage least of all.
  if (position.prunedRecords > 0) return 0
  // A rebuild changes what was derived, not where reading stopped.
  const standing = { ...position, cursor, restarted: false }
  const target = { transcriptId: transcript.id, agent: source.id, refPrefix: source.refPrefix }
  await store.transcripts.clearDerived(transcript.id)
  let entries = 0
  const ref = { ...transcript, parentCallId: transcript.parentCallId ?? undefined }
  const readings = [{ toRecord: position.baseRecord - 1 }, { fromRecord: position.baseRecord }]
  for (const range of position.baseRecord > 0 ? readings : readings.slice(1)) {
    const activity = startActivity()
    for await (const batch of source.replay(ref, archivedRecords(store, transcript.id, range), setup.context)) {
      const encoded = encodeBatch(batch, target, activity, setup.price, setup.context.now())
      entries += (await store.ingest({ ...encoded, ...standing })).entriesAdded
    }
  }
  return entries
}

/** A transcript's records as the archive holds them. */
async function* archivedRecords(
  store: Store,
  transcriptId: number,
  range: { fromRecord?: number; toRecord?: number },
): AsyncGenerator<ArchivedRecord> {
  let oversized = -1
  for await (const frame of store.archive.frames(transcriptId, { ...range, allReadings: true })) {
    if (frame.part === null) {
      yield* recordsOf(frame)
    } else if (frame.firstRecord !== oversized) {
      oversized = frame.firstRecord
      yield { record: frame.firstRecord }
    }
  }
}

function* recordsOf(frame: StoredFrame): Generator<ArchivedRecord> {
  const raw = decompress(frame.data)
  for (const [place, [from, to]] of splitRecords(raw, frame.recordCount).entries()) {
    yield { record: frame.firstRecord + place, bytes: raw.subarray(from, to) }
  }
}
