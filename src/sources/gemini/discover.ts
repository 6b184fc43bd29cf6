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
export function discoverTranscripts(env: Env): TranscriptRef[] {
  const refs: TranscriptRef[] = []
  const seen = new Set<string>()
  for (const root of projectRoots(env)) {
    const reader = new FolderReader(env, root, seen)
    for (const project of reader.read(root).folders) readProject(reader, project.path, refs)
  }
  return refs.sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))
}

function readProject(reader: FolderReader, path: string, refs: TranscriptRef[]): void {
  const { folders } = reader.read(path)
  const chats = folders.find(({ name }) => name === 'chats')
  if (chats === undefined) return
  const { files, folders: parents } = reader.read(chats.path)
  const sessions = files.flatMap((file) => mainRef(file) ?? [])
  refs.push(...sessions)
  for (const parent of parents) {
    for (const file of reader.read(parent.path).files) {
      const ref = subagentRef(file, parent.name)
      if (ref) refs.push(ref)
    }
  }
  for (const { session, folder } of sessionFolders(reader, folders)) attach(reader, sessions, session, folder)
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

/** Folders of a project that belong to one session: named for it, or below `tool-outputs` named `session-` and its id. */
function sessionFolders(reader: FolderReader, folders: Folder[]): { session: string; folder: Folder }[] {
  return folders.flatMap((folder) => {
    if (folder.name !== 'tool-outputs') return isSessionId(folder.name) ? [{ session: folder.name, folder }] : []
    return reader.read(folder.path).folders.flatMap((spilled) => {
      const session = spilled.name.startsWith('session-') ? spilled.name.slice('session-'.length) : ''
      return isSessionId(session) ? [{ session, folder: spilled }] : []
    })
  })
}

function isSessionId(name: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name)
}

/** File names hold the first eight digits of the session's id; of several such files the newest keeps what lies around. */
function attach(reader: FolderReader, sessions: TranscriptRef[], session: string, folder: Folder): void {
  const own = sessions
    .filter(({ externalId }) => externalId.endsWith(`-${session.slice(0, 8)}`))
    .toSorted((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))[0]
  if (own === undefined) return
  const from = dirname(own.path)
  const found = filesBelow(reader, folder, 0)
  const attachments = found.map(({ path, file }): AttachmentRef => ({
    path,
    relativePath: relativeTo(from, path),
    file,
  }))
  if (attachments.length > 0) own.attachments = [...(own.attachments ?? []), ...attachments]
}

function filesBelow(reader: FolderReader, folder: Folder, depth: number): FoundFile[] {
  const { files, folders } = reader.read(folder.path)
  return depth === DEPTH ? files : [...files, ...folders.flatMap((inner) => filesBelow(reader, inner, depth + 1))]
}

function relativeTo(from: string, path: string): string {
  return relative(from, path).replaceAll('\\', '/')
}
