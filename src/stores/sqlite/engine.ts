import { rmSync } from 'node:fs'
import { isAppError } from '../../domain/errors.ts'
import type { Engine } from '../sql/engine.ts'
import type { StoreReport } from '../store.ts'
import { checkFile, checkHere, isLarge } from './check-apart.ts'
import type { SqliteDatabase } from './database.ts'
import { prepareCopy, sizeOf } from './files.ts'
import { searchFile, searchMemory, searchPath, type SearchPlace } from './search-file.ts'
import { sqliteSearch } from './search.ts'

/** A file that is rewritten within a second or two: nobody else can write meanwhile. */
const LARGEST_COMPACTED_BYTES = 256 * 1024 * 1024

/** What SQLite adds to the shared queries: looking after its files. */
export function sqliteEngine(database: SqliteDatabase): Engine {
  const file = database.path === ':memory:' ? undefined : searchFile(database.path)
  return {
    // In memory the index is part of the store, so inside a transaction it has to be asked through that transaction.
    search: (scope) => sqliteSearch(file ?? searchMemory(scope.database), scope.workspaceId),
    erase: () => database.erase(),
    scrub: (whole) => (whole ? database.rewrite() : database.checkpoint()),
    compact: () => compact(database, file),
    inspect: async (integrity, pagesOnly) => {
      const checked = !integrity ? null : pagesOnly && isLarge(database.path) ? 'pages' : 'whole'
      const [report] = await Promise.all([inspect(database, checked), integrity && file?.verify()])
      return report
    },
    backup: (path) => backup(database, path),
    close: async () => {
      await file?.close()
      await database.close()
    },
  }
}

async function compact(database: SqliteDatabase, search: SearchPlace | undefined): Promise<void> {
  const { path } = database
  try {
    if (sizeOf(path) <= LARGEST_COMPACTED_BYTES) await database.rewrite()
    if (search && sizeOf(searchPath(path)) <= LARGEST_COMPACTED_BYTES) await search.scrub()
  } catch (error) {
    // The disk may be full, or somebody writes all the time: the files stay as they are.
    if (!isAppError(error)) throw error
  }
}

async function inspect(
  database: SqliteDatabase,
  checked: StoreReport['checked'],
): Promise<Omit<StoreReport, 'schemaVersion'>> {
  const damage =
    checked === null ? undefined : await checkFile(database.path, () => database.read(checkHere), checked === 'pages')
  return {
    engine: 'sqlite',
    engineVersion: process.versions.sqlite ?? '',
    location: database.path,
    sizeBytes: sizeOf(database.path),
    searchSizeBytes: sizeOf(searchPath(database.path)),
    walBytes: sizeOf(`${database.path}-wal`),
    damage: damage?.filter((line) => line !== 'ok') ?? null,
    checked,
  }
}

async function backup(database: SqliteDatabase, path: string): Promise<{ sizeBytes: number }> {
  prepareCopy(path)
  try {
    await database.outside('VACUUM INTO ?', [path])
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
  return { sizeBytes: sizeOf(path) }
}
