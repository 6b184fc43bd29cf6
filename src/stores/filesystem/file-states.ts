import { among, lists } from '../sql/condition.ts'
import type { Connection } from '../sql/connection.ts'
import { insertMany } from '../sql/insert.ts'
import { listTree, stateOf } from './tree.ts'
import type { FileState, Tree } from './tree.ts'

interface StateRow {
  path: string
  size_bytes: number
  modified_ns: string
}

/** A table of the index alone: the files as they were when the index last agreed with them. */
export async function makeStates(connection: Connection): Promise<void> {
  await connection.run(
    `CREATE TABLE IF NOT EXISTS tree_file (
       path TEXT NOT NULL PRIMARY KEY, size_bytes INTEGER NOT NULL, modified_ns TEXT NOT NULL) WITHOUT ROWID`,
  )
}

export async function readStates(connection: Connection, paths: readonly string[]): Promise<Map<string, FileState>> {
  const states = new Map<string, FileState>()
  for (const list of lists(paths)) {
    const where = among('path', list)
    const rows = await connection.all<StateRow>(
      `SELECT path, size_bytes, modified_ns FROM tree_file WHERE ${where.sql}`,
      where.values,
    )
    for (const row of rows) states.set(row.path, toState(row))
  }
  return states
}

/** Notes files as they are now. */
export async function writeStates(
  connection: Connection,
  tree: Tree,
  paths: readonly string[],
  moves: readonly (readonly [string, string])[] = [],
): Promise<void> {
  if (moves.length > 0) return writeAllStates(connection, tree)
  for (const list of lists(paths)) {
    const where = among('path', list)
    await connection.run(`DELETE FROM tree_file WHERE ${where.sql}`, where.values)
  }
  await insert(
    connection,
    paths.flatMap((path) => stateOf(tree, path) ?? []),
  )
}

export async function writeAllStates(connection: Connection, tree: Tree): Promise<void> {
  await connection.run('DELETE FROM tree_file')
  await insert(connection, listTree(tree))
}

/** Files that are not as they were noted: new, changed or gone. */
export async function changedFiles(connection: Connection, tree: Tree): Promise<string[]> {
  const rows = await connection.all<StateRow>('SELECT path, size_bytes, modified_ns FROM tree_file')
  const known = new Map<string, StateRow>()
  for (const row of rows) known.set(row.path, row)
  const changed: string[] = []
  for (const { path, sizeBytes, modifiedNs } of listTree(tree)) {
    const before = known.get(path)
    if (before?.size_bytes !== sizeBytes || before.modified_ns !== modifiedNs) changed.push(path)
    known.delete(path)
  }
  return [...changed, ...known.keys()]
}

async function insert(connection: Connection, states: readonly FileState[]): Promise<void> {
  const values = states.flatMap((state) => [state.path, state.sizeBytes, state.modifiedNs])
  await insertMany(connection, 'INSERT INTO tree_file (path, size_bytes, modified_ns)', 3, values)
}

function toState(row: StateRow): FileState {
  return { path: row.path, sizeBytes: row.size_bytes, modifiedNs: row.modified_ns }
}
