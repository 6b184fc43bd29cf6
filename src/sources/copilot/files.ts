import type { FileChangeKind } from '../../domain/invocation.ts'
import { absolutePath } from '../../domain/recorded-path.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { FileChangeDraft } from '../batch.ts'
import type { FileEdit, PendingCall } from './state.ts'
import { callInput } from './tools.ts'

const EDITS = 50
/** Of a diff or a patch, what is looked at. */
const SCAN = 4 * 1024 * 1024

const EDITORS = new Map<string, FileChangeKind>([
  ['create', 'create'],
  ['edit', 'edit'],
  ['insert', 'edit'],
  ['str_replace', 'edit'],
])

/** Files that a call's arguments name as to be changed: what is known of them where the result does not say. */
export function statedEdits(tool: string, call: Json): FileEdit[] {
  const input = callInput(call)
  if (tool === 'apply_patch')
    return patchedFiles(asText(call.arguments) ?? asText(input?.input) ?? asText(input?.patch))
  const command = tool === 'str_replace_editor' ? asText(input?.command) : tool
  const kind = EDITORS.get(command ?? '')
  const path = asText(input?.path)
  if (kind === undefined || path === undefined) return []
  const text = kind === 'create' ? input?.file_text : undefined
  return [typeof text === 'string' ? { path, kind, lines: lineCount(text) } : { path, kind }]
}

function lineCount(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** `*** Add File: a.ts`, `*** Update File: b.ts`, `*** Delete File: c.ts`. */
function patchedFiles(patch: string | undefined): FileEdit[] {
  const edits: FileEdit[] = []
  for (const [, verb, path] of (patch ?? '')
    .slice(0, SCAN)
    .matchAll(/^\*\*\* (Add|Update|Delete) File: ([^\n]{1,1024})$/gm)) {
    if (edits.length === EDITS) break
    const kind = verb === 'Add' ? 'create' : verb === 'Delete' ? 'delete' : 'edit'
    edits.push({ path: path!.trim(), kind })
  }
  return edits
}

/**
 * What a successful call changed: `fileEdits` of its result (1.0.102), else what its arguments named. Lines are counted in
 * the diff that the result shows in full; without one they stay unknown.
 */
export function fileChanges(
  callId: string,
  call: PendingCall | undefined,
  data: Json,
  cwd: string,
  atMs: number,
): FileChangeDraft[] {
  const edits = Array.isArray(data.fileEdits) ? recordedEdits(data.fileEdits) : (call?.edits ?? [])
  if (edits.length === 0) return []
  const diffs = diffSections(asText(asObject(data.result)?.detailedContent))
  return edits.map(({ path, kind, lines }) => {
    const changed = changedLines(diffs, path, edits.length)
    // The diff of a new file shows an empty line behind its last one (1.0.12, ran).
    if (lines !== undefined && changed.linesAdded === lines + 1) changed.linesAdded = lines
    return { callId, path: absolutePath(cwd, path), kind, ...changed, atMs }
  })
}

function recordedEdits(items: unknown[]): FileEdit[] {
  const edits: FileEdit[] = []
  for (const item of items.slice(0, EDITS)) {
    const path = asText(asObject(item)?.path)
    if (path !== undefined) edits.push({ path, kind: changeKind(asObject(item)?.kind) })
  }
  return edits
}

function changeKind(kind: unknown): FileChangeKind {
  if (kind === 'create' || kind === 'add') return 'create'
  return kind === 'delete' || kind === 'remove' ? 'delete' : 'edit'
}

interface DiffSection {
  path: string
  linesAdded: number
  linesRemoved: number
}

function changedLines(diffs: DiffSection[], path: string, files: number): Partial<DiffSection> {
  const section = files === 1 && diffs.length === 1 ? diffs[0] : diffs.find((diff) => path.endsWith(diff.path))
  return section === undefined ? {} : { linesAdded: section.linesAdded, linesRemoved: section.linesRemoved }
}

/** The files of a unified diff, with their changed lines. */
function diffSections(text: string | undefined): DiffSection[] {
  const sections: DiffSection[] = []
  let section: DiffSection | undefined
  let inHunk = false
  for (const line of (text ?? '').slice(0, SCAN).split('\n')) {
    if (line.startsWith('diff --git ')) {
      section = { path: '', linesAdded: 0, linesRemoved: 0 }
      sections.push(section)
      inHunk = false
    } else if (section === undefined) continue
    else if (line.startsWith('@@')) inHunk = true
    else if (!inHunk) section.path ||= /^(?:---|\+\+\+) [ab]\/(.+)$/.exec(line.slice(0, 5000))?.[1] ?? ''
    else if (line.startsWith('+')) section.linesAdded++
    else if (line.startsWith('-')) section.linesRemoved++
  }
  return sections.filter(({ path }) => path !== '')
}
