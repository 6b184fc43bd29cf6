import { formatTimeShort, formatWorkTime } from '../../domain/format.ts'
import type { ListedSession } from '../../operations/session-list.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printNothing } from './nothing.ts'
import { exactCost, money, printCostFoot, printDemoMark, printMore, sessionName, titleOf } from './common.ts'

/** `daybook session list`. */
export function printSessions(view: View, page: Page<ListedSession>, input: Record<string, unknown>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    printNothing(view, input, 'No session', ['daybook session list', 'all sessions'])
    return
  }
  printTable(view.out, columns(view, page.items), page.items)
  printMore(view, page)
  const [first] = page.items
  if (!first) return
  printCostFoot(view, sumOf(page.items), 'daybook usage model')
  printNext(view, [
    [`daybook session show ${sessionName(first)}`, 'what it took and changed'],
    [`daybook session messages ${sessionName(first)}`, 'read it'],
  ])
}

function columns(view: View, sessions: readonly ListedSession[]): Column<ListedSession>[] {
  const forks = sessions.some(isFork)
  const ticketed = view.out.terminal && sessions.some((session) => ticketOf(session) !== null)
  return [
    { header: 'KEY', cell: (session) => subject(sessionName(session)) },
    {
      header: 'AGENT',
      cell: (session) => view.agentName(session.agent),
      drop: true,
      pipe: { header: 'AGENT', value: (session) => session.agent },
    },
    ...(ticketed ? [TICKET] : []),
    {
      header: 'TITLE',
      cell: titleOf,
      shrink: 10,
      comfort: ticketed ? 15 : 24,
      pipe: { header: 'TITLE', value: (session) => session.title },
    },
    {
      header: 'ACTIVE',
      align: 'right',
      drop: true,
      cell: (session) => formatWorkTime(session.activeMs),
      pipe: { header: 'ACTIVE_MS', value: (session) => session.activeMs },
    },
    {
      header: 'COST',
      align: 'right',
      cell: (session) => money(session.usage),
      pipe: { header: 'COST_MICRODOLLARS', value: (session) => exactCost(session.usage) },
    },
    {
      header: 'LAST',
      align: 'right',
      cell: (session) => formatTimeShort(Date.parse(session.lastActivityAt), view.nowMs, view.timezone),
      drop: true,
      pipe: { header: 'LAST_ACTIVITY', value: (session) => session.lastActivityAt },
    },
    {
      header: 'PROJECT',
      cell: (session) => session.project ?? '–',
      shrink: 10,
      drop: true,
      pipe: { header: 'PROJECT', value: (session) => session.project },
    },
    ...(forks && view.out.terminal ? [FORK_OF] : []),
    { header: 'TAGS', pipeOnly: true, cell: (session) => session.tags.join(',') },
    { header: 'STARRED_AT', pipeOnly: true, cell: (session) => session.starredAt ?? '' },
    { header: 'PARENT', pipeOnly: true, cell: ({ parent }) => (parent ? sessionName(parent) : '') },
    { header: 'RELATION', pipeOnly: true, cell: ({ relation }) => relation ?? '' },
    { header: 'TICKET', pipeOnly: true, cell: (session) => ticketOf(session) ?? '' },
  ]
}

/** There only where some session of the page has one. A pipe has it last: programs count columns. */
const TICKET: Column<ListedSession> = { header: 'TICKET', cell: (session) => ticketOf(session) ?? '–' }

/** What it works on, or worked on last; `none` where somebody said so, null where nobody said. */
function ticketOf({ stack, optedOut }: ListedSession): string | null {
  return stack.at(-1)?.ref ?? (optedOut ? 'none' : null)
}

/** There only where some session of the page is one: few are. */
const FORK_OF: Column<ListedSession> = {
  header: 'FORK OF',
  cell: (session) => (isFork(session) && session.parent ? sessionName(session.parent) : '–'),
  drop: true,
}

function isFork({ parent, relation }: ListedSession): boolean {
  return Boolean(parent) && relation === 'forks'
}

function sumOf(sessions: readonly ListedSession[]) {
  const models = new Set(sessions.flatMap((session) => session.usage.unpricedModels))
  const costs = sessions.map((session) => session.usage.costMicrodollars).filter((cost) => cost !== null)
  return {
    responses: sessions.reduce((sum, session) => sum + session.usage.responses, 0),
    costMicrodollars: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
    unpricedTokens: sessions.reduce((sum, session) => sum + session.usage.unpricedTokens, 0),
    unpricedModels: [...models],
  }
}
