import type { ImportReport } from '../ingest/import/import-file.ts'
import type { ScanFound, ScanProgress } from '../ingest/scan-report.ts'

/** What the commands written by hand run on; `app.ts` binds it to `ingest/`. Ctrl C reaches it as `Io.signal`. */
export interface Engines {
  /** Reads what is new, archives and indexes it. Rejects when it is stopped; what was read is kept. */
  scan(events: ScanEvents): Promise<ScanReport>
  /** Reads what one agent's transcripts brought since then (Unix milliseconds), so that its calls are known by them. */
  readNewest(agent: string, sinceMs: number): Promise<void>
  /** Scans, then goes on reading what appears. Resolves when it is stopped. */
  watch(options: WatchOptions): Promise<void>
  /** Rebuilds entries, usage, invocations and search from the archive alone. */
  reindex(progress: (progress: ReindexProgress) => void): Promise<ReindexReport>
  /** Brings a file in: a bundle, chats, a list of tickets. */
  importFile(path: string, by: string): Promise<ImportReport>
}

export interface ScanEvents {
  /** One source's folders, before anything is read. */
  found?(found: ScanFound): void
  progress?(progress: ScanProgress): void
  /** Entries that can be searched, of those there are. */
  indexing?(progress: { indexed: number; entries: number }): void
}

export interface ScanReport {
  filesRead: number
  bytesRead: number
  entriesAdded: number
  problems: number
  sessionIds: string[]
  durationMs: number
}

export interface WatchOptions {
  events?: ScanEvents
  /** After the first scan, and after every reading that brought something. */
  read(report: ScanReport): void | Promise<void>
  /** Called every few seconds: takes in what hooks left. */
  takeIn?(): Promise<void>
  /** Somebody is being answered: what can wait, waits. */
  isBusy?(): boolean
  /** From now on changes are found by the periodic scan only. */
  degraded?(reason: string): void
}

export interface ReindexProgress {
  transcripts: number
  done: number
}

export interface ReindexReport {
  transcripts: number
  entries: number
  /** Agents that this build cannot read; their transcripts stay as they were. */
  unknownAgents: string[]
}
