import { isLines, keyOf } from './records.ts'
import type { FileRecord } from './records.ts'
import { SHAPES } from './shapes.ts'
import { listTree, readTree } from './tree.ts'
import type { FileState, Tree } from './tree.ts'

/** A record with where it was found. */
export interface FoundRecord {
  record: FileRecord
  path: string
  /** 1-based; null where the file is one record. */
  line: number | null
  /** What the place tells: a session's folder, a transcript's, a ticket's. */
  within: string
  /** How the file names it, where it has been changed since. */
  keyInFile?: string
}

export interface Damage {
  path: string
  line: number | null
  reason: string
}

export interface Found {
  /** By table. */
  records: Map<string, FoundRecord[]>
  damage: Damage[]
  /** Folders of sessions whose `metadata.json` is missing or damaged. */
  headless: string[]
  /** The newest moment a file was changed, Unix milliseconds. */
  newestMs: number
}

/** Files of one kind. */
export interface Pattern {
  /** The table whose row such a file is; absent for files of lines. */
  table: string | undefined
  /** Tables whose rows lie in such a file. */
  tables: string[]
  expression: RegExp
}

/**
 * What the files of a tree say. Lines and files that cannot be read are told and left as they are.
 *
 * @param files those to read; all when left out
 */
export function readFiles(tree: Tree, files: readonly FileState[] = listTree(tree)): Found {
  const found: Found = { records: new Map(), damage: [], headless: [], newestMs: 0 }
  const patterns = filePatterns()
  const folders = new Set<string>()
  const heads = new Set<string>()
  for (const { path, modifiedNs } of files) {
    const match = patterns.find(({ expression }) => expression.test(path))
    if (!path.startsWith('.')) folders.add(path.slice(0, path.indexOf('/')))
    if (!match) continue
    found.newestMs = Math.max(found.newestMs, Number(BigInt(modifiedNs) / 1_000_000n))
    const within = decodeURIComponent(match.expression.exec(path)?.[1] ?? '')
    const text = readTree(tree, path)?.toString('utf8') ?? ''
    if (match.table === undefined) readLines(found, path, within, text)
    else if (readObject(found, match.table, path, within, text) && match.table === 'session') heads.add(within)
  }
  found.headless = [...folders].filter((folder) => folder !== '' && !heads.has(folder))
  return found
}

export function filePatterns(): Pattern[] {
  const byFile = new Map<string, Pattern>()
  for (const [table, shape] of Object.entries(SHAPES)) {
    const text = shape.file
      .replaceAll('.', String.raw`\.`)
      .replaceAll(/\{\w+\}/g, table === 'activity' ? '(.+)' : '([^/]+)')
    const tables = [...(byFile.get(text)?.tables ?? []), table]
    byFile.set(text, { table: isLines(shape) ? undefined : table, tables, expression: new RegExp(`^${text}$`) })
  }
  return [...byFile.values()]
}

function readObject(found: Found, table: string, path: string, within: string, text: string): boolean {
  const record = parse(text)
  if (!record) {
    found.damage.push({ path, line: null, reason: 'this file cannot be read: it is not JSON' })
    return false
  }
  delete record['format']
  add(found, table, { record, path, line: null, within })
  return true
}

/** Of lines that tell of the same row the last one stands. */
function readLines(found: Found, path: string, within: string, text: string): void {
  const rows = new Map<string, [table: string, each: FoundRecord]>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || isConflictMark(line)) continue
    const record = parse(line)
    const table = record?.['table']
    if (!record || typeof table !== 'string' || !(table in SHAPES)) {
      found.damage.push({ path, line: index + 1, reason: 'this line cannot be read: it is not a record in JSON' })
      continue
    }
    const key = keyOf(table, record)
    delete record['table']
    rows.delete(key)
    rows.set(key, [table, { record, path, line: index + 1, within }])
  }
  for (const [table, each] of rows.values()) add(found, table, each)
}

/** Left by a merge that nobody settled: the lines between are additions of both sides. */
export function isConflictMark(line: string): boolean {
  return /^(<{7} .*|={7}|>{7} .*|\|{7} .*)$/.test(line)
}

function parse(text: string): FileRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FileRecord) : undefined
  } catch {
    return undefined
  }
}

/** Gives a record other fields than the file has: the file follows when all is read. */
export function changeRecord(table: string, each: FoundRecord, fields: FileRecord): void {
  each.keyInFile ??= keyOf(table, each.record)
  Object.assign(each.record, fields)
}

function add(found: Found, table: string, each: FoundRecord): void {
  const list = found.records.get(table) ?? []
  found.records.set(table, list)
  list.push(each)
}
