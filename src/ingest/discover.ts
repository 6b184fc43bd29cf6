import { setImmediate as letOthers } from 'node:timers/promises'
import { hasNoFile } from '../domain/transcript.ts'
import type { Source, TranscriptRef } from '../sources/source.ts'
import type { KnownTranscript } from '../stores/transcript-store.ts'
import { ignoresPath } from './ignore.ts'
import { besideHash } from './read-transcript.ts'
import type { Changed, ScanSetup } from './scan.ts'
import type { ScanEvents, ScanFound } from './scan-report.ts'
import type { SeenDatabases } from './seen-databases.ts'

/** What discovery is compared with, and what it gathers over all sources. */
export interface Discovery {
  known: Map<string, KnownTranscript>
  databases: SeenDatabases
  /** Paths that were met. */
  seen: Set<string>
  /** Transcripts that had been gone and are there again. */
  returned: number[]
  changed: Changed[]
}

/** Transcripts that are compared without a break: a server answers others meanwhile. */
const LOOKED_AT_ONCE = 512

/** Looks for one source's transcripts. */
export async function discover(
  setup: ScanSetup,
  source: Source,
  { known, databases, seen, returned, changed }: Discovery,
  events: ScanEvents,
): Promise<ScanFound> {
  const found: ScanFound = {
    agent: source.id,
    name: source.name,
    roots: source.roots(setup.env),
    files: 0,
    sizeBytes: 0,
    changed: 0,
  }
  const problems: { agent: string; path: string; line: null; reason: string; at: string }[] = []
  const at = new Date(setup.now()).toISOString()
  const problem = (path: string, reason: string): void => {
    problems.push({ agent: source.id, path, line: null, reason, at })
    databases.noteProblem(source.id, path)
  }
  const isSettled = (path: string, state: string): boolean => {
    events.database?.(path, source)
    return databases.isSettled({ agent: source.id, path, state })
  }
  let looked = 0
  for await (const ref of source.discover({ ...setup.env, problem, isSettled })) {
    if (++looked % LOOKED_AT_ONCE === 0) await letOthers()
    setup.signal?.throwIfAborted()
    if (seen.has(ref.path)) continue
    seen.add(ref.path)
    found.files++
    found.sizeBytes += ref.file.sizeBytes
    if (ignoresPath(setup.ignore, ref.path)) {
      databases.noteBehind(source.id)
      continue
    }
    events.seen?.({ source, ref })
    const before = known.get(ref.path)
    if (before?.gone) returned.push(before.id)
    if (before && isUnchanged(before, ref)) continue
    found.changed++
    const grown =
      before && ref.file.sizeBytes >= before.offset ? ref.file.sizeBytes - before.offset : ref.file.sizeBytes
    changed.push({ source, ref, newBytes: grown })
  }
  for (const { sizeBytes } of databases.unlisted(known.values(), source.id)) {
    found.files++
    found.sizeBytes += sizeBytes
  }
  await setup.store.problems.clear({ agent: source.id, wholeFileOnly: true })
  if (problems.length > 0) await setup.store.problems.add(problems)
  return found
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

/**
 * Notes which transcripts are not there any more, and which are again.
 *
 * @returns how many vanished
 */
export async function noteGone(setup: ScanSetup, { known, databases, seen, returned }: Discovery): Promise<number> {
  const scanned = new Set(setup.sources.map((source) => source.id))
  const gone = [...known.values()].filter(
    ({ gone, path, agent }) =>
      !gone && scanned.has(agent) && !seen.has(path) && !databases.covers(path) && !hasNoFile({ agent, path }),
  )
  const ids = gone.map((transcript) => transcript.id)
  if (ids.length > 0) await setup.store.transcripts.markGone(ids, new Date(setup.now()).toISOString())
  if (returned.length > 0) await setup.store.transcripts.markGone(returned, null)
  return gone.length
}
