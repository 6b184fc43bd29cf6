import { delimiter, resolve } from 'node:path'
import { systemTimezone } from '../domain/calendar.ts'
import { AppError } from '../domain/errors.ts'
import { type Machine, type Places, places } from './places.ts'
import { projectFile } from './project-file.ts'
import { SETTINGS, type SettingKind, type StorageBackend } from './settings.ts'
import { readToml } from './toml.ts'

/** What is configured, ready to use. */
export interface Config {
  places: Places
  /** False only where the user turned redaction off. */
  redact: boolean
  ignore: { paths: string[]; projects: string[]; agents: string[] }
  /** IANA zone of reports. */
  timezone: string
  /** A file of prices, or null for the built-in ones and `places.pricesFile` where it exists. */
  prices: string | null
  idleMinutes: number
  /** What refs of new tickets begin with, and what these go below where nothing else says so. */
  tickets: { prefix: string; defaultParent: string | null; requireTests: 'auto' | 'on' | 'off' }
  /** From what age on `prune` takes content; null: it must be said. */
  retentionDays: number | null
  storage: {
    /** False: nothing is written anywhere. */
    enabled: boolean
    backend: StorageBackend
    /** Absolute; null: the data folder. */
    path: string | null
    /** Where tools keep what they did, for a tree of files; absolute. */
    history: string | null
    /** Of a PostgreSQL database. */
    url: string | null
  }
  scanIntervalSeconds: number
  /** Whether the background process is started by what would like one. */
  backgroundEnabled: boolean
  /** Quiet after which the background process ends; 0: none is started. */
  backgroundMinutes: number
  /** Every key with its value and where it came from, in the order documentation has them. */
  settings: Setting[]
  /** A `.daybook/config.toml` above the working directory that does not count, because nobody trusts it. */
  untrusted: { file: string; directory: string } | null
}

/** Where a value came from, weakest first; a later one stands over an earlier one. */
export const ORIGINS = ['default', 'user', 'project', 'environment', 'flag'] as const
export type Origin = (typeof ORIGINS)[number]

export interface Setting {
  key: string
  value: unknown
  origin: Origin
  /** The file, variable or flag; null for a default. */
  from: string | null
  describe: string
}

/**
 * Reads the configuration: defaults < the user's file < a trusted project's file < environment < flags.
 *
 * @param cwd where the caller is: a project's file is looked for here and above
 * @param flags by key, as in `{ timezone: 'UTC' }`
 * @throws AppError `invalid` naming file, key, value and what is allowed
 */
export async function readConfig(
  machine: Machine,
  cwd: string,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<Config> {
  const here = places(machine)
  const settings = new Map<string, Setting>(SETTINGS.map((kind) => [kind.key, usual(kind)]))
  const put = (values: ReadonlyMap<string, unknown>, origin: Origin, from: string) => {
    for (const [key, raw] of values) settings.set(key, read(key, raw, origin, from, machine.home))
  }
  put(await readToml(here.configFile), 'user', here.configFile)
  const project = projectFile(cwd, here, machine)
  if (project?.trusted) put(await readToml(project.file), 'project', project.file)
  for (const kind of SETTINGS) {
    for (const variable of [kind.older, kind.variable]) {
      const text = variable === undefined ? undefined : machine.variables[variable]
      if (variable === undefined || text === undefined || text === '') continue
      put(new Map([[kind.key, kind.fromText(text, delimiter)]]), 'environment', variable)
    }
  }
  for (const [key, raw] of Object.entries(flags)) {
    if (raw !== undefined) put(new Map([[key, raw]]), 'flag', `--${key.replaceAll(/[._]/g, '-')}`)
  }
  // The key's kind has checked the type.
  const value = (key: string) => settings.get(key)?.value as never
  return {
    places: here,
    redact: value('redact'),
    ignore: { paths: value('ignore.paths'), projects: value('ignore.projects'), agents: value('ignore.agents') },
    timezone: value('timezone'),
    prices: value('prices'),
    idleMinutes: value('idle_minutes'),
    tickets: {
      prefix: value('tickets.prefix'),
      defaultParent: value('tickets.default_parent'),
      requireTests: value('tickets.require_tests'),
    },
    retentionDays: value('retention_days'),
    storage: {
      enabled: value('storage.enabled'),
      backend: value('storage.backend'),
      path: pathFrom(cwd, value('storage.path')),
      history: pathFrom(cwd, value('storage.history')),
      url: value('storage.url'),
    },
    scanIntervalSeconds: value('scan.interval_seconds'),
    backgroundEnabled: value('background.enabled'),
    backgroundMinutes: value('background.idle_minutes'),
    settings: [...settings.values()].map(withoutPassword),
    untrusted: project && !project.trusted ? { file: project.file, directory: project.directory } : null,
  }
}

function pathFrom(cwd: string, path: string | null): string | null {
  return path === null ? null : resolve(cwd, path)
}

/** As it is shown: a password in a URL is nobody's to read over a shoulder. */
function withoutPassword(setting: Setting): Setting {
  const { value } = setting
  return typeof value === 'string' ? { ...setting, value: value.replace(/(:\/\/[^:@/]*:)[^@/]*@/, '$1***@') } : setting
}

function usual(kind: SettingKind): Setting {
  const value = kind.key === 'timezone' ? systemTimezone() : kind.usual
  return { key: kind.key, value, origin: 'default', from: null, describe: kind.describe }
}

function read(key: string, raw: unknown, origin: Origin, from: string, home: string): Setting {
  const kind = SETTINGS.find((each) => each.key === key)
  if (!kind) throw unknownKey(key, from)
  if (origin === 'project' && !kind.project) {
    throw new AppError('invalid', `${from}: ${key} concerns every project, so a project cannot set it`, {
      hint: 'set it in your own config.toml: daybook config',
    })
  }
  const value = kind.read(raw, home)
  if (value === undefined) {
    throw new AppError('invalid', `${from}: ${key} = ${shown(raw)} is not ${kind.allowed}`)
  }
  return { key, value, origin, from, describe: kind.describe }
}

function unknownKey(key: string, from: string): AppError {
  const below = SETTINGS.filter((kind) => kind.key.startsWith(`${key}.`)).map((kind) => kind.key)
  if (below.length > 0) return new AppError('invalid', `${from}: ${key} is a table with ${below.join(', ')}`)
  return new AppError('invalid', `${from}: there is no key ${JSON.stringify(key.slice(0, 80))}`, {
    hint: `use ${SETTINGS.map((kind) => kind.key).join(', ')}`,
  })
}

function shown(raw: unknown): string {
  const text = JSON.stringify(raw, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
  return (text ?? String(raw)).slice(0, 120)
}
