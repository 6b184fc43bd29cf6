import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { compress } from '../src/archive/frames.ts'
import { createRedactor } from '../src/archive/redaction/redactor.ts'
import { packBatch } from '../src/ingest/pack-batch.ts'
import { readTranscript } from '../src/ingest/read-transcript.ts'
import { readSettings } from '../src/reading.ts'
import { claudeCode } from '../src/sources/claude-code/index.ts'
import { textsOf, transcriptFiles } from './floors.ts'

// What threads as ours need for the bare thing: `node bench/bare-scan.ts HOME DATA READERS [STORE [ours]]`. Files are read, redacted, cut into
// lines, parsed and compressed in some threads; the first stores frames and plain rows; another indexes the text. Nothing is told apart,
// counted, joined with anything or made to outlive a crash in mid-reading. What the product adds to this is what it is for.
// With STORE the rows of that finished store are written instead, into tables and indexes like its own: nothing is looked up, worked out
// or handed over to get them. With `ours` the product's own reading takes the place of the bare one, and hands over all that it does.

const REGION_BYTES = 2 * 1024 * 1024
const FRAME_BYTES = 128 * 1024
const TRANSACTION_BYTES = 4 * 1024 * 1024
const INDEXED_TOGETHER_BYTES = 6 * 1024 * 1024
const BATCHES_AHEAD = 6
const ROWS_AT_ONCE = 24
/** As small as in the product's threads. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 512 }

/** What it took, as it prints it. */
export interface BareRun {
  visibleMs: number
  searchableMs: number
  cpuMs: number
  bytes: number
}

interface Batch {
  /** Of the transcript. */
  bytes: number
  frames: Uint8Array[]
  /** Where the text of each line ends. */
  ends: number[]
  text: Uint8Array<ArrayBuffer>
  responses: number
}

type FromReader = { batch: Batch; beside?: unknown } | { end: true }
type ToIndex = { firstRow: number; ends: number[]; text: Uint8Array<ArrayBuffer> } | { end: true }
type Part = { part: 'read'; files: string[]; isOurs: boolean } | { part: 'index'; path: string }

if (isMainThread) {
  const [home = '', data = '', readers = '1', store, reading] = process.argv.slice(2)
  const rows = store === undefined ? undefined : readRows(store)
  const setup = { data, readers: Number(readers), isOurs: reading === 'ours', rows }
  process.stdout.write(JSON.stringify(await scanBare(transcriptFiles(home), setup)))
} else {
  const given = workerData as Part
  if (given.part === 'read') await readFiles(given.files, given.isOurs)
  else indexTexts(given.path)
}

interface BareSetup {
  data: string
  readers: number
  /** Whether the product's own reading reads. */
  isOurs: boolean
  rows: StoredRows | undefined
}

async function scanBare(files: string[], { data, readers, isOurs, rows }: BareSetup): Promise<BareRun> {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  const startCpu = process.cpuUsage()
  const started = performance.now()
  const sinceMs = (): number => performance.now() - started
  const index = spawn({ part: 'index', path: join(data, 'bare-search.db') })
  const store = openStore(join(data, 'bare.db'), bytes, rows)
  await Promise.all(
    Array.from({ length: readers }, (_, reader) => {
      const worker = spawn({ part: 'read', files: files.filter((__, i) => i % readers === reader), isOurs })
      const read = new Promise<void>((resolve, reject) => {
        worker.once('error', reject)
        worker.on('message', (message: FromReader) => {
          if ('end' in message) {
            resolve()
            return
          }
          const { ends, text } = message.batch
          const firstRow = store.add(message.batch)
          index.postMessage({ firstRow, ends, text } satisfies ToIndex, [text.buffer])
          worker.postMessage('taken')
        })
      })
      return read.finally(() => void worker.terminate())
    }),
  )
  store.close()
  const visibleMs = sinceMs()
  const indexed = new Promise((resolve, reject) => index.once('message', resolve).once('error', reject))
  index.postMessage({ end: true } satisfies ToIndex)
  await indexed
  const { user, system } = process.cpuUsage(startCpu)
  const run = { visibleMs, searchableMs: sinceMs(), cpuMs: (user + system) / 1000, bytes }
  await index.terminate()
  return run
}

function spawn(part: Part): Worker {
  return new Worker(new URL(import.meta.url), { workerData: part, resourceLimits: LIMITS })
}

interface BareStore {
  /** @returns number of its first row */
  add(batch: Batch): number
  close(): void
}

function openStore(path: string, bytes: number, stored?: StoredRows): BareStore {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec(
    `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 6000;
     PRAGMA cache_size = -8192; PRAGMA secure_delete = ON; CREATE TABLE bare_frame (id INTEGER PRIMARY KEY, data BLOB)`,
  )
  const write = stored ? storedRows(database, stored, bytes) : plainRows(database)
  database.exec('BEGIN')
  const frame = database.prepare('INSERT INTO bare_frame (data) VALUES (?)')
  let rows = 0
  let waiting = 0
  return {
    add(batch) {
      const first = rows + 1
      rows += batch.ends.length
      for (const data of batch.frames) {
        frame.run(data)
        waiting += data.length
      }
      write.of(batch, first)
      if (waiting > TRANSACTION_BYTES) {
        database.exec('COMMIT; BEGIN')
        waiting = 0
      }
      return first
    },
    close() {
      write.rest()
      database.exec('COMMIT')
      database.close()
    },
  }
}

interface RowWriter {
  of(batch: Batch, firstRow: number): void
  rest(): void
}

function plainRows(database: DatabaseSync): RowWriter {
  database.exec(
    `CREATE TABLE row (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g);
     CREATE TABLE response (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h, i, j, k)`,
  )
  const row = database.prepare('INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const response = database.prepare('INSERT INTO response VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  return {
    of({ ends, responses }, firstRow) {
      for (const [i] of ends.entries()) {
        const n = firstRow + i
        row.run(n, n & 1023, n >> 4, n % 7, n % 4, n & 63, n % 31, n % 5)
      }
      for (let i = 0; i < responses; i++) response.run(null, i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    },
    rest: () => undefined,
  }
}

/** What a finished store holds beside frames. */
interface StoredRows {
  schema: string[]
  tables: { name: string; rows: SQLInputValue[][] }[]
}

function readRows(path: string): StoredRows {
  const database = new DatabaseSync(path, { readOnly: true })
  const made = database
    .prepare(
      `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid`,
    )
    .all() as { type: string; name: string; sql: string }[]
  const tables = made.filter(({ type, name }) => type === 'table' && name !== 'frame')
  const rows = tables.map(({ name }) => {
    const statement = database.prepare(`SELECT * FROM "${name}"`)
    statement.setReturnArrays(true)
    return { name, rows: statement.all() as unknown as SQLInputValue[][] }
  })
  database.close()
  return { schema: made.map(({ sql }) => sql), tables: rows.filter((table) => table.rows.length > 0) }
}

/** As many of the rows as there are bytes of the transcripts in a batch, by share. */
function storedRows(database: DatabaseSync, { schema, tables }: StoredRows, bytes: number): RowWriter {
  for (const sql of schema) database.exec(sql)
  let seen = 0
  const writers = tables.map(({ name, rows }) => {
    const one = `(${rows[0]!.map(() => '?').join(', ')})`
    const insert = (count: number) =>
      database.prepare(`INSERT INTO "${name}" VALUES ${Array(count).fill(one).join(', ')}`)
    const [many, single] = [insert(ROWS_AT_ONCE), insert(1)]
    let next = 0
    return (share: number): void => {
      const to = Math.min(rows.length, Math.ceil(rows.length * share))
      for (; next + ROWS_AT_ONCE <= to; next += ROWS_AT_ONCE) many.run(...rows.slice(next, next + ROWS_AT_ONCE).flat())
      for (; next < to; next++) single.run(...rows[next]!)
    }
  })
  return {
    of(batch) {
      seen += batch.bytes
      for (const write of writers) write(seen / bytes)
    },
    rest() {
      for (const write of writers) write(1)
    },
  }
}

/** What a reading hands over, and the memory that moves with it. */
interface Read {
  batch: Batch
  /** What the product's reading brings besides: it crosses, and nobody looks at it. */
  beside?: unknown
  moved: ArrayBuffer[]
}

async function readFiles(files: string[], isOurs: boolean): Promise<void> {
  const port = parentPort!
  const readOne = isOurs ? ourReading() : bareReading()
  let ahead = 0
  let room: (() => void) | undefined
  port.on('message', () => {
    ahead--
    room?.()
  })
  for (const file of files) {
    for await (const { moved, ...read } of readOne(file)) {
      while (ahead >= BATCHES_AHEAD) await new Promise<void>((resolve) => (room = resolve))
      ahead++
      port.postMessage(read satisfies FromReader, moved)
    }
  }
  port.postMessage({ end: true } satisfies FromReader)
}

type ReadFile = (file: string) => Iterable<Read> | AsyncIterable<Read>

function bareReading(): ReadFile {
  const redact = createRedactor({ salt: new Uint8Array(32), enabled: true })
  return function* read(file) {
    for (const region of regionsOf(file)) {
      const batch = batchOf(redact(region))
      yield { batch, moved: [batch.text.buffer] }
    }
  }
}

function ourReading(): ReadFile {
  const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [], texts: true })
  let transcriptId = 0
  return async function* read(path) {
    const { dev, ino, size, mtimeMs } = statSync(path)
    const file = { device: dev, inode: ino, sizeBytes: size, modifiedAtMs: mtimeMs }
    const kind = basename(path).startsWith('agent-') ? ('subagent' as const) : ('main' as const)
    const ref = { agent: claudeCode.id, path, kind, externalId: basename(path, '.jsonl'), file }
    const target = { transcriptId: ++transcriptId, agent: claudeCode.id, refPrefix: claudeCode.refPrefix }
    for await (const whole of readTranscript(
      { ref, target, cursor: undefined, tail: undefined, attachments: [] },
      settings,
    )) {
      const { ends, text } = whole.texts!
      const bytes = whole.frames.reduce((sum, { rawBytes }) => sum + rawBytes, 0)
      const moved = [packBatch(whole), text.buffer]
      const batch = { bytes, frames: whole.frames.map(({ data }) => data), ends: [...ends], text, responses: 0 }
      yield { batch, beside: { ...whole, texts: undefined, frames: undefined }, moved }
    }
  }
}

/** Whole lines of a file, about `REGION_BYTES` at a time. */
function* regionsOf(file: string): Generator<Buffer> {
  const handle = openSync(file, 'r')
  let held = Buffer.alloc(0)
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(REGION_BYTES)
      const filled = readSync(handle, buffer)
      if (filled === 0) break
      const bytes = held.length === 0 ? buffer.subarray(0, filled) : Buffer.concat([held, buffer.subarray(0, filled)])
      const end = bytes.lastIndexOf(10) + 1
      if (end > 0) yield bytes.subarray(0, end)
      held = bytes.subarray(end)
    }
  } finally {
    closeSync(handle)
  }
}

function batchOf(lines: Buffer): Batch {
  const frames: Uint8Array[] = []
  const ends: number[] = []
  // Each unit of a string is three bytes at most.
  let text = Buffer.allocUnsafeSlow(lines.length + 1024)
  let size = 0
  let responses = 0
  let frameFrom = 0
  for (let from = 0, to = lines.indexOf(10); to >= 0; from = to + 1, to = lines.indexOf(10, from)) {
    const record = parsed(lines.toString('utf8', from, to))
    for (const piece of textsOf(record)) {
      if (size + 3 * piece.length + 1 > text.length)
        text = Buffer.concat([text, Buffer.alloc(3 * piece.length + text.length)])
      size += text.write(piece, size)
      text[size++] = 10
    }
    ends.push(size)
    if (record?.message?.usage) responses++
    if (to + 1 - frameFrom < FRAME_BYTES) continue
    frames.push(compress(lines.subarray(frameFrom, to + 1)))
    frameFrom = to + 1
  }
  if (frameFrom < lines.length) frames.push(compress(lines.subarray(frameFrom)))
  return { bytes: lines.length, frames, ends, text: Uint8Array.from(text.subarray(0, size)), responses }
}

/** Real transcripts have lines that are cut off. */
function parsed(line: string): { message?: { usage?: unknown } } | null {
  try {
    return JSON.parse(line) as { message?: { usage?: unknown } } | null
  } catch {
    return null
  }
}

function indexTexts(path: string): void {
  const database = new DatabaseSync(path)
  database.exec(
    `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;
     CREATE VIRTUAL TABLE text USING fts5(body, content='', contentless_delete=1, tokenize='ascii');
     INSERT INTO text (text, rank) VALUES ('hashsize', ${16 * 1024 * 1024}), ('pgsz', 8000), ('automerge', 0); BEGIN`,
  )
  const row = database.prepare('INSERT INTO text (rowid, body) VALUES (?, ?)')
  let waiting = 0
  parentPort!.on('message', (message: ToIndex) => {
    if ('end' in message) {
      database.exec('COMMIT')
      database.close()
      parentPort!.postMessage('done')
      return
    }
    const { firstRow, ends, text } = message
    let from = 0
    for (const [i, end] of ends.entries()) {
      if (end > from) row.run(firstRow + i, text.subarray(from, end))
      from = end
    }
    waiting += text.length
    if (waiting < INDEXED_TOGETHER_BYTES) return
    database.exec('COMMIT; BEGIN')
    waiting = 0
  })
}
