import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { type Answer, connect } from '../src/mcp/testing.ts'
import { captureScript } from '../src/spool/capture-script.ts'
import { testHome } from './home.ts'

type Opened = Awaited<ReturnType<typeof openDaybook>>

/** A home with a project, a store of its own, and agents that tell hooks and call tools. */
export function hookedHome() {
  const home = testHome()
  const project = join(home.path, 'tidewatch')
  mkdirSync(project)
  const dataDir = join(home.path, 'data')
  const place = { dataDir, dataHome: true, program: ['/nowhere/node'], answerSeconds: 60 }
  const capture = home.write('capture.sh', captureScript(place))

  async function opened<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    const machine = { home: home.path, platform: process.platform, variables: { DAYBOOK_HOME: dataDir, USER: 'ada' } }
    const setup = { machine, cwd: project, now: Date.now, signal: new AbortController().signal }
    const daybook = await openDaybook(setup, 'own')
    try {
      return await work(daybook)
    } finally {
      await daybook.close()
    }
  }

  return {
    ...home,
    project,
    opened,
    /** What an agent says to its hooks. */
    tell(event: string, said: object, agent = 'claude-code'): void {
      const env = { PATH: '/usr/bin:/bin', DAYBOOK_BACKGROUND_IDLE_MINUTES: '0', HOME: home.path }
      const input = JSON.stringify({ cwd: project, ...said })
      expect(spawnSync('/bin/sh', [capture, agent, event], { input, env }).status).toBe(0)
    },
    /** A tool call of Claude Code, or of a client that tells no ids, over a connection of which nothing is known but that. */
    call(
      tool: string,
      given: object,
      id: string | null,
      connection = 'mcp:1',
      client = 'claude-code',
    ): Promise<Answer> {
      return opened(async ({ context }) => {
        const named = { client, connection, caller: { cwd: project, processIds: [] } }
        const connected = await connect(context as Parameters<typeof connect>[0], named)
        try {
          return await connected.call(tool, given, id === null ? undefined : { 'claudecode/toolUseId': id })
        } finally {
          await connected.close()
        }
      })
    },
    /** A line of a transcript of Claude Code, a minute old. */
    line(sessionId: string, uuid: string, type: 'user' | 'assistant', content: unknown, more: object = {}): string {
      const timestamp = new Date(Date.now() - 60_000).toISOString()
      const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
      const answer = type === 'assistant' ? { id: `msg_${uuid}`, model: 'claude-opus-4-8', usage } : {}
      const where = { parentUuid: null, isSidechain: false, userType: 'external', cwd: project, version: '2.1.197' }
      const message = { role: type, content, ...answer }
      return `${JSON.stringify({ ...where, type, uuid, timestamp, sessionId, message, ...more })}\n`
    },
  }
}

export type HookedHome = ReturnType<typeof hookedHome>
