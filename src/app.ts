import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chooseStore, keepsNothing } from './choose-store.ts'
import type { Elsewhere } from './cli/elsewhere.ts'
import type { OpenedStore } from './cli/io.ts'
import { readConfig, type Config } from './config/config.ts'
import { makeDataDir, type Machine } from './config/places.ts'
import type { History } from './history/history.ts'
import type { Caller } from './operations/caller.ts'
import { READERS, SOURCES } from './sources/index.ts'
import type { Env } from './sources/source.ts'

export { SOURCES } from './sources/index.ts'

/** What an open Daybook is made from. Everything outside is handed in. */
export interface AppSetup {
  machine: Machine
  cwd: string
  now(): number
  signal: AbortSignal
  /** Told what a person should know of the opening, in a sentence. */
  notice?(sentence: string): void
}

/** `own` is the person's record, `demo` the demo's store; absent: the demo only while nothing else is recorded. */
export type Which = 'own' | 'demo'

/**
 * Opens store, sources and engines.
 *
 * @throws AppError when configuration cannot be read or the store cannot be opened
 */
export async function openDaybook(setup: AppSetup, which?: Which): Promise<OpenedStore> {
  const config = await readConfig(setup.machine, setup.cwd)
  const own = config.places.dataDir
  const demo = demoFolder(own)
  if (which === 'demo') return openDemo(setup, config, demo)
  const opened = await open(setup, config, own, setup.machine)
  await opened.takeIn()
  if (which === 'own' || keepsNothing(config) || !existsSync(join(demo, 'daybook.db'))) return opened
  const { total } = await opened.context.store.sessions.list({}, { limit: 1 })
  if (total > 0) return opened
  await opened.close()
  return openDemo(setup, config, demo)
}

/**
 * Another Daybook in the place of an open record. Nothing is sent to it yet.
 *
 * @throws AppError `invalid` for what is no address of one, `unauthenticated` where no token is known for it
 */
export async function openElsewhere(
  setup: AppSetup,
  elsewhere: Elsewhere,
  caller: Pick<Caller, 'session' | 'connection'>,
): Promise<OpenedStore> {
  const [{ openRemote }, { timezone, places }] = await Promise.all([
    import('./remote.ts'),
    readConfig(setup.machine, setup.cwd),
  ])
  return openRemote(elsewhere, { ...setup, dataDir: places.dataDir, caller, timezone, sources: SOURCES })
}

/** Removes the demo's store and its made-up transcripts. False when there was none. */
export async function removeDemo(setup: Pick<AppSetup, 'machine' | 'cwd'>): Promise<boolean> {
  const folder = demoFolder((await readConfig(setup.machine, setup.cwd)).places.dataDir)
  if (!existsSync(folder)) return false
  rmSync(folder, { recursive: true })
  return true
}

function demoFolder(dataDir: string): string {
  return join(dataDir, 'demo')
}

async function openDemo(setup: AppSetup, config: Config, folder: string): Promise<OpenedStore> {
  const home = join(folder, 'home')
  const made = existsSync(home)
  if (!made) {
    const { writeDemo } = await import('./demo/index.ts')
    makeDataDir(dirname(folder))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    await writeDemo(home, setup.now())
  }
  const machine = { ...setup.machine, home, variables: {} }
  const storage = { enabled: true, backend: 'sqlite', path: null, history: null, url: null } as const
  const apart: Config = { ...config, storage, ignore: { paths: [], projects: [], agents: [] } }
  if (!made) {
    const { tellDemoWork } = await import('./demo-work.ts')
    const clock = { nowMs: setup.now() }
    const told = await open({ ...setup, now: () => clock.nowMs }, apart, folder, machine)
    await told.engines.scan({})
    await tellDemoWork(told.context, clock)
    await told.close()
  }
  const opened = await open(setup, apart, folder, machine)
  return { ...opened, context: { ...opened.context, demo: true }, demo: true }
}

async function open(setup: AppSetup, config: Config, folder: string, machine: Machine): Promise<OpenedStore> {
  const { store, path: storePath, salt } = await chooseStore(config, folder, setup.now, setup.notice)
  const env: Env = { home: machine.home, platform: machine.platform, variables: machine.variables }
  const reader = once(async () => {
    const { openHistory } = await import('./history/open.ts')
    return openHistory(store, READERS, { now: setup.now, timezone: config.timezone })
  })
  const history: History = {
    entries: async (filter, page) => (await reader()).entries(filter, page),
    search: async (request) => (await reader()).search(request),
    pictures: async (transcriptId, record) => (await reader()).pictures(transcriptId, record),
    words: async () => (await reader()).words(),
  }
  const engines = once(async () => {
    const { createEngines } = await import('./engines.ts')
    const reading = {
      redact: config.redact,
      salt: salt(),
      priceOverrides: (await import('./own-prices.ts')).ownPrices(config),
    }
    const { now, signal } = setup
    return createEngines({ store, history, storePath, env, config, reading, now, signal })
  })
  const redactor = once(async () => {
    const { createRedactor } = await import('./archive/redaction/redactor.ts')
    const redact = createRedactor({ salt: salt(), enabled: config.redact })
    return (text: string): string => redact(Buffer.from(text, 'utf8')).toString('utf8')
  })
  const keepLines = async () => (await engines()).keepLines
  const takeIn: OpenedStore['takeIn'] = async (taken) => {
    if (!keepsNothing(config) && hasSpooled(folder))
      await (await import('./intake.ts')).takeInSpooled(opened.context, config, folder, keepLines, taken)
  }
  const opened: OpenedStore = {
    context: {
      store,
      history,
      sources: SOURCES,
      env,
      clock: { now: setup.now },
      actor: userName(setup.machine),
      timezone: config.timezone,
      tickets: config.tickets,
      retentionDays: config.retentionDays,
      ownPrices: async () =>
        (await import('./own-prices.ts')).ownPrices(config).map(({ model, from = null }) => ({ model, from })),
      dataDir: folder,
      installDir: config.places.dataDir,
      keepsNothing: keepsNothing(config),
      redact: async (text) => (await redactor())(text),
      readNewest: async (agent, sinceMs) => (await engines()).readNewest(agent, sinceMs),
      keeper: async () => (await engines()).keep,
      isRunning: async (processId, atMs) =>
        (await import('./background/running-process.ts')).isRunning(processId, atMs),
      signal: setup.signal,
    },
    engines: {
      scan: async (events) => (await engines()).scan(events),
      watch: async (options) => (await engines()).watch({ ...options, takeIn }),
      readNewest: async (agent, sinceMs) => (await engines()).readNewest(agent, sinceMs),
      reindex: async (progress) => (await engines()).reindex(progress),
      importFile: async (path, by) => (await engines()).importFile(path, by),
    },
    demo: false,
    location: folder,
    takeIn,
    close: () => store.close(),
  }
  return opened
}

/** Whether hooks left something: looked at before every command, so nothing is loaded for it. */
function hasSpooled(folder: string): boolean {
  try {
    return readdirSync(join(folder, 'spool')).some((name) => !name.startsWith('.') && name !== 'damaged')
  } catch {
    return false
  }
}

/** Loads a part when it is first needed: a list needs neither redaction nor prices. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => (loaded ??= load())
}

function userName({ variables }: Machine): string {
  return variables['USER'] ?? variables['USERNAME'] ?? variables['LOGNAME'] ?? 'local'
}
