import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Activity } from '../src/domain/activity.ts'
import type { FrameInterval } from '../src/domain/frame-interval.ts'
import type { Ticket } from '../src/domain/ticket.ts'
import type { OperationContext } from '../src/operations/operation.ts'
import type { Deactivated } from '../src/operations/deactivate.ts'
import type { Ended } from '../src/operations/session-end.ts'
import type { SessionInfo } from '../src/operations/session-info.ts'
import type { Resumed } from '../src/operations/session-pause.ts'
import type { Standing } from '../src/operations/standing.ts'
import type { Ran, Setup } from '../src/cli/testing.ts'
import { type } from '../src/cli/testing.ts'
import { openHistory } from '../src/history/open.ts'
import { testKeeper } from './keeper.ts'
import { READERS, SOURCES } from '../src/sources/index.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'

/** Friday 20 November 2026, 15:42 UTC. */
export const START = Date.parse('2026-11-20T15:42:00Z')
export const MINUTE = 60_000

/** A person's machine with one project folder and a store, a clock that tests set, and any number of terminals. */
export interface WorkWorld {
  store: Store
  context: Omit<OperationContext, 'caller'>
  home: string
  /** The project's folder. */
  folder: string
  /** Unix milliseconds; set it to let time pass. */
  now: number
  /** A command as typed in a terminal; `terminal` names the window. */
  run(line: string | readonly string[], at?: Where): Promise<Ran>
  /** The same with `--json`, parsed; the exit code beside it. */
  ask(line: string | readonly string[], at?: Where): Promise<{ code: number; reply: Reply }>
  close(): Promise<void>
}

/** What the commands of work answer, each some of it. */
export interface Reply
  extends Deactivated, Omit<Ended, 'errors' | 'valid'>, Omit<SessionInfo, 'current'>, Omit<Resumed, 'current'> {
  current: Ticket
  standing: Standing & { current: Ticket }
  guidance: string
  tickets: { total: number; closed: number }
  items: (FrameInterval & Activity)[]
}

export interface Where {
  /** A window of a terminal; null: a script, an agent's shell. */
  terminal?: string | null
  env?: Record<string, string>
  cwd?: string
  types?: string
}

/** @param file whether its store lies in a file, `store.db` of the home, that others may look into */
export async function workWorld({
  idleMinutes,
  file = false,
}: { idleMinutes?: number; file?: boolean } = {}): Promise<WorkWorld> {
  const home = mkdtempSync(join(tmpdir(), 'daybook-work-'))
  const folder = join(home, 'tidewatch')
  mkdirSync(folder)
  const clock = { now: START }
  const now = () => clock.now
  const path = file ? join(home, 'store.db') : ':memory:'
  const store = await openSqlite({ path, now, idleMs: (idleMinutes ?? 30) * MINUTE })
  const context: WorkWorld['context'] = {
    store,
    history: openHistory(store, READERS, { now, timezone: 'UTC' }),
    sources: SOURCES,
    env: { home, platform: 'linux', variables: {} },
    clock: { now },
    actor: 'ada',
    timezone: 'UTC',
    keeper: testKeeper(now),
    redact: async (text) => text,
  }
  const run = (line: string | readonly string[], where: Where = {}): Promise<Ran> => {
    const { terminal = 'one', env = {}, cwd = folder, types } = where
    const setup: Setup = {
      cwd,
      env,
      types,
      terminal: terminal !== null,
      now,
      processes: { ids: () => [], terminal: () => (terminal === null ? null : `tty:${terminal}:1`) },
      machine: { home, platform: 'linux', variables: {} },
      openContext: async () => ({
        context,
        engines: {} as never,
        takeIn: async () => {},
        demo: false,
        location: home,
        close: async () => {},
      }),
    }
    return type(line, setup)
  }
  const world: WorkWorld = {
    store,
    context,
    home,
    folder,
    get now() {
      return clock.now
    },
    set now(atMs) {
      clock.now = atMs
    },
    run,
    async ask(line, where) {
      const words = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
      const { code, stdout } = await run([...words, '--json'], where)
      return { code, reply: JSON.parse(stdout) as Reply }
    },
    async close() {
      await store.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
  return world
}
