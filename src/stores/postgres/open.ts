import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { AppError } from '../../domain/errors.ts'
import { first } from '../sql/connection.ts'
import type { Connection } from '../sql/connection.ts'
import type { Engine } from '../sql/engine.ts'
import { openScope } from '../sql/identity.ts'
import { migrate, schemaVersion } from '../sql/migrate.ts'
import { migrations } from '../sql/migrations/index.ts'
import { SCHEMA_VERSION } from '../sql/schema-version.ts'
import { sqlStore } from '../sql/sql-store.ts'
import type { Store } from '../store.ts'
import { numbers, postgresConnection, useParsers } from './connection.ts'
import { postgresDatabase } from './database.ts'
import { postgresSearch } from './search.ts'

const CONNECTIONS = 8

export interface PostgresOptions {
  /** `postgres://...`, or a connection string with a socket directory as host. */
  url: string
  workspaceId: string
  /** Id of the machine that writes: many share one database. */
  machineId: string
  /** See `Store.idleMs`; default 30 minutes. */
  idleMs?: number
  now?(): number
  random?(count: number): Uint8Array
}

/**
 * Opens a store in a PostgreSQL database (15 or newer), making the schema when there is none.
 *
 * @throws AppError `unavailable` when the server cannot be reached, `conflict` when a newer Daybook made the schema
 */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const { now = Date.now, random = randomBytes } = options
  useParsers(pg.types)
  const pool = new pg.Pool({ connectionString: options.url, max: CONNECTIONS, types: numbers, allowExitOnIdle: true })
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  const database = postgresDatabase(pool)
  try {
    const found = await database.read(installedVersion)
    if (found > SCHEMA_VERSION) {
      throw new AppError(
        'conflict',
        `the database was made by a newer Daybook (schema ${found}, this one knows ${SCHEMA_VERSION})`,
        {
          hint: 'update Daybook',
        },
      )
    }
    if (found < SCHEMA_VERSION) {
      await migrate((work) => database.write(work, 'full'), migrations, new Date(now()).toISOString())
    }
    const scope = await openScope(database, {
      workspaceId: options.workspaceId,
      machineId: options.machineId,
      idleMs: options.idleMs,
      now,
      random,
    })
    return sqlStore(scope, postgresEngine(pool))
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function installedVersion(connection: Connection): Promise<number> {
  const table = await first<{ name: string | null }>(
    connection,
    "SELECT CAST(to_regclass('migration') AS TEXT) AS name",
  )
  return table?.name == null ? 0 : schemaVersion(connection)
}

function postgresEngine(pool: pg.Pool): Engine {
  return {
    search: () => postgresSearch(),
    erase: async () => {},
    // Dead rows are the server's to take away; a vacuum that waits for nobody makes it do so now.
    scrub: async (whole) => {
      if (whole) await pool.query('VACUUM')
    },
    // The server fills its pages itself.
    compact: async () => {},
    inspect: async (integrity) => {
      const facts = await first<{ version: string; size: number; database: string }>(
        postgresConnection(pool),
        `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size,
           current_database() AS database`,
      )
      return {
        engine: 'postgres',
        engineVersion: facts?.version ?? '',
        location: facts?.database ?? '',
        sizeBytes: facts?.size ?? 0,
        searchSizeBytes: 0,
        walBytes: 0,
        // The server checks its pages itself; there is nothing to walk from here.
        damage: integrity ? [] : null,
        checked: integrity ? 'whole' : null,
      }
    },
    backup: async () => {
      throw new AppError('unsupported', 'a PostgreSQL database is not backed up by Daybook', { hint: 'use pg_dump' })
    },
    close: () => pool.end(),
  }
}
