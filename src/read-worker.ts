import { parentPort, workerData } from 'node:worker_threads'
import { serveReads } from './ingest/reader-threads.ts'
import { readSettings, type ReadingSetup } from './reading.ts'

serveReads(parentPort!, readSettings(workerData as ReadingSetup))
