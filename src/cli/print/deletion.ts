import { formatTokens, plural } from '../../domain/format.ts'
import type { Deletion } from '../../operations/delete-sessions.ts'
import { oneLine } from '../sanitize.ts'
import { dots, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { money, printRecord, sessionName, shortHome, titleOf } from './common.ts'

const LISTED = 10

/** `daybook session delete`: what went, or what would go, and by how much totals fall. */
export function printDeletion(
  view: View,
  { deleted, items, total, usage, entries, transcripts, copies }: Deletion,
): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['DELETED', deleted],
      ['SESSIONS', total],
      ['ENTRIES', entries],
      ['TRANSCRIPTS', transcripts],
      ['COST_MICRODOLLARS', usage.costMicrodollars],
      ['UNPRICED_TOKENS', usage.unpricedTokens],
      ['COPIES', copies.join(', ')],
    ])
    return
  }
  const { out } = view
  if (total === 0) {
    out.line('No session matches: nothing to delete.')
    return
  }
  out.line(deleted ? `Deleted ${plural(total, 'session')}.` : `This deletes ${plural(total, 'session')} for good:`)
  for (const session of items.slice(0, LISTED)) out.line('  ', subject(sessionName(session)), '  ', titleOf(session))
  if (total > LISTED) out.line(`  and ${total - LISTED} more`)
  const tokens = `${formatTokens(usage.outputTokens)} output tokens`
  const fall = dots(`${money(usage)} at list prices`, tokens)
  out.line(deleted ? 'Totals fall by ' : 'Totals fall by at most ', fall, '.')
  if (!deleted) {
    out.prose('Content, archive and usage go. The agent’s own files stay, and are not read again.')
    printCopies(view, copies)
    return
  }
  const gone = [
    entries === null ? '' : plural(entries, 'entry', 'entries'),
    transcripts === null ? '' : plural(transcripts, 'transcript'),
  ]
  out.line(
    `Gone: ${gone.filter((part) => part !== '').join(' in ')}. The next scan leaves ${total === 1 ? 'it' : 'them'} out.`,
  )
  printCopies(view, copies)
  printNext(view, [
    ['daybook usage total', 'the totals now'],
    ['daybook activity list', 'who deleted what'],
  ])
}

/** Copies that hold what went: whoever wants it gone for good removes them. */
export function printCopies(view: View, copies: readonly string[]): void {
  if (copies.length === 0) return
  view.out.prose(`${copies.length === 1 ? 'A copy' : 'Copies'} of the store may still hold what went:`, {
    role: 'warn',
  })
  for (const path of copies) view.out.line('  ', shortHome(view, oneLine(path)))
}
