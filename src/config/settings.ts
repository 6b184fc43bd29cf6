import { isAbsolute, join, resolve } from 'node:path'
import { isWindowsPath, plainPath } from '../domain/recorded-path.ts'
import { checkTimezone } from '../domain/calendar.ts'

/** What a record can be kept in. */
export const STORAGE_BACKENDS = ['sqlite', 'filesystem', 'memory', 'postgres'] as const
export type StorageBackend = (typeof STORAGE_BACKENDS)[number]

/** One key of the configuration: its type, its usual value, who may set it. */
export interface SettingKind {
  /** As written in TOML, a dot for each table: `ignore.paths`. */
  key: string
  describe: string
  /** The environment variable that sets it. Lists are separated by commas, folders by the platform's path separator. */
  variable: string
  /** What an older design called it; `variable` stands over it. */
  older?: string
  usual: unknown
  /** Completes "is not ..." in an error. */
  allowed: string
  /** True where a trusted project's own file may set it. Never for paths, and never for what concerns all projects. */
  project: boolean
  /** The value as the program uses it; `undefined` when it is not allowed. */
  read(raw: unknown, home: string): unknown
  /** A variable's text as TOML would have given it. */
  fromText(text: string, separator: string): unknown
}

const asIs = (text: string) => text
const list = (text: string) => words(text, ',')
const folders = (text: string, separator: string) => words(text, separator)
const numeric = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : text)

/** Every key there is. Documentation, help and errors are made from this list. */
export const SETTINGS: readonly SettingKind[] = [
  {
    key: 'redact',
    describe: 'replace secrets by placeholders before anything is written',
    variable: 'DAYBOOK_REDACT',
    usual: true,
    allowed: '"on" or "off"',
    project: false,
    read: (raw) => ({ on: true, off: false })[String(raw)] ?? (typeof raw === 'boolean' ? raw : undefined),
    fromText: asIs,
  },
  {
    key: 'ignore.paths',
    describe: 'folders whose transcripts, and transcripts of whose projects, are never read',
    variable: 'DAYBOOK_IGNORE_PATHS',
    usual: [],
    allowed: 'a list of absolute paths, or paths that begin with ~/',
    project: false,
    read: (raw, home) => texts(raw, (path) => place(path, home) ?? (isWindowsPath(path) ? plainPath(path) : undefined)),
    fromText: folders,
  },
  {
    key: 'ignore.projects',
    describe: 'projects that are never read, by name or origin',
    variable: 'DAYBOOK_IGNORE_PROJECTS',
    usual: [],
    allowed: 'a list of names',
    project: false,
    read: (raw) => texts(raw, asIs),
    fromText: list,
  },
  {
    key: 'ignore.agents',
    describe: 'agents that are never read, as in claude-code',
    variable: 'DAYBOOK_IGNORE_AGENTS',
    usual: [],
    allowed: 'a list of agents',
    project: false,
    read: (raw) => texts(raw, asIs),
    fromText: list,
  },
  {
    key: 'timezone',
    describe: 'where days, weeks and months of reports begin',
    variable: 'DAYBOOK_TIMEZONE',
    usual: null,
    allowed: 'an IANA time zone, as in "Europe/Lisbon"',
    project: true,
    read: (raw) => (typeof raw === 'string' && knownZone(raw) ? raw : undefined),
    fromText: asIs,
  },
  {
    key: 'prices',
    describe: 'a file with prices that stand over the built-in ones',
    variable: 'DAYBOOK_PRICES',
    usual: null,
    allowed: 'an absolute path, or a path that begins with ~/',
    project: false,
    read: (raw, home) => (typeof raw === 'string' ? place(raw, home) : undefined),
    fromText: asIs,
  },
  {
    key: 'idle_minutes',
    describe: 'silence after which a session that nobody started on purpose is put away',
    variable: 'DAYBOOK_IDLE_MINUTES',
    usual: 30,
    allowed: 'a whole number of minutes from 1 to 10080',
    project: true,
    read: (raw) => whole(raw, 1, 10_080),
    fromText: numeric,
  },
  {
    key: 'tickets.prefix',
    describe: 'what refs of new tickets begin with, as T in T-1',
    variable: 'DAYBOOK_TICKETS_PREFIX',
    usual: 'T',
    allowed: 'letters and digits that begin with a letter, 20 at most',
    project: true,
    read: (raw) => (typeof raw === 'string' && /^[A-Za-z][A-Za-z0-9]{0,19}$/.test(raw) ? raw : undefined),
    fromText: asIs,
  },
  {
    key: 'tickets.default_parent',
    describe: 'the ticket that new ones go below where nothing else says so',
    variable: 'DAYBOOK_TICKETS_DEFAULT_PARENT',
    usual: null,
    allowed: 'a ref, as in "EPIC-1"',
    project: true,
    read: (raw) => (typeof raw === 'string' && /^[^\x00-\x20\x7f]{1,200}$/.test(raw) ? raw : undefined),
    fromText: asIs,
  },
  {
    key: 'tickets.require_tests',
    describe: 'whether a ticket is done only when tests passed after the last edit',
    variable: 'DAYBOOK_TICKETS_REQUIRE_TESTS',
    usual: 'auto',
    allowed: '"auto", "on" or "off"',
    project: true,
    read: (raw) => (raw === 'auto' || raw === 'on' || raw === 'off' ? raw : undefined),
    fromText: asIs,
  },
  {
    key: 'retention_days',
    describe: 'age from which prune takes the content of ended sessions; nothing is ever pruned by itself',
    variable: 'DAYBOOK_RETENTION_DAYS',
    older: 'SESSION_RETENTION_DAYS',
    usual: null,
    allowed: 'a whole number of days from 1 to 36500',
    project: false,
    read: (raw) => whole(raw, 1, 36_500),
    fromText: numeric,
  },
  {
    key: 'storage.enabled',
    describe: 'false: everything works and nothing is written anywhere; it is forgotten when the program ends',
    variable: 'DAYBOOK_STORAGE_ENABLED',
    older: 'SESSION_STORAGE_ENABLED',
    usual: true,
    allowed: '"true" or "false"',
    project: false,
    read: onOrOff,
    fromText: asIs,
  },
  {
    key: 'storage.backend',
    describe: 'what the record is kept in',
    variable: 'DAYBOOK_STORAGE_BACKEND',
    older: 'SESSION_STORAGE_BACKEND',
    usual: 'sqlite',
    allowed: `one of ${STORAGE_BACKENDS.join(', ')}`,
    project: false,
    read: (raw) => STORAGE_BACKENDS.find((backend) => backend === raw),
    fromText: asIs,
  },
  {
    key: 'storage.path',
    describe: 'the folder that the store lies in; the data folder where nothing is said',
    variable: 'DAYBOOK_STORAGE_PATH',
    older: 'SESSION_STORAGE_PATH',
    usual: null,
    allowed: 'a path',
    project: false,
    read: (raw, home) => (typeof raw === 'string' && raw.trim() !== '' ? (place(raw, home) ?? raw) : undefined),
    fromText: asIs,
  },
  {
    key: 'storage.history',
    describe:
      'for the backend filesystem: the folder with what tools did; .history beside the tree where nothing is said',
    variable: 'DAYBOOK_STORAGE_HISTORY',
    older: 'TOOL_HISTORY_PATH',
    usual: null,
    allowed: 'a path',
    project: false,
    read: (raw, home) => (typeof raw === 'string' && raw.trim() !== '' ? (place(raw, home) ?? raw) : undefined),
    fromText: asIs,
  },
  {
    key: 'storage.url',
    describe: 'the database of backend postgres: postgres://user:password@host/name',
    variable: 'DAYBOOK_STORAGE_URL',
    usual: null,
    allowed: 'the URL of a PostgreSQL database',
    project: false,
    read: (raw) => (typeof raw === 'string' && /^postgres(?:ql)?:\/\//.test(raw) ? raw : undefined),
    fromText: asIs,
  },
  {
    key: 'scan.interval_seconds',
    describe: 'how often watching looks for itself, beside what the system reports',
    variable: 'DAYBOOK_SCAN_INTERVAL_SECONDS',
    usual: 30,
    allowed: 'a whole number of seconds from 1 to 3600',
    project: false,
    read: (raw) => whole(raw, 1, 3600),
    fromText: numeric,
  },
  {
    key: 'background.enabled',
    describe: 'whether hooks, tool servers and commands start the background process where none runs',
    variable: 'DAYBOOK_BACKGROUND',
    usual: true,
    allowed: '"on" or "off"',
    project: false,
    read: onOrOff,
    fromText: asIs,
  },
  {
    key: 'background.idle_minutes',
    describe: 'quiet after which the background process ends; 0: none is started',
    variable: 'DAYBOOK_BACKGROUND_IDLE_MINUTES',
    usual: 30,
    allowed: 'a whole number of minutes from 0 to 10080',
    project: false,
    read: (raw) => whole(raw, 0, 10_080),
    fromText: numeric,
  },
]

function onOrOff(raw: unknown): boolean | undefined {
  return { true: true, on: true, 1: true, false: false, off: false, 0: false }[String(raw).toLowerCase()]
}

function words(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function texts(raw: unknown, read: (text: string) => string | undefined): string[] | undefined {
  if (!Array.isArray(raw)) return undefined
  const values = raw.map((each) => (typeof each === 'string' && each.trim() !== '' ? read(each) : undefined))
  return values.every((value) => value !== undefined) ? values : undefined
}

function place(path: string, home: string): string | undefined {
  if (isAbsolute(path)) return resolve(path)
  return path.startsWith('~/') && home !== '' ? join(home, path.slice(2)) : undefined
}

function whole(raw: unknown, from: number, to: number): number | undefined {
  const value = typeof raw === 'bigint' ? Number(raw) : raw
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to ? value : undefined
}

function knownZone(zone: string): boolean {
  try {
    checkTimezone(zone)
    return zone !== ''
  } catch {
    return false
  }
}
