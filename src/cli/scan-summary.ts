import { formatCount, formatDuration, plural } from '../domain/format.ts'
import type { UsageTotals } from '../domain/usage.ts'
import type { OperationContext } from '../operations/operation.ts'
import { usageView } from '../operations/usage-view.ts'
import type { ScanReport } from './engines.ts'
import { moneyFact } from './print/common.ts'
import type { Screen } from './screen.ts'
import { meta, subject, warn } from './text.ts'

/** What is recorded, and what the oldest transcript's vendor will do. */
export interface Recorded {
  sessions: number
  entries: number
  usage: UsageTotals
  problems: number
  /** The oldest transcript that still lies where its agent keeps it, of agents whose vendor deletes. */
  oldest: Oldest | null
}

export interface Oldest {
  agent: string
  ageDays: number
  vendorKeepsDays: number
}

const DAY_MS = 86_400_000

/** Reads the totals that a scan and the overview end with. */
export async function recorded({ store, sources, clock }: OperationContext): Promise<Recorded> {
  const [stats, usage, problems, written] = await Promise.all([
    store.sessions.stats({}),
    store.usage.total({}),
    store.problems.list({}, { limit: 1 }),
    store.transcripts.oldest(),
  ])
  let oldest: Oldest | null = null
  for (const { agent, modifiedAtMs } of written) {
    const source = sources.find((one) => one.id === agent)
    if (!source || source.vendorKeepsDays === null) continue
    const ageDays = Math.max(0, Math.floor((clock.now() - modifiedAtMs) / DAY_MS))
    if (!oldest || ageDays > oldest.ageDays)
      oldest = { agent: source.name, ageDays, vendorKeepsDays: source.vendorKeepsDays }
  }
  return { sessions: stats.total, entries: stats.entries, usage, problems: problems.total, oldest }
}

/** The last lines of a scan on a terminal. */
export function printScanSummary(out: Screen, report: ScanReport, now: Recorded): void {
  if (now.sessions === 0) {
    out.line('No agent transcripts were found on this machine.')
    return
  }
  out.line(
    subject(plural(now.sessions, 'session')),
    ` · ${plural(now.entries, 'entry', 'entries')} · ${moneyFact(usageView(now.usage), { headline: true })} · ${formatDuration(report.durationMs)}`,
  )
  out.line(meta(newLine(report)))
  if (now.problems > 0) {
    out.line(warn(`${plural(now.problems, 'place')} could not be read, all else is kept: daybook problems`))
  }
  printOldest(out, now.oldest, true)
}

function newLine({ filesRead, entriesAdded }: ScanReport): string {
  if (filesRead === 0 || entriesAdded === 0) return 'Nothing new since the last scan.'
  return `New: ${plural(entriesAdded, 'entry', 'entries')} from ${plural(filesRead, 'file')}.`
}

/**
 * `Oldest transcript: 29 days. Claude Code deletes at 30; all are archived now.` The last words only where a scan has just
 * seen all there is.
 */
export function printOldest(out: Screen, oldest: Oldest | null, scanned: boolean): void {
  if (!oldest) return
  const age = plural(oldest.ageDays, 'day')
  const [old, unit] = oldest.ageDays === 0 ? ['today', ' days'] : [age, '']
  const deletes = `${oldest.agent} deletes at ${formatCount(oldest.vendorKeepsDays)}${unit}`
  const text = `Oldest transcript: ${old}. ${deletes}; ${scanned ? 'all are archived now' : 'the archive stays'}.`
  out.prose(text)
}
