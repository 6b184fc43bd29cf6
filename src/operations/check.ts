export const CHECK_LEVELS = ['ok', 'warn', 'error'] as const
export type CheckLevel = (typeof CHECK_LEVELS)[number]

/** One line of the doctor's report. */
export interface Check {
  /** What was looked at: `store`, `Claude Code`, `disk`. */
  name: string
  level: CheckLevel
  /** One sentence without a full stop. */
  says: string
  /** Indented lines below it: paths, lines, reasons. */
  details: string[]
  /** One command that helps, null where none is needed. */
  try: string | null
}

export function check(name: string, level: CheckLevel, says: string, more: Partial<Check> = {}): Check {
  return { name, level, says, details: [], try: null, ...more }
}

/** `1 line`, `2 lines`, `1,203 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** `96 MB`, `5.2 GB`, `831 bytes`; a megabyte is 1,048,576 bytes, as transcripts are counted. */
export function size(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`
  if (bytes < 1024 ** 3) return `${Math.round(bytes / 1024 ** 2)} MB`
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}

/** A path with the home directory as `~`, for reading. */
export function shortPath(path: string, home: string): string {
  return home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w./:@%+,=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
