import type { FileChangeKind } from '../../domain/invocation.ts'
import { absolutePath } from '../../domain/recorded-path.ts'
import { asObject, asText, type Json } from '../record.ts'
import type { FileChangeDraft } from '../batch.ts'

/** Files that a call which succeeded changed, as its metadata tells. */
export function changedFiles(tool: string, callId: string, state: Json, cwd: string, atMs: number): FileChangeDraft[] {
  const input = asObject(state.input)
  const metadata = asObject(state.metadata)
  const told = EDITORS.has(tool) ? toldFiles(callId, metadata?.files, cwd, atMs) : []
  if (told.length > 0) return told
  const path = asText(input?.path)
  if ((tool === 'write' || tool === 'edit') && path !== undefined && input?.filePath === undefined)
    return [{ callId, path: absolutePath(cwd, path), kind: createdFile(state) ? 'create' : 'edit', atMs }]
  if (tool === 'write') return writtenFile(callId, input, metadata, atMs)
  if (tool === 'edit') return editedFile(callId, input, metadata, atMs)
  if (tool === 'multiedit') return severalEdits(callId, input, metadata, atMs)
  return tool === 'apply_patch' || tool === 'patch' ? patchedFiles(callId, metadata, atMs) : []
}

const EDITORS = new Set(['write', 'edit', 'patch', 'apply_patch'])

const STATUSES = new Map<unknown, FileChangeKind>([
  ['added', 'create'],
  ['modified', 'edit'],
  ['deleted', 'delete'],
])

/** 2.x lists what was changed as `{file, status, additions, deletions}`, named from the session's directory. */
function toldFiles(callId: string, value: unknown, cwd: string, atMs: number): FileChangeDraft[] {
  return (Array.isArray(value) ? value : []).flatMap((item): FileChangeDraft[] => {
    const file = asObject(item)
    const [path, kind] = [asText(file?.file), STATUSES.get(file?.status)]
    if (path === undefined || kind === undefined) return []
    return [{ callId, path: absolutePath(cwd, path), kind, ...countsOf(file), atMs }]
  })
}

function createdFile({ output }: Json): boolean {
  return typeof output === 'string' && output.startsWith('Created file successfully')
}

/** `exists` tells whether there was a file; a diff is recorded by newer versions only, so a new file's lines are counted. */
function writtenFile(
  callId: string,
  input: Json | undefined,
  metadata: Json | undefined,
  atMs: number,
): FileChangeDraft[] {
  const path = asText(metadata?.filepath) ?? asText(input?.filePath)
  if (path === undefined) return []
  const kind: FileChangeKind = metadata?.exists === false ? 'create' : 'edit'
  const content = input?.content
  const lines =
    kind === 'create' && typeof content === 'string' ? { linesAdded: countLines(content), linesRemoved: 0 } : {}
  return [{ callId, path, kind, ...lines, ...countsOf(asObject(metadata?.filediff)), atMs }]
}

/** An edit of an empty text into a file that was not there makes it; the diff says so by having nothing to remove. */
function editedFile(
  callId: string,
  input: Json | undefined,
  metadata: Json | undefined,
  atMs: number,
): FileChangeDraft[] {
  const diff = asObject(metadata?.filediff)
  const path = asText(diff?.file) ?? asText(input?.filePath)
  if (path === undefined) return []
  const kind: FileChangeKind = input?.oldString === '' && diff?.before === '' ? 'create' : 'edit'
  return [{ callId, path, kind, ...countsOf(diff), atMs }]
}

function severalEdits(
  callId: string,
  input: Json | undefined,
  metadata: Json | undefined,
  atMs: number,
): FileChangeDraft[] {
  const results = Array.isArray(metadata?.results) ? metadata.results : []
  const edits = results.flatMap((result) => editedFile(callId, input, asObject(result), atMs))
  const first = edits[0]
  if (first === undefined) return editedFile(callId, input, undefined, atMs)
  const sum = (name: 'linesAdded' | 'linesRemoved') =>
    edits.every((edit) => edit[name] !== undefined) ? edits.reduce((all, edit) => all + edit[name]!, 0) : undefined
  return [{ ...first, linesAdded: sum('linesAdded'), linesRemoved: sum('linesRemoved') }]
}

const PATCH_KINDS = new Map<unknown, FileChangeKind>([
  ['add', 'create'],
  ['update', 'edit'],
  ['delete', 'delete'],
  ['move', 'edit'],
])

function patchedFiles(callId: string, metadata: Json | undefined, atMs: number): FileChangeDraft[] {
  const files = Array.isArray(metadata?.files) ? metadata.files : []
  return files.flatMap((value): FileChangeDraft[] => {
    const file = asObject(value)
    const path = asText(file?.filePath)
    const kind = PATCH_KINDS.get(file?.type)
    if (path === undefined || kind === undefined) return []
    const moved = asText(file?.movePath)
    const change = {
      callId,
      path: moved ?? path,
      kind: moved === undefined ? kind : 'create',
      ...countsOf(file),
      atMs,
    } as const
    return moved === undefined ? [change] : [change, { callId, path, kind: 'delete', atMs }]
  })
}

function countsOf(diff: Json | undefined): { linesAdded?: number; linesRemoved?: number } {
  const { additions, deletions } = diff ?? {}
  return isCount(additions) && isCount(deletions) ? { linesAdded: additions, linesRemoved: deletions } : {}
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Lines of a text; a line end at the end begins no further line. */
function countLines(text: string): number {
  if (text === '') return 0
  const ends = text.split('\n').length - 1
  return text.endsWith('\n') ? ends : ends + 1
}
