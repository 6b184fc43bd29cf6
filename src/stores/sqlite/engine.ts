import { rmSync, statSync } from 'node:fs'
import type { Engine } from '../sql/engine.ts'
import type { StoreReport } from '../store.ts'
import { LARGE_BYTES, checkApart } from './check-apart.ts'
import type { SqliteDatabase } from './database.ts'
import { prepareCopy } from './files.ts'
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
      if (integrity) await file?.verify()
      return inspect(database, integrity)
    },
    backup: (path) => backup(database, path),
    close: async () => {
      await file?.close()
      await database.close()
    },
  }
}

async function inspect(database: SqliteDatabase, integrity: boolean): Promise<Omit<StoreReport, 'schemaVersion'>> {
  const damage = integrity ? await check(database) : undefined
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

async function check(database: SqliteDatabase): Promise<string[]> {
  if (sizeOf(database.path) >= LARGE_BYTES) return checkApart(database.path)
  const rows = await database.read((connection) =>
    connection.all<{ integrity_check: string }>('PRAGMA integrity_check(20)'),
  )
  return rows.map((row) => row.integrity_check)
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

// A stat reads no bytes of the database, so it takes no lock away.
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
