import { dirname, relative } from 'node:path'
import { FolderReader } from '../folder.ts'
import type { FoundFile } from '../folder.ts'
import type { Env, TranscriptRef } from '../source.ts'
import type { AttachmentRef } from '../file-identity.ts'
import { projectRoots } from './paths.ts'

export const AGENT = 'gemini'
/** `<session>/plans/...` and the like: what a session keeps beside its conversation. */
const DEPTH = 4

/**
 * Every conversation below the project folders, newest first.
 *
 * `<project>/chats/session-<time>-<8 of the id>.jsonl` (or `.json`, before 0.39) is a session's,
 * `<project>/chats/<session>/<subagent>.jsonl` one of its subagents'. Spilled output in
 * `<project>/tool-outputs/session-<session>/` and what lies in `<project>/<session>/` is kept beside the session's.
 */
export async function discoverTranscripts(env: Env): Promise<TranscriptRef[]> {
  const refs: TranscriptRef[] = []
  const seen = new Set<string>()
  for (const root of projectRoots(env)) {
    const reader = new FolderReader(env, root, seen)
    const { folders } = await reader.read(root)
    for (const project of folders) await readProject(reader, project.path, refs)
  }
  return refs.sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))
}

async function readProject(reader: FolderReader, path: string, refs: TranscriptRef[]): Promise<void> {
  const { folders } = await reader.read(path)
  const chats = folders.find(({ name }) => name === 'chats')
  if (chats === undefined) return
  const { files, folders: parents } = await reader.read(chats.path)
  const sessions = files.flatMap((file) => mainRef(file) ?? [])
  refs.push(...sessions)
  for (const parent of parents) {
    for (const file of (await reader.read(parent.path)).files) {
      const ref = subagentRef(file, parent.name)
      if (ref) refs.push(ref)
    }
  }
  for (const { session, folder } of await sessionFolders(reader, folders))
    await attach(reader, sessions, session, folder)
}

function mainRef(file: FoundFile): TranscriptRef | undefined {
  const stem = /^(session-.+)\.jsonl?$/.exec(file.name)?.[1]
  return stem === undefined ? undefined : refOf(file, 'main', stem)
}

function subagentRef(file: FoundFile, session: string): TranscriptRef | undefined {
  const stem = /^(.+)\.jsonl?$/.exec(file.name)?.[1]
  return stem === undefined ? undefined : { ...refOf(file, 'subagent', stem), sessionExternalId: session }
}

function refOf({ path, file, bornAtMs }: FoundFile, kind: TranscriptRef['kind'], externalId: string): TranscriptRef {
  return { agent: AGENT, path, kind, externalId, file, bornAtMs }
}

type Folder = { name: string; path: string }
type SessionFolder = { session: string; folder: Folder }

/** Folders of a project that belong to one session: named for it, or below `tool-outputs` named `session-` and its id. */
async function sessionFolders(reader: FolderReader, folders: Folder[]): Promise<SessionFolder[]> {
  const found = folders.map((folder) => ({ session: folder.name, folder }))
  const spills = folders.find(({ name }) => name === 'tool-outputs')
  for (const folder of spills ? (await reader.read(spills.path)).folders : [])
    if (folder.name.startsWith('session-')) found.push({ session: folder.name.slice('session-'.length), folder })
  return found.filter(({ session }) => isSessionId(session))
}

function isSessionId(name: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name)
}

/** File names hold the first eight digits of the session's id; of several such files the newest keeps what lies around. */
async function attach(reader: FolderReader, sessions: TranscriptRef[], session: string, folder: Folder): Promise<void> {
  const own = sessions
    .filter(({ externalId }) => externalId.endsWith(`-${session.slice(0, 8)}`))
    .toSorted((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))[0]
  if (own === undefined) return
  const from = dirname(own.path)
  const found = await filesBelow(reader, folder, 0)
  const attachments = found.map(({ path, file }): AttachmentRef => ({
    path,
    relativePath: relativeTo(from, path),
    file,
  }))
  if (attachments.length > 0) own.attachments = [...(own.attachments ?? []), ...attachments]
}

async function filesBelow(reader: FolderReader, folder: Folder, depth: number): Promise<FoundFile[]> {
  const { files, folders } = await reader.read(folder.path)
  if (depth === DEPTH) return files
  for (const inner of folders) files.push(...(await filesBelow(reader, inner, depth + 1)))
  return files
}

function relativeTo(from: string, path: string): string {
  return relative(from, path).replaceAll('\\', '/')
}
