import type { Interval } from '../../domain/slice.ts'
import { addUsage, emptyUsage } from '../../domain/usage.ts'
import type { WorkFilter, WorkGroup, WorkSum } from '../work-store.ts'
import { among, every, is } from './condition.ts'
import type { Condition } from './condition.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'
import { QUARTER_SUMS, toTotals } from './usage-sums.ts'
import { staleDaysOf } from './work-days.ts'
import { periodAt, spanOf } from './work-periods.ts'
import type { Period } from './work-periods.ts'
import { NO_FACTS, NO_USAGE, SLOT_MS, rowsOfDays } from './work-rows.ts'
import type { UsageSums, WorkRow } from './work-rows.ts'
import { DAY_MS } from './work-stale.ts'

type Group = Exclude<WorkGroup, 'session'>

type Facts = Pick<WorkRow, 'sessions' | 'calls' | 'failed' | 'activeMs' | 'stretches'>

/** What rows of one key and model add. */
interface Addend extends UsageSums, Facts {
  key: number | string
  modelId: number
  period: number
}

interface Asked {
  group: Group
  periods: readonly Period[]
  undivided: boolean
  byProject: 0 | 1
}

const KEY_COLUMNS: Record<Group, string> = { all: "''", project: 'u.project_id', person: 'u.user_id', agent: 'u.agent' }
const KEYS: Record<Group, (row: WorkRow) => number | string> = {
  all: () => '',
  project: (row) => row.projectId,
  person: (row) => row.userId,
  agent: (row) => row.agent,
}

/**
 * What sessions did that lie in one period as a whole, by key, from sums of hours or of days: none is looked at by itself.
 *
 * @returns `left`: row ids of the others that may have done anything in a period, those of people aside: they go on beyond it, or
 *   stood on something where that is asked for
 */
export async function sumsOfKept(
  connection: Connection,
  { workspaceId }: Scope,
  group: Group,
  { projectId, agent, undivided = false }: WorkFilter,
  periods: readonly Period[],
): Promise<{ whole: WorkSum[]; left: number[] }> {
  const byProject = group === 'project' || projectId !== undefined ? 1 : 0
  const projects = byProject === 1 ? await projectsOf(connection, workspaceId) : new Map<number, string>()
  const only = projectId === undefined ? undefined : ([...projects].find(([, uid]) => uid === projectId)?.[0] ?? -1)
  const asked: Asked = { group, periods, undivided, byProject }
  // Asked first: a day that somebody writes to meanwhile counts once, as it was.
  const stale = await staleDaysOf(connection, workspaceId)
  const [from, to] = spanOf(periods)
  const where = every(
    is(`u.workspace_id = ? AND u.by_project = ${byProject}`, workspaceId),
    byProject === 0 && is('u.project_id = 0'),
    agent !== undefined && is('u.agent = ?', agent),
    only !== undefined && is('u.project_id = ?', only),
    stale.length > 0 &&
      is(`u.slot / ${DAY_MS / SLOT_MS[byProject]} NOT IN (${stale.map(() => '?').join(', ')})`, ...stale),
  )
  const addends = await addedUp(connection, asked, where)
  const left = await leftOf(connection, asked, where)
  for (const row of await rowsOfDays(connection, workspaceId, stale)) {
    if (row.byProject !== byProject || row.slot * SLOT_MS[byProject] >= to || row.latestMs <= from) continue
    if ((agent !== undefined && row.agent !== agent) || (only !== undefined && row.projectId !== only)) continue
    const period = periodOf(asked, row)
    if (period !== undefined) addends.push({ ...row, key: KEYS[group](row), period })
    else left.push(...numbersOf(row.sessionIds ?? ''))
  }
  const sums = await sumUp(connection, addends)
  if (group === 'project') for (const sum of sums) sum.key = projects.get(Number(sum.key)) ?? null
  return { whole: sums, left }
}

async function projectsOf(connection: Connection, workspaceId: number): Promise<Map<number, string>> {
  const rows = await connection.all<{ id: number; uid: string }>('SELECT id, uid FROM project WHERE workspace_id = ?', [
    workspaceId,
  ])
  return new Map(rows.map(({ id, uid }) => [id, uid]))
}

const FACTS = `CAST(SUM(u.sessions) AS BIGINT) AS sessions, CAST(SUM(u.calls) AS BIGINT) AS calls,
  CAST(SUM(u.failed) AS BIGINT) AS failed, CAST(SUM(u.active_ms) AS BIGINT) AS "activeMs",
  string_agg(u.stretches, ',') AS stretches`

/** What the engine adds up: rows that lie in one of the periods as a whole. */
async function addedUp(connection: Connection, asked: Asked, where: Condition): Promise<Addend[]> {
  const { group, periods, undivided } = asked
  const several = periods.length > 1
  const [period, from, to, latest] = several
    ? ['p.column1', 'p.column2', 'p.column3', 'p.column4']
    : limitsOf(asked)[0]!
  const ask = <Row>(sums: string, model: string): Promise<(Row & Pick<Addend, 'key' | 'modelId' | 'period'>)[]> =>
    connection.all(
      `SELECT ${KEY_COLUMNS[group]} AS key, u.model_id AS "modelId", ${period} AS period, ${sums}
       FROM ${
         several
           ? `(VALUES ${limitsOf(asked)
               .map((row) => `(${row.join(', ')})`)
               .join(', ')}) p CROSS JOIN `
           : ''
       }work_sum u
       WHERE ${where.sql} AND u.slot >= ${from} AND u.slot < ${to} AND u.latest_ms <= ${latest}
         ${undivided ? '' : 'AND u.stood = 0'} AND ${model} GROUP BY ${several ? '3, ' : ''}1, 2`,
      where.values,
    )
  // Apart: they lie in this order, and nothing has to be sorted.
  const facts = await ask<Facts>(FACTS, 'u.model_id = 0')
  const usage = await ask<UsageSums>(
    QUARTER_SUMS,
    several
      ? 'u.model_id IN (SELECT m.model_id FROM usage_model m WHERE m.workspace_id = u.workspace_id)'
      : 'u.model_id <> 0',
  )
  return [...facts.map((row) => ({ ...NO_USAGE, ...row })), ...usage.map((row) => ({ ...NO_FACTS, ...row }))]
}

/** Behind all slots and moments. */
const NEVER = Number.MAX_SAFE_INTEGER

/** Of each period its place, the first slot, the one behind the last, and the end. */
function limitsOf({ periods, byProject }: Asked): [number, number, number, number][] {
  const slot = (ms: number): number => Math.max(-NEVER, Math.min(NEVER, Math.ceil(ms / SLOT_MS[byProject])))
  return periods.map(([from, to], period) => [period, slot(from), slot(to), Math.min(NEVER, to)])
}

/** Sessions of rows that lie in no period as a whole. */
async function leftOf(connection: Connection, asked: Asked, where: Condition): Promise<number[]> {
  const { periods, undivided, byProject } = asked
  const [from, to] = spanOf(periods)
  const inside = [
    Number.isFinite(from) && is('u.slot >= ?', Math.ceil(from / SLOT_MS[byProject])),
    Number.isFinite(to) && is('u.latest_ms <= ?', to),
    !undivided && is('u.stood = 0'),
  ].filter((one) => one !== false)
  if (inside.length === 0) return []
  const all = every(...inside)
  const beyond = every(
    where,
    is('u.model_id = 0'),
    Number.isFinite(to) && is('u.slot < ?', Math.ceil(to / SLOT_MS[byProject])),
    Number.isFinite(from) && is('u.latest_ms > ?', from),
    // Of several, any row may go on beyond the one it began in.
    periods.length === 1 && is(`NOT (${all.sql})`, ...all.values),
  )
  const rows = await connection.all<Reach>(
    `SELECT u.by_project AS "byProject", u.slot, u.latest_ms AS "latestMs", u.stood, u.session_ids AS "sessionIds"
     FROM work_sum u WHERE ${beyond.sql}`,
    beyond.values,
  )
  return rows.flatMap((row) => (periodOf(asked, row) === undefined ? numbersOf(row.sessionIds ?? '') : []))
}

type Reach = Pick<WorkRow, 'byProject' | 'slot' | 'latestMs' | 'stood' | 'sessionIds'>

/** The period that a row lies in as a whole. */
function periodOf({ periods, undivided }: Asked, { byProject, slot, latestMs, stood }: Reach): number | undefined {
  if (stood === 1 && !undivided) return undefined
  const period = periodAt(periods, slot * SLOT_MS[byProject])
  return period !== undefined && latestMs <= (periods[period] as Period)[1] ? period : undefined
}

async function sumUp(connection: Connection, addends: readonly Addend[]): Promise<WorkSum[]> {
  const models = await namesOf(connection, new Set(addends.map(({ modelId }) => modelId)))
  const sums = new Map<string, WorkSum>()
  for (const { key, period, modelId, ...row } of addends) {
    const place = `${period} ${key}`
    let sum = sums.get(place)
    if (sum === undefined) sums.set(place, (sum = emptySum(key === '' ? null : String(key), period)))
    if (modelId !== 0) {
      addUsage(sum.usage, toTotals({ ...row, key, model: models.get(modelId) ?? '' }))
      continue
    }
    sum.sessions += row.sessions
    sum.calls += row.calls
    sum.failedCalls += row.failed
    sum.activeMs += row.activeMs
    if (row.stretches !== null) readStretches(row.stretches, sum.active)
  }
  for (const { usage } of sums.values()) usage.unpricedModels.sort()
  return [...sums.values()]
}

async function namesOf(connection: Connection, ids: Set<number>): Promise<Map<number, string>> {
  const where = among('id', [...ids])
  const rows = await connection.all<{ id: number; text: string }>(
    `SELECT id, text FROM name WHERE ${where.sql}`,
    where.values,
  )
  return new Map(rows.map(({ id, text }) => [id, text]))
}

export function emptySum(key: string | null, period = 0): WorkSum {
  return {
    key,
    period,
    usage: emptyUsage(),
    active: [],
    activeMs: 0,
    calls: 0,
    failedCalls: 0,
    sessionIds: new Set(),
    sessions: 0,
  }
}

function numbersOf(text: string): number[] {
  return JSON.parse(`[${text}]`) as number[]
}

function readStretches(text: string, into: Interval[]): void {
  const numbers = numbersOf(text)
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const startMs = numbers[i] as number
    into.push({ startMs, endMs: startMs + (numbers[i + 1] as number) })
  }
}
