import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { uuidv7 } from '../../domain/ids.ts'
import { first } from '../sql/connection.ts'
import type { Connection, Database, Durability } from '../sql/connection.ts'
import { openScope } from '../sql/identity.ts'
import { sqlStore } from '../sql/sql-store.ts'
import { isDamage } from '../sqlite/connection.ts'
import type { SqliteDatabase } from '../sqlite/database.ts'
import { isEmptied } from '../sqlite/emptied.ts'
import { sqliteEngine } from '../sqlite/engine.ts'
import { openDatabase } from '../sqlite/open.ts'
import type { Store } from '../store.ts'
import { readChanges } from './changes.ts'
import { makeChains, readChains } from './chains.ts'
import { finishEdits, isUnfinished } from './edits.ts'
import { changedFiles, makeStates } from './file-states.ts'
import { makeKept } from './kept-files.ts'
import type { KeptRecords } from './kept-files.ts'
import { loadFiles } from './load.ts'
import type { Loaded } from './load.ts'
import type { Place } from './place.ts'
import { refreshFiles } from './refresh.ts'
import { ChangedElsewhere, saveChanges } from './save.ts'
import { INDEX_FOLDER, readTree, STAGING_FOLDER, WORKSPACES_FOLDER } from './tree.ts'
import type { Tree } from './tree.ts'

export interface FilesystemOptions {
  /** The folder of the tree: `.sessions`. */
  sessionsDir: string
  /** Where tools keep what they did; default `.history` beside the tree. */
  historyDir?: string
  /** How what programs told is read and given back. */
  kept: KeptRecords
  /** Default `local`: the one workspace of a person's machine. */
  workspaceId?: string
  /** See `Store.idleMs`; default 30 minutes. */
  idleMs?: number
  /** Unix milliseconds; default the clock. */
  now?(): number
  /** That many random bytes; default the system's. */
  random?(count: number): Uint8Array
  /** Default the system's. */
  symlink?(target: string, path: string): void
  /** Told, in a sentence, when the index was made anew, and why. */
  notice?(sentence: string): void
}

/** Where the index of a tree is: an ordinary store, whose rows are all in the files too. */
export function indexPath(sessionsDir: string, workspaceId = 'local'): string {
  return join(treeOf(resolve(sessionsDir), workspaceId), INDEX_FOLDER, 'daybook.db')
}

/**
 * Opens a tree of files as a store, making it when there is none. The files are the truth; the index beside them is made
 * anew from them when it is missing, damaged, of another form or older than they are.
 *
 * @throws AppError as `openSqlite`, but never for a damaged index; `unavailable` when the files cannot be written
 */
export async function openFilesystem(options: FilesystemOptions): Promise<Store> {
  const { workspaceId: workspaceUid = 'local', now = Date.now, random = (count) => randomBytes(count) } = options
  const root = treeOf(resolve(options.sessionsDir), workspaceUid)
  const history = resolve(options.historyDir ?? join(root, '..', '.history'))
  const tree = { root, history, symlink: options.symlink ?? symlinkSync }
  prepareTree(tree)
  const { database, fresh } = await openIndex(indexPath(options.sessionsDir, workspaceUid), now)
  try {
    const engine = sqliteEngine(database)
    const request = {
      workspaceId: workspaceUid,
      machineId: machineOf(tree, now, random),
      idleMs: options.idleMs,
      now,
      random,
      chains: (): string => place.chains,
    }
    const view = async (connection: Connection): Promise<Store> =>
      sqlStore(await openScope(inside(connection), request), engine)
    const { machineId } = request
    const place: Place = { tree, workspaceUid, machineId, chains: machineId, now, random, view, kept: options.kept }
    const told = await bringUpToDate(database, place, fresh)
    if (told !== undefined) options.notice?.(told)
    const scope = await openScope(keepingFiles(database, place), request)
    const store = sqlStore(scope, engine)
    return {
      ...store,
      inspect: async (how) => ({ ...(await store.inspect(how)), engine: 'filesystem', location: root }),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** A transaction as a database of its own. */
function inside(connection: Connection): Database {
  return { dialect: connection.dialect, read: (work) => work(connection), write: (work) => work(connection) }
}

function treeOf(sessionsDir: string, workspaceId: string): string {
  return workspaceId === 'local' ? sessionsDir : join(sessionsDir, WORKSPACES_FOLDER, encodeURIComponent(workspaceId))
}

/** What git is told of a tree: lines and fields of both sides stay, the index is nobody else's. */
const GIT_FILES: Readonly<Record<string, string>> = {
  '.gitattributes': '*.json merge=union\n*.jsonl merge=union\n*.zst -text -diff\n',
  '.daybook/.gitignore': '/index/\n/staging/\n/machine\n',
}

function prepareTree(tree: Tree): void {
  const { root } = tree
  if (mkdirSync(root, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(root, 0o700)
  for (const folder of [INDEX_FOLDER, STAGING_FOLDER]) mkdirSync(join(root, folder), { recursive: true, mode: 0o700 })
  for (const [path, text] of Object.entries(GIT_FILES)) {
    if (readTree(tree, path) === undefined) writeFileSync(join(root, path), text, { flag: 'wx', mode: 0o600 })
  }
}

/** The machine whose writing goes into chains of its own. It stays here when the tree is copied by git. */
function machineOf(tree: Tree, now: () => number, random: (count: number) => Uint8Array): string {
  const path = '.daybook/machine'
  const known = readTree(tree, path)?.toString('utf8').trim()
  if (known) return known
  try {
    writeFileSync(join(tree.root, path), `${uuidv7(now(), random(10))}\n`, { flag: 'wx', mode: 0o600 })
  } catch {
    // Another process was faster.
  }
  return readTree(tree, path)?.toString('utf8').trim() ?? uuidv7(now(), random(10))
}

async function openIndex(
  path: string,
  now: () => number,
): Promise<{ database: SqliteDatabase; fresh: string | undefined }> {
  try {
    return { database: await openDatabase(path, now), fresh: undefined }
  } catch (error) {
    if (!isDamage((error as Error).cause) && !isEmptied(path)) throw error
    for (const name of ['', '-wal', '-shm']) rmSync(`${path}${name}`, { force: true })
    rmSync(join(path, '..', 'search.db'), { force: true })
    return { database: await openDatabase(path, now), fresh: 'was damaged' }
  }
}

/** @returns what was done, in words; `undefined` where the index agrees with the files */
async function bringUpToDate(
  database: SqliteDatabase,
  place: Place,
  why: string | undefined,
): Promise<string | undefined> {
  const { tree } = place
  if (why === undefined && !isUnfinished(tree) && (await database.read((connection) => isCurrent(connection, tree)))) {
    return undefined
  }
  return database.write(async (connection) => {
    const known = await hasStates(connection)
    await makeStates(connection)
    await makeKept(connection)
    await makeChains(connection)
    finishEdits(tree)
    const changed = await changedFiles(connection, tree)
    if (known && changed.length === 0) return undefined
    if (known && why === undefined) {
      const refreshed = await refreshFiles(connection, place, changed)
      const were = `${count(changed.length, 'file')}: ${changed.length === 1 ? 'it was' : 'they were'} read`
      if (refreshed) return `The index of ${tree.root} was older than ${were}${withProblems(refreshed)}.`
    }
    const loaded = await loadFiles(connection, place)
    if (changed.length === 0) return undefined
    const reason = why ?? (known ? `was older than ${count(changed.length, 'file')}` : 'was missing')
    const what = `made anew from the files, ${count(loaded.sessions, 'session')}`
    return `The index of ${tree.root} ${reason}: ${what}${withProblems(loaded)}.`
  }, 'full')
}

function withProblems({ problems }: Pick<Loaded, 'problems'>): string {
  return problems === 0 ? '' : `, ${count(problems, 'problem')} (daybook problems)`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

async function hasStates(connection: Connection): Promise<boolean> {
  return (await first(connection, "SELECT 1 AS one FROM sqlite_schema WHERE name = 'tree_chain'")) !== undefined
}

async function isCurrent(connection: Connection, tree: Tree): Promise<boolean> {
  return (await hasStates(connection)) && (await changedFiles(connection, tree)).length === 0
}

/**
 * The index's database; what a transaction changes is in the files before it commits. That the files are on the disk is
 * what counts: of an index that a power cut set back it is seen that it is older than they are.
 */
function keepingFiles(database: SqliteDatabase, place: Place): Database {
  async function write<T>(work: (connection: Connection) => Promise<T>, durability: Durability): Promise<T> {
    return database.write(
      async (connection) => {
        if (finishEdits(place.tree)) await loadFiles(connection, place)
        place.chains = (await readChains(connection)) ?? place.machineId
        const recording = database.record()
        try {
          const result = await work(connection)
          const changes = await readChanges(connection, recording.changeset())
          await saveChanges(connection, place, changes, durability !== 'bulk')
          return result
        } finally {
          recording.close()
        }
      },
      durability === 'full' ? 'bulk' : durability,
    )
  }
  return {
    dialect: database.dialect,
    read: (work) => database.read(work),
    async write(work, durability) {
      try {
        return await write(work, durability)
      } catch (error) {
        // A program that stays open reads what others wrote as one does that begins.
        if (error instanceof ChangedElsewhere) await bringUpToDate(database, place, undefined)
        throw error
      }
    },
  }
}
