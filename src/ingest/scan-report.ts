import type { TranscriptRef } from '../sources/source.ts'

/** What a scan found in one source's folders, before reading. */
export interface ScanFound {
  agent: string
  name: string
  roots: string[]
  files: number
  sizeBytes: number
  changed: number
}

export interface ScanProgress {
  files: number
  filesRead: number
  bytes: number
  bytesRead: number
  agent: string
  /** Everything changed since this time has been read: newest comes first. */
  readyFromMs: number
}

export interface ScanReport {
  /** No transcript had been read before. */
  first: boolean
  found: ScanFound[]
  /** Transcripts that were read because something was new. */
  filesRead: number
  bytesRead: number
  entriesAdded: number
  usageAdded: number
  /** Copies of records and repeats of responses that were recognised and not counted again. */
  inherited: number
  repeated: number
  problems: number
  /** Transcripts whose source has vanished since the last scan; the archive keeps them. */
  gone: number
  /** Sessions that got something new. */
  sessionIds: string[]
  durationMs: number
}

export interface ScanEvents {
  found?(found: ScanFound): void
  progress?(progress: ScanProgress): void
  /** Each of the newest transcripts discovery met, read or not. */
  seen?(ref: TranscriptRef): void
  /** Every database discovery asked about, opened or not. */
  database?(path: string, agent: string): void
}

export function emptyReport(): ScanReport {
  return {
    first: false,
    found: [],
    filesRead: 0,
    bytesRead: 0,
    entriesAdded: 0,
    usageAdded: 0,
    inherited: 0,
    repeated: 0,
    problems: 0,
    gone: 0,
    sessionIds: [],
    durationMs: 0,
  }
}
