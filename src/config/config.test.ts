import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { type Machine, makeDataDir, places } from './places.ts'
import { SETTINGS } from './settings.ts'
import { distrustDirectory, trustDirectory, trustedDirectories } from './trust.ts'

let folder: string
let machine: Machine
const NOW = Date.UTC(2026, 10, 20, 12)

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'daybook-config-')))
  const home = join(folder, 'home')
  mkdirSync(home)
  machine = { home, platform: 'linux', variables: {} }
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function userFile(text: string): string {
  const { configFile } = places(machine)
  mkdirSync(join(configFile, '..'), { recursive: true })
  writeFileSync(configFile, text)
  return configFile
}

function project(text: string): string {
  const directory = join(folder, 'tidewatch')
  mkdirSync(join(directory, '.daybook'), { recursive: true })
  writeFileSync(join(directory, '.daybook', 'config.toml'), text)
  return directory
}

async function setting(key: string, cwd = folder, flags: Record<string, unknown> = {}) {
  const { settings } = await readConfig(machine, cwd, flags)
  const { value, origin, from } = settings.find((each) => each.key === key) ?? {}
  return { value, origin, from }
}

describe('where things are kept', () => {
  it('follows the platform', () => {
    const at = (platform: NodeJS.Platform, variables = {}) => places({ home: '/home/ada', platform, variables })
    expect(at('linux')).toEqual({
      dataDir: '/home/ada/.local/share/daybook',
      configFile: '/home/ada/.config/daybook/config.toml',
      pricesFile: '/home/ada/.config/daybook/prices.toml',
      trustFile: '/home/ada/.local/share/daybook/trust.json',
    })
    expect(at('darwin').dataDir).toBe('/home/ada/Library/Application Support/daybook')
    expect(at('linux', { XDG_DATA_HOME: '/data', XDG_CONFIG_HOME: '/etc/ada' })).toMatchObject({
      dataDir: '/data/daybook',
      configFile: '/etc/ada/daybook/config.toml',
    })
    expect(at('linux', { XDG_DATA_HOME: 'data' }).dataDir).toBe('/home/ada/.local/share/daybook')
  })

  it('puts everything under DAYBOOK_HOME, also without a home directory', () => {
    const { dataDir, configFile } = places({ home: '', platform: 'linux', variables: { DAYBOOK_HOME: '/kept/here' } })
    expect([dataDir, configFile]).toEqual(['/kept/here', '/kept/here/config.toml'])
  })

  it('says what to do without a home directory, and with a relative DAYBOOK_HOME', () => {
    expect(() => places({ ...machine, home: '' })).toThrow('there is no home directory, so no place for data is known')
    expect(() => places({ ...machine, variables: { DAYBOOK_HOME: 'here' } })).toThrow(
      'DAYBOOK_HOME "here" is not an absolute path',
    )
  })

  it('makes the data folder for its owner alone, whatever the umask', () => {
    const before = process.umask(0o000)
    try {
      makeDataDir(join(folder, 'a', 'b'))
    } finally {
      process.umask(before)
    }
    expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700)
  })

  it('names the folder and a way out when it cannot be made', () => {
    writeFileSync(join(folder, 'taken'), '')
    const attempt = () => makeDataDir(join(folder, 'taken', 'data'))
    expect(attempt).toThrow(`the data folder ${join(folder, 'taken', 'data')} cannot be made: a part of the path`)
    expect(() => makeDataDir(join(folder, 'taken'))).toThrow('a file is in its place')
  })

  it.skipIf(process.platform !== 'linux')(
    'gives up at once where a folder is there and nothing can be made in it',
    () => {
      expect(() => makeDataDir('/proc/daybook/data')).toThrow(
        'the data folder /proc/daybook/data cannot be made: it is not there',
      )
    },
  )
})

describe('reading the configuration', () => {
  it('has a usual value for every key, with where it came from', async () => {
    const { settings, redact, ignore, idleMinutes, prices } = await readConfig(machine, folder)
    expect(settings.map(({ key }) => key)).toEqual(SETTINGS.map(({ key }) => key))
    expect(new Set(settings.map(({ origin }) => origin))).toEqual(new Set(['default']))
    expect({ redact, ignore, idleMinutes, prices }).toEqual({
      redact: true,
      ignore: { paths: [], projects: [], agents: [] },
      idleMinutes: 30,
      prices: null,
    })
  })

  it('lets environment stand over the file, and flags over both', async () => {
    const file = userFile('timezone = "Europe/Lisbon"\n[scan]\ninterval_seconds = 60\n')
    expect(await setting('timezone')).toEqual({ value: 'Europe/Lisbon', origin: 'user', from: file })
    machine = { ...machine, variables: { DAYBOOK_TIMEZONE: 'Asia/Tokyo', DAYBOOK_BACKGROUND: 'off' } }
    expect(await setting('background.enabled')).toEqual({
      value: false,
      origin: 'environment',
      from: 'DAYBOOK_BACKGROUND',
    })
    expect(await setting('timezone')).toEqual({ value: 'Asia/Tokyo', origin: 'environment', from: 'DAYBOOK_TIMEZONE' })
    expect(await setting('timezone', folder, { timezone: 'UTC' })).toEqual({
      value: 'UTC',
      origin: 'flag',
      from: '--timezone',
    })
    expect(await setting('scan.interval_seconds')).toEqual({ value: 60, origin: 'user', from: file })
  })

  it('reads redact as on and off, and paths with the home directory', async () => {
    userFile('redact = "off"\nprices = "~/prices.toml"\n[ignore]\npaths = ["~/private", "/srv/secret/../other"]\n')
    const { redact, prices, ignore } = await readConfig(machine, folder)
    expect({ redact, prices, paths: ignore.paths }).toEqual({
      redact: false,
      prices: join(machine.home, 'prices.toml'),
      paths: [join(machine.home, 'private'), '/srv/other'],
    })
  })

  it('reads lists from the environment', async () => {
    machine = { ...machine, variables: { DAYBOOK_IGNORE_AGENTS: 'codex, gemini', DAYBOOK_IGNORE_PATHS: '/a:/b c' } }
    const { ignore } = await readConfig(machine, folder)
    expect(ignore).toEqual({ paths: ['/a', '/b c'], projects: [], agents: ['codex', 'gemini'] })
  })

  it.each([
    ['redcat = "on"', 'there is no key "redcat"'],
    ['redact = "perhaps"', 'redact = "perhaps" is not "on" or "off"'],
    ['idle_minutes = 0', 'idle_minutes = 0 is not a whole number of minutes from 1 to 10080'],
    ['idle_minutes = 1.5', 'idle_minutes = 1.5 is not a whole number of minutes from 1 to 10080'],
    ['timezone = "Mars/Olympus"', 'timezone = "Mars/Olympus" is not an IANA time zone, as in "Europe/Lisbon"'],
    ['ignore = ["a"]', 'ignore is a table with ignore.paths, ignore.projects, ignore.agents'],
    ['ignore.paths = ["relative"]', 'ignore.paths = ["relative"] is not a list of absolute paths'],
    ['prices = "https://prices.example/table"', 'prices = "https://prices.example/table" is not an absolute path'],
  ])('names file, key, value and what is allowed: %s', async (text, says) => {
    const file = userFile(text)
    await expect(readConfig(machine, folder)).rejects.toThrow(`${file}: ${says}`)
  })

  it('names file and line of what is not TOML', async () => {
    const file = userFile('redact = "on"\nidle_minutes = = 3\n')
    await expect(readConfig(machine, folder)).rejects.toThrow(`${file}:2: `)
  })

  it('names the variable with a wrong value', async () => {
    machine = { ...machine, variables: { DAYBOOK_IDLE_MINUTES: 'soon' } }
    await expect(readConfig(machine, folder)).rejects.toThrow('DAYBOOK_IDLE_MINUTES: idle_minutes = "soon" is not')
  })

  it('refuses a folder in place of the file', async () => {
    const { configFile } = places(machine)
    mkdirSync(configFile, { recursive: true })
    await expect(readConfig(machine, folder)).rejects.toThrow(`${configFile} is not a file`)
  })
})

describe("a project's own file", () => {
  it('counts only once the directory is trusted, and not after trust is taken back', async () => {
    const directory = project('timezone = "Asia/Tokyo"\n')
    const file = join(directory, '.daybook', 'config.toml')
    const below = join(directory, 'src')
    mkdirSync(below)
    expect((await readConfig(machine, below)).untrusted).toEqual({ file, directory })
    expect((await setting('timezone', below)).origin).toBe('default')
    trustDirectory(places(machine), directory, NOW)
    expect(await setting('timezone', below)).toEqual({ value: 'Asia/Tokyo', origin: 'project', from: file })
    expect((await readConfig(machine, below)).untrusted).toBeNull()
    expect(distrustDirectory(places(machine), directory)).toBe(true)
    expect((await setting('timezone', below)).origin).toBe('default')
  })

  it.each(['prices = "/tmp/p.toml"', 'redact = "off"', 'ignore.paths = ["/"]'])(
    'never sets what concerns every project: %s',
    async (text) => {
      const directory = project(text)
      trustDirectory(places(machine), directory, NOW)
      await expect(readConfig(machine, directory)).rejects.toThrow('concerns every project, so a project cannot set it')
    },
  )

  it('does not count through a link, and not from the home directory', async () => {
    const directory = project('')
    rmSync(join(directory, '.daybook', 'config.toml'))
    writeFileSync(join(folder, 'elsewhere.toml'), 'timezone = "Asia/Tokyo"')
    symlinkSync(join(folder, 'elsewhere.toml'), join(directory, '.daybook', 'config.toml'))
    expect((await readConfig(machine, directory)).untrusted).toBeNull()
    mkdirSync(join(machine.home, '.daybook'))
    writeFileSync(join(machine.home, '.daybook', 'config.toml'), 'nonsense = 1')
    expect((await readConfig(machine, machine.home)).untrusted).toBeNull()
  })
})

describe('the list of trusted directories', () => {
  it('is kept for its owner alone, with links resolved, each directory once', () => {
    const directory = project('')
    symlinkSync(directory, join(folder, 'link'))
    const added = trustDirectory(places(machine), join(folder, 'link'), NOW)
    expect(added).toEqual({ path: directory, trustedAt: '2026-11-20T12:00:00.000Z' })
    expect(trustDirectory(places(machine), directory, NOW + 1000)).toEqual(added)
    expect(trustedDirectories(places(machine))).toEqual([added])
    expect(statSync(places(machine).trustFile).mode & 0o777).toBe(0o600)
  })

  it('refuses the root and what is not there', () => {
    expect(() => trustDirectory(places(machine), '/', NOW)).toThrow('/ is not a project')
    expect(() => trustDirectory(places(machine), join(folder, 'gone'), NOW)).toThrow('it is not there')
    expect(distrustDirectory(places(machine), join(folder, 'gone'))).toBe(false)
  })

  it('trusts nothing while the list is damaged, and says how to go on', async () => {
    const directory = project('timezone = "Asia/Tokyo"')
    trustDirectory(places(machine), directory, NOW)
    const { trustFile } = places(machine)
    writeFileSync(trustFile, '{"directories": 3')
    chmodSync(trustFile, 0o600)
    await expect(readConfig(machine, directory)).rejects.toThrow(`${trustFile} is damaged`)
  })
})
