import { formatBytes, plural } from '../../domain/format.ts'
import type { Pruning } from '../../operations/prune.ts'
import { meta, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, money, printRecord, sessionName, titleOf } from './common.ts'
import { printCopies } from './deletion.ts'

const LISTED = 10

/** `daybook prune`: what went, or what would go; totals stay. */
export function printPruning(view: View, pruning: Pruning): void {
  const { pruned, before, items, total, sizeBytes, usage, kept, copies } = pruning
  const { out } = view
  if (!out.terminal) {
    printRecord(view, [
      ['PRUNED', pruned],
      ['BEFORE', before],
      ['SESSIONS', total],
      ['SIZE_BYTES', sizeBytes],
      ['COST_MICRODOLLARS', usage.costMicrodollars],
      ['NOT_ENDED', kept.notEnded],
      ['STARRED', kept.starred],
      ['COPIES', copies.join(', ')],
    ])
    return
  }
  if (total === 0) out.line(`Nothing to prune: no session ended, and was imported, before ${clock(view, before)}.`)
  else {
    const what = `${plural(total, 'session')}, ${formatBytes(sizeBytes)} of archive`
    out.line(pruned ? `Pruned ${what}.` : `This takes the content of ${what}:`)
    for (const session of items.slice(0, LISTED)) out.line('  ', subject(sessionName(session)), '  ', titleOf(session))
    if (total > LISTED) out.line(`  and ${total - LISTED} more`)
    out.line(`Their usage stays, ${money(usage)} at list prices: totals do not fall.`)
  }
  const left = [
    kept.notEnded > 0 ? `${plural(kept.notEnded, 'session')} not ended` : '',
    kept.starred > 0 ? `${kept.starred} with a star` : '',
  ].filter((part) => part !== '')
  if (left.length > 0) out.line(meta(`Old enough and kept: ${left.join(', ')}. --force takes these as well.`))
  if (total > 0) printCopies(view, copies)
  if (pruned && total > 0) printNext(view, [['daybook usage total', 'the totals, as they were']])
}
