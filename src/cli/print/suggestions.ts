import { plural } from '../../domain/format.ts'
import type { SuggestionView, Suggestions } from '../../operations/work-suggestions.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printDemoMark, printMore } from './common.ts'

/** `daybook report --suggest`. */
export function printSuggestions(view: View, reply: Suggestions): void {
  const { out } = view
  printDemoMark(view)
  for (const one of reply.accepted)
    tell(view, `${one.session} counts for ${oneLine(one.ref)}, inferred from its ${places(one)}`)
  for (const one of reply.refused) tell(view, `${one.session}: ${oneLine(one.ref)} is not suggested again`)
  if (out.terminal && reply.items.length === 0) {
    out.line(
      reply.unplaced === 0
        ? 'Every session has a ticket, or none on purpose.'
        : `Nothing names a ticket for ${plural(reply.unplaced, 'session')} nobody attached.`,
    )
    printNext(view, [['daybook report', 'what each ticket took']])
    return
  }
  printTable<SuggestionView>(
    out,
    [
      { header: 'SESSION', cell: (row) => subject(row.session) },
      { header: 'TICKET', cell: (row) => oneLine(row.ref) },
      {
        header: 'SURE',
        cell: (row) => (row.sure ? 'high' : meta('low')),
        pipe: { header: 'CONFIDENCE', value: (row) => row.confidence },
      },
      { header: 'FROM', cell: (row) => reason(row), shrink: 16, comfort: 24 },
      {
        header: 'TITLE',
        cell: (row) => oneLine(row.title ?? ''),
        shrink: 10,
        comfort: 16,
        drop: true,
        pipe: { header: 'TITLE', value: (row) => row.title },
      },
    ],
    reply.items,
  )
  printMore(view, reply)
  if (!out.terminal) return
  const sure = reply.items.filter((row) => row.sure)
  const first = reply.items[0]?.session ?? ''
  printNext(view, [
    ...(sure.length > 0
      ? ([['daybook report --suggest --accept all', `take ${plural(sure.length, 'sure one')}`]] as const)
      : []),
    [`daybook report --suggest --accept ${first}`, 'this one is right'],
    [`daybook report --suggest --refuse ${first}`, 'this one is wrong'],
  ])
}

function tell(view: View, text: string): void {
  if (view.out.terminal) view.out.prose(text, { first: '', indent: 2 })
  else view.note(text)
}

function places({ reasons }: SuggestionView): string {
  return reasons.map(({ place }) => place).join(' and ')
}

function reason({ reasons: [first] }: SuggestionView): string {
  return first === undefined ? '' : `${first.place} ${oneLine(first.text.slice(0, 120))}`
}
