import { parentPort, workerData } from 'node:worker_threads'
import { serveIndexing } from './history/index-thread.ts'
import { SOURCES } from './sources/index.ts'
import { openSqlite } from './stores/sqlite/open.ts'

serveIndexing(parentPort!, () => openSqlite({ path: workerData as string }), SOURCES)
