import { FolderReader } from '../folder.ts'
import type { FoundFile } from '../folder.ts'
import type { Env, TranscriptRef } from '../source.ts'
import { rolloutRoots } from './paths.ts'

export const AGENT = 'codex'
/** `sessions/<year>/<month>/<day>/` is three; links and copies may add some. */
const DEPTH = 6

/** Every rollout below the session folders, newest first. Which of them are subagents only their first line tells. */
export async function discoverRollouts(env: Env): Promise<TranscriptRef[]> {
  const refs: TranscriptRef[] = []
  const seen = new Set<string>()
  for (const root of rolloutRoots(env)) await readFolder(new FolderReader(env, root, seen), root, refs, 0)
  return refs.sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))
}

async function readFolder(reader: FolderReader, path: string, refs: TranscriptRef[], depth: number): Promise<void> {
  const { files, folders } = await reader.read(path)
  for (const file of files) {
    const thread = threadOf(file.name)
    if (thread !== undefined) refs.push(rolloutRef(file, thread))
  }
  if (depth === DEPTH) return
  for (const folder of folders) await readFolder(reader, folder.path, refs, depth + 1)
}

function rolloutRef({ path, file, bornAtMs }: FoundFile, thread: string): TranscriptRef {
  return { agent: AGENT, path, kind: 'main', externalId: thread, file, bornAtMs }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

/**
 * The thread in `rollout-<local time>-<thread>.jsonl` (`.json` in spring 2025), or `-<thread>_<segment>.jsonl` where a resume began a new file; the
 * whole name where there is no UUID in it. `undefined` for files that are no rollouts.
 */
export function threadOf(name: string): string | undefined {
  const stem = /^(.+)\.jsonl(?:\.zst)?$/.exec(name)?.[1] ?? /^(rollout-.+)\.json$/.exec(name)?.[1]
  if (stem === undefined) return undefined
  return UUID.exec(stem)?.[0] ?? stem.replace(/^rollout-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-(?=.)/, '')
}
