import { setImmediate as letOthers } from 'node:timers/promises'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { IngestBatch } from '../stores/ingest-batch.ts'
import { packBatch } from './pack-batch.ts'
import { readTranscript, type ReadJob, type ReadSettings, type TranscriptReader } from './read-transcript.ts'

/** Source bytes a thread may be ahead: what is read while the writer is busy with one transaction. */
const AHEAD_BYTES = 5 * 1024 * 1024
/** Jobs a thread is given ahead. Most transcripts are small, and no new job is given during a transaction. */
const JOBS_AHEAD = 96

type ToThread =
  | { type: 'job'; id: number; job: ReadJob }
  | { type: 'taken'; bytes: number }
  | { type: 'cancel'; id: number }
type FromThread =
  | { type: 'batch'; id: number; batch: IngestBatch; bytes: number }
  | { type: 'end'; id: number }
  | { type: 'failed'; id: number; message: string }

/** The thread's side: reads its jobs one after the other, and only as far ahead as there is room. */
export function serveReads(port: MessagePort, settings: ReadSettings): void {
  const waiting: { id: number; job: ReadJob }[] = []
  const cancelled = new Set<number>()
  let aheadBytes = 0
  let busy = false
  let room: (() => void) | undefined

  port.on('message', (message: ToThread) => {
    if (message.type === 'taken') {
      aheadBytes -= message.bytes
      room?.()
    } else if (message.type === 'cancel') {
      cancelled.add(message.id)
      room?.()
    } else {
      waiting.push(message)
      if (!busy) void readAll()
    }
  })

  async function readAll(): Promise<void> {
    busy = true
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await readJob(next.id, next.job)
      // Lets messages in between two jobs that find room without waiting.
      await letOthers()
    }
    busy = false
  }

  async function readJob(id: number, job: ReadJob): Promise<void> {
    try {
      for await (const batch of readTranscript(job, settings)) {
        while (aheadBytes >= AHEAD_BYTES && !cancelled.has(id)) await new Promise<void>((resolve) => (room = resolve))
        if (cancelled.has(id)) break
        const bytes = batch.frames.reduce((sum, frame) => sum + frame.rawBytes, 4096)
        aheadBytes += bytes
        const moved = [packBatch(batch), ...(batch.texts ? [batch.texts.text.buffer] : [])]
        port.postMessage({ type: 'batch', id, batch, bytes } satisfies FromThread, moved)
      }
      port.postMessage({ type: 'end', id } satisfies FromThread)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      port.postMessage({ type: 'failed', id, message } satisfies FromThread)
    } finally {
      cancelled.delete(id)
    }
  }
}

/** One thread and what it was given to read. */
interface ReadingThread {
  worker: Worker
  /** Where messages about a job go. */
  jobs: Map<number, (message: FromThread) => void>
}

/** Reads in threads. A job goes to the one with the fewest; a thread that dies fails its jobs and is replaced. */
export function threadReader(spawn: () => Worker, threads: number): TranscriptReader {
  const running = new Set<ReadingThread>()
  let nextId = 0

  function start(): ReadingThread {
    const thread: ReadingThread = { worker: spawn(), jobs: new Map() }
    const fail = (message: string): void => {
      running.delete(thread)
      for (const [id, put] of thread.jobs) put({ type: 'failed', id, message })
    }
    thread.worker
      .on('message', (message: FromThread) => {
        const put = thread.jobs.get(message.id)
        if (put) put(message)
        else if (message.type === 'batch') taken(thread, message.bytes)
      })
      .on('error', (error: Error) => fail(error.message))
      .on('exit', () => fail('the reading thread ended'))
    running.add(thread)
    return thread
  }

  function taken({ worker }: ReadingThread, bytes: number): void {
    worker.postMessage({ type: 'taken', bytes } satisfies ToThread)
  }

  function leastBusy(): ReadingThread {
    if (running.size < threads) return start()
    return [...running].reduce((least, thread) => (thread.jobs.size < least.jobs.size ? thread : least))
  }

  async function* read(job: ReadJob): AsyncGenerator<IngestBatch> {
    const thread = leastBusy()
    const id = nextId++
    const arrived: FromThread[] = []
    let wake: (() => void) | undefined
    thread.jobs.set(id, (message) => {
      arrived.push(message)
      wake?.()
    })
    let over = false
    try {
      thread.worker.postMessage({ type: 'job', id, job } satisfies ToThread)
      for (;;) {
        while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const message = arrived.shift()!
        over = message.type !== 'batch'
        if (message.type === 'end') return
        if (message.type === 'failed') throw new Error(message.message)
        yield message.batch
        taken(thread, message.bytes)
      }
    } finally {
      thread.jobs.delete(id)
      if (!over) {
        for (const message of arrived) if (message.type === 'batch') taken(thread, message.bytes)
        thread.worker.postMessage({ type: 'cancel', id } satisfies ToThread)
      }
    }
  }

  return {
    parallel: threads * JOBS_AHEAD,
    read,
    async close() {
      const workers = [...running].map(({ worker }) => worker)
      running.clear()
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
