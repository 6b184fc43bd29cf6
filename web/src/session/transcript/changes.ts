import { type DiffLine, type FileDiff, diffLines } from './lines.ts'

/** What a call that changes files was told to do, as far as its input says; empty where it does not. */
export function changesOf(input: unknown): FileDiff[] {
  const patch = patchIn(input)
  if (patch !== undefined) return readPatch(patch)
  const fields = fieldsOf(input)
  const path = textOf(fields, 'file_path', 'filePath', 'path', 'notebook_path', 'filename')
  if (path === undefined) return []
  const edits = Array.isArray(fields['edits']) ? fields['edits'].map(fieldsOf) : [fields]
  const diffs = edits.flatMap((edit) => {
    const before = textOf(edit, 'old_string', 'oldString', 'old_str', 'old_text')
    const after = textOf(edit, 'new_string', 'newString', 'new_str', 'new_text')
    return before === undefined || after === undefined ? [] : [diffLines(before, after)]
  })
  if (diffs.length > 0) {
    const sum = (field: 'added' | 'removed'): number => diffs.reduce((all, diff) => all + diff[field], 0)
    const hunks = diffs.flatMap((diff) => diff.hunks).map(withoutNumbers)
    return [{ path, kind: 'edit', hunks, added: sum('added'), removed: sum('removed') }]
  }
  const content = textOf(fields, 'content', 'file_text', 'contents')
  if (content === undefined) return []
  const lines = content.replace(/\n$/, '').split('\n')
  const hunk = lines.map((text, i): DiffLine => ({ sign: '+', text, oldLine: null, newLine: i + 1 }))
  return [{ path, kind: 'written', hunks: [hunk], added: lines.length, removed: 0 }]
}

/** The call names a piece of the file, not where it stands. */
export function withoutNumbers(hunk: DiffLine[]): DiffLine[] {
  return hunk.map((line) => ({ ...line, oldLine: null, newLine: null }))
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textOf(fields: Record<string, unknown>, ...names: string[]): string | undefined {
  for (const name of names) if (typeof fields[name] === 'string') return fields[name]
  return undefined
}

function patchIn(input: unknown): string | undefined {
  const { input: inner, patch, patchText, command } = fieldsOf(input)
  const parts = [input, inner, patch, patchText, ...(Array.isArray(command) ? command : [command])]
  return parts.find((part): part is string => typeof part === 'string' && part.includes('*** Begin Patch'))
}

/** The patch language of Codex: files between `*** Begin Patch` and `*** End Patch`, hunks after `@@`. */
function readPatch(patch: string): FileDiff[] {
  const files: FileDiff[] = []
  for (const line of patch.split('\n')) {
    const head = /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(line)
    if (head) {
      const kind = head[1] === 'Add' ? 'written' : head[1] === 'Delete' ? 'deleted' : 'edit'
      files.push({ path: head[2] as string, kind, hunks: [], added: 0, removed: 0 })
      continue
    }
    const file = files.at(-1)
    if (file === undefined || line.startsWith('***')) continue
    if (line.startsWith('@@')) file.hunks.push([])
    else addLine(file, line)
  }
  return files.map((file) => ({ ...file, hunks: file.hunks.filter((hunk) => hunk.length > 0) }))
}

function addLine(file: FileDiff, line: string): void {
  const sign = line[0] === '+' || line[0] === '-' ? line[0] : ' '
  if (sign === ' ' && line === '') return
  if (file.hunks.length === 0) file.hunks.push([])
  file.hunks.at(-1)?.push({ sign, text: line.slice(1), oldLine: null, newLine: null })
  if (sign === '+') file.added++
  if (sign === '-') file.removed++
}
