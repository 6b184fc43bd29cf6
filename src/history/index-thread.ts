import type { MessagePort, Worker } from 'node:worker_threads'
import type { Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import { bringIndexUpToDate, type IndexingProgress } from './indexing.ts'
import type { TextThread } from './text-thread.ts'

type ToThread = { type: 'finish' }
type FromThread = { type: 'progress'; progress: IndexingProgress } | { type: 'done' }

/** The thread's side: indexes while others read, until it is told that they have ended and nothing lags. */
export function serveIndexing(
  port: MessagePort,
  open: () => Promise<Store>,
  sources: readonly Source[],
  texts: () => TextThread,
): void {
  let reading = true
  port.on('message', ({ type }: ToThread) => {
    if (type === 'finish') reading = false
  })
  void index()

  async function index(): Promise<void> {
    // Reading back and writing take about the same time, so each has a thread. It starts while the store is opened.
    const reader = texts()
    const store = await open()
    const tell = (message: FromThread): void => port.postMessage(message)
    await bringIndexUpToDate(store, sources, {
      reading: () => reading,
      texts: reader.read,
      progress: (progress) => tell({ type: 'progress', progress }),
    })
    await reader.close()
    await store.close()
    tell({ type: 'done' })
    port.close()
  }
}

/** A thread that indexes. */
export interface IndexThread {
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
  const ended = new Promise<boolean>((resolve) => {
    worker
      .on('message', (message: FromThread) => (message.type === 'done' ? resolve(true) : heard(message.progress)))
      .on('error', () => resolve(false))
      .on('exit', () => resolve(false))
  })
  return {
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
