import { readFileSync } from 'node:fs'
import { basename, dirname, relative, sep } from 'node:path'
import type { Env, TranscriptRef } from '../source.ts'
import type { AttachmentRef } from '../file-identity.ts'
import { FolderReader } from '../folder.ts'
import type { FoundFile } from '../folder.ts'
import { projectRoots } from './paths.ts'
import { asObject, asText, oneLine, RAW_TITLE_LIMIT } from '../record.ts'

export const AGENT = 'claude-code'
/** `<session>/subagents/workflows/<workflow>/agent-*.jsonl` is three; links may add some. */
const DEPTH = 6
/** A subagent's description is some hundred bytes. */
const DESCRIPTION_LIMIT = 64 * 1024
const DESCRIPTION_END = '.meta.json'

/**
 * Every transcript below the project folders, newest first.
 *
 * `<project>/<session>.jsonl` is a session; `<project>/agent-<id>.jsonl` (2.0) and
 * `<project>/<session>/subagents/.../agent-<id>.jsonl` (2.1) are its subagents; what else lies in `<project>/<session>/`
 * (spilled tool results, workflow files) belongs to the session's transcript and is kept beside it, or beside a subagent's
 * where the session's transcript is gone.
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
  const { files, folders } = await reader.read(path)
  const sessions = new Map<string, TranscriptRef>()
  const descriptions = descriptionsIn(files)
  for (const file of files) {
    const stem = transcriptStem(file.name)
    if (stem === undefined) continue
    const ref = stem.startsWith('agent-') ? subagentRef(file, stem, undefined, descriptions) : mainRef(file, stem)
    if (ref.kind === 'main' && folders.length > 0) sessions.set(stem, ref)
    refs.push(ref)
  }
  for (const folder of folders) {
    if (folder.name === 'memory') continue
    const attachments: AttachmentRef[] = []
    const before = refs.length
    await readSessionFolder(reader, folder.path, folder.name, path, refs, attachments, 0)
    if (attachments.length === 0) continue
    const session = sessions.get(folder.name)
    if (session) session.attachments = attachments
    else attachToNewest(refs.slice(before), attachments)
  }
}

/** What lies beside a transcript that is gone is kept with the session's subagent that was written to last. */
function attachToNewest(subagents: TranscriptRef[], attachments: AttachmentRef[]): void {
  const newest = subagents.toSorted(
    (a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1),
  )[0]
  if (newest === undefined) return
  const from = dirname(newest.path)
  const beside = attachments.map(({ path, file }) => ({ path, relativePath: relativeTo(from, path), file }))
  newest.attachments = [...(newest.attachments ?? []), ...beside]
}

/** A session's folder may outlive its transcript: subagents in it are found all the same. */
async function readSessionFolder(
  reader: FolderReader,
  path: string,
  session: string,
  project: string,
  refs: TranscriptRef[],
  attachments: AttachmentRef[],
  depth: number,
): Promise<void> {
  const { files, folders } = await reader.read(path)
  const descriptions = descriptionsIn(files)
  for (const file of files) {
    const stem = transcriptStem(file.name)
    if (stem?.startsWith('agent-')) refs.push(subagentRef(file, stem, session, descriptions))
    else if (!file.name.endsWith(DESCRIPTION_END)) attachments.push(attachmentRef(file, project))
  }
  if (depth === DEPTH) return
  for (const folder of folders)
    await readSessionFolder(reader, folder.path, session, project, refs, attachments, depth + 1)
}

function transcriptStem(name: string): string | undefined {
  return name.endsWith('.jsonl') && name.length > 6 ? name.slice(0, -6) : undefined
}

function mainRef(file: FoundFile, stem: string): TranscriptRef {
  const { path, bornAtMs } = file
  return { agent: AGENT, path, kind: 'main', externalId: stem, sessionExternalId: stem, file: file.file, bornAtMs }
}

function subagentRef(
  file: FoundFile,
  stem: string,
  session: string | undefined,
  descriptions: Descriptions,
): TranscriptRef {
  const ref: TranscriptRef = {
    agent: AGENT,
    path: file.path,
    kind: 'subagent',
    externalId: stem.slice('agent-'.length),
    file: file.file,
    bornAtMs: file.bornAtMs,
  }
  if (session !== undefined) ref.sessionExternalId = session
  const description = descriptions.get(stem)
  if (description) ref.attachments = [attachmentRef(description, file.path.slice(0, -basename(file.path).length))]
  return ref
}

/** The files `<stem>.meta.json` of a folder, by stem. */
type Descriptions = ReadonlyMap<string, FoundFile>

function descriptionsIn(files: readonly FoundFile[]): Descriptions {
  const found = new Map<string, FoundFile>()
  for (const file of files) {
    if (file.name.endsWith(DESCRIPTION_END)) found.set(file.name.slice(0, -DESCRIPTION_END.length), file)
  }
  return found
}

/** What a subagent's `agent-<id>.meta.json` says of it; nothing where there is none. */
export function describeSubagent({ path, attachments }: TranscriptRef): Pick<TranscriptRef, 'title' | 'parentCallId'> {
  const file = attachments?.find((one) => one.path === path.slice(0, -'.jsonl'.length) + DESCRIPTION_END)
  const said = file && readDescription(file)
  const title = asText(said?.description) ?? asText(said?.agentType)
  const callId = asText(said?.toolUseId)
  return {
    ...(title === undefined ? {} : { title: oneLine(title, RAW_TITLE_LIMIT) }),
    ...(callId === undefined ? {} : { parentCallId: callId }),
  }
}

function attachmentRef(file: FoundFile, from: string): AttachmentRef {
  return { path: file.path, relativePath: relativeTo(from, file.path), file: file.file }
}

function relativeTo(from: string, path: string): string {
  const below = from.endsWith(sep) ? from : from + sep
  return (path.startsWith(below) ? path.slice(below.length) : relative(from, path)).replaceAll('\\', '/')
}

/** `{agentType, description, toolUseId, spawnDepth}` (2.1.197). Damaged ones say nothing. */
function readDescription({ path, file }: AttachmentRef): Record<string, unknown> | undefined {
  if (file.sizeBytes > DESCRIPTION_LIMIT) return undefined
  try {
    return asObject(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
