import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestHome, testHome } from './home.ts'

const bin = join(fileURLToPath(new URL('..', import.meta.url)), 'src/bin.ts')

let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => home.remove())

const env = () => ({ PATH: process.env['PATH'], HOME: home.path, DAYBOOK_HOME: join(home.path, 'data') })

async function daybook(...words: string[]): Promise<Record<string, never>> {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words, '--json'], {
    env: env(),
    cwd: home.path,
  })
  return JSON.parse(stdout) as Record<string, never>
}

describe('many processes on one store', () => {
  it('FB9 F5 20 that start a session at once get 20 keys', async () => {
    await daybook('session', 'list')
    const started = (await Promise.all(Array.from({ length: 20 }, () => daybook('start')))) as unknown as {
      session: { key: string }
    }[]
    expect(started.map(({ session }) => session.key).toSorted()).toEqual(
      Array.from({ length: 20 }, (_, i) => `SESSION-${String(i + 1).padStart(3, '0')}`),
    )
  }, 240_000)

  it('F65 F67 a tool server killed with kill -9 after its answer has lost nothing: resume gives stack, minutes, last 3, next steps', async () => {
    const server = spawn(process.execPath, [bin, 'mcp'], { cwd: home.path, env: env(), stdio: 'pipe' })
    const ask = (id: number, name: string, given: object) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: given },
    })
    const messages = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'codex', version: '1' } },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      ask(2, 'session_start', { title: 'Tides' }),
      ask(3, 'sprint_activate', { sprint: '1' }),
      ask(4, 'task_activate', { task: 'T-1' }),
      ask(5, 'context_stack', { action: 'pop' }),
      ask(6, 'task_activate', { task: 'T-2' }),
    ]
    server.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
    let said = ''
    for await (const part of server.stdout) {
      said += String(part)
      // The moment the last answer is there.
      if (said.includes('"id":6') && said.endsWith('\n')) break
    }
    server.kill('SIGKILL')
    const resumed = (await daybook('resume', 'SESSION-001')) as unknown as {
      session: { key: string; title: string; status: string }
      stack: { ref: string; status: string }[]
      idleMinutes: number
      activities: { action: string; payload: { pushed?: string[]; popped?: string[]; ticket?: string } }[]
      instructions: { nextActions: string[]; suggestedCommands: string[] }
    }
    expect(resumed.session).toMatchObject({ key: 'SESSION-001', title: 'Tides', status: 'active' })
    expect(resumed.stack).toMatchObject([{ ref: 'SPRINT-1' }, { ref: 'T-2', status: 'in_progress' }])
    expect(resumed.idleMinutes).toBe(0)
    expect(resumed.activities.map(({ action, payload }) => [action, payload.pushed ?? payload.ticket])).toEqual([
      ['context.push', ['T-2']],
      ['ticket.begun', 'T-2'],
      ['context.pop', []],
    ])
    expect(resumed.instructions.nextActions).toHaveLength(3)
    expect(resumed.instructions.suggestedCommands[0]).toBe('daybook status')
    expect((await daybook('activity', 'verify')) as object).toMatchObject({ ok: true })
  }, 120_000)
})
