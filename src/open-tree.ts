import { join } from 'node:path'
import type { Config } from './config/config.ts'
import type { Pricer } from './ingest/encode.ts'
import { keep } from './ingest/keep.ts'
import { keptRecords } from './ingest/kept-records.ts'
import { ownPrices } from './own-prices.ts'
import { pricerOf } from './reading.ts'
import { readKept } from './sources/kept.ts'
import { indexPath, openFilesystem } from './stores/filesystem/open.ts'
import type { FilesystemOptions } from './stores/filesystem/open.ts'
import type { Store } from './stores/store.ts'

/** Opens the record as a tree of files, where the configuration says. */
export async function openTree(
  config: Config,
  folder: string,
  options: Pick<FilesystemOptions, 'now' | 'idleMs' | 'notice'>,
): Promise<{ store: Store; path: string }> {
  const { storage } = config
  let price: Pricer | undefined
  const sessionsDir = storage.path ?? join(folder, '.sessions')
  const store = await openFilesystem({
    ...options,
    sessionsDir,
    ...(storage.history !== null && { historyDir: storage.history }),
    kept: {
      read: keptRecords,
      async keep(tx, sessionId, records, nowMs) {
        price ??= pricerOf(ownPrices(config))
        await keep(tx, readKept, sessionId, records, nowMs, price)
      },
    },
  })
  return { store, path: indexPath(sessionsDir) }
}
