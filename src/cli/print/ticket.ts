import { formatDuration, formatWorkTime } from '../../domain/format.ts'
import { isClosed } from '../../domain/ticket.ts'
import type { TicketShown } from '../../operations/ticket-show.ts'
import { oneLine } from '../sanitize.ts'
import { dots, meta, plain, subject, textWidth } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'
import {
  clock,
  exactCost,
  money,
  moneyFact,
  printCostFoot,
  printDemoMark,
  printFacts,
  printRecord,
  sessionName,
  titleOf,
} from './common.ts'
import { printTicketRecord, statusText } from './tickets.ts'

const NOTES = 5
const CHILDREN = 8

/** `daybook ticket show`. */
export function printTicket(view: View, ticket: TicketShown): void {
  const { out } = view
  if (!out.terminal) {
    printTicketRecord(view, ticket)
    printRecord(view, [
      ['OWN_MS', ticket.figures.own.activeMs],
      ['TOTAL_MS', ticket.figures.total.activeMs],
      ['OWN_COST_MICRODOLLARS', exactCost(ticket.figures.own.usage)],
      ['TOTAL_COST_MICRODOLLARS', exactCost(ticket.figures.total.usage)],
      ['CHILDREN', ticket.children.total],
      ['CHILDREN_CLOSED', ticket.children.closed],
      ['SESSIONS', ticket.figures.total.sessions],
      ['NOTES', ticket.notes.total],
      ['SUMMARY', ticket.summary],
    ])
    return
  }
  printDemoMark(view)
  printHeading(view, ticket)
  const above = ticket.above.toReversed().map(({ ref }) => ref)
  out.line(dots(ticket.kind, `priority ${ticket.priority}`, above.length > 0 && `below ${above.join(' > ')}`))
  printFacts(view, facts(view, ticket))
  if (ticket.description !== null) out.prose(ticket.description, { first: '  ', indent: 2 })
  printChildren(view, ticket)
  printNotes(view, ticket)
  printCostFoot(view, ticket.figures.total.usage)
  const ref = quote(ticket.ref)
  printNext(view, [
    isClosed(ticket.status)
      ? [`daybook task activate ${ref} --reopen`, 'work on it again']
      : [`daybook task activate ${ref}`, 'work on it'],
    [`daybook ticket sessions ${ref}`, 'who worked on it'],
  ])
}

function printHeading(view: View, ticket: TicketShown): void {
  const right = statusText(ticket.status)
  const ref = oneLine(ticket.ref)
  const room = view.out.columns - textWidth(ref) - 4 - textWidth(right)
  const title = titleOf(ticket)
  const shown = typeof title === 'string' ? subject(cutEnd(title, room)) : title
  view.out.line(subject(ref), '  ', shown, ' '.repeat(Math.max(2, room - textWidth(shown) + 2)), right)
}

function facts(view: View, ticket: TicketShown): [string, Text | undefined][] {
  const { figures, holder, heldSince, children } = ticket
  const { own, total, variance } = figures
  const below = children.total > 0
  const estimate =
    variance === null
      ? ''
      : ` of ${formatDuration(variance.estimateMinutes * 60_000)}${percent(variance, isClosed(ticket.status))}`
  const ownTime = below ? ` · own ${formatWorkTime(own.activeMs)}` : ''
  const ownCost = below && total.usage.responses > 0 ? ` · own ${money(own.usage)}` : ''
  return [
    ['time', `active ${formatWorkTime(total.activeMs)}${estimate}${ownTime}`],
    ['cost', `${moneyFact(total.usage)}${ownCost}`],
    ['held by', holder === null ? undefined : `${sessionName(holder)} since ${clock(view, heldSince)}`],
    ['assignee', ticket.assignee === null ? undefined : oneLine(ticket.assignee)],
    ['tags', ticket.tags.join(', ')],
    ['links', ticket.relations.map(relationWords).join(', ')],
    ['url', ticket.url === null ? undefined : oneLine(ticket.url)],
    [
      'closed',
      ticket.closedAt === null ? undefined : `${clock(view, ticket.closedAt)} by ${oneLine(ticket.closedBy ?? '?')}`,
    ],
    ['summary', ticket.summary === null ? undefined : oneLine(ticket.summary)],
  ]
}

/** How far it is from its estimate: until it is closed, only by how much it is over. */
function percent({ percent: by }: { percent: number }, closed: boolean): string {
  return !closed && by <= 0 ? '' : `  ${by > 0 ? '+' : ''}${Math.round(by)}%`
}

function relationWords({ kind, from, ticket }: TicketShown['relations'][number]): string {
  const said = {
    blocks: ['blocked by', 'blocks'],
    relates: ['relates to', 'relates to'],
    duplicates: ['duplicated by', 'duplicates'],
  }[kind]
  return `${said[from ? 1 : 0]} ${oneLine(ticket.ref)}`
}

function printChildren(view: View, { children }: TicketShown): void {
  if (children.total === 0) return
  view.out.line(`Below it  ${children.closed} of ${children.total} closed`)
  const shown = children.items.slice(0, CHILDREN)
  const width = Math.max(...shown.map(({ ref }) => textWidth(ref)))
  for (const child of shown) {
    const status = statusText(child.status)
    const title = cutEnd(plain(titleOf(child)), view.out.columns - width - 6 - textWidth(status))
    view.out.line('  ', subject(oneLine(child.ref).padEnd(width)), '  ', title, '  ', status)
  }
  if (children.total > shown.length) view.out.line(meta(`  and ${children.total - shown.length} more`))
}

function printNotes(view: View, { notes }: TicketShown): void {
  if (notes.total === 0) return
  view.out.line(`Notes  ${notes.total}`)
  for (const note of notes.items.slice(0, NOTES))
    view.out.prose(oneLine(note.text), { first: ['  ', meta(`${clock(view, note.at)}  ${note.kind}  `)], indent: 4 })
  if (notes.total > NOTES) view.out.line(meta(`  and ${notes.total - NOTES} more, with --json`))
}
