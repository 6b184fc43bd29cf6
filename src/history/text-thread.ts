import type { MessagePort, Worker } from 'node:worker_threads'
import type { Source } from '../sources/source.ts'
import type { IndexBatch, LaggingTranscript } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import { archivedTexts, type TextReader } from './texts.ts'

/** Text handed over at a time, in bytes. */
const HANDED_TEXT = 1024 * 1024
const HANDED_BATCHES = 200
/**
 * Text the thread may be ahead: most of a batch (`BATCH_TEXT`), or whoever has written one would wait for the rest of the next.
 * More would take memory, up to three times as much.
 */
const AHEAD_TEXT = 5 * 1024 * 1024

type ToThread = { type: 'read'; lagging: readonly LaggingTranscript[] } | { type: 'taken'; text: number }
type FromThread = { type: 'batches'; batches: IndexBatch[]; text: number } | { type: 'end' }

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
    let batches: IndexBatch[] = []
    let text = 0
    const hand = async (): Promise<void> => {
      while (ahead >= AHEAD_TEXT) await new Promise<void>((resolve) => (room = resolve))
      ahead += text
      const message: FromThread = { type: 'batches', batches, text }
      port.postMessage(
        message,
        batches.map((batch) => batch.text.buffer as ArrayBuffer),
      )
      batches = []
      text = 0
    }
    for await (const batch of archivedTexts(await opened, sources)(lagging)) {
      batches.push(batch)
      text += batch.text.length
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
      yield* message.batches
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
