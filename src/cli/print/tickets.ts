import { formatDuration, formatTimeShort, plural } from '../../domain/format.ts'
import { words } from '../../domain/ticket.ts'
import type { TicketStatus } from '../../domain/ticket.ts'
import type { ChangedTicket } from '../../operations/ticket-changes.ts'
import type { CreatedTicket } from '../../operations/ticket-create.ts'
import type { DeletedTicket } from '../../operations/ticket-delete.ts'
import type { TicketLinkView } from '../../operations/ticket-sessions.ts'
import type { TicketView } from '../../operations/ticket-view.ts'
import type { Page } from '../../stores/page.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { bad, meta, ok, subject, warn } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { printDemoMark, printMore, printRecord, sessionName, titleOf } from './common.ts'

/** `daybook ticket list`, `ticket search`, `ticket children`. */
export function printTickets(view: View, page: Page<TicketView>, input: Record<string, unknown>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    const asked = Object.entries(input).some(
      ([field, value]) => value !== undefined && value !== false && !['limit', 'cursor', 'offset'].includes(field),
    )
    view.out.line(asked ? 'No ticket matches.' : 'No ticket is recorded yet.')
    printNext(view, [
      ...(asked ? [['daybook ticket list', 'all tickets'] as const] : []),
      ['daybook ticket create "Cache tide tables" --no-parent', 'make one'],
    ])
    return
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  const [first] = page.items
  if (!first) return
  printNext(view, [
    [`daybook ticket show ${quote(first.ref)}`, 'what it is and took'],
    ['daybook ticket list --free', 'what can be taken, most urgent first'],
  ])
}

function columns(view: View): Column<TicketView>[] {
  return [
    { header: 'TICKET', cell: ({ ref }) => subject(oneLine(ref)) },
    { header: 'TITLE', cell: titleOf, shrink: 10, comfort: 20, pipe: { header: 'TITLE', value: ({ title }) => title } },
    {
      header: 'STATUS',
      cell: ({ status }) => statusText(status),
      pipe: { header: 'STATUS', value: ({ status }) => status },
    },
    { header: 'KIND', cell: ({ kind }) => kind, drop: true },
    {
      header: 'PRIORITY',
      cell: ({ priority }) => (priority === 'medium' ? meta(priority) : priority),
      drop: true,
      pipe: { header: 'PRIORITY', value: ({ priority }) => priority },
    },
    {
      header: 'ESTIMATE',
      align: 'right',
      drop: true,
      cell: ({ estimateMinutes }) => (estimateMinutes === null ? '–' : formatDuration(estimateMinutes * 60_000)),
      pipe: { header: 'ESTIMATE_MINUTES', value: ({ estimateMinutes }) => estimateMinutes },
    },
    {
      header: 'HELD BY',
      cell: (ticket) => (ticket.holder === null ? '–' : sessionName(ticket.holder)),
      drop: true,
      pipe: { header: 'HELD_BY', value: ({ holder }) => holder && sessionName(holder) },
    },
    { header: 'PARENT', cell: ({ parentRef }) => parentRef ?? '', pipeOnly: true },
    { header: 'ASSIGNEE', cell: ({ assignee }) => assignee ?? '', pipeOnly: true },
    {
      header: 'CHANGED',
      align: 'right',
      cell: ({ updatedAt }) => formatTimeShort(Date.parse(updatedAt), view.nowMs, view.timezone),
      pipe: { header: 'UPDATED_AT', value: ({ updatedAt }) => updatedAt },
    },
  ]
}

/** A status in words, in the colour of what it means. */
export function statusText(status: TicketStatus): Text {
  const said = words(status)
  if (status === 'done') return ok(said)
  if (status === 'waiting') return warn(said)
  return status === 'blocked' ? bad(said) : status === 'closed' || status === 'cancelled' ? meta(said) : said
}

/** `daybook ticket create`. */
export function printCreated(view: View, reply: CreatedTicket): void {
  const { ticket, session, why, guidance } = reply
  if (!view.out.terminal) {
    if (ticket) printTicketRecord(view, ticket)
    else for (const line of (guidance ?? '').split('\n')) view.out.line(line)
    for (const warning of reply.warnings) view.note(`warning: ${warning}`)
    return
  }
  printDemoMark(view)
  view.out.prose(oneLine(reply.message), { first: '', indent: 2 })
  view.out.line(meta(`Session ${sessionName(session)}, ${why}`))
  printRest(view, reply)
}

/** `daybook ticket update`, `transition`, `link`, `unlink`. */
export function printChangedTicket(view: View, reply: ChangedTicket): void {
  if (!view.out.terminal) {
    printRecord(view, [['MESSAGE', reply.message]])
    printTicketRecord(view, reply.ticket)
    for (const warning of reply.warnings) view.note(`warning: ${warning}`)
    return
  }
  printDemoMark(view)
  view.out.prose(oneLine(reply.message), { first: '', indent: 2 })
  printRest(view, reply)
}

/** `daybook ticket delete`. */
export function printDeletedTicket(view: View, reply: DeletedTicket): void {
  const { ticket, notes, children, deleted } = reply
  if (!view.out.terminal) {
    printRecord(view, [
      ['DELETED', deleted],
      ['TICKET', ticket.ref],
      ['NOTES', notes],
      ['CHILDREN', children.join(' ')],
    ])
    return
  }
  view.out.line(subject(oneLine(ticket.ref)), '  ', titleOf(ticket), deleted ? ' is deleted.' : ' can be deleted.')
  if (notes > 0) view.out.line(`  ${plural(notes, 'note')} ${deleted ? 'went' : 'would go'} with it`)
  if (children.length > 0) view.out.line(`  below nothing ${deleted ? 'now' : 'then'}: ${children.join(', ')}`)
  printRest(view, { ...reply, warnings: [] })
}

/** Warnings and what to do next. */
export function printRest(
  view: View,
  { warnings, instructions }: Pick<ChangedTicket, 'warnings' | 'instructions'>,
): void {
  for (const warning of warnings) view.out.prose(oneLine(warning), { first: [warn('!'), ' '], indent: 2 })
  printNext(
    view,
    instructions.suggestedCommands.map((typed, i) => [oneLine(typed), instructions.nextActions[i] ?? ''] as const),
  )
}

export function printTicketRecord(view: View, ticket: TicketView): void {
  printRecord(view, [
    ['TICKET', ticket.ref],
    ['TITLE', ticket.title],
    ['KIND', ticket.kind],
    ['STATUS', ticket.status],
    ['PRIORITY', ticket.priority],
    ['PARENT', ticket.parentRef],
    ['ASSIGNEE', ticket.assignee],
    ['TAGS', ticket.tags.join(' ')],
    ['ESTIMATE_MINUTES', ticket.estimateMinutes],
    ['HELD_BY', ticket.holder && sessionName(ticket.holder)],
    ['TRACKER', ticket.tracker],
    ['UPDATED_AT', ticket.updatedAt],
  ])
}

/** `daybook ticket sessions`, `session tickets`. */
export function printTicketLinks(
  view: View,
  page: Page<TicketLinkView> & { ticket?: { ref: string }; session?: { key: string | null; ref: string } },
): void {
  const bySession = page.session !== undefined
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    view.out.line(
      bySession
        ? `${sessionName(page.session as { key: string | null; ref: string })} had to do with no ticket.`
        : `No session had to do with ${page.ticket?.ref ?? 'it'}.`,
    )
    printNext(view, [bySession ? ['daybook ticket list', 'all tickets'] : ['daybook session list', 'all sessions']])
    return
  }
  const names: Column<TicketLinkView>[] = bySession
    ? [
        { header: 'TICKET', cell: ({ ticket }) => subject(oneLine(ticket.ref)) },
        { header: 'TITLE', cell: ({ ticket }) => titleOf(ticket), shrink: 10, comfort: 24 },
        { header: 'STATUS', cell: ({ ticket }) => statusText(ticket.status), drop: true },
      ]
    : [
        { header: 'SESSION', cell: ({ session }) => subject(sessionName(session)) },
        { header: 'AGENT', cell: ({ session }) => view.agentName(session.agent), drop: true },
        { header: 'TITLE', cell: ({ session }) => titleOf(session), shrink: 10, comfort: 24 },
      ]
  printTable(
    view.out,
    [
      ...names,
      {
        header: 'DID',
        cell: ({ action }) => action.replace('_', ' '),
        pipe: { header: 'ACTION', value: ({ action }) => action },
      },
      {
        header: 'WHEN',
        align: 'right',
        cell: ({ at }) => formatTimeShort(Date.parse(at), view.nowMs, view.timezone),
        pipe: { header: 'AT', value: ({ at }) => at },
      },
    ],
    page.items,
  )
  printMore(view, page)
  const [first] = page.items
  if (first)
    printNext(view, [
      bySession
        ? [`daybook ticket show ${quote(first.ticket.ref)}`, 'what it took']
        : [`daybook session show ${sessionName(first.session)}`, 'what it did'],
    ])
}
