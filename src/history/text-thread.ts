import type { MessagePort, Worker } from 'node:worker_threads'
import { ENTRY_TYPES, ROLES } from '../domain/entry.ts'
import type { Source } from '../sources/source.ts'
import type { IndexBatch, IndexRow, LaggingTranscript } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import { archivedTexts, type TextReader } from './texts.ts'

/** Text handed over at a time, in characters. */
const HANDED_TEXT = 1024 * 1024
const HANDED_BATCHES = 200
/** Text the thread may be ahead of whoever writes. */
const AHEAD_TEXT = 4 * 1024 * 1024

/** A batch as it crosses threads: numbers in one piece, six a row. */
interface PackedBatch extends Omit<IndexBatch, 'rows'> {
  numbers: Float64Array
  texts: string[]
}

type ToThread = { type: 'read'; lagging: readonly LaggingTranscript[] } | { type: 'taken'; text: number }
type FromThread = { type: 'batches'; batches: PackedBatch[]; text: number } | { type: 'end' }

/** The thread's side: reads what it is told lags, and only so far ahead. */
export function serveTexts(port: MessagePort, open: () => Promise<Store>, sources: readonly Source[]): void {
  const opened = open()
  let ahead = 0
  let room: (() => void) | undefined
  port.on('message', (message: ToThread) => {
    if (message.type === 'read') void read(message.lagging)
    else {
      ahead -= message.text
      room?.()
    }
  })

  async function read(lagging: readonly LaggingTranscript[]): Promise<void> {
    let batches: PackedBatch[] = []
    let text = 0
    const hand = async (): Promise<void> => {
      while (ahead >= AHEAD_TEXT) await new Promise<void>((resolve) => (room = resolve))
      ahead += text
      const message: FromThread = { type: 'batches', batches, text }
      port.postMessage(
        message,
        batches.map(({ numbers }) => numbers.buffer as ArrayBuffer),
      )
      batches = []
      text = 0
    }
    for await (const batch of archivedTexts(await opened, sources)(lagging)) {
      batches.push(pack(batch))
      text += batch.rows.reduce((sum, row) => sum + row.text.length, 0)
      if (text >= HANDED_TEXT || batches.length >= HANDED_BATCHES) await hand()
    }
    await hand()
    port.postMessage({ type: 'end' } satisfies FromThread)
  }
}

/** A thread that reads texts. */
export interface TextThread {
  read: TextReader
  close(): Promise<void>
}

export function startTextThread(spawn: () => Worker): TextThread {
  const worker = spawn()
  const arrived: FromThread[] = []
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const fail = (error: Error): void => {
    failure ??= error
    wake?.()
  }
  worker
    .on('message', (message: FromThread) => {
      arrived.push(message)
      wake?.()
    })
    .on('error', fail)
    .on('exit', () => fail(new Error('the thread that reads texts ended')))

  async function* read(lagging: readonly LaggingTranscript[]): AsyncGenerator<IndexBatch> {
    worker.postMessage({ type: 'read', lagging } satisfies ToThread)
    for (;;) {
      while (arrived.length === 0 && !failure) await new Promise<void>((resolve) => (wake = resolve))
      const message = arrived.shift()
      if (!message) throw failure ?? new Error('nothing arrived')
      if (message.type === 'end') return
      for (const batch of message.batches) yield unpack(batch)
      worker.postMessage({ type: 'taken', text: message.text } satisfies ToThread)
    }
  }

  return {
    read,
    async close() {
      await worker.terminate()
    },
  }
}

function pack({ rows, ...batch }: IndexBatch): PackedBatch {
  const numbers = new Float64Array(rows.length * 6)
  for (const [i, { row }] of rows.entries()) {
    const { rowId, record, block, flags } = row
    numbers.set([rowId, record, block, ENTRY_TYPES.indexOf(row.type), ROLES.indexOf(row.role), flags], i * 6)
  }
  return { ...batch, numbers, texts: rows.map(({ text }) => text) }
}

function unpack({ numbers, texts, ...batch }: PackedBatch): IndexBatch {
  const rows = texts.map((text, i) => {
    const at = (column: number): number => numbers[i * 6 + column] as number
    const row: IndexRow = {
      rowId: at(0),
      record: at(1),
      block: at(2),
      type: ENTRY_TYPES[at(3)] as IndexRow['type'],
      role: ROLES[at(4)] as IndexRow['role'],
      flags: at(5),
    }
    return { row, text }
  })
  return { ...batch, rows }
}
