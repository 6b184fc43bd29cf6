import { relative } from 'node:path'
import { FolderReader } from '../folder.ts'
import type { FoundFile } from '../folder.ts'
import type { Env, TranscriptRef } from '../source.ts'
import type { AttachmentRef } from '../file-identity.ts'
import { inLedger } from './discover-ledger.ts'
import { sessionRoots } from './paths.ts'
import { isHeld } from './runs.ts'
import { workspaceTitle } from './workspace.ts'

export const AGENT = 'copilot'

/** Folders of a session whose files belong to it. Copies of your files from before a change are not among them. */
const KEPT_FOLDERS = new Set(['checkpoints', 'files', 'research'])
const KEPT_FILES = new Set(['workspace.yaml', 'plan.md'])
const DEPTH = 4

/**
 * Every transcript, newest first: `<session>/events.jsonl`, before 0.0.378 `<session>.jsonl`, before 0.0.342
 * `session_<session>_<time>.json`. Plan, checkpoints and the session's own files are kept beside it. Requests that versions
 * before 1.0.102 noted in a database alone are a transcript of their session too.
 */
export async function discoverTranscripts(env: Env): Promise<TranscriptRef[]> {
  const refs: TranscriptRef[] = []
  const seen = new Set<string>()
  const held: string[] = []
  for (const root of sessionRoots(env)) {
    const reader = new FolderReader(env, root, seen)
    const { files, folders } = await reader.read(root)
    for (const file of files) {
      const session = stem(file.name)
      if (session !== undefined) refs.push(transcriptRef(file, session))
    }
    for (const { name, path } of folders) await readSession(reader, path, name, refs, held)
  }
  refs.push(...inLedger(env, AGENT, refs, held))
  return refs.sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))
}

function stem(name: string): string | undefined {
  if (name.endsWith('.jsonl')) return name.length > 6 ? name.slice(0, -6) : undefined
  return /^(?:session_)?(.{1,200}?)(?:_\d{9,16})?\.json$/.exec(name)?.[1]
}

async function readSession(
  reader: FolderReader,
  path: string,
  session: string,
  refs: TranscriptRef[],
  held: string[],
): Promise<void> {
  const { files, folders } = await reader.read(path)
  const events = files.find(({ name }) => name === 'events.jsonl')
  if (events === undefined) return
  if (files.some(({ name }) => isHeld(name))) held.push(session)
  const ref = transcriptRef(events, session)
  const attachments = files.filter(({ name }) => KEPT_FILES.has(name)).map((file) => attachmentRef(file, path))
  for (const folder of folders)
    if (KEPT_FOLDERS.has(folder.name)) await readAttachments(reader, folder.path, path, attachments, 1)
  if (attachments.length > 0) ref.attachments = attachments
  const workspace = files.find(({ name }) => name === 'workspace.yaml')
  const title = workspace && workspaceTitle(workspace)
  if (title !== undefined) ref.beside = { facts: title }
  refs.push(ref)
}

async function readAttachments(
  reader: FolderReader,
  path: string,
  from: string,
  into: AttachmentRef[],
  depth: number,
): Promise<void> {
  const { files, folders } = await reader.read(path)
  for (const file of files) into.push(attachmentRef(file, from))
  if (depth === DEPTH) return
  for (const folder of folders) await readAttachments(reader, folder.path, from, into, depth + 1)
}

function transcriptRef({ path, file, bornAtMs }: FoundFile, session: string): TranscriptRef {
  return { agent: AGENT, path, kind: 'main', externalId: session, sessionExternalId: session, file, bornAtMs }
}

function attachmentRef({ path, file }: FoundFile, from: string): AttachmentRef {
  return { path, relativePath: relative(from, path).replaceAll('\\', '/'), file }
}
