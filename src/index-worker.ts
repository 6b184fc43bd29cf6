import { parentPort, workerData } from 'node:worker_threads'
import { serveIndexing } from './history/index-thread.ts'
import { serveTexts, startTextThread } from './history/text-thread.ts'
import { SOURCES } from './sources/index.ts'
import { openSqlite } from './stores/sqlite/open.ts'
import { spawnTextReader, type IndexingSetup } from './threads.ts'

const { path, part } = workerData as IndexingSetup
const open = () => openSqlite({ path })
if (part === 'texts') serveTexts(parentPort!, open, SOURCES)
else serveIndexing(parentPort!, open, SOURCES, () => startTextThread(() => spawnTextReader(path)))
