import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { compress } from '../src/archive/frames.ts'
import { createRedactor } from '../src/archive/redaction/redactor.ts'
import { textsOf, transcriptFiles } from './floors.ts'

// What threads as ours need for the bare thing: `node bench/bare-scan.ts HOME DATA READERS`. Files are read, redacted, cut into lines,
// parsed and compressed in some threads; the first stores frames and plain rows; another indexes the text. Nothing is told apart, counted,
// joined with anything or made to outlive a crash in mid-reading. What the product adds to this is what it is for.

const REGION_BYTES = 2 * 1024 * 1024
const FRAME_BYTES = 128 * 1024
const TRANSACTION_BYTES = 4 * 1024 * 1024
const INDEXED_TOGETHER_BYTES = 6 * 1024 * 1024
const BATCHES_AHEAD = 6
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
  frames: Uint8Array[]
  /** Where the text of each line ends. */
  ends: number[]
  text: Uint8Array<ArrayBuffer>
  responses: number
}

type FromReader = { batch: Batch } | { end: true }
type ToIndex = { firstRow: number; ends: number[]; text: Uint8Array<ArrayBuffer> } | { end: true }
type Part = { part: 'read'; files: string[] } | { part: 'index'; path: string }

if (isMainThread) {
  const [home = '', data = '', readers = '1'] = process.argv.slice(2)
  process.stdout.write(JSON.stringify(await scanBare(transcriptFiles(home), data, Number(readers))))
} else {
  const given = workerData as Part
  if (given.part === 'read') await readFiles(given.files)
  else indexTexts(given.path)
}

async function scanBare(files: string[], data: string, readers: number): Promise<BareRun> {
  const started = performance.now()
  const sinceMs = (): number => performance.now() - started
  const index = spawn({ part: 'index', path: join(data, 'bare-search.db') })
  const store = openStore(join(data, 'bare.db'))
  await Promise.all(
    Array.from({ length: readers }, (_, reader) => {
      const worker = spawn({ part: 'read', files: files.filter((__, i) => i % readers === reader) })
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
  const { user, system } = process.cpuUsage()
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  const run = { visibleMs, searchableMs: sinceMs(), cpuMs: (user + system) / 1000, bytes }
  await index.terminate()
  return run
}

function spawn(part: Part): Worker {
  return new Worker(new URL(import.meta.url), { workerData: part, resourceLimits: LIMITS })
}

function openStore(path: string): { add(batch: Batch): number; close(): void } {
  const database = new DatabaseSync(path)
  database.exec(
    `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 6000;
     CREATE TABLE frame (id INTEGER PRIMARY KEY, data BLOB); CREATE TABLE row (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g);
     CREATE TABLE response (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h, i, j, k); BEGIN`,
  )
  const frame = database.prepare('INSERT INTO frame (data) VALUES (?)')
  const row = database.prepare('INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const response = database.prepare('INSERT INTO response VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  let rows = 0
  let waiting = 0
  return {
    add({ frames, ends, responses }) {
      const first = rows + 1
      for (const data of frames) {
        frame.run(data)
        waiting += data.length
      }
      for (const _ of ends) row.run(++rows, rows & 1023, rows >> 4, rows % 7, rows % 4, rows & 63, rows % 31, rows % 5)
      for (let i = 0; i < responses; i++) response.run(null, i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
      if (waiting > TRANSACTION_BYTES) {
        database.exec('COMMIT; BEGIN')
        waiting = 0
      }
      return first
    },
    close() {
      database.exec('COMMIT')
      database.close()
    },
  }
}

async function readFiles(files: string[]): Promise<void> {
  const port = parentPort!
  const redact = createRedactor({ salt: new Uint8Array(32), enabled: true })
  let ahead = 0
  let room: (() => void) | undefined
  port.on('message', () => {
    ahead--
    room?.()
  })
  for (const file of files) {
    for (const region of regionsOf(file)) {
      const batch = batchOf(redact(region))
      while (ahead >= BATCHES_AHEAD) await new Promise<void>((resolve) => (room = resolve))
      ahead++
      port.postMessage({ batch } satisfies FromReader, [batch.text.buffer])
    }
  }
  port.postMessage({ end: true } satisfies FromReader)
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
  return { frames, ends, text: Uint8Array.from(text.subarray(0, size)), responses }
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
