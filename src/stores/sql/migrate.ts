import type { Connection } from './connection.ts'
import type { Migration } from './migration.ts'

/**
 * Brings the schema up to date in one transaction with the rows that say so: a kill at any statement leaves the old schema
 * or the new one, and no other process sees a step in between, which it would take for an older store.
 *
 * @param write runs one writing transaction
 * @param at ISO time for the record
 */
export async function migrate(
  write: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>,
  migrations: readonly Migration[],
  at: string,
): Promise<void> {
  await write(async (connection) => {
    await connection.lock('daybook migrations')
    await connection.run(
      'CREATE TABLE IF NOT EXISTS migration (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)',
    )
    // Asked inside the transaction: another process may have been faster.
    const found = await schemaVersion(connection)
    for (const migration of migrations.filter(({ version }) => version > found)) {
      for (const statement of migration.statements(connection.dialect)) await connection.run(statement)
      await connection.run('INSERT INTO migration (version, name, applied_at) VALUES (?, ?, ?)', [
        migration.version,
        migration.name,
        at,
      ])
      if (connection.dialect.name === 'sqlite') await connection.run(`PRAGMA user_version = ${migration.version}`)
    }
  })
}

/** Number of the newest step in the store. Fails where there is no schema at all. */
export async function schemaVersion(connection: Connection): Promise<number> {
  const rows = await connection.all<{ version: number | null }>('SELECT MAX(version) AS version FROM migration')
  return rows[0]?.version ?? 0
}
