import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { isAppError } from '../../src/domain/errors.ts'
import { openHistory } from '../../src/history/open.ts'
import { catalogue } from '../../src/operations/index.ts'
import { parseInput } from '../../src/operations/input.ts'
import type { Operation, OperationContext } from '../../src/operations/operation.ts'
import { READERS, SOURCES } from '../../src/sources/index.ts'
import { openFilesystem } from '../../src/stores/filesystem/open.ts'
import { KEPT, removeIndex } from '../../src/stores/filesystem/testing.ts'
import { openSqlite } from '../../src/stores/sqlite/open.ts'
import type { Store } from '../../src/stores/store.ts'
import { testKeeper } from '../keeper.ts'
import type { Step } from './step.ts'

/** A store behind the operations. */
export interface Book {
  name: string
  store: Store
  /** The reply, or the code of the refusal. */
  ask(step: Pick<Step, 'operation' | 'input'>): Promise<{ reply?: unknown; refused?: string }>
  /** As after a restart; what can be made again is thrown away before. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Every kind of store that works without a server, each with nothing in it, under one clock. */
export async function openBooks(folder: string, now: () => number): Promise<Book[]> {
  const operations = new Map((await catalogue()).map((operation) => [operation.name, operation]))
  const sessionsDir = join(folder, '.sessions')
  const file = join(folder, 'daybook.db')
  const memory = await openSqlite({ path: ':memory:', now })
  return [
    await openBook('memory', operations, folder, now, async () => memory),
    await openBook('sqlite', operations, folder, now, () => openSqlite({ path: file, now })),
    await openBook(
      'filesystem',
      operations,
      folder,
      now,
      () => openFilesystem({ sessionsDir, kept: KEPT, now }),
      () => removeIndex(sessionsDir),
    ),
  ]
}

async function openBook(
  name: string,
  operations: ReadonlyMap<string, Operation>,
  folder: string,
  now: () => number,
  open: () => Promise<Store>,
  lose: () => void = () => {},
): Promise<Book> {
  let context = contextOf(await open(), folder, now)
  const book: Book = {
    name,
    store: context.store,
    async ask({ operation: word, input }) {
      const operation = operations.get(word)!
      try {
        return { reply: await operation.handle(context, parseInput(operation, await translated(context, word, input))) }
      } catch (error) {
        if (!isAppError(error)) throw error
        return { refused: error.code }
      }
    },
    async reopen() {
      if (name === 'memory') return
      await context.store.close()
      lose()
      context = contextOf(await open(), folder, now)
      book.store = context.store
    },
    close: () => context.store.close(),
  }
  return book
}

/** A clone of the tree with an index of its own, which is given what changed in it, as by a `git pull`. */
export interface Follower {
  /** @returns the clone, and what it said when it read what changed */
  follow(): Promise<{ store: Store; said: string | undefined }>
}

export function openFollower(folder: string, now: () => number): Follower {
  const from = join(folder, '.sessions')
  const sessionsDir = join(folder, 'clone', '.sessions')
  let brought: readonly string[] = []
  return {
    async follow() {
      brought = await bringOver(from, sessionsDir, brought)
      let said: string | undefined
      const notice = (sentence: string): void => void (said = sentence)
      return { store: await openFilesystem({ sessionsDir, kept: KEPT, now, notice }), said }
    },
  }
}

const OWN = /^\.daybook\/(?:index|staging|machine)(?:\/|$)/

/**
 * What is not the same is written; of what was brought before goes what is gone there.
 *
 * @returns what is there now
 */
async function bringOver(from: string, to: string, before: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  const there = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)))
    .filter((path) => !OWN.test(path))
  for (const path of before) if (!there.includes(path)) await rm(join(to, path), { force: true })
  for (const path of there) {
    const bytes = await readFile(join(from, path))
    const known = await readFile(join(to, path)).catch(() => undefined)
    if (known?.equals(bytes)) continue
    await mkdir(dirname(join(to, path)), { recursive: true })
    await writeFile(join(to, path), bytes)
  }
  return there
}

/** Notes are said by their words; each store has numbers of its own. */
async function translated({ store }: OperationContext, word: string, input: Step['input']): Promise<Step['input']> {
  if (word !== 'session.unnote') return input
  const note = (await store.notes.list({})).find(({ text }) => text === input['note'])
  return { note: note?.id ?? 1_000_000 }
}

function contextOf(store: Store, folder: string, now: () => number): OperationContext {
  return {
    store,
    history: openHistory(store, READERS, { now, timezone: 'UTC' }),
    sources: SOURCES,
    env: { home: folder, platform: 'linux', variables: {} },
    clock: { now },
    actor: 'ada',
    timezone: 'UTC',
    keepsNothing: true,
    keeper: testKeeper(now),
    redact: async (text) => text,
    caller: {
      channel: 'api',
      connection: null,
      clientName: null,
      session: null,
      agentSession: null,
      toolUse: null,
      processIds: [],
      cwd: folder,
      interactive: false,
    },
  }
}
