import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { AppError } from '../../domain/errors.ts'
import { migrate } from '../sql/migrate.ts'
import type { Migration } from '../sql/migration.ts'
import { openScope } from '../sql/identity.ts'
import { SCHEMA_VERSION } from '../sql/schema-version.ts'
import { sqlStore } from '../sql/sql-store.ts'
import type { Store } from '../store.ts'
import { isDamage, resultCode } from './connection.ts'
import { sqliteDatabase } from './database.ts'
import { openHandle } from './open-handle.ts'
import type { SqliteDatabase } from './database.ts'
import { refuseEmptied } from './emptied.ts'
import { sqliteEngine } from './engine.ts'
import { preparePlace } from './files.ts'

/** `dayb`, in the header of every store of ours. */
const APPLICATION_ID = 0x64617962
/** The first SQLite without the race between a checkpoint and a commit (https://www.sqlite.org/wal.html, walresetbug). */
const OLDEST_SQLITE = [3, 51, 3]

export interface SqliteOptions {
  /** The database file, or `:memory:`. */
  path: string
  /** Default `local`: the one workspace of a person's machine. */
  workspaceId?: string
  /** See `Store.idleMs`; default 30 minutes. */
  idleMs?: number
  /** Unix milliseconds; default the clock. */
  now?(): number
  /** That many random bytes; default the system's. */
  random?(count: number): Uint8Array
  /** Steps of the schema; for tests of migrating. */
  migrations?: readonly Migration[]
}

/**
 * Opens a store on disk or in memory, making it when there is none.
 *
 * @throws AppError `unavailable` when the file is damaged or lost its bytes or the SQLite library is too old, `conflict` when the file is
 * another program's or was written by a newer Daybook, `forbidden` when others may write to its directory. The file is
 * left untouched in all these cases.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  // `randomBytes` itself as the default would load the whole of `node:crypto`, which readers do without.
  const { now = Date.now, random = (count) => randomBytes(count) } = options
  checkLibrary(process.versions.sqlite ?? '0')
  const database = await openDatabase(options.path, now, options.migrations)
  try {
    const { workspaceId = 'local', idleMs } = options
    const scope = await openScope(database, { workspaceId, idleMs, now, random })
    return sqlStore(scope, sqliteEngine(database))
  } catch (error) {
    await database.close()
    throw error
  }
}

/** @throws AppError `unavailable` below 3.51.3 */
export function checkLibrary(version: string): void {
  const parts = version.split('.').map(Number)
  const difference = OLDEST_SQLITE.map((part, i) => (parts[i] ?? 0) - part).find((step) => step !== 0) ?? 0
  if (difference >= 0) return
  throw new AppError(
    'unavailable',
    `the SQLite library ${version} of this Node can lose data when processes share a file`,
    {
      hint: 'use Node 24 or 26 in a version with SQLite 3.51.3 or newer',
    },
  )
}

/** Opens the file and brings its schema up to date; see `openSqlite` for what is refused. */
export async function openDatabase(
  path: string,
  now: () => number,
  migrations?: readonly Migration[],
): Promise<SqliteDatabase> {
  const newest = migrations?.length ?? SCHEMA_VERSION
  const memory = path === ':memory:'
  if (!memory && !preparePlace(path)) await refuseEmptied(path)
  const database = memory ? sqliteDatabase(path, openHandle(path)) : sqliteDatabase(path)
  try {
    const found = await inspectFile(database, newest)
    if (found < newest) await bringUpToDate(database, found, migrations ?? (await released()), now)
    return database
  } catch (error) {
    await database.close()
    throw isDamage(error) ? damaged(path, error) : error
  }
}

async function released(): Promise<readonly Migration[]> {
  return (await import('../sql/migrations/index.ts')).migrations
}

/** What to do is said with the place: nothing of ours ever moves or replaces a store that may still hold something. */
function damaged(path: string, cause: unknown): AppError {
  return new AppError('unavailable', `the store ${path} is damaged: it is not a sound SQLite database`, {
    details: [
      'It was left as it is. Put a backup in its place, or move it aside and scan again: what your agents still have is read anew.',
    ],
    hint: `mv '${path.replaceAll("'", String.raw`'\''`)}' '${`${path}.damaged`.replaceAll("'", String.raw`'\''`)}' && daybook scan`,
    cause,
  })
}

/** @returns the schema's version, 0 for an empty file */
async function inspectFile(database: SqliteDatabase, newest: number): Promise<number> {
  const [facts] = await database.read((connection) =>
    connection.all<{ application: number; version: number; tables: number }>(
      `SELECT (SELECT application_id FROM pragma_application_id) AS application,
              (SELECT user_version FROM pragma_user_version) AS version,
              (SELECT count(*) FROM sqlite_schema) AS tables`,
    ),
  )
  const { application, version, tables } = facts as { application: number; version: number; tables: number }
  if (application !== APPLICATION_ID && (tables > 0 || application !== 0)) {
    throw new AppError('conflict', `${database.path} is a database of another program`, {
      hint: 'choose another data directory; the file was left as it is',
    })
  }
  if (version > newest) {
    throw new AppError(
      'conflict',
      `${database.path} was written by a newer Daybook (schema ${version}, this one knows ${newest})`,
      {
        hint: 'update Daybook; the file was left as it is',
      },
    )
  }
  return version
}

async function bringUpToDate(
  database: SqliteDatabase,
  from: number,
  migrations: readonly Migration[],
  now: () => number,
): Promise<void> {
  const at = new Date(now()).toISOString()
  if (database.path !== ':memory:') {
    if (from === 0) await prepareFile(database)
    else await keepCopy(database, from)
  }
  await migrate(
    (work) =>
      database.write(async (connection) => {
        await connection.run(`PRAGMA application_id = ${APPLICATION_ID}`)
        return work(connection)
      }, 'full'),
    migrations,
    at,
  )
}

async function prepareFile(database: SqliteDatabase): Promise<void> {
  await database.outside('PRAGMA page_size = 8192')
  // Not covered by the busy timeout when several processes open a new file at once.
  for (let attempt = 1; ; attempt++) {
    try {
      await database.outside('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (attempt === 200 || resultCode(error instanceof AppError ? error.cause : error) !== 5) throw error
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 20))
    }
  }
}

async function keepCopy(database: SqliteDatabase, version: number): Promise<void> {
  const copy = `${database.path}.before-schema-${version + 1}`
  if (statSync(copy, { throwIfNoEntry: false }) !== undefined) return
  preparePlace(copy)
  await database.outside('VACUUM INTO ?', [copy])
}
