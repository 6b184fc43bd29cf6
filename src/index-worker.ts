import { parentPort, workerData } from 'node:worker_threads'
import { serveIndexing } from './history/index-thread.ts'
import { serveTexts, startTextThread } from './history/text-thread.ts'
import { READERS } from './sources/index.ts'
import { openSqlite } from './stores/sqlite/open.ts'
import { spawnTextReader, type IndexingSetup } from './threads.ts'

const { path, part } = workerData as IndexingSetup
const open = () => openSqlite({ path })
if (part === 'texts') serveTexts(parentPort!, open, READERS)
else serveIndexing(parentPort!, open, READERS, () => startTextThread(() => spawnTextReader(path)))
