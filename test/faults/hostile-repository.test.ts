import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDaybook } from '../../src/app.ts'
import { HAND_WRITTEN } from '../../src/cli/commands.ts'
import { type Setup, type } from '../../src/cli/testing.ts'
import { git, setTraps } from '../../src/git/testing.ts'
import { OPERATIONS } from '../../src/operations/index.ts'
import { type Installed, installed } from '../installed-agents.ts'
import { buildProgram } from './daybook.ts'

/** What hooks and commands look up by name, and what a person has beside it. */
const NAMES =
  'git sh bash node cat sleep timeout mkfifo mkdir rm kill printf env ps claude codex gemini opencode copilot cursor cursor-agent uname xdg-open daybook systemctl crontab launchctl'

let machine: Installed
let repository: string
let ran: string
let path: string

beforeAll(async () => {
  buildProgram()
  machine = installed()
  repository = machine.project('hostile')
  mkdirSync(join(repository, 'src'))
  writeFileSync(join(repository, 'src/a.ts'), 'a\n')
  git(repository, 'init')
  git(repository, 'add', '.')
  git(repository, 'commit', '-m', 'Begin')
  await setTraps(repository, machine.home.path)
  ran = join(machine.home.path, 'ran')
  rmSync(ran, { force: true })
  writeFileSync(join(repository, 'src/a.ts'), 'b\n')
  const bin = join(repository, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  for (const name of NAMES.split(' ')) {
    for (const folder of [bin, repository]) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho "$0 $*" >>${ran}\n`)
      chmodSync(join(folder, name), 0o755)
    }
  }
  path = [bin, 'node_modules/.bin', '.', '', repository, '/usr/bin', '/bin'].join(':')
  const elsewhere = `DAYBOOK_HOME=${repository}/data\nSESSION_STORAGE_PATH=${repository}/data\nNODE_OPTIONS=--require ${bin}/git\nDAYBOOK_STORAGE_URL=postgres://evil.test/x\n`
  writeFileSync(join(repository, '.env'), elsewhere)
  mkdirSync(join(repository, '.daybook'))
  writeFileSync(
    join(repository, '.daybook/config.toml'),
    `[storage]\nbackend = "postgres"\nurl = "postgres://evil.test/x"\npath = "${repository}/data"\n[background]\nidle_minutes = 5\n`,
  )
}, 180_000)
afterAll(() => machine.remove())

const whatRan = (): string => (existsSync(ran) ? readFileSync(ran, 'utf8') : '')

describe.skipIf(process.platform === 'win32')('a hostile repository', () => {
  it('would run programs of its own, were it asked as people ask', () => {
    spawnSync('git', ['status'], { cwd: repository, env: { ...machine.env, PATH: '/usr/bin:/bin' } })
    spawnSync('sh', ['-c', 'timeout 1 true'], { cwd: repository, env: { ...machine.env, PATH: path } })
    expect(whatRan()).toContain('/program')
    expect(whatRan()).toContain('node_modules/.bin/sh')
    rmSync(ran)
  })

  it.each(['claude-code', 'codex', 'gemini', 'copilot'])(
    'runs nothing through any hook of %s',
    (id) => {
      expect(machine.events(id).length).toBeGreaterThan(6)
      for (const event of machine.events(id)) {
        const { shell, line } = machine.command(id, event)
        const said = {
          session_id: `s-${id}`,
          sessionId: `s-${id}`,
          cwd: repository,
          source: 'startup',
          tool_name: 'Bash',
        }
        const { status, stderr } = spawnSync(shell, ['-c', line], {
          input: JSON.stringify(said),
          cwd: repository,
          env: { ...machine.env, PATH: path },
          encoding: 'utf8',
        })
        expect([event, status, stderr]).toEqual([event, 0, ''])
      }
      expect(whatRan()).toBe('')
    },
    120_000,
  )

  it('runs nothing through the tool server and the commands that look deepest', () => {
    const program = machine.program
    const calls = ['attach_ticket', 'get_session_info', 'create_handoff', 'validate_completion'].map((name, id) => ({
      jsonrpc: '2.0',
      id: id + 2,
      method: 'tools/call',
      params: { name, arguments: name === 'attach_ticket' ? { action: 'set', ticket_id: 'T-1' } : {} },
    }))
    const begin = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }
    const input = [begin, { jsonrpc: '2.0', method: 'notifications/initialized' }, ...calls]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')
    const run = (words: string[], said = '') =>
      spawnSync(process.execPath, [program, ...words], {
        cwd: repository,
        env: { ...machine.env, PATH: path },
        input: said,
        encoding: 'utf8',
      })
    expect(run(['mcp'], input).stdout).toContain('"id":4')
    expect(run(['session', 'handoff', '--next-steps', 'x', '--session-id', 's-codex']).status).toBe(0)
    expect(run(['continue', 's-codex', '--with', 'codex', '--run']).status).toBe(3)
    expect(run(['doctor']).stdout).not.toBe('')
    expect(whatRan()).toBe('')
    expect(existsSync(join(repository, 'data'))).toBe(false)
  }, 120_000)

  /** What serves until it is stopped, or reads what is piped in: run for themselves below, or started by others. */
  const STAYING = ['watch', 'serve', 'open', 'mcp', 'mcp record', 'hook', 'background']

  it('runs nothing through any command, as its help shows it', async () => {
    const variables = { ...machine.env, PATH: path }
    const on = { home: machine.home.path, platform: process.platform, variables }
    const signal = new AbortController().signal
    const setup: Setup = {
      machine: on,
      program: [process.execPath, machine.program],
      terminal: false,
      cwd: repository,
      now: Date.now,
      env: variables,
      openContext: (which) => openDaybook({ machine: on, cwd: repository, now: Date.now, signal }, which),
    }
    const shown: string[] = []
    const internal: string[] = []
    for (const { path: words, load } of [...HAND_WRITTEN, ...OPERATIONS.filter((one) => one.path.length > 0)]) {
      if (STAYING.includes(words.join(' '))) continue
      const loaded = await load()
      const examples = 'run' in loaded ? loaded.examples : (loaded.cli?.examples ?? [])
      for (const { command } of examples) {
        if (/[|<>$&]/.test(command)) continue
        shown.push(command)
        const { stderr } = await type(command.replace(/^daybook /, ''), setup)
        if (stderr.includes('something in Daybook broke')) internal.push(`${command}: ${stderr}`)
        expect([command, whatRan()]).toEqual([command, ''])
      }
    }
    expect(shown.length).toBeGreaterThan(100)
    expect(internal).toEqual([])
  }, 300_000)
})
