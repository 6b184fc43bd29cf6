import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { serveBackground } from '../src/background-server.ts'
import { takeLock } from '../src/background/lock.ts'
import { runningNote, writeNote } from '../src/background/note.ts'
import { startBackground } from '../src/background/start.ts'
import { startConfigured } from '../src/background-start.ts'
import { captureScript } from '../src/spool/capture-script.ts'
import { testHome, type TestHome } from './home.ts'

const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const ID = '7f3a9100-1111-4222-8333-444455556666'

let home: TestHome
let data: string
const children: ChildProcess[] = []
beforeEach(() => {
  home = testHome()
  data = join(home.path, 'data')
  mkdirSync(join(home.path, 'tidewatch'))
  mkdirSync(data)
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await over(child)
  }
  home.remove()
})

const env = () => ({ PATH: '/usr/bin:/bin', HOME: home.path, DAYBOOK_HOME: data, USER: 'ada' })
const over = async (child: ChildProcess): Promise<number | null> => {
  while (child.exitCode === null && child.signalCode === null) await wait(20)
  return child.exitCode
}

/** Starts the background process and waits until it says that it is there. */
async function started(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [BIN, 'background'], { env: env(), stdio: 'ignore' })
  children.push(child)
  await until(() => runningNote(data)?.processId === child.pid)
  return child
}

async function until(true_: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !true_(); i++) await wait(50)
  expect(true_()).toBe(true)
}

/** What an agent's hook prints. Unless told otherwise there is no program that could answer in place of the process. */
function tell(event: string, said: object, program = ['/nowhere/node'], askSeconds = 10) {
  const text = captureScript({ dataDir: data, dataHome: true, program, askSeconds, answerSeconds: 20 })
  const script = home.write('capture.sh', text)
  const input = JSON.stringify({ session_id: ID, cwd: join(home.path, 'tidewatch'), ...said })
  const done = spawnSync('/bin/sh', [script, 'claude-code', event], { input, env: env() })
  return { status: done.status, stdout: done.stdout.toString(), stderr: done.stderr.toString() }
}

const SILENT = { status: 0, stdout: '', stderr: '' }
const waiting = () => readdirSync(join(data, 'spool')).filter((name) => name !== 'damaged')
const context = (stdout: string): string =>
  (JSON.parse(stdout) as { hookSpecificOutput: { additionalContext: string } }).hookSpecificOutput.additionalContext

async function sessions() {
  const machine = { home: home.path, platform: process.platform, variables: env() }
  const opened = await openDaybook(
    { machine, cwd: home.path, now: Date.now, signal: new AbortController().signal },
    'own',
  )
  try {
    return (await opened.context.store.sessions.list({}, { limit: 10 })).items
  } finally {
    await opened.close()
  }
}

describe.skipIf(process.platform === 'win32')('the background process', () => {
  it('answers an agent’s start, takes in what else comes, and leaves nothing behind', async () => {
    await started()
    const { status, stdout } = tell('SessionStart', { source: 'startup' })
    expect(status).toBe(0)
    expect(context(stdout)).toContain('as session SESSION-001')
    // What it was told lies there until the disk has it, which no agent waits for.
    await until(() => waiting().length === 0)
    expect(tell('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'npm test' } })).toEqual(SILENT)
    await until(() => waiting().length === 0)
    expect(await sessions()).toMatchObject([{ externalId: ID, key: 'SESSION-001', presence: 'working' }])
    expect(tell('SessionStart', { session_id: 'x\ny' })).toEqual(SILENT)
  }, 60_000)

  it('F14 is one at most, and starts again at once after a kill -9, whatever lies in the place of its files', async () => {
    const first = await started()
    const second = spawn(process.execPath, [BIN, 'background'], { env: env() })
    children.push(second)
    expect(await over(second)).toBe(0)
    expect(runningNote(data)?.processId).toBe(first.pid)
    expect(takeLock(data)).toBeUndefined()
    first.kill('SIGKILL')
    await over(first)
    expect(runningNote(data)).toBeUndefined()
    writeFileSync(join(data, 'background'), 'garbage\0\n')
    rmSync(join(data, 'background.lock'))
    writeFileSync(join(data, 'background.lock'), 'not a database, and long enough to be read as one'.repeat(100))
    const third = await started()
    expect(context(tell('SessionStart', {}).stdout)).toContain('SESSION-001')
    third.kill('SIGTERM')
    expect(await over(third)).toBe(0)
    expect(existsSync(join(data, 'background'))).toBe(false)
  }, 90_000)

  it('F15 frozen or dead, does not hold an agent up, and no event is lost or counted twice', async () => {
    const child = await started()
    child.kill('SIGSTOP')
    const stands = ['/bin/sh', home.write('stands-in', 'echo "{}"')]
    expect(tell('SessionStart', { source: 'startup' }, stands, 0.2)).toEqual({ ...SILENT, stdout: '{}\n' })
    expect(tell('Stop', {}, stands)).toEqual(SILENT)
    expect(waiting().filter((name) => !name.startsWith('.'))).toHaveLength(2)
    // It is not asked again until it goes on, and then it is.
    expect(waiting()).toContain(`.silent-${child.pid}`)
    child.kill('SIGCONT')
    await until(() => waiting().length === 0)
    child.kill('SIGKILL')
    await over(child)
    expect(tell('SessionStart', { session_id: 'next', source: 'startup' }, stands)).toEqual({
      ...SILENT,
      stdout: '{}\n',
    })
    const all = await sessions()
    expect(all.map(({ externalId }) => externalId).toSorted()).toEqual([ID, 'next'])
    expect(all.find(({ externalId }) => externalId === ID)?.presence).toBe('idle')
  }, 60_000)

  it('ends when nothing came for as long as configured, and when its folder is gone', async () => {
    const clock = { now: Date.now() }
    const variables = { ...env(), DAYBOOK_BACKGROUND_IDLE_MINUTES: '7' }
    const machine = { home: home.path, platform: process.platform, variables }
    const setup = { machine, cwd: home.path, now: () => clock.now, signal: new AbortController().signal }
    const served = serveBackground(setup, BIN, '0.1.0')
    await until(() => runningNote(data) !== undefined)
    clock.now += 7 * 60_000 + 1
    expect(await served).toBe(true)
    expect(runningNote(data)).toBeUndefined()
    const again = serveBackground(setup, BIN, '0.1.0')
    await until(() => runningNote(data) !== undefined)
    rmSync(data, { recursive: true })
    expect(await again).toBe(true)
    expect(await serveBackground(setup, BIN, '0.1.0')).toBe(false)
    expect(existsSync(data)).toBe(false)
  }, 60_000)

  it('is started by a hook where none runs, apart from the agent and without what is no business of its', async () => {
    const seen = join(home.path, 'seen')
    const program = ['/bin/sh', home.write('notes', `{ echo "$@"; pwd; env; } >${seen}-; mv ${seen}- ${seen}`)]
    const variables = { ...env(), SECRET_API_KEY: 'x', DAYBOOK_SESSION: '7', DAYBOOK_HOOK: '1-2-Stop', TZ: 'UTC' }
    writeNote(data, { processId: process.pid, startedMs: Date.now(), version: '0' })
    startBackground({ dataDir: data, program, variables })
    rmSync(join(data, 'background'))
    expect(existsSync(seen)).toBe(false)
    startBackground({ dataDir: data, program, variables })
    await until(() => existsSync(seen))
    const lines = readFileSync(seen, 'utf8').trim().split('\n')
    expect(lines.slice(0, 2)).toEqual(['background', '/'])
    const names = lines.slice(2).map((line) => line.split('=')[0])
    expect(names).toEqual(expect.arrayContaining(['DAYBOOK_HOME', 'HOME', 'PATH', 'TZ', 'USER']))
    expect(names.filter((name) => /SECRET|DAYBOOK_SESSION|DAYBOOK_HOOK/.test(name ?? ''))).toEqual([])
  })

  it('is started by a tool server’s first call and by who begins to work, where hooks are at work, once', async () => {
    const daybook = (words: string[], more: Record<string, string> = {}, input = '') =>
      spawnSync(process.execPath, [BIN, ...words], {
        env: { ...env(), ...more },
        cwd: home.path,
        input,
        encoding: 'utf8',
      })
    const begin = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }
    const status = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'session_status', arguments: {} } }
    const calls = [begin, { jsonrpc: '2.0', method: 'notifications/initialized' }, status]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')
    mkdirSync(join(data, 'spool'), { mode: 0o700 })
    expect(daybook(['start', 'Tides'], { DAYBOOK_BACKGROUND: 'off' }).status).toBe(0)
    expect(daybook(['session', 'list']).status).toBe(0)
    expect(runningNote(data)).toBeUndefined()
    expect(daybook(['mcp'], {}, calls).stdout).toContain('"id":2')
    try {
      await until(() => runningNote(data) !== undefined)
      const first = runningNote(data)!.processId
      expect(daybook(['start', 'Ports']).status).toBe(0)
      expect(runningNote(data)?.processId).toBe(first)
    } finally {
      daybook(['background', '--stop'])
      await until(() => runningNote(data) === undefined)
    }
  }, 90_000)

  it('is started by nobody where no hook was at work, or where it is switched off', async () => {
    const seen = join(home.path, 'seen')
    const program = ['/bin/sh', home.write('notes', `echo "$1" >>${seen}`)]
    const machine = (more: Record<string, string>) => ({
      home: home.path,
      platform: process.platform,
      variables: { ...env(), ...more },
    })
    await startConfigured(machine({}), home.path, program, true)
    await startConfigured(machine({ DAYBOOK_BACKGROUND: 'off' }), home.path, program)
    mkdirSync(join(data, 'spool'))
    await startConfigured(machine({ DAYBOOK_BACKGROUND: 'off' }), home.path, program, true)
    await startConfigured(machine({ DAYBOOK_BACKGROUND_IDLE_MINUTES: '0' }), home.path, program, true)
    const file = home.write('data/config.toml', '[background]\nenabled = false\n')
    await startConfigured(machine({}), home.path, program, true)
    expect(existsSync(seen)).toBe(false)
    rmSync(file)
    await startConfigured(machine({}), home.path, program, true)
    await until(() => existsSync(seen) && readFileSync(seen, 'utf8') !== '')
    expect(readFileSync(seen, 'utf8')).toBe('background\n')
  })
})
