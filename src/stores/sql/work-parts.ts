import { attributionOf } from '../../domain/frame-interval.ts'
import type { Attribution } from '../../domain/frame-interval.ts'
import { mergeIntervals } from '../../domain/slice.ts'
import { addUsage, emptyUsage } from '../../domain/usage.ts'
import type { WorkCount, WorkCountKind, WorkFilter, WorkPart, WorkStore, WorkSums } from '../work-store.ts'
import { lists } from './condition.ts'
import type { Connection } from './connection.ts'
import type { IntervalFact } from './interval-cuts.ts'
import type { Scope } from './scope.ts'
import { activityOf, takeActivity } from './work-activity.ts'
import { takeCountsOfSegment, takeCountsOfWhole } from './work-counts.ts'
import { periodsOf } from './work-periods.ts'
import type { Period } from './work-periods.ts'
import { divide, workSessions } from './work-sessions.ts'
import type { Division, WorkSession } from './work-sessions.ts'
import { takeUsageOfSegment, takeUsageOfWhole } from './work-usage.ts'
import type { KeyedSession } from './work-keyed.ts'

/** What was done for which ticket; see `WorkStore`. */
export function workStore(scope: Scope): WorkStore {
  /** Asks about the sessions in question, some hundred at a time. */
  const ask = <T extends WorkPlace>(
    filter: WorkFilter,
    boundaries: readonly string[] | undefined,
    idleMs: number,
    about: (
      connection: Connection,
      sessions: WorkSession[],
      periods: readonly Period[],
      division: Division,
    ) => Promise<T[]>,
  ): Promise<T[]> =>
    scope.database.read(async (connection) => {
      const periods = periodsOf(filter, boundaries)
      if (periods.length === 0) return []
      const found: T[] = []
      const sessions = await workSessions(connection, scope, filter, periods, idleMs)
      for (const some of lists(sessions)) {
        const division = await divide(connection, scope, some, filter.undivided === true)
        found.push(...(await about(connection, some, periods, division)))
      }
      const wanted = filter.ticketIds
      return wanted === undefined ? found : found.filter((place) => wanted.includes(place.ticketId ?? ''))
    })
  const divided = async (
    connection: Connection,
    sessions: readonly KeyedSession[],
    periods: readonly Period[],
    undivided: boolean,
  ): Promise<Pick<WorkSums, 'parts' | 'counts'>> => {
    const keys = new Map(sessions.map(({ uid, key }) => [uid, key === '' ? null : key]))
    const keyed = <T extends WorkPlace>(place: T) => ({ ...place, key: keys.get(place.sessionId) ?? null })
    const found: Pick<WorkSums, 'parts' | 'counts'> = { parts: [], counts: [] }
    for (const some of lists(sessions)) {
      const division = await divide(connection, scope, some, undivided)
      const parts = await partsOf(connection, scope, some, periods, scope.idleMs, division)
      found.parts.push(...parts.map(keyed))
      const counts = await countsOf(connection, periods, ['calls', 'failedCalls'], division)
      found.counts.push(...counts.map(keyed))
    }
    return found
  }
  return {
    parts: (filter, boundaries, idleMs = scope.idleMs) =>
      ask(filter, boundaries, idleMs, (connection, sessions, periods, division) =>
        partsOf(connection, scope, sessions, periods, idleMs, division),
      ),
    counts: (kinds, filter, boundaries) =>
      ask(filter, boundaries, scope.idleMs, (connection, _, periods, division) =>
        countsOf(connection, periods, kinds, division),
      ),
    unattributed: async (filter) => {
      const { unattributedSessions } = await import('./work-unattributed.ts')
      return scope.database.read((connection) =>
        unattributedSessions(connection, scope, filter, async (sessions) => {
          const parts: WorkPart[] = []
          const periods = periodsOf(filter, undefined)
          for (const some of lists(sessions)) {
            const division = await divide(connection, scope, some, false)
            parts.push(...(await partsOf(connection, scope, some, periods, scope.idleMs, division)))
          }
          return parts
        }),
      )
    },
    sums: async (group, filter, boundaries) => {
      const periods = periodsOf(filter, boundaries)
      if (periods.length === 0) return { whole: [], parts: [], counts: [] }
      const undivided = filter.undivided === true
      // What commands that ask for no report do without.
      const { keyedSessions } = await import('./work-keyed.ts')
      if (group === 'session') {
        return scope.database.read(async (connection) => {
          const all = await keyedSessions(connection, scope, group, filter, periods)
          return { whole: [], ...(await divided(connection, all, periods, undivided)) }
        })
      }
      const { keepDays } = await import('./work-days.ts')
      const { sumsOfKept } = await import('./work-kept.ts')
      await keepDays(scope)
      return scope.database.read(async (connection) => {
        const { whole, left } = await sumsOfKept(connection, scope, group, filter, periods)
        const others = [...(await peoples(connection, scope)), ...left]
        const keyed = await keyedSessions(connection, scope, group, filter, periods, others)
        return { whole, ...(await divided(connection, keyed, periods, undivided)) }
      })
    },
    keep: async () => {
      const { keepDays } = await import('./work-days.ts')
      await keepDays(scope)
    },
    dearest: async (filter, limit) => {
      const { EVER, dearestSessions } = await import('./work-dearest.ts')
      const { keyedSessions } = await import('./work-keyed.ts')
      return scope.database.read(async (connection) => {
        const people = await peoples(connection, scope)
        const others = await keyedSessions(connection, scope, 'session', filter, EVER, people)
        const whole = await dearestSessions(connection, scope, filter, limit)
        return { whole, ...(await divided(connection, others, EVER, true)) }
      })
    },
  }
}

/** Row ids of sessions with time of people: they are looked at one by one. */
async function peoples(connection: Connection, { workspaceId }: Scope): Promise<number[]> {
  const rows = await connection.all<{ id: number }>(
    'SELECT DISTINCT session_id AS id FROM person_interval WHERE workspace_id = ?',
    [workspaceId],
  )
  return rows.map(({ id }) => id)
}

type WorkPlace = Pick<WorkPart, 'sessionId' | 'period' | 'attribution' | 'ticketId'>

/** One of each place that work counts in, made when it is first asked for. */
function places<T>(make: (place: WorkPlace) => T): {
  at(sessionId: string, period: number, interval: IntervalFact | undefined): T
  all(): T[]
} {
  const known = new Map<string, T>()
  return {
    at(sessionId, period, interval) {
      const attribution: Attribution = interval === undefined ? 'unattributed' : attributionOf(interval)
      const ticketId = interval?.stack.at(-1)?.ticketId ?? null
      const key = `${sessionId} ${period} ${attribution} ${ticketId ?? ''}`
      let one = known.get(key)
      if (one === undefined) known.set(key, (one = make({ sessionId, period, attribution, ticketId })))
      return one
    },
    all: () => [...known.values()],
  }
}

async function partsOf(
  connection: Connection,
  scope: Scope,
  sessions: readonly WorkSession[],
  periods: readonly Period[],
  idleMs: number,
  { intervals, whole, segments }: Division,
): Promise<WorkPart[]> {
  const parts = places((place): WorkPart => ({ ...place, usage: emptyUsage(), active: [] }))
  const held = new Map(whole.map((one) => [one.session.id, one]))
  await takeUsageOfWhole(connection, scope, [...held.keys()], periods, (id, period, totals) => {
    const one = held.get(id)
    if (one) addUsage(parts.at(one.session.uid, period, one.interval).usage, totals)
  })
  for (const segment of segments) {
    await takeUsageOfSegment(connection, segment, periods, (_, period, totals) => {
      addUsage(parts.at(segment.session.uid, period, segment.interval).usage, totals)
    })
  }
  const ids = sessions.map((session) => session.id)
  const activity = Map.groupBy(await activityOf(connection, scope, ids, idleMs), (row) => row.session_id)
  for (const { id, uid } of sessions) {
    takeActivity(activity.get(id) ?? [], intervals.get(id) ?? [], periods, (period, interval, active) => {
      parts.at(uid, period, interval).active.push(active)
    })
  }
  return parts
    .all()
    .map((part) => ({ ...part, active: mergeIntervals(part.active) }))
    .filter((part) => part.usage.responses > 0 || part.active.length > 0)
}

async function countsOf(
  connection: Connection,
  periods: readonly Period[],
  kinds: readonly WorkCountKind[],
  { whole, segments }: Division,
): Promise<WorkCount[]> {
  const zero = Object.fromEntries(kinds.map((kind) => [kind, 0]))
  const counts = places((place): WorkCount => ({ ...place, counts: { ...zero } }))
  const held = new Map(whole.map((one) => [one.session.id, one]))
  const add = (
    session: WorkSession,
    period: number,
    interval: IntervalFact | undefined,
    kind: WorkCountKind,
    n: number,
  ) => {
    const place = counts.at(session.uid, period, interval)
    place.counts[kind] = (place.counts[kind] ?? 0) + n
  }
  for (const kind of kinds) {
    const together = whole.map((one) => one.session)
    await takeCountsOfWhole(connection, kind, together, periods, (id, period, n) => {
      const one = held.get(id)
      if (one) add(one.session, period, one.interval, kind, n)
    })
  }
  for (const segment of segments) {
    await takeCountsOfSegment(connection, kinds, segment, periods, (kind, period, n) =>
      add(segment.session, period, segment.interval, kind, n),
    )
  }
  return counts.all()
}
