import { calendarDay, periodLabel, startOfDay, addDays } from '../domain/calendar.ts'
import { projectLabels } from '../domain/project.ts'
import { type Tally, emptyTally } from '../domain/work-tally.ts'
import type { Page, PageRequest } from '../stores/page.ts'
import type { WorkFilter } from '../stores/work-store.ts'
import { name } from './filter.ts'
import type { OperationContext } from './operation.ts'
import { pageOfFirst, placeAfter } from './page.ts'
import { talliesOf, tallyBy } from './report-figures.ts'
import { type RowDraft, inOrder } from './report-row.ts'

/** What a session is told apart by. */
export const SESSION_GROUPS = ['project', 'person', 'agent', 'session'] as const
export type SessionGroup = (typeof SESSION_GROUPS)[number]

/** Work by what its sessions are. Sessions are named by `nameSessions`, those that are shown. */
export async function bySession(
  context: OperationContext,
  filter: WorkFilter,
  group: SessionGroup,
): Promise<RowDraft[]> {
  const { store } = context
  const tallies = await tallyBy(context, { ...filter, undivided: true }, (place) => place.key, { group })
  const projects = group === 'project' ? await store.projects.list() : []
  const names = projectLabels(projects.filter(({ id }) => tallies.has(id)))
  return inOrder(
    [...tallies].map(([key, total]): RowDraft => {
      if (key === null) return { place: 'rest', total }
      return group === 'session' ? { sessionId: key, total } : { label: names.get(key) ?? key, total }
    }),
  )
}

/** A page of sessions of all time, and what all of them add up to: none is looked at that lies behind the page. */
export async function dearestSessions(
  context: OperationContext,
  filter: WorkFilter,
  page: PageRequest,
): Promise<Page<RowDraft> & { foot: Tally }> {
  const { store } = context
  const all = await tallyBy(context, { ...filter, undivided: true }, () => 'all')
  const foot = all.get('all') ?? emptyTally()
  const first = talliesOf(await store.work.dearest(filter, placeAfter(page)), ({ key }) => key)
  const drafts = inOrder([...first].map(([sessionId, total]): RowDraft => ({ sessionId, total })))
  return { ...pageOfFirst(drafts, foot.sessionIds.size + foot.sessions, page), foot }
}

/** Rows that stand for sessions, with what those are called. */
export async function nameSessions({ store }: OperationContext, drafts: readonly RowDraft[]): Promise<RowDraft[]> {
  const named = await store.sessions.named(drafts.flatMap(({ sessionId }) => sessionId ?? []))
  return drafts.map((draft) => {
    const session = named.get(draft.sessionId ?? '')
    return session === undefined ? draft : { ...draft, label: name(session), title: session.title }
  })
}

const DAY_MS = 86_400_000

/** Work by day of the user's zone, those without any left out. */
export async function byDay(context: OperationContext, filter: WorkFilter): Promise<RowDraft[]> {
  const { timezone } = context
  const boundaries = await daysOf(context, filter)
  if (boundaries.length === 0) return []
  const iso = boundaries.map((atMs) => new Date(atMs).toISOString())
  const undivided = { ...filter, undivided: true }
  const tallies = await tallyBy(context, undivided, ({ period }) => period, { boundaries: iso })
  return [...tallies]
    .sort(([a], [b]) => a - b)
    .map(([period, total]): RowDraft => ({ label: periodLabel('day', boundaries[period] ?? 0, timezone), total }))
}

/** Beginnings of all days between the first session and what may still go on, and of the one after. */
async function daysOf({ store, timezone }: OperationContext, filter: WorkFilter): Promise<number[]> {
  const { agent, projectId, from, to } = filter
  const { oldestAt, newestAt } = await store.sessions.stats({ agent, projectId, includePruned: true })
  if (oldestAt === null || newestAt === null) return []
  const firstMs = Math.max(Date.parse(oldestAt) - DAY_MS, from === undefined ? 0 : Date.parse(from))
  const lastMs = Math.min(Date.parse(newestAt) + DAY_MS, to === undefined ? Infinity : Date.parse(to))
  const days: number[] = []
  for (let day = calendarDay(firstMs, timezone); ; day = addDays(day, 1)) {
    const startMs = startOfDay(day, timezone)
    days.push(startMs)
    if (startMs >= lastMs) return days.length > 1 ? days : []
  }
}

/** Usage by model, dearest first. A model has no sessions, calls or time of its own. */
export async function byModel({ store }: OperationContext, filter: WorkFilter): Promise<RowDraft[]> {
  const rows = await store.usage.by('model', filter)
  return inOrder(
    rows.map(({ label, totals }): RowDraft => ({ label, total: { ...emptyTally(), usage: totals }, timeless: true })),
  )
}
