import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Setup, type } from '../src/cli/testing.ts'
import { type TestHome, testHome } from './home.ts'

const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => home.remove())

const run = (line: string, { platform = 'linux', ...more }: Setup & { platform?: NodeJS.Platform } = {}) =>
  type(line, {
    terminal: false,
    machine: {
      home: home.path,
      platform,
      variables: { DAYBOOK_HOME: join(home.path, 'my data'), PATH: join(home.path, 'bin') },
    },
    program: [process.execPath, BIN],
    cwd: home.path,
    now: Date.now,
    ...more,
  })

const at = (path: string) => join(home.path, path)
const read = (path: string) => readFileSync(at(path), 'utf8')
const said = () => (existsSync(at('said')) ? read('said').trim().split('\n') : [])

/** A program that notes what it is told, then does what the shell says. */
function program(name: string, does: string): void {
  const text = `#!/bin/sh\nPATH=/usr/bin:/bin\necho "${name} $*" >>'${at('said')}'\ncd '${home.path}'\n${does}\n`
  chmodSync(home.write(`bin/${name}`, text), 0o755)
}

/** `systemctl`, as far as a person's timers go: what is enabled is a file. */
const systemctl = (): void =>
  program(
    'systemctl',
    `case "$*" in
  *enable\\ --now*) [ -f .config/systemd/user/daybook-daily.timer ] && touch enabled ;;
  *disable\\ --now*) rm -f enabled ;;
  *is-enabled*) [ -f enabled ] ;;
esac`,
  )

/** `crontab` on a file. */
const crontab = (): void =>
  program(
    'crontab',
    `case $1 in
  -l) [ -f list ] && cat list || { echo "no crontab for ada" >&2; exit 1; } ;;
  -r) rm list ;;
  -) cat >list ;;
esac`,
  )

function everything(): Record<string, string> {
  const entries = readdirSync(home.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    entries
      .map((entry) => relative(home.path, join(entry.parentPath, entry.name)))
      .filter((path) => path !== 'said')
      .map((path) => [path, read(path)]),
  )
}

const script = () => at('my data/hooks/daily.sh')

describe('daybook setup --daily', () => {
  it('is a timer of systemd where a person has one, shown first, and --undo takes all of it', async () => {
    systemctl()
    const before = everything()
    const shown = await run('setup --daily')
    expect(shown.stdout).toContain('+OnCalendar=daily')
    expect(shown.stdout).toContain('Nothing was written.')
    expect([everything(), said()]).toEqual([before, ['systemctl --user show-environment']])
    expect((await run('setup --daily --yes')).code).toBe(0)
    expect(read('.config/systemd/user/daybook-daily.service')).toContain(`ExecStart=/bin/sh "${script()}"\n`)
    expect(said().slice(-2)).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable --now daybook-daily.timer',
    ])
    expect(existsSync(at('enabled'))).toBe(true)
    expect((await run('setup --daily --yes')).stdout).toContain('Everything is set up already.')
    const undone = await run('setup --undo --daily --yes')
    expect(undone.stdout).toContain('daybook-daily.timer  removed')
    expect(everything()).toEqual(before)
    expect(existsSync(at('my data/hooks'))).toBe(false)
    expect(said().slice(-2)).toEqual([
      'systemctl --user disable --now daybook-daily.timer',
      'systemctl --user daemon-reload',
    ])
  })

  it('is a line of cron where systemd has no session of the person, and the other lines stay', async () => {
    program('systemctl', 'exit 1')
    crontab()
    home.write('list', '# mine\n0 4 * * * backup 50%\n')
    const before = everything()
    const shown = await run('setup --daily')
    expect(shown.stdout).toContain(`+17 12 * * * /bin/sh '${script()}' # daybook: once a day`)
    await run('setup --daily --yes')
    await run('setup --daily --yes')
    expect(read('list')).toBe(`# mine\n0 4 * * * backup 50%\n17 12 * * * /bin/sh '${script()}' # daybook: once a day\n`)
    expect((await run('setup --undo --yes')).stdout).toContain('crontab  ours taken out')
    expect(everything()).toEqual(before)
  })

  it('makes a list of cron where there was none, and takes it away', async () => {
    crontab()
    const before = everything()
    await run('setup --daily --yes')
    expect(read('list').split('\n')).toHaveLength(2)
    await run('setup --undo --yes')
    expect(everything()).toEqual(before)
  })

  it('is an agent of launchd on a Mac', async () => {
    program('launchctl', 'exit 0')
    crontab()
    const before = everything()
    await run('setup --daily --yes', { platform: 'darwin' })
    expect(read('Library/LaunchAgents/daybook.daily.plist')).toContain(`<string>${script()}</string>`)
    const gui = `gui/${process.getuid!()}`
    expect(said()).toContain(`launchctl bootstrap ${gui} ${at('Library/LaunchAgents/daybook.daily.plist')}`)
    await run('setup --undo --yes', { platform: 'darwin' })
    expect(said().at(-1)).toBe(`launchctl bootout ${gui}/daybook.daily`)
    expect(everything()).toEqual(before)
  })

  it('says so where nothing starts programs, and what does the same', async () => {
    expect(await run('setup --daily --yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing here starts a program once a day[^]*try: {3}daybook watch/),
    })
    expect(existsSync(at('my data'))).toBe(false)
  })

  it('says why it does not count, and how to take it back', async () => {
    program('systemctl', `case "$*" in *enable*) echo "Failed to connect to bus" >&2; exit 1 ;; esac`)
    const failed = await run('setup --daily --yes')
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain('systemctl --user enable --now daybook-daily.timer: Failed to connect to bus')
    expect(failed.stderr).toContain('daybook setup --undo --daily --yes')
  })

  it('runs a scan, and --check says whether and how it last ran', async () => {
    systemctl()
    await run('setup --daily --yes')
    const check = async () => {
      const { code, stdout } = await run('setup --check')
      return [code, stdout.split('\n')[0]]
    }
    expect(await check()).toEqual([0, expect.stringMatching(/^ok +Once a day +systemd timer, not run yet$/)])
    home.write('my data/config.toml', '')
    expect(spawnSync('/bin/sh', [script()], { env: { HOME: home.path, PATH: '/usr/bin:/bin' } }).status).toBe(0)
    expect(read('my data/hooks/daily-ran')).toMatch(/^0 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/)
    expect(existsSync(at('my data/daybook.db'))).toBe(true)
    expect(await check()).toEqual([0, expect.stringMatching(/systemd timer, last ran 20\S+Z$/)])
    writeFileSync(at('my data/hooks/daily-ran'), '4 2020-01-02T03:04:05Z\n')
    const late = 'systemd timer, last ran 2020-01-02T03:04:05Z, failed with 4, two days ago or more'
    expect(await check()).toEqual([1, expect.stringContaining(late)])
    writeFileSync(at('my data/hooks/daily-ran'), '')
    utimesSync(script(), 0, 0)
    expect(await check()).toEqual([1, expect.stringContaining('has not run in two days')])
    spawnSync('rm', [at('enabled')])
    expect(await check()).toEqual([1, expect.stringContaining('systemd timer, which nothing starts')])
  }, 60_000)

  it('goes with the agents that are here, and stays when one of them is taken back', async () => {
    systemctl()
    mkdirSync(at('.cursor'))
    const { stdout } = await run('setup --daily --yes')
    expect(stdout).toContain('~/.cursor/hooks.json')
    expect(stdout).toContain('daybook-daily.timer')
    await run('setup cursor --undo --yes')
    expect(existsSync(at('.config/systemd/user/daybook-daily.timer'))).toBe(true)
    expect(existsSync(script())).toBe(true)
    expect((await run('setup cursor --yes', { terminal: true })).stdout).toContain('daybook setup --daily')
  })
})
