import { AppError } from '../../domain/errors.ts'
import { among } from './condition.ts'
import type { Connection, Value } from './connection.ts'
import { insertMany } from './insert.ts'
import type { Scope } from './scope.ts'
import { USAGE_COLUMNS } from './usage-sums.ts'
import { SLOT_MS, rowsOfDays } from './work-rows.ts'
import type { WorkRow } from './work-rows.ts'
import { DAY_MS } from './work-stale.ts'

interface Stale {
  day: number
  changes: number
}

/** More days than these are kept once they were worked out: fewer are as soon worked out again. */
const WORKED_OUT = 3
/** Days of one transaction: others write in between. */
const AT_ONCE = 32

/** Columns of `work_sum` behind the workspace, with what they are called in a `WorkRow`. */
const COLUMNS: readonly (readonly [string, keyof WorkRow])[] = [
  ['by_project', 'byProject'],
  ['slot', 'slot'],
  ['agent', 'agent'],
  ['project_id', 'projectId'],
  ['user_id', 'userId'],
  ['stood', 'stood'],
  ['is_long', 'isLong'],
  ['model_id', 'modelId'],
  ['latest_ms', 'latestMs'],
  ['sessions', 'sessions'],
  ['calls', 'calls'],
  ['failed', 'failed'],
  ['active_ms', 'activeMs'],
  ['stretches', 'stretches'],
  ['session_ids', 'sessionIds'],
  ...USAGE_COLUMNS.map((column) => [column, column] as const),
]

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
  const taken: number[] = []
  const stale = (await staleOf(connection, workspaceId)).slice(0, AT_ONCE)
  const rows = await rowsOfDays(
    connection,
    workspaceId,
    stale.map(({ day }) => day),
  )
  for (const { day, changes } of stale) {
    const which = [workspaceId, day, changes]
    const sql = 'DELETE FROM work_stale WHERE workspace_id = ? AND day = ? AND changes = ?'
    if ((await connection.run(sql, which)) === 0) continue
    taken.push(day)
  }
  if (taken.length === 0) return
  for (const [byProject, slotMs] of SLOT_MS.entries()) {
    const where = among(`slot / ${DAY_MS / slotMs}`, taken)
    await connection.run(`DELETE FROM work_sum WHERE workspace_id = ? AND by_project = ${byProject} AND ${where.sql}`, [
      workspaceId,
      ...where.values,
    ])
  }
  const kept = new Set(taken)
  const values: Value[] = []
  for (const row of rows) {
    if (!kept.has(dayOf(row))) continue
    values.push(workspaceId)
    for (const [, field] of COLUMNS) values.push(row[field])
  }
  const columns = COLUMNS.map(([column]) => column).join(', ')
  const into = `INSERT INTO work_sum (workspace_id, ${columns})`
  await insertMany(connection, into, COLUMNS.length + 1, values)
}

/** The day of UTC that a row's sessions began on. */
function dayOf({ byProject, slot }: Pick<WorkRow, 'byProject' | 'slot'>): number {
  return Math.trunc((slot * SLOT_MS[byProject]) / DAY_MS)
}

/** Days of UTC of which nothing that holds is kept, ascending. */
export async function staleDaysOf(connection: Connection, workspaceId: number): Promise<number[]> {
  return (await staleOf(connection, workspaceId)).map(({ day }) => day)
}

function staleOf(connection: Connection, workspaceId: number): Promise<Stale[]> {
  return connection.all<Stale>('SELECT day, changes FROM work_stale WHERE workspace_id = ? ORDER BY day', [workspaceId])
}
