import { statSync, watch as watchFolder, type FSWatcher } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as letOthers, setTimeout as rest } from 'node:timers/promises'
import { fileIdentity } from '../sources/source-file.ts'
import type { TranscriptRef } from '../sources/source.ts'
import { INDEX_BESIDE, WRITTEN_BESIDE } from '../sources/sqlite-file.ts'
import { readChanged, scan, type ScanSetup } from './scan.ts'
import { type Changed } from './discover.ts'
import { type ScanEvents, type ScanReport } from './scan-report.ts'

/** Folders under watch at most, newest transcripts first; what lies beyond is found by the periodic scan. */
const MAX_FOLDERS = 4096
/** The periodic scan rests for as many times as long as it took: it takes a twentieth of a core at most. */
const SCAN_REST_FACTOR = 19
/** Changes that come this close together are read together. */
const SETTLE_MS = 10
/**
 * A database is written to all the time while its agent works: its changes are gathered for longer, and for as many times
 * the last look into it that looking takes a tenth of a core at most.
 */
const DATABASE_SETTLE_MS = 250
const DATABASE_SETTLE_FACTOR = 9

export interface WatchOptions {
  /** A scan that trusts no watcher, this often. */
  intervalMs: number
  signal: AbortSignal
  /** After every reading that brought something, and after the first scan. */
  read(report: ScanReport): void | Promise<void>
  /** After every scan, before it rests. */
  scanned?(): void | Promise<void>
  /** The watcher lost folders or cannot watch: from now on only the periodic scan is sure. */
  degraded?(reason: string): void
  events?: ScanEvents
}

/**
 * Scans, then reads what changes as it changes, until the signal aborts.
 *
 * The watcher is a hint that makes it fast; a scan every `intervalMs` is what makes it complete.
 */
export async function watch(setup: ScanSetup, options: WatchOptions): Promise<void> {
  const seen = new Map<string, TranscriptRef>()
  const databases = new Map<string, string>()
  const events: ScanEvents = {
    ...options.events,
    seen: (ref) => seen.set(ref.path, ref),
    database: (path, agent) => {
      for (const suffix of ['', ...WRITTEN_BESIDE]) databases.set(path + suffix, agent)
    },
  }
  const hints = startHints(options)
  try {
    let scanDueMs = 0
    let lookMs = 0
    while (!options.signal.aborted) {
      if (setup.now() >= scanDueMs || hints.unknown) {
        hints.unknown = false
        seen.clear()
        const report = await scan(setup, events)
        // Of a large history each of these takes some milliseconds; a server answers others between them.
        await letOthers()
        hints.follow(setup, seen)
        await letOthers()
        if (report.filesRead > 0 || scanDueMs === 0) await options.read(report)
        await options.scanned?.()
        scanDueMs =
          setup.now() + Math.max(options.intervalMs, report.filesRead > 0 ? 0 : report.durationMs * SCAN_REST_FACTOR)
      }
      const { changed, agents } = hints.take(seen, databases)
      if (agents.size > 0 && !hints.unknown) {
        await pause(Math.max(DATABASE_SETTLE_MS, DATABASE_SETTLE_FACTOR * lookMs), options.signal)
        const sources = setup.sources.filter(({ id }) => agents.has(id))
        const report = await scan({ ...setup, sources }, events)
        lookMs = report.durationMs
        if (report.filesRead > 0) await options.read(report)
      }
      if (changed.length > 0) {
        const report = await readChanged(
          setup,
          changed.map(withCurrentFile).filter((one) => one !== undefined),
        )
        if (report.filesRead > 0) await options.read(report)
      }
      await hints.wait(Math.max(0, scanDueMs - setup.now()))
    }
  } catch (error) {
    if (!options.signal.aborted) throw error
  } finally {
    hints.close()
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await rest(ms, undefined, { signal }).catch(() => {})
}

function withCurrentFile(ref: TranscriptRef): Changed | undefined {
  try {
    const file = fileIdentity(statSync(ref.path))
    const newBytes = Math.max(0, file.sizeBytes - ref.file.sizeBytes)
    ref.file = file
    return { ref, newBytes }
  } catch {
    return undefined
  }
}

interface Hints {
  /** Something changed that no scan has seen yet. */
  unknown: boolean
  /** Watches the folders of the newest transcripts and the roots themselves. */
  follow(setup: ScanSetup, seen: ReadonlyMap<string, TranscriptRef>): void
  /** Known transcripts that were named since the last call, and agents whose database was. */
  take(
    seen: ReadonlyMap<string, TranscriptRef>,
    databases: ReadonlyMap<string, string>,
  ): { changed: TranscriptRef[]; agents: Set<string> }
  /** Waits for a hint, the time or the end. */
  wait(ms: number): Promise<void>
  close(): void
}

function startHints(options: WatchOptions): Hints {
  const watchers = new Map<string, FSWatcher>()
  const named = new Set<string>()
  let wake: (() => void) | undefined
  let full = false

  const drop = (folder: string): void => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const add = (folder: string): void => {
    if (watchers.has(folder) || full) return
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
        named.add(name === null ? folder : join(folder, name))
        wake?.()
      })
      watcher.on('error', () => drop(folder))
      watchers.set(folder, watcher)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code !== 'ENOSPC' && code !== 'EMFILE') return
      full = true
      options.degraded?.(`the system watches no more folders (${code}); changes are found by the periodic scan`)
    }
  }
  const abort = (): void => wake?.()
  options.signal.addEventListener('abort', abort)

  return {
    unknown: false,
    follow(setup, seen) {
      const folders = new Set(setup.sources.flatMap((source) => source.roots(setup.env)))
      const newest = [...seen.values()].sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs)
      for (const { path } of newest) {
        if (folders.size >= MAX_FOLDERS) break
        folders.add(dirname(path))
      }
      for (const folder of watchers.keys()) if (!folders.has(folder)) drop(folder)
      for (const folder of folders) add(folder)
    },
    take(seen, databases) {
      const changed: TranscriptRef[] = []
      const agents = new Set<string>()
      for (const path of named) {
        const [transcript, agent] = [seen.get(path), databases.get(path)]
        if (transcript) changed.push(transcript)
        if (agent !== undefined) agents.add(agent)
        if (!transcript && agent === undefined && !path.endsWith(INDEX_BESIDE)) this.unknown = true
      }
      named.clear()
      return { changed, agents }
    },
    async wait(ms) {
      if (named.size === 0 && !this.unknown && !options.signal.aborted) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, ms)
        })
        clearTimeout(timer)
        wake = undefined
      }
      if (named.size > 0 && !options.signal.aborted) await pause(SETTLE_MS, options.signal)
    },
    close() {
      options.signal.removeEventListener('abort', abort)
      for (const folder of watchers.keys()) drop(folder)
    },
  }
}
