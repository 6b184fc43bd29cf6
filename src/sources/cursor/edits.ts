import { asObject, asText, type Json } from '../record.ts'

/** What `afterFileEdit` says was done to a file. A file that had no text before is taken for a new one. */
export function editLines({ edits }: Json): { kind: 'create' | 'edit'; linesAdded: number; linesRemoved: number } {
  const list = (Array.isArray(edits) ? edits : []).map(asObject).filter((edit) => edit !== undefined)
  let [linesAdded, linesRemoved] = [0, 0]
  for (const edit of list) {
    const [added, removed] = changed(linesOf(edit.old_string), linesOf(edit.new_string))
    linesAdded += added
    linesRemoved += removed
  }
  const isNew = list.length === 1 && list[0]!.old_string === ''
  return { kind: isNew ? 'create' : 'edit', linesAdded, linesRemoved }
}

function linesOf(value: unknown): string[] {
  const text = asText(value)
  if (text === undefined) return []
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Lines beyond what both have at their beginning and end. */
function changed(before: readonly string[], after: readonly string[]): [added: number, removed: number] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++
  return [after.length - head - tail, before.length - head - tail]
}
