import { rmSync } from 'node:fs'
import type { Engine } from '../sql/engine.ts'
import type { StoreReport } from '../store.ts'
import { checkFile, checkHere } from './check-apart.ts'
import type { SqliteDatabase } from './database.ts'
import { prepareCopy, sizeOf } from './files.ts'
import { searchFile, searchMemory, searchPath } from './search-file.ts'
import { sqliteSearch } from './search.ts'

/** What SQLite adds to the shared queries: looking after its files. */
export function sqliteEngine(database: SqliteDatabase): Engine {
  const file = database.path === ':memory:' ? undefined : searchFile(database.path)
  return {
    // In memory the index is part of the store, so inside a transaction it has to be asked through that transaction.
    search: (scope) => sqliteSearch(file ?? searchMemory(scope.database), scope.workspaceId),
    erase: () => database.erase(),
    scrub: (whole) => (whole ? database.rewrite() : database.checkpoint()),
    inspect: async (integrity) => {
      const [report] = await Promise.all([inspect(database, integrity), integrity && file?.verify()])
      return report
    },
    backup: (path) => backup(database, path),
    close: async () => {
      await file?.close()
      await database.close()
    },
  }
}

async function inspect(database: SqliteDatabase, integrity: boolean): Promise<Omit<StoreReport, 'schemaVersion'>> {
  const damage = integrity ? await checkFile(database.path, () => database.read(checkHere)) : undefined
  return {
    engine: 'sqlite',
    engineVersion: process.versions.sqlite ?? '',
    location: database.path,
    sizeBytes: sizeOf(database.path),
    searchSizeBytes: sizeOf(searchPath(database.path)),
    walBytes: sizeOf(`${database.path}-wal`),
    damage: damage?.filter((line) => line !== 'ok') ?? null,
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
