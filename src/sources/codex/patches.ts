import { absolutePath } from '../../domain/recorded-path.ts'
import { asObject, asText } from '../record.ts'
import type { FileChangeDraft } from '../batch.ts'
import type { Call } from './tools.ts'
import { commandOf } from './tools.ts'

export type Change = Omit<FileChangeDraft, 'callId' | 'atMs'>

const FILES = 200
const BEGIN = '*** Begin Patch'

/** The patch that a call carries: the input of `apply_patch`, or a heredoc given to it in a shell. */
export function patchOf(call: Call): string | undefined {
  if (call.server !== undefined) return undefined
  const input = asObject(call.input)
  const text =
    call.tool === 'apply_patch'
      ? (asText(call.input) ?? asText(input?.input) ?? asText(input?.patch))
      : heredocIn(commandOf(call))
  const begin = text === undefined ? -1 : text.indexOf(BEGIN)
  return begin < 0 ? undefined : text!.slice(begin)
}

function heredocIn(command: string | undefined): string | undefined {
  return command !== undefined && /\bapply_?patch\b/.test(command) ? command : undefined
}

/**
 * What a patch in Codex's own format changes, with counted lines. A file that is deleted has no count: the patch does not
 * hold what was in it. A file that moves is deleted in one place and made in the other.
 */
export function patchChanges(patch: string, cwd: string): Change[] {
  const changes: Change[] = []
  let open: Change | undefined
  for (let from = 0; from < patch.length;) {
    const end = patch.indexOf('\n', from)
    const to = end < 0 ? patch.length : end
    const mark = patch[from]
    if (mark === '*') {
      const line = patch.slice(from, Math.min(to, from + 4096)).trimEnd()
      const file = /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(line)
      const moved = file ? undefined : /^\*\*\* Move to: (.+)$/.exec(line)
      if (line === '*** End Patch' || changes.length >= FILES) break
      if (file) {
        open = changeOf(file[1]!, absolutePath(cwd, file[2]!))
        changes.push(open)
      } else if (moved && open?.kind === 'edit') {
        changes.splice(-1, 0, { path: open.path, kind: 'delete' })
        Object.assign(open, { path: absolutePath(cwd, moved[1]!), kind: 'create' })
      }
    } else if (open?.linesAdded !== undefined) {
      if (mark === '+') open.linesAdded++
      else if (mark === '-') open.linesRemoved!++
    }
    from = to + 1
  }
  return changes
}

function changeOf(verb: string, path: string): Change {
  if (verb === 'Delete') return { path, kind: 'delete' }
  return { path, kind: verb === 'Add' ? 'create' : 'edit', linesAdded: 0, linesRemoved: 0 }
}

/** What an event says was changed: `{path: {type, content | unified_diff, move_path}}`. */
export function toldChanges(value: unknown, cwd: string): Change[] {
  const changes: Change[] = []
  for (const [name, told] of Object.entries(asObject(value) ?? {}).slice(0, FILES)) {
    const change = asObject(told)
    const path = absolutePath(cwd, name)
    // Before autumn 2025 the type was the key: `{add: {content}}`.
    const type = asText(change?.type) ?? Object.keys(change ?? {})[0]
    const body = asObject(change?.[type ?? '']) ?? change
    const moved = asText(body?.move_path)
    if (type === 'add') {
      changes.push({ path, kind: 'create', linesAdded: countLines(body?.content), linesRemoved: 0 })
    } else if (type === 'delete') {
      changes.push({ path, kind: 'delete', linesAdded: 0, linesRemoved: countLines(body?.content) })
    } else if (type === 'update') {
      if (moved !== undefined) changes.push({ path, kind: 'delete' })
      changes.push({
        path: moved === undefined ? path : absolutePath(cwd, moved),
        kind: moved === undefined ? 'edit' : 'create',
        ...diffLines(body?.unified_diff),
      })
    }
  }
  return changes
}

function diffLines(diff: unknown): { linesAdded?: number; linesRemoved?: number } {
  if (typeof diff !== 'string' || !diff.includes('@@')) return {}
  let [linesAdded, linesRemoved, inHunk] = [0, 0, false]
  for (let from = 0; from < diff.length;) {
    const mark = diff[from]
    if (mark === '@') inHunk = true
    else if (inHunk && mark === '+') linesAdded++
    else if (inHunk && mark === '-') linesRemoved++
    const end = diff.indexOf('\n', from)
    from = end < 0 ? diff.length : end + 1
  }
  return { linesAdded, linesRemoved }
}

/** Lines of a text; a line end at the end begins no further line. */
function countLines(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
