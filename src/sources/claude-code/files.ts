import type { FileChangeKind } from '../../domain/invocation.ts'
import type { FileChangeDraft } from '../batch.ts'
import { resultStart } from './blocks.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { PendingCall } from './state.ts'

const EDITORS = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit'])

/** The file that an edit names; `undefined` for calls that edit nothing. */
export function editedPath(tool: string, input: Json | undefined): string | undefined {
  return EDITORS.has(tool) ? (asText(input?.file_path) ?? asText(input?.notebook_path)) : undefined
}

/**
 * The change that a successful edit made.
 *
 * `toolUseResult` tells what happened: `type` for a Write, `originalFile` null where there was no file, the changed
 * lines in `structuredPatch`. Lines of subagents and of copies made by 1.x forks lack it: then the call gives the path
 * and the counts stay unknown.
 */
export function fileChange(
  callId: string,
  call: PendingCall,
  content: unknown,
  result: Json | undefined,
  atMs: number,
): FileChangeDraft {
  const path = asText(result?.filePath) ?? asText(result?.notebook_path) ?? call.path!
  const kind = changeKind(call, content, result)
  return { callId, path, kind, ...changedLines(kind, result), atMs }
}

function changeKind(call: PendingCall, content: unknown, result: Json | undefined): FileChangeKind {
  if (result?.type === 'create') return 'create'
  if (result?.type === 'update') return 'edit'
  if (result !== undefined && 'originalFile' in result && call.tool !== 'NotebookEdit') {
    return result.originalFile === null || result.originalFile === '' ? 'create' : 'edit'
  }
  return resultStart(content).startsWith('File created successfully') ? 'create' : 'edit'
}

function changedLines(kind: FileChangeKind, result: Json | undefined): { linesAdded?: number; linesRemoved?: number } {
  const hunks = result?.structuredPatch
  if (!Array.isArray(hunks)) return {}
  if (hunks.length === 0) {
    const content = result?.content ?? result?.newString
    return kind === 'create' && typeof content === 'string' ? { linesAdded: countLines(content), linesRemoved: 0 } : {}
  }
  let linesAdded = 0
  let linesRemoved = 0
  for (const hunk of hunks) {
    const lines = asObject(hunk)?.lines
    if (!Array.isArray(lines)) return {}
    for (const line of lines) {
      if (typeof line !== 'string') return {}
      if (line.startsWith('+')) linesAdded++
      else if (line.startsWith('-')) linesRemoved++
    }
  }
  return { linesAdded, linesRemoved }
}

/** Lines of a text; a line end at the end begins no further line. */
function countLines(text: string): number {
  if (text === '') return 0
  let lines = text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
