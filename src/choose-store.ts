import { createHash, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Config } from './config/config.ts'
import { makeDataDir } from './config/places.ts'
import { AppError } from './domain/errors.ts'
import type { openTree } from './open-tree.ts'
import { redactionSalt } from './salt.ts'
import type { openPostgres } from './stores/postgres/open.ts'
import { openSqlite } from './stores/sqlite/open.ts'
import type { Store } from './stores/store.ts'

export interface ChosenStore {
  store: Store
  /** The file it is kept in, which threads open by themselves; null where it is none. */
  path: string | null
  /** The secret of placeholders. */
  salt(): Uint8Array
}

/** Whether anything is written at all. */
export function keepsNothing({ storage }: Pick<Config, 'storage'>): boolean {
  return !storage.enabled || storage.backend === 'memory'
}

/**
 * Opens the store that the configuration asks for.
 *
 * @param folder of the data, where no other is configured
 * @param notice told, in a sentence, when an index had to be made anew
 * @throws AppError `invalid` where something has to be said beside the backend, else what opening throws
 */
export async function chooseStore(
  config: Config,
  folder: string,
  now: () => number,
  notice?: (sentence: string) => void,
): Promise<ChosenStore> {
  const { storage } = config
  const options = { now, idleMs: config.idleMinutes * 60_000 }
  if (keepsNothing(config)) {
    let salt: Uint8Array | undefined
    return {
      store: await openSqlite({ path: ':memory:', ...options }),
      path: null,
      salt: () => (salt ??= randomBytes(32)),
    }
  }
  makeDataDir(folder)
  const salt = (): Uint8Array => redactionSalt(folder)
  if (storage.backend === 'postgres') {
    if (storage.url === null) {
      throw new AppError('invalid', 'backend postgres needs the URL of a database', {
        hint: 'export DAYBOOK_STORAGE_URL=postgres://user@localhost/daybook',
      })
    }
    const machineId = machineOf(salt())
    const store = await postgres()({ url: storage.url, workspaceId: 'local', machineId, ...options })
    return { store, path: null, salt }
  }
  if (storage.backend === 'filesystem') {
    return { ...(await tree()(config, folder, { ...options, ...(notice && { notice }) })), salt }
  }
  const place = storage.path ?? folder
  makeDataDir(place)
  const path = join(place, 'daybook.db')
  return { store: await openSqlite({ path, ...options }), path, salt }
}

/** The same for every program that shares the data folder. */
function machineOf(salt: Uint8Array): string {
  return createHash('sha256').update('machine').update(salt).digest('hex').slice(0, 32)
}

function postgres(): typeof openPostgres {
  return (part('postgres-store') as { openPostgres: typeof openPostgres }).openPostgres
}

function tree(): typeof openTree {
  return (part('open-tree') as { openTree: typeof openTree }).openTree
}

/** A file of its own beside the program: in it, every command would load more parts. */
function part(name: string): unknown {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  return createRequire(import.meta.url)(`./${name}${extension}`)
}
