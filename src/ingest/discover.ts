import { setImmediate as letOthers } from 'node:timers/promises'
import { hasNoFile } from '../domain/transcript.ts'
import type { Env, Source, TranscriptRef } from '../sources/source.ts'
import type { ProblemDraft } from '../stores/problem-store.ts'
import type { Store } from '../stores/store.ts'
import type { KnownTranscript, TranscriptStore } from '../stores/transcript-store.ts'
import { ignoresPath, type IgnoreRules } from './ignore.ts'
import { NewestTranscripts } from './newest-transcripts.ts'
import { besideHash } from './read-transcript.ts'
import type { ScanEvents, ScanFound } from './scan-report.ts'
import { KnownTranscripts } from './known-transcripts.ts'
import { SeenDatabases, type AskedDatabases } from './seen-databases.ts'

/** Transcripts that are compared without a break: a server answers others meanwhile. */
const LOOKED_AT_ONCE = 512

/** What discovery works with. It changes nothing. */
export interface DiscoverySetup {
  transcripts: Pick<TranscriptStore, 'known' | 'databases'>
  sources: readonly Source[]
  env: Env
  ignore: IgnoreRules
  now(): number
  signal?: AbortSignal
}

/** A transcript with something new, and how much of it. */
export interface Changed {
  ref: TranscriptRef
  newBytes: number
}

/** What lies in the sources' folders, compared with what the store knows. Plain data: it crosses threads. */
export interface Discovered {
  /** No transcript had been read before. */
  first: boolean
  found: ScanFound[]
  changed: Changed[]
  /** Those that were written to last, read or not: the ones that are watched. */
  newest: TranscriptRef[]
  /** Rows of transcripts that are not there any more. */
  gone: number[]
  /** Rows of transcripts that had been gone and are there again. */
  returned: number[]
  problems: ProblemDraft[]
  databases: AskedDatabases
}

/** Looks for the transcripts of every source, and at each as far as its file's identity goes. */
export async function discover(setup: DiscoverySetup): Promise<Discovered> {
  const { transcripts, sources, ignore } = setup
  const comparison: Comparison = {
    known: new KnownTranscripts(await transcripts.known()),
    databases: new SeenDatabases(await transcripts.databases()),
    newest: new NewestTranscripts(),
  }
  const discovered: Discovered = {
    first: comparison.known.all.length === 0,
    found: [],
    changed: [],
    newest: [],
    gone: [],
    returned: [],
    problems: [],
    databases: comparison.databases.asked,
  }
  for (const source of sources) {
    if (!ignore.agents.includes(source.id)) await discoverOf(setup, source, comparison, discovered)
  }
  // With 100,000 transcripts each step takes a while; a server answers others meanwhile.
  await letOthers()
  discovered.newest = comparison.newest.list()
  discovered.gone = goneOf(sources, comparison)
  return discovered
}

/** What is compared with, and what is remembered over all sources. */
interface Comparison {
  known: KnownTranscripts
  databases: SeenDatabases
  newest: NewestTranscripts
}

async function discoverOf(
  setup: DiscoverySetup,
  source: Source,
  { known, databases, newest }: Comparison,
  { found, changed, returned, problems }: Discovered,
): Promise<void> {
  const agent = source.id
  const counts = { files: 0, sizeBytes: 0, changed: 0 }
  const at = new Date(setup.now()).toISOString()
  const problem = (path: string, reason: string): void => {
    problems.push({ agent, path, line: null, reason, at })
    databases.noteProblem(agent, path)
  }
  const isSettled = (path: string, state: string): boolean => databases.isSettled({ agent, path, state })
  let looked = 0
  for (const ref of await source.discover({ ...setup.env, problem, isSettled })) {
    if (++looked % LOOKED_AT_ONCE === 0) await letOthers()
    setup.signal?.throwIfAborted()
    const met = known.meet(ref.path)
    if (met === 'again') continue
    counts.files++
    counts.sizeBytes += ref.file.sizeBytes
    if (ignoresPath(setup.ignore, ref.path)) {
      databases.noteBehind(agent)
      continue
    }
    newest.add(ref)
    const before = met === 'new' ? undefined : met
    if (before?.gone) returned.push(before.id)
    if (before && isUnchanged(before, ref)) continue
    counts.changed++
    const grown =
      before && ref.file.sizeBytes >= before.offset ? ref.file.sizeBytes - before.offset : ref.file.sizeBytes
    changed.push({ ref, newBytes: grown })
  }
  for (const { sizeBytes } of databases.unlisted(known.all, agent)) {
    counts.files++
    counts.sizeBytes += sizeBytes
  }
  found.push({ agent, name: source.name, roots: source.roots(setup.env), ...counts })
}

/** True when nothing of a transcript is new: its file, and what is known of it from elsewhere. */
function isUnchanged(before: KnownTranscript, ref: TranscriptRef): boolean {
  const { file } = ref
  return (
    (ref.beside === undefined || before.besideHash === besideHash(ref)) &&
    before.device === file.device &&
    before.inode === file.inode &&
    before.sizeBytes === file.sizeBytes &&
    before.modifiedAtMs === file.modifiedAtMs
  )
}

function goneOf(sources: readonly Source[], { known, databases }: Comparison): number[] {
  const looked = new Set(sources.map((source) => source.id))
  const gone = known
    .notMet()
    .filter(
      ({ gone, path, agent }) => !gone && looked.has(agent) && !databases.covers(path) && !hasNoFile({ agent, path }),
    )
  return gone.map((transcript) => transcript.id)
}

/** Tells the store what was discovered: what vanished, what came back, what could not be read. */
export async function noteDiscovered(store: Store, discovered: Discovered, now: () => number): Promise<void> {
  const { found, gone, returned, problems } = discovered
  for (const { agent } of found) await store.problems.clear({ agent, wholeFileOnly: true })
  if (problems.length > 0) await store.problems.add(problems)
  if (gone.length > 0) await store.transcripts.markGone(gone, new Date(now()).toISOString())
  if (returned.length > 0) await store.transcripts.markGone(returned, null)
}

/** Tells whoever listens what was discovered. */
export function tellDiscovered({ found, newest, databases }: Discovered, events: ScanEvents): void {
  for (const one of found) events.found?.(one)
  for (const ref of newest) events.seen?.(ref)
  for (const { path, agent } of databases.all) events.database?.(path, agent)
}
