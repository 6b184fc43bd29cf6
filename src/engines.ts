import { availableParallelism } from 'node:os'
import type { Engines, ScanEvents } from './cli/engines.ts'
import type { Config } from './config/config.ts'
import { projectEvidence } from './git/project-evidence.ts'
import type { History } from './history/history.ts'
import { createIndexer, type Indexer } from './indexer.ts'
import type { Pricer } from './ingest/encode.ts'
import { type KeepLines, keep, keepLines } from './ingest/keep.ts'
import { type Discovered, type DiscoverySetup, discover } from './ingest/discover.ts'
import { discoverInProcess } from './ingest/discovery-process.ts'
import { inlineReader } from './ingest/read-transcript.ts'
import { threadReader } from './ingest/reader-threads.ts'
import { readNewest } from './ingest/read-newest.ts'
import { reindex } from './ingest/reindex.ts'
import { scan, wantsThreads, type ScanSetup } from './ingest/scan.ts'
import { type ScanReport } from './ingest/scan-report.ts'
import { watch } from './ingest/watch.ts'
import { keepNurserySmall } from './nursery.ts'
import type { Keep } from './operations/operation.ts'
import { bindByReplies } from './operations/bind-by-replies.ts'
import { pricerOf, readSettings, type ReadingSetup } from './reading.ts'
import { READERS, SOURCES } from './sources/index.ts'
import { readKept } from './sources/kept.ts'
import type { Env } from './sources/source.ts'
import type { Store } from './stores/store.ts'
import { giveBackSpareHeap, givingBackSpareHeap, keepSpareHeapSmall } from './spare-heap.ts'
import { startDiscoverer } from './discoverer.ts'
import { spawnReader } from './threads.ts'

/** With two cores, one thread that reads keeps up with those that store and index what it brings. */
const CORES_FOR_TWO_READERS = 3
/** Above so many transcripts a process of its own discovers: this one would not answer for a while, and its heap would grow. */
const MOST_DISCOVERED_HERE = 2_000
const HOOKS_EVERY_MS = 2_000

export interface EngineSetup {
  store: Store
  history: History
  /** The file it is kept in; null where it is none. */
  storePath: string | null
  env: Env
  config: Config
  now(): number
  signal: AbortSignal
  reading: ReadingSetup
}

/** Scanning, watching and rebuilding, bound to a store and this machine. */
export function createEngines(setup: EngineSetup): Engines & { keep: Keep; keepLines: KeepLines } {
  const { store, signal } = setup
  let price: Pricer | undefined
  const indexer = createIndexer(store, setup.storePath, signal)
  const finish = (events: ScanEvents): Promise<void> => indexer.finish((progress) => events.indexing?.(progress))
  const indexRead = async (report: ScanReport, events: ScanEvents): Promise<void> => {
    await bind(setup, report)
    await finish(events)
    if (!wantsThreads(report.bytesRead)) return
    await giveBackSpareHeap()
    await store.work.keep()
  }

  return {
    async scan(events) {
      try {
        const report = await scan(scanSetup(setup, indexer), events)
        await indexRead(report, events)
        if (report.first && wantsThreads(report.bytesRead)) await store.compact()
        return report
      } finally {
        await indexer.stop()
      }
    },
    async readNewest(agent, sinceMs) {
      try {
        const sources = SOURCES.filter(({ id }) => id === agent)
        const reading = { ...watchSetup(setup, indexer), sources: sources.length > 0 ? sources : SOURCES }
        await bind(setup, await readNewest(reading, sinceMs))
      } finally {
        await indexer.stop()
      }
    },
    async watch({ events = {}, read, degraded, takeIn, isBusy }) {
      const intervalMs = setup.config.scanIntervalSeconds * 1000
      const onRead = async (report: ScanReport): Promise<void> => {
        await indexRead(report, events)
        await read(report)
      }
      const hooks = setInterval(() => void takeIn?.(), HOOKS_EVERY_MS)
      try {
        const giveBack = givingBackSpareHeap()
        const scanned = async (): Promise<void> => {
          await store.work.keep()
          // Nobody is answered meanwhile; whoever asks one thing mostly asks another.
          if (!isBusy?.()) await giveBack()
        }
        await watch(watchSetup(setup, indexer), { intervalMs, signal, read: onRead, scanned, degraded, events })
      } finally {
        clearInterval(hooks)
        await indexer.stop()
      }
    },
    // Here because every command would load more parts if it were a part of its own.
    keep(tx, sessionId, records) {
      price ??= pricerOf(setup.reading.priceOverrides)
      return keep(tx, readKept, sessionId, records, setup.now(), price)
    },
    keepLines,
    async importFile(path, by) {
      const { importFile } = await import('./ingest/import/import-file.ts')
      const settings = readSettings(setup.reading, setup.now, signal)
      const report = await importFile({ store, ...settings, sources: READERS, readKept }, path, by)
      await finish({})
      return report
    },
    async reindex(progress) {
      const settings = readSettings(setup.reading, setup.now, signal)
      const report = await reindex({ store, ...settings, sources: READERS }, progress)
      await finish({})
      return report
    },
  }
}

async function bind({ store, history }: EngineSetup, { sessionIds }: ScanReport): Promise<void> {
  if (sessionIds.length > 0) await bindByReplies({ store, history }, sessionIds)
}

/** For a process that answers others. */
function watchSetup(setup: EngineSetup, indexer: Indexer): ScanSetup {
  const { storePath } = setup
  const scanning = scanSetup(setup, indexer)
  return storePath === null ? scanning : { ...scanning, discover: (asked) => discoverApart(asked, storePath) }
}

async function discoverApart(setup: DiscoverySetup, storePath: string): Promise<Discovered> {
  const known = await setup.transcripts.known(MOST_DISCOVERED_HERE + 1)
  if (known.length <= MOST_DISCOVERED_HERE)
    return discover({ ...setup, transcripts: { ...setup.transcripts, known: async () => known } })
  try {
    return await discoverInProcess(startDiscoverer, setup, storePath)
  } catch {
    setup.signal?.throwIfAborted()
    return discover(setup)
  }
}

function scanSetup({ store, env, config, now, signal, reading }: EngineSetup, indexer: Indexer): ScanSetup {
  const settings = readSettings(reading, now, signal)
  return {
    store,
    sources: SOURCES,
    env,
    ignore: config.ignore,
    now,
    projectOf: projectEvidence,
    redact: (text) => settings.context.redact(Buffer.from(text)).toString(),
    reader(bytes) {
      if (!wantsThreads(bytes)) return inlineReader(settings)
      const texts = indexer.begin()
      const readers = availableParallelism() >= CORES_FOR_TWO_READERS ? 2 : 1
      const threads = threadReader(() => spawnReader({ ...reading, texts: texts !== undefined }), readers)
      const letGrow = keepNurserySmall()
      const letGather = keepSpareHeapSmall()
      return { ...threads, texts, close: () => threads.close().finally(letGrow).finally(letGather) }
    },
    signal,
  }
}
