import { formatTimeShort, plural } from '../../domain/format.ts'
import type { Accepted } from '../../operations/handoff-accept.ts'
import type { HandedOff } from '../../operations/handoff-create.ts'
import type { HandoffName } from '../../operations/handoff-view.ts'
import type { HandoffShown } from '../../operations/handoffs.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore, printRecord, sessionName, titleOf } from './common.ts'

/** `daybook session handoff`. */
export function printHandedOff(view: View, reply: HandedOff): void {
  const { session, why, handoff, tokens, leftOut, record } = reply
  const name = sessionName(session)
  if (!view.out.terminal) {
    printRecord(view, [
      ['SESSION', name],
      ['HANDOFF', handoff?.id ?? null],
      ['TOKENS', tokens],
      ['SHA256', handoff?.sha256 ?? null],
      ['LEFT_OUT', leftOut.reduce((sum, { items }) => sum + items, 0)],
    ])
    return
  }
  printDemoMark(view)
  view.out.line(subject(name), '  ', titleOf(session), meta(` · ${why}`))
  if (handoff === null) {
    view.out.line('Nothing is recorded of it and nothing was said, so nothing is offered.')
    printNext(view, [['daybook session handoff --next-steps "what comes next"', 'say it yourself']])
    return
  }
  view.out.line(`Offered, in about ${plural(tokens, 'token')}.`)
  if (record.gitProblem !== null) view.out.prose(`Git told nothing: ${record.gitProblem}.`, { indent: 2, first: '' })
  for (const { section, items, command } of leftOut) {
    view.out.line(meta(`  ${section}: ${plural(items, 'item')} left out, see ${command}`))
  }
  printNext(view, [
    [`daybook handoff show ${name}`, 'what it says'],
    [`daybook handoff accept ${name}`, 'take it over in another session'],
  ])
}

/** `daybook handoff show`. */
export function printHandoff(view: View, { session, handoff, markdown }: HandoffShown): void {
  const name = sessionName(session)
  if (!view.out.terminal) {
    if (markdown !== null) for (const line of markdown.split('\n')) view.out.line(line)
    else view.note(`${name} has no handoff. Make one: daybook session handoff --session-id ${name}`)
    return
  }
  printDemoMark(view)
  if (markdown === null) {
    view.out.line(subject(name), '  ', titleOf(session), ' · no handoff')
    printNext(view, [[`daybook session handoff --session-id ${name}`, 'make one']])
    return
  }
  const when =
    handoff === null ? '' : ` · ${stateOf(handoff)} · by ${handoff.offeredBy} ${clock(view, handoff.offeredAt)}`
  view.out.line(subject(name), '  ', titleOf(session), meta(when))
  view.out.line('')
  for (const line of markdown.split('\n')) view.out.line(line)
  if (handoff?.state === 'offered') printNext(view, [[`daybook handoff accept ${name}`, 'take it over']])
}

/** `daybook handoff list`. */
export function printHandoffs(view: View, page: Page<HandoffName>): void {
  printDemoMark(view)
  const [newest] = page.items
  if (!newest && view.out.terminal) {
    view.out.line('No handoff is there.')
    printNext(view, [['daybook session handoff', 'offer one']])
    return
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  if (newest) printNext(view, [[`daybook handoff show ${sessionName(newest.session)}`, 'what the newest says']])
}

/** `daybook handoff accept`. A script or an agent reads what it says, as a quotation. */
export function printAccepted(view: View, { session, from, handoff, quotation }: Accepted): void {
  if (!view.out.terminal) {
    view.out.line(`${sessionName(session)} goes on from ${sessionName(from)}.`)
    for (const line of quotation.split('\n')) view.out.line(line)
    return
  }
  printDemoMark(view)
  view.out.line(subject(sessionName(session)), ` goes on from ${sessionName(from)}.`)
  view.out.line('')
  for (const line of handoff.markdown.split('\n')) view.out.line(line)
  printNext(view, [
    ['daybook status', 'where you are'],
    [`daybook session messages ${sessionName(from)} --newest`, 'how the other session ended'],
  ])
}

function stateOf({ state, shownAt }: Pick<HandoffName, 'state' | 'shownAt'>): string {
  if (state === 'offered' && shownAt !== null) return 'offered, seen'
  return state === 'accepted' ? 'taken' : state
}

function columns(view: View): Column<HandoffName>[] {
  return [
    { header: 'SESSION', cell: ({ session }) => subject(sessionName(session)) },
    { header: 'STATE', cell: stateOf, pipe: { header: 'STATE', value: ({ state }) => state } },
    {
      header: 'TICKET',
      cell: ({ ticket }) => ticket ?? '–',
      drop: true,
      pipe: { header: 'TICKET', value: ({ ticket }) => ticket },
    },
    { header: 'BY', cell: ({ offeredBy }) => offeredBy, drop: true },
    {
      header: 'WHEN',
      align: 'right',
      cell: ({ offeredAt }) => formatTimeShort(Date.parse(offeredAt), view.nowMs, view.timezone),
      pipe: { header: 'OFFERED_AT', value: ({ offeredAt }) => offeredAt },
    },
    { header: 'ABOUT', cell: ({ firstLine }) => firstLine, shrink: 10, comfort: 24 },
    { header: 'SHOWN_AT', pipeOnly: true, cell: ({ shownAt }) => shownAt ?? '' },
    { header: 'HANDOFF', pipeOnly: true, cell: ({ id }) => id },
  ]
}
