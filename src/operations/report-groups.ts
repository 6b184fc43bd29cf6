import { calendarDay, periodLabel, startOfDay, addDays } from '../domain/calendar.ts'
import type { Session } from '../domain/session.ts'
import { emptyTally } from '../domain/work-tally.ts'
import type { WorkFilter } from '../stores/work-store.ts'
import { name } from './filter.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'
import { tallyBy } from './report-figures.ts'
import { type RowDraft, inOrder } from './report-row.ts'

/** What a session is told apart by. */
export const SESSION_GROUPS = ['project', 'person', 'agent', 'session'] as const
export type SessionGroup = (typeof SESSION_GROUPS)[number]

interface Group {
  /** Null where it is not recorded. */
  key: string | null
  label: string | null
  title?: string | null
  sessionId?: string
}

const GROUPS: Record<SessionGroup, (session: Session) => Group> = {
  project: ({ projectId, project }) => ({ key: projectId, label: project }),
  person: ({ userId }) => ({ key: userId, label: userId }),
  agent: ({ agent }) => ({ key: agent, label: agent }),
  session: (session) => ({ key: session.id, label: name(session), title: session.title, sessionId: session.id }),
}

/** Work by what its sessions are. */
export async function bySession(
  context: OperationContext,
  filter: WorkFilter,
  group: SessionGroup,
): Promise<RowDraft[]> {
  const { store } = context
  const { agent, projectId } = filter
  const groups = new Map<string, Group>()
  const all = everyItem((page) => store.sessions.list({ agent, projectId, includePruned: true }, { ...page }))
  for await (const session of all) groups.set(session.id, GROUPS[group](session))
  const found = new Map<string | null, Group>()
  const tallies = await tallyBy(context, { ...filter, undivided: true }, ({ sessionId }) => {
    const one = groups.get(sessionId) ?? { key: null, label: null }
    found.set(one.key, one)
    return one.key
  })
  return inOrder(
    [...tallies].map(([key, total]): RowDraft => {
      const { label = null, title = null, sessionId = null } = found.get(key) ?? {}
      return key === null ? { place: 'rest', total } : { label, title, sessionId, total }
    }),
  )
}

/** Work by day of the user's zone, those without any left out. */
export async function byDay(context: OperationContext, filter: WorkFilter): Promise<RowDraft[]> {
  const { store, timezone } = context
  const undivided = { ...filter, undivided: true }
  const [parts, quarters] = await Promise.all([store.work.parts(undivided), store.usage.byQuarter(filter)])
  const days = new Set<number>()
  const add = (fromMs: number, toMs: number): void => {
    let day = calendarDay(fromMs, timezone)
    for (let startMs = startOfDay(day, timezone); startMs < toMs; startMs = startOfDay(day, timezone)) {
      days.add(startMs)
      day = addDays(day, 1)
    }
  }
  for (const { startMs } of quarters) add(startMs, startMs + 1)
  for (const { active } of parts) for (const { startMs, endMs } of active) add(startMs, endMs)
  // Each day's beginning and end: between two days with work lies a period with none.
  const cuts = new Set<number>()
  for (const startMs of [...days].sort((a, b) => a - b)) {
    cuts.add(startMs)
    cuts.add(startOfDay(addDays(calendarDay(startMs, timezone), 1), timezone))
  }
  const boundaries = [...cuts]
  if (boundaries.length === 0) return []
  const iso = boundaries.map((atMs) => new Date(atMs).toISOString())
  const tallies = await tallyBy(context, undivided, ({ period }) => period, iso)
  return [...tallies]
    .sort(([a], [b]) => a - b)
    .map(([period, total]): RowDraft => ({ label: periodLabel('day', boundaries[period] ?? 0, timezone), total }))
}

/** Usage by model, dearest first. A model has no sessions, calls or time of its own. */
export async function byModel({ store }: OperationContext, filter: WorkFilter): Promise<RowDraft[]> {
  const rows = await store.usage.by('model', filter)
  return inOrder(
    rows.map(({ label, totals }): RowDraft => ({ label, total: { ...emptyTally(), usage: totals }, timeless: true })),
  )
}
