import { Worker } from 'node:worker_threads'
import type { ReadingSetup } from './reading.ts'

/** A built program has its threads beside it as JavaScript; the sources run as they are. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** Young objects die fast here: a small nursery keeps memory flat without costing speed. What is read lives until its batch is full. */
const NURSERY_MB = 4
const READING_NURSERY_MB = 6
const OLD_GENERATION_MB = 512

/** A thread that reads transcripts. */
export function spawnReader(setup: ReadingSetup): Worker {
  return spawn('read-worker', setup, READING_NURSERY_MB)
}

/** A thread that indexes what is read into the store at `path`. */
export function spawnIndexer(path: string): Worker {
  return spawn('index-worker', { path, part: 'index' } satisfies IndexingSetup)
}

/** The thread beside it, which reads what is to be indexed. */
export function spawnTextReader(path: string): Worker {
  return spawn('index-worker', { path, part: 'texts' } satisfies IndexingSetup)
}

/** The thread that runs a tool server and passes its bytes. The program lives as long as it. */
export function spawnPasser(command: readonly string[]): Worker {
  const worker = spawn('pass-worker', command)
  worker.ref()
  return worker
}

/** What a thread does of indexing the store at `path`. */
export interface IndexingSetup {
  path: string
  part: 'index' | 'texts'
}

function spawn(name: string, workerData: unknown, nurseryMb = NURSERY_MB): Worker {
  const resourceLimits = { maxYoungGenerationSizeMb: nurseryMb, maxOldGenerationSizeMb: OLD_GENERATION_MB }
  const worker = new Worker(new URL(`./${name}${EXTENSION}`, import.meta.url), { workerData, resourceLimits })
  worker.unref()
  return worker
}
