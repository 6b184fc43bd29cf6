import * as z from 'zod/mini'
import type { Page, PageRequest } from '../stores/page.ts'
import { choice, filterFields, flag, pageFields } from './fields.ts'
import { type Narrowing, narrow, oneProject } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { type ReportFigures, figuresOf } from './report-figures.ts'
import { byDay, byModel, bySession, dearestSessions, nameSessions } from './report-groups.ts'
import { type ReportRow, type RowDraft, footOf, rowOf } from './report-row.ts'
import { byTicket } from './report-tickets.ts'
import { listPricesOf } from './usage-view.ts'

export const REPORT_GROUPS = [
  'ticket',
  'sprint',
  'epic',
  'project',
  'person',
  'agent',
  'day',
  'session',
  'model',
] as const
export type ReportGroup = (typeof REPORT_GROUPS)[number]

/** Rows add up to `totals`, also those on other pages: of a row below another one only what it took by itself counts. */
export interface WorkReport extends Page<ReportRow> {
  by: ReportGroup
  /** ISO, [from, to); null where nothing was asked. */
  from: string | null
  to: string | null
  /** Name of the one project that was asked about. */
  project: string | null
  totals: ReportFigures
  priceDate: string
}

export const workReport = defineOperation({
  name: 'work.report',
  summary: 'Show what each ticket took in time and cost, and what belongs to none.',
  input: z.object({
    by: z._default(choice(REPORT_GROUPS, 'one row for each'), 'ticket'),
    children: flag('tickets below a listed one as rows of their own'),
    ...filterFields,
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: {
    name: 'work_report',
    toolset: 'work',
    description:
      'Time, cost, tokens, sessions and failed calls by ticket (or sprint, epic, project, person, agent, day, session, model), with estimates and what is unattributed.',
    within: 'project',
  },
  cli: {
    path: ['report'],
    examples: [
      { command: 'daybook report', says: 'what each ticket took, and what belongs to none' },
      { command: 'daybook report --since 7d --by day', says: 'the last 7 days, day by day' },
      { command: 'daybook report --by epic --children', says: 'epics, with the tickets below them' },
    ],
    seeAlso: ['attach', 'usage daily'],
  },
  async handle(context, { by, children, limit, cursor, ...words }): Promise<WorkReport> {
    const filter = await narrow(context, words)
    const project = words.project === undefined ? null : (await oneProject(context, words.project)).name
    const { items, totals, ...page } = await pageOfRows(context, by, children, filter, { limit, cursor })
    return {
      by,
      from: filter.from ?? null,
      to: filter.to ?? null,
      project,
      items: (by === 'session' ? await nameSessions(context, items) : items).map(rowOf),
      ...page,
      totals,
      priceDate: listPricesOf(),
    }
  },
})

async function pageOfRows(
  context: OperationContext,
  by: ReportGroup,
  children: boolean,
  filter: Narrowing,
  page: PageRequest,
): Promise<Page<RowDraft> & Pick<WorkReport, 'totals'>> {
  if (by === 'session' && filter.from === undefined && filter.to === undefined) {
    const { foot, ...rows } = await dearestSessions(context, filter, page)
    return { ...rows, totals: figuresOf(foot) }
  }
  const drafts = await draftsOf(context, by, children, filter)
  return { ...pageOf(drafts, page), totals: footOf(drafts, children) }
}

function draftsOf(
  context: OperationContext,
  by: ReportGroup,
  children: boolean,
  filter: Narrowing,
): Promise<RowDraft[]> {
  if (by === 'ticket') return byTicket(context, { filter, children })
  if (by === 'epic' || by === 'sprint') return byTicket(context, { filter, children, kind: by })
  if (by === 'day') return byDay(context, filter)
  if (by === 'model') return byModel(context, filter)
  return bySession(context, filter, by)
}
