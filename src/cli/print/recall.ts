import { plural } from '../../domain/format.ts'
import type { RecallReply } from '../../operations/recall.ts'
import { dots, meta, plain, subject } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'
import { clock, printDemoMark } from './common.ts'

/** `daybook context WORDS`. A script or an agent reads it as a quotation. */
export function printRecalled(view: View, reply: RecallReply): void {
  const { query, items, quotation, tokens, budget, leftOut, partial } = reply
  if (!view.out.terminal) {
    for (const line of quotation?.split('\n') ?? []) view.out.line(line)
    if (partial) view.note(`partial: ${PARTIAL}`)
    return
  }
  printDemoMark(view)
  if (items.length === 0) {
    view.out.line(`Nothing recorded is about ${quote(query)}.`)
    printNext(view, [
      [`daybook search ${quote(query)} --substring`, 'also inside words'],
      ['daybook session list', 'what is recorded'],
    ])
    return
  }
  for (const { citation, who, at, ticket, sessionTitle, text } of items) {
    const facts = dots(who, clock(view, at), citation !== ticket && ticket !== null && ticket, sessionTitle ?? '')
    view.out.line(subject(citation), '  ', meta(cutEnd(plain(facts), view.out.columns - citation.length - 2)))
    for (const line of text.split('\n')) view.out.prose(line, { indent: 2, first: '  ' })
  }
  const more = leftOut === 0 ? '' : `, ${plural(leftOut, 'more excerpt')} left out`
  view.out.line(meta(`About ${plural(tokens, 'token')} of ${budget}${more}.`))
  if (partial) view.out.prose(`Partial: ${PARTIAL}`, { role: 'warn' })
  const [first] = items
  printNext(view, [
    ...(first?.session ? [[`daybook session messages ${first.session}`, 'read around the first'] as const] : []),
    ...(leftOut > 0 ? [[view.retype('--budget', String(budget * 2)), 'more of it'] as const] : []),
    [`daybook search ${quote(query)}`, 'every entry that has all of the words'],
  ])
}

const PARTIAL = 'not everything is in the index yet; the newest was looked through.'
