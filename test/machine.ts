import { join } from 'node:path'
import { openDaybook } from '../src/app.ts'
import type { Opened } from '../src/cli/io.ts'
import { type Ran, type Setup, type } from '../src/cli/testing.ts'
import { callerFromEnvironment } from '../src/domain/caller-environment.ts'
import { type TestHome, testHome } from './home.ts'

/** A home folder with a Daybook of its own on disk, every command of which opens and closes it as a process would. */
export interface TestMachine {
  home: TestHome
  data: string
  /** Unix milliseconds; set it to let time pass. */
  now: number
  /** A command as typed; without a terminal unless told otherwise. */
  run(line: string | readonly string[], setup?: Setup): Promise<Ran>
  /** The same with `--json`, parsed. */
  ask<Reply = Record<string, never>>(line: string | readonly string[]): Promise<Reply>
  opened<T>(work: (opened: Opened) => Promise<T>): Promise<T>
}

/** @param variables of its environment, beside where its data lies */
export function testMachine(
  now = Date.parse('2026-11-20T15:42:00Z'),
  variables: Record<string, string> = {},
): TestMachine {
  const home = testHome()
  const data = join(home.path, 'data')
  const machine = {
    home: home.path,
    platform: process.platform,
    variables: { DAYBOOK_HOME: data, USER: 'ada', ...variables },
  }
  const open = (): ReturnType<typeof openDaybook> =>
    openDaybook({ machine, cwd: home.path, now: () => made.now, signal: new AbortController().signal }, 'own')
  const made: TestMachine = {
    home,
    data,
    now,
    run: (line, setup = {}) =>
      type(line, { terminal: false, machine, cwd: home.path, now: () => made.now, openContext: open, ...setup }),
    async ask(line) {
      const ran = await made.run([...(typeof line === 'string' ? line.split(' ') : line), '--json'])
      return JSON.parse(ran.stdout) as never
    },
    async opened(work) {
      const opened = await open()
      const caller = {
        ...callerFromEnvironment({}),
        channel: 'cli' as const,
        connection: null,
        clientName: null,
        toolUse: null,
        processIds: [],
        cwd: home.path,
        interactive: false,
      }
      try {
        return await work({ ...opened, context: { ...opened.context, caller } })
      } finally {
        await opened.close()
      }
    },
  }
  return made
}
