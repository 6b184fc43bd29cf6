import { formatBytes, formatCount } from '../domain/format.ts'
import type { ScanFound, ScanProgress } from '../ingest/scan-report.ts'
import type { ScanEvents } from './engines.ts'
import type { Io } from './io.ts'
import { bar, startProgress } from './progress.ts'
import type { Screen } from './screen.ts'
import { dots, meta } from './text.ts'
import type { Text } from './text.ts'

const WEEK_MS = 7 * 86_400_000
const BAR_WIDTH = 20
/** Before that much is read, a guess at the time left is no better than none. */
const GUESS_AFTER_MS = 1000

/** How a scan is shown while it goes on: folders found with counts, then the bar, on stderr. */
export interface ScanDisplay {
  events: ScanEvents
  /** Everything discovery found, in order. */
  found: ScanFound[]
  progress: ScanProgress | undefined
  done(): void
}

export function showScan(io: Io, err: Screen, home: string, quiet = false): ScanDisplay {
  const startedMs = io.now()
  const progress = startProgress(io, err)
  let announced = quiet
  const announce = (): void => {
    if (announced) return
    announced = true
    if (err.terminal) printFound(err, display.found, home)
  }
  const display: ScanDisplay = {
    found: [],
    progress: undefined,
    events: {
      found: (found) => void display.found.push(found),
      progress(now) {
        announce()
        display.progress = now
        progress.update(
          () => barLine(now, io.now(), startedMs),
          () => pipeLine(now),
        )
      },
      indexing({ indexed, entries }) {
        announce()
        progress.update(
          () =>
            `indexing  ${bar(indexed / Math.max(1, entries), BAR_WIDTH)}  ${percent(indexed, entries)}%  all can be read already`,
          () => `scan: indexing ${indexed}/${entries} entries, ${percent(indexed, entries)}%`,
        )
      },
    },
    done() {
      progress.done()
      announce()
    },
  }
  return display
}

/** `Claude Code  ~/.claude/projects   1,203 files  231 MB`, a line for each agent that is there. */
function printFound(err: Screen, found: readonly ScanFound[], home: string): void {
  const present = found.filter(({ files }) => files > 0)
  if (present.length === 0) return
  const width = Math.max(...present.map(({ files }) => formatCount(files).length))
  const bytes = Math.max(...present.map(({ sizeBytes }) => formatBytes(sizeBytes).length))
  for (const { name, roots, files, sizeBytes } of present) {
    const root = roots[0]?.replace(home, '~') ?? ''
    const size = formatBytes(sizeBytes).padStart(bytes)
    err.line(
      name.padEnd(12),
      '  ',
      meta(root.padEnd(22)),
      '  ',
      formatCount(files).padStart(width),
      files === 1 ? ' file ' : ' files',
      '  ',
      size,
    )
  }
}

function barLine(now: ScanProgress, nowMs: number, startedMs: number): Text {
  const share = now.bytesRead / Math.max(1, now.bytes)
  const spent = nowMs - startedMs
  const left = spent > GUESS_AFTER_MS && share > 0.02 ? Math.ceil((spent / share - spent) / 1000) : undefined
  return [
    `reading  ${bar(share, BAR_WIDTH)}  ${percent(now.bytesRead, now.bytes)}%  `,
    `${megabytes(now.bytesRead)} of ${formatBytes(now.bytes)}`,
    now.readyFromMs < nowMs - WEEK_MS ? '  last 7 days ready' : '',
    left === undefined ? '' : `  ${left}s left`,
  ]
}

function pipeLine(now: ScanProgress): string {
  const size = `${megabytes(now.bytesRead)}/${megabytes(now.bytes)} MB`
  return `scan: ${now.filesRead}/${now.files} files, ${size}, ${percent(now.bytesRead, now.bytes)}%`
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6))
}

function percent(done: number, all: number): number {
  return Math.min(100, Math.floor((done / Math.max(1, all)) * 100))
}

/** What Ctrl C leaves behind. */
export function stoppedLine(display: Pick<ScanDisplay, 'progress'>): Text {
  const { progress } = display
  if (!progress) return 'Stopped before anything was read.'
  const files = `${formatCount(progress.filesRead)} of ${formatCount(progress.files)} files`
  return dots(`Stopped. ${files} are read and kept`, 'the next scan goes on from there')
}
