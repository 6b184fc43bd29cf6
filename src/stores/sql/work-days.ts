import { AppError } from '../../domain/errors.ts'
import type { Interval } from '../../domain/slice.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert.ts'
import type { Scope } from './scope.ts'
import type { SumRow } from './usage-sums.ts'
import { sumDays } from './work-day-sums.ts'
import type { DaySum } from './work-day-sums.ts'
import { DAY_MS } from './work-stale.ts'

interface Stale {
  day: number
  changes: number
}

/** More days than these are kept once they were worked out: fewer are as soon worked out again. */
const WORKED_OUT = 3
/** Days of one transaction: others write in between. */
const AT_ONCE = 32

/** All that sessions ever did, but those of people without an agent. */
export async function daySums(connection: Connection, workspaceId: number): Promise<DaySum[]> {
  // Asked first: a day that somebody writes to meanwhile counts once, as it was.
  const stale = daysOf(await staleOf(connection, workspaceId))
  const isStale = new Set(stale)
  const kept = await connection.all<Omit<DaySum, 'usage' | 'stretches'> & { usage: string; stretches: string }>(
    `SELECT day, agent, project_id AS "projectId", user_id AS "userId", stood, sessions, calls, failed,
       active_ms AS "activeMs", usage, stretches FROM work_day WHERE workspace_id = ?`,
    [workspaceId],
  )
  const sums = kept
    .filter(({ day }) => !isStale.has(day))
    .map(({ usage, stretches, ...row }) => ({
      ...row,
      usage: JSON.parse(usage) as SumRow[],
      stretches: readStretches(row.day, JSON.parse(stretches) as number[]),
    }))
  return [...sums, ...(await sumDays(connection, workspaceId, stale))]
}

/** Keeps what is not kept yet, where that is much. Whoever reads does without where the store cannot be written to now. */
export async function keepDays({ database, workspaceId }: Scope): Promise<void> {
  for (let left = Infinity; left > WORKED_OUT;) {
    const before = (await database.read((connection) => staleOf(connection, workspaceId))).length
    // As many as before: others write to them all the while.
    if (before <= WORKED_OUT || before >= left) return
    left = before
    try {
      await database.write((connection) => keepSome(connection, workspaceId), 'bulk')
    } catch (error) {
      if (error instanceof AppError) return
      throw error
    }
  }
}

async function keepSome(connection: Connection, workspaceId: number): Promise<void> {
  const stale = (await staleOf(connection, workspaceId)).slice(0, AT_ONCE)
  const sums = Map.groupBy(await sumDays(connection, workspaceId, daysOf(stale)), ({ day }) => day)
  for (const { day, changes } of stale) {
    const taken = await connection.run('DELETE FROM work_stale WHERE workspace_id = ? AND day = ? AND changes = ?', [
      workspaceId,
      day,
      changes,
    ])
    if (taken === 0) continue
    await connection.run('DELETE FROM work_day WHERE workspace_id = ? AND day = ?', [workspaceId, day])
    const rows = (sums.get(day) ?? []).map((sum) => [
      workspaceId,
      day,
      sum.agent,
      sum.projectId,
      sum.userId,
      sum.stood,
      sum.sessions,
      sum.calls,
      sum.failed,
      sum.activeMs,
      JSON.stringify(sum.usage),
      JSON.stringify(sum.stretches.flatMap(({ startMs, endMs }) => [startMs - day * DAY_MS, endMs - startMs])),
    ])
    await insertMany(
      connection,
      `INSERT INTO work_day (workspace_id, day, agent, project_id, user_id, stood, sessions, calls, failed, active_ms, usage, stretches)`,
      12,
      rows.flat(),
    )
  }
}

function staleOf(connection: Connection, workspaceId: number): Promise<Stale[]> {
  return connection.all<Stale>('SELECT day, changes FROM work_stale WHERE workspace_id = ? ORDER BY day', [workspaceId])
}

function daysOf(stale: readonly Stale[]): number[] {
  return stale.map(({ day }) => day)
}

function readStretches(day: number, numbers: readonly number[]): Interval[] {
  const stretches: Interval[] = []
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const startMs = day * DAY_MS + (numbers[i] as number)
    stretches.push({ startMs, endMs: startMs + (numbers[i + 1] as number) })
  }
  return stretches
}
