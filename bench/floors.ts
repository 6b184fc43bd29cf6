import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib'
import { timedProgram } from './measure.ts'

/** What the machine needs for the bare thing, measured in the same run as the product. */
export interface Floors {
  /** `node -e 0`. */
  nodeStartMs: number
  /** Reading every byte once, in one process. */
  readMs: number
  /** Reading and `JSON.parse` of every line. */
  parseMs: number
  /** So many rows of eight integers into a plain SQLite table, one transaction. */
  rowsMs: number
  rows: number
  /** The same text into a plain FTS5 table. */
  indexMs: number
  indexedBytes: number
  /** zstd level 3 over all bytes, 128 KiB at a time. */
  compressMs: number
  compressedBytes: number
  bytes: number
}

/** Text of a line that a reader would index: the strings under these names. */
const TEXT_FIELDS = new Set([
  'text',
  'thinking',
  'command',
  'content',
  'old_string',
  'new_string',
  'pattern',
  'file_path',
])

export async function measureFloors(home: string, scratch: string): Promise<Floors> {
  const files = transcriptFiles(home)
  const start = await timedProgram(9, ['-e', '0'])
  const read = measure(() => readAll(files))
  const parse = measure(() => parseAll(files))
  const rows = measure(() => insertRows(join(scratch, 'floor-rows.db'), parse.result.records * 2))
  const index = measure(() => indexTexts(join(scratch, 'floor-index.db'), files))
  const compress = measure(() => compressAll(files))
  return {
    nodeStartMs: start.medianMs,
    readMs: read.ms,
    parseMs: parse.ms,
    rowsMs: rows.ms,
    rows: parse.result.records * 2,
    indexMs: index.ms,
    indexedBytes: index.result,
    compressMs: compress.ms,
    compressedBytes: compress.result,
    bytes: read.result,
  }
}

export function transcriptFiles(home: string): string[] {
  const projects = join(home, '.claude', 'projects')
  return readdirSync(projects, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function measure<T>(work: () => T): { ms: number; result: T } {
  const started = performance.now()
  const result = work()
  return { ms: performance.now() - started, result }
}

function readAll(files: string[]): number {
  const buffer = Buffer.allocUnsafe(1024 * 1024)
  let bytes = 0
  for (const file of files) {
    const handle = openSync(file, 'r')
    for (let got = readSync(handle, buffer); got > 0; got = readSync(handle, buffer)) bytes += got
    closeSync(handle)
  }
  return bytes
}

function parseAll(files: string[]): { records: number } {
  let records = 0
  for (const line of lines(files)) {
    JSON.parse(line)
    records++
  }
  return { records }
}

function* lines(files: string[]): Generator<string> {
  for (const file of files) {
    const bytes = readFileSync(file)
    for (let from = 0, to = bytes.indexOf(10); to >= 0; from = to + 1, to = bytes.indexOf(10, from)) {
      yield bytes.toString('utf8', from, to)
    }
  }
}

/** A frame of the archive, and where in its bytes the lines stand that are to be read. */
export interface FrameLines {
  data: Uint8Array
  lines: [from: number, to: number][]
}

/** Decompressing frames and parsing so many of their lines: what reading them back out of an archive needs at least. */
export function parseFrames(frames: FrameLines[]): void {
  for (const { data, lines } of frames) {
    const bytes = zstdDecompressSync(data)
    for (const [from, to] of lines) JSON.parse(bytes.toString('utf8', from, to))
  }
}

function insertRows(path: string, count: number): void {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE row(id INTEGER PRIMARY KEY, a, b, c, d, e, f, g)',
  )
  const statement = database.prepare('INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  database.exec('BEGIN')
  for (let n = 0; n < count; n++) statement.run(n, n & 1023, n >> 4, n % 7, n % 4, n & 63, n % 31, n % 5)
  database.exec('COMMIT')
  database.close()
}

function indexTexts(path: string, files: string[]): number {
  const database = new DatabaseSync(path)
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE VIRTUAL TABLE text USING fts5(body, content='', detail=full)",
  )
  const statement = database.prepare('INSERT INTO text(rowid, body) VALUES (?, ?)')
  database.exec('BEGIN')
  let row = 0
  let bytes = 0
  for (const line of lines(files)) {
    const texts = textsOf(JSON.parse(line))
    if (texts.length === 0) continue
    const body = texts.join('\n')
    bytes += body.length
    statement.run(++row, body)
  }
  database.exec('COMMIT')
  database.close()
  return bytes
}

/** What a line says: the strings of its message that a reader would index. */
export function textsOf(line: unknown): string[] {
  const content = (line as { message?: { content?: unknown } } | null)?.message?.content
  const texts: string[] = []
  gather(content, typeof content === 'string', texts)
  return texts
}

function gather(value: unknown, wanted: boolean, into: string[]): void {
  if (typeof value === 'string') {
    if (wanted) into.push(value)
  } else if (Array.isArray(value)) for (const item of value) gather(item, false, into)
  else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) gather(inner, TEXT_FIELDS.has(name), into)
  }
}

function compressAll(files: string[]): number {
  let bytes = 0
  for (const file of files) {
    const content = readFileSync(file)
    for (let from = 0; from < content.length; from += 131_072) {
      bytes += zstdCompressSync(content.subarray(from, from + 131_072), {
        params: { [constants.ZSTD_c_compressionLevel]: 3 },
      }).length
    }
  }
  return bytes
}
