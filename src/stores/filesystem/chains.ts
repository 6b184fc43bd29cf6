import { first } from '../sql/connection.ts'
import type { Connection } from '../sql/connection.ts'

/** A table of the index alone: what names of the chains that are written here begin with. */
export async function makeChains(connection: Connection): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS tree_chain (name TEXT NOT NULL)')
}

/** Asked in each transaction: another process may have read other files since. */
export async function readChains(connection: Connection): Promise<string | undefined> {
  return (await first<{ name: string }>(connection, 'SELECT name FROM tree_chain'))?.name
}

/**
 * Says where to write from now on, when all files were read: chains that are there are left as they are. Of one branch in git
 * they end here, of another one somewhere else, and a chain with two ends would be none.
 *
 * @param known names of the chains that are there
 * @param random two bytes and more, the same for nobody else
 */
export async function beginChains(
  connection: Connection,
  known: Iterable<string>,
  machineId: string,
  random: Uint8Array,
): Promise<void> {
  const isOwn = (name: string): boolean => name.split(/[./]/, 1)[0] === machineId
  const name = [...known].some(isOwn) ? `${machineId}.${Buffer.from(random).toString('hex')}` : machineId
  await connection.run('DELETE FROM tree_chain')
  await connection.run('INSERT INTO tree_chain (name) VALUES (?)', [name])
}
