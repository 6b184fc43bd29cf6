import type { MessagePort, Worker } from 'node:worker_threads'
import type { Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import type { StoredTexts, TextTaker } from '../stores/search-store.ts'
import { bringIndexUpToDate, type IndexingProgress } from './indexing.ts'
import { OfferedTexts } from './offered-texts.ts'
import type { TextThread } from './text-thread.ts'

/** Text the thread may have waiting, in bytes, beside a batch that is gathered or written: as much as comes meanwhile. */
const AHEAD_TEXT = 5 * 1024 * 1024

type ToThread = { type: 'texts'; texts: StoredTexts } | { type: 'finish' }
type FromThread = { type: 'taken'; bytes: number } | { type: 'progress'; progress: IndexingProgress } | { type: 'done' }

/** The thread's side: indexes while others read, until it is told that they have ended and nothing lags. */
export function serveIndexing(
  port: MessagePort,
  open: () => Promise<Store>,
  sources: readonly Source[],
  texts: () => TextThread,
): void {
  const tell = (message: FromThread): void => port.postMessage(message)
  const opened = open().then((store) => ({
    store,
    offered: new OfferedTexts(store, sources, (bytes) => tell({ type: 'taken', bytes })),
  }))
  let reading = true
  let wake: (() => void) | undefined
  port.on('message', (message: ToThread) => {
    if (message.type === 'finish') reading = false
    else void opened.then(({ offered }) => offered.put(message.texts))
    wake?.()
  })
  void index()

  async function index(): Promise<void> {
    const { store, offered } = await opened
    // Reading back and writing take about the same time, so each has a thread.
    let reader: TextThread | undefined
    const goesOn = async (): Promise<boolean> => {
      if (reading && offered.transcriptIds.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return reading
    }
    await bringIndexUpToDate(store, sources, {
      beside: { offered, goesOn },
      texts: (lagging) => (reader ??= texts()).read(lagging),
      progress: (progress) => tell({ type: 'progress', progress }),
    })
    await reader?.close()
    await store.close()
    tell({ type: 'done' })
    port.close()
  }
}

/** A thread that indexes. */
export interface IndexThread extends TextTaker {
  /**
   * Reading has ended: resolves when all is indexed. False when the thread failed; what it left can be done elsewhere.
   *
   * @throws the signal's reason when it is aborted; the thread has ended then
   */
  finish(options: { signal: AbortSignal; progress(progress: IndexingProgress): void }): Promise<boolean>
  /** Ends it where it is. What it has added stays. */
  stop(): Promise<void>
}

export function startIndexThread(spawn: () => Worker): IndexThread {
  const worker = spawn()
  let heard: (progress: IndexingProgress) => void = () => undefined
  let ahead = 0
  let hasEnded = false
  let waiting: (() => void)[] = []
  const letOn = (): void => {
    if (ahead >= AHEAD_TEXT && !hasEnded) return
    for (const go of waiting) go()
    waiting = []
  }
  const ended = new Promise<boolean>((resolve) => {
    const end = (isDone: boolean): void => {
      hasEnded = true
      letOn()
      resolve(isDone)
    }
    worker
      .on('message', (message: FromThread) => {
        if (message.type === 'done') end(true)
        else if (message.type === 'progress') heard(message.progress)
        else {
          ahead -= message.bytes
          letOn()
        }
      })
      .on('error', () => end(false))
      .on('exit', () => end(false))
  })
  return {
    take(texts) {
      if (hasEnded) return
      ahead += texts.text.length
      worker.postMessage({ type: 'texts', texts } satisfies ToThread, [texts.text.buffer])
    },
    async room() {
      while (ahead >= AHEAD_TEXT && !hasEnded) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    async finish({ signal, progress }) {
      signal.throwIfAborted()
      heard = progress
      const stop = (): void => void worker.terminate()
      signal.addEventListener('abort', stop)
      worker.ref()
      try {
        worker.postMessage({ type: 'finish' } satisfies ToThread)
        const all = await ended
        signal.throwIfAborted()
        return all
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    async stop() {
      await worker.terminate()
    },
  }
}
