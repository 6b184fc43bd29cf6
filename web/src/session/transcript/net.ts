import { withoutNumbers } from './changes.ts'
import { type DiffLine, type FileDiff, diffLines } from './lines.ts'

/** A part of a file that differs in the end, and the calls that made it so. */
export interface NetPiece {
  entryIds: string[]
  diff: FileDiff
}

interface Piece {
  entryIds: string[]
  /** Null where a whole file was written and what stood there is not recorded. */
  before: string | null
  after: string
}

/**
 * What several changes of one file come to: what a later one changed again is told once, what was taken back not at all. Calls name
 * pieces of a file, so a piece is known by its text.
 *
 * @param changes oldest first
 * @param isNew nothing stood there before the first
 */
export function netChange(changes: readonly { entryId: string; diff: FileDiff }[], isNew: boolean): NetPiece[] {
  const [first] = changes
  if (first === undefined) return []
  const { path } = first.diff
  let pieces: Piece[] = isNew ? [{ entryIds: [], before: '', after: '' }] : []
  let isGone = false
  for (const { entryId, diff } of changes) {
    isGone = diff.kind === 'deleted'
    if (diff.kind === 'edit') {
      for (const hunk of diff.hunks) pieces = withHunk(pieces, entryId, textOf(hunk, '-'), textOf(hunk, '+'))
    } else {
      const whole = pieces.length === 1 && isWhole(pieces[0]!, isNew) ? pieces[0]!.before : null
      const after = isGone ? '' : diff.hunks.map((hunk) => textOf(hunk, '+')).join('\n')
      pieces = [{ entryIds: [entryId], before: whole, after }]
    }
  }
  if (isGone) {
    const { entryIds } = pieces[0]!
    return isNew ? [] : [{ entryIds, diff: { path, kind: 'deleted', hunks: [], added: 0, removed: 0 } }]
  }
  return pieces
    .filter(({ before, after }) => before !== after)
    .map(({ entryIds, before, after }) => ({ entryIds, diff: diffOf(path, before, after) }))
}

/** The one piece of a file that is known as a whole. */
function isWhole({ before }: Piece, isNew: boolean): boolean {
  return before === null || isNew
}

function withHunk(pieces: readonly Piece[], entryId: string, before: string, after: string): Piece[] {
  const inside = before === '' ? undefined : pieces.find((piece) => piece.after.includes(before))
  if (inside) {
    const changed = {
      before: inside.before,
      after: inside.after.replace(before, () => after),
      entryIds: [...inside.entryIds, entryId],
    }
    return pieces.map((piece) => (piece === inside ? changed : piece))
  }
  // It goes beyond what earlier ones changed: they are parts of it.
  const parts = pieces.filter((piece) => piece.before !== null && piece.after !== '' && before.includes(piece.after))
  const first = parts.reduce((text, part) => text.replace(part.after, () => part.before as string), before)
  const merged = { before: first, after, entryIds: [...parts.flatMap(({ entryIds }) => entryIds), entryId] }
  return [...pieces.filter((piece) => !parts.includes(piece)), merged]
}

function diffOf(path: string, before: string | null, after: string): FileDiff {
  if (before !== null && before !== '') {
    const { hunks, added, removed } = diffLines(before, after)
    return { path, kind: 'edit', hunks: hunks.map(withoutNumbers), added, removed }
  }
  const lines = after.replace(/\n$/, '').split('\n')
  const hunk = lines.map((text, i): DiffLine => ({ sign: '+', text, oldLine: null, newLine: i + 1 }))
  return { path, kind: 'written', hunks: [hunk], added: lines.length, removed: 0 }
}

function textOf(hunk: readonly DiffLine[], sign: '+' | '-'): string {
  return hunk
    .filter((line) => line.sign === ' ' || line.sign === sign)
    .map(({ text }) => text)
    .join('\n')
}
