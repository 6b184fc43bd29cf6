import type { UsageTotals } from '../domain/usage.ts'

/** What the commands written by hand run on. `app.ts` makes it from `ingest/`, `archive/` and the configuration. */
export interface Engines {
  /**
   * Reads what is new, archives and indexes it.
   *
   * @param on told what is found and how far it is; rows are visible before it resolves
   */
  scan(options: ScanOptions, on: (event: ScanEvent) => void): Promise<ScanSummary>
  /** Scans, then goes on reading what appears until `signal` is raised. */
  watch(options: { signal: AbortSignal }, on: (event: WatchEvent) => void): Promise<void>
  /** Writes a session's transcript files back as the agent wrote them. @throws AppError `conflict` when one exists */
  restore(options: { sessionId: string; to: string | null; force: boolean }): Promise<RestoredFile[]>
  /** Rebuilds entries, usage, invocations and search from the archive alone. */
  reindex(options: { signal: AbortSignal }, on: (event: ReindexEvent) => void): Promise<ReindexSummary>
  /** Makes the demo store, or makes it anew. Resolves with its place and what is in it. */
  createDemo(): Promise<{ location: string; sessions: number; entries: number }>
  /** Removes the demo store. False when there was none. */
  removeDemo(): Promise<boolean>
  /** Every setting with its value and where that came from. */
  settings(): Promise<Setting[]>
  /** Directories whose project settings count. */
  trusted(): Promise<string[]>
  /** @returns false when nothing changed */
  setTrust(directory: string, trusted: boolean): Promise<boolean>
}

export interface ScanOptions {
  signal: AbortSignal
  /** Source ids; all when empty. */
  agents: readonly string[]
}

/** Where one agent keeps its transcripts, and what lies there. */
export interface FoundSource {
  agent: string
  /** `Claude Code`. */
  name: string
  /** The folder, present or not. */
  root: string
  present: boolean
  files: number
  sizeBytes: number
}

export type ScanEvent =
  | { type: 'found'; sources: FoundSource[] }
  | {
      type: 'progress'
      filesDone: number
      filesTotal: number
      bytesDone: number
      bytesTotal: number
      /** Name of the agent that is being read. */
      name: string
      /** True once everything of the last 7 days is in. */
      lastWeekReady: boolean
    }
  | { type: 'indexing'; entriesDone: number; entriesTotal: number }

export interface ScanSummary {
  /** False when it was stopped. What was read until then is kept. */
  finished: boolean
  filesRead: number
  filesUnchanged: number
  bytesRead: number
  newEntries: number
  durationMs: number
  /** Lines and files that could not be read in this scan. */
  problems: number
  /** In the store now. */
  sessions: number
  entries: number
  usage: UsageTotals
  /** The oldest transcript that is still where its agent keeps it, for agents whose vendor deletes. */
  oldest: { name: string; at: string; vendorKeepsDays: number } | null
}

export type WatchEvent =
  | { type: 'scan'; event: ScanEvent }
  | { type: 'scanned'; summary: ScanSummary }
  | { type: 'appended'; at: string; name: string; ref: string; title: string | null; newEntries: number }
  | { type: 'problem'; path: string; reason: string }

export interface RestoredFile {
  path: string
  sizeBytes: number
  /** Placeholders that stand for redacted secrets in it. */
  placeholders: number
}

export interface ReindexEvent {
  transcriptsDone: number
  transcriptsTotal: number
  entries: number
}

export interface ReindexSummary {
  transcripts: number
  entries: number
  durationMs: number
  problems: number
  finished: boolean
}

export interface Setting {
  key: string
  /** As it would be written in the file. */
  value: string
  /** `default`, a file, `DAYBOOK_REDACT`, `--flag`. */
  from: string
}
