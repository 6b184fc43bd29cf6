import type { MessagePort, Worker } from 'node:worker_threads'
import type { IngestBatch } from '../stores/ingest-batch.ts'
import { packBatch } from './encode.ts'
import { readTranscript, type ReadJob, type ReadSettings, type TranscriptReader } from './read-transcript.ts'

/** Batches a thread may have under way: enough to keep it busy, few enough to keep memory flat. */
const CREDIT = 3

type ToThread = { type: 'job'; job: ReadJob } | { type: 'credit' }
type FromThread = { type: 'batch'; batch: IngestBatch } | { type: 'end' } | { type: 'failed'; message: string }

/** The thread's side: reads one job at a time, and only as far as the other side has room. */
export function serveReads(port: MessagePort, settings: ReadSettings): void {
  let credit = 0
  let wake: (() => void) | undefined
  port.on('message', (message: ToThread) => {
    if (message.type === 'credit') {
      credit++
      wake?.()
      return
    }
    credit = CREDIT
    void readJob(message.job)
  })

  async function readJob(job: ReadJob): Promise<void> {
    try {
      for await (const batch of readTranscript(job, settings)) {
        while (credit === 0) await new Promise<void>((resolve) => (wake = resolve))
        credit--
        const buffer = packBatch(batch)
        port.postMessage({ type: 'batch', batch } satisfies FromThread, [buffer])
      }
      port.postMessage({ type: 'end' } satisfies FromThread)
    } catch (error) {
      port.postMessage({
        type: 'failed',
        message: error instanceof Error ? error.message : String(error),
      } satisfies FromThread)
    }
  }
}

/** Reads in threads. Each job goes to an idle one; a thread that dies fails its job and is replaced. */
export function threadReader(spawn: () => Worker, parallel: number): TranscriptReader {
  const idle: Worker[] = []
  const all = new Set<Worker>()

  function take(): Worker {
    const worker = idle.pop() ?? spawn()
    all.add(worker)
    return worker
  }

  async function* read(job: ReadJob): AsyncGenerator<IngestBatch> {
    const worker = take()
    const arrived: FromThread[] = []
    let wake: (() => void) | undefined
    const put = (message: FromThread): void => {
      arrived.push(message)
      wake?.()
    }
    const onError = (error: Error): void => put({ type: 'failed', message: error.message })
    const onExit = (): void => put({ type: 'failed', message: 'the reading thread ended' })
    worker.on('message', put).on('error', onError).on('exit', onExit)
    let sound = false
    try {
      worker.postMessage({ type: 'job', job } satisfies ToThread)
      for (;;) {
        while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const message = arrived.shift()!
        if (message.type === 'end') {
          sound = true
          return
        }
        if (message.type === 'failed') throw new Error(message.message)
        yield message.batch
        worker.postMessage({ type: 'credit' } satisfies ToThread)
      }
    } finally {
      worker.off('message', put).off('error', onError).off('exit', onExit)
      if (sound) idle.push(worker)
      else {
        all.delete(worker)
        await worker.terminate()
      }
    }
  }

  return {
    parallel,
    read,
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()))
      all.clear()
      idle.length = 0
    },
  }
}
