import { formatCount, plural } from '../../domain/format.ts'
import type { UsageView } from '../../operations/usage-view.ts'
import type { SessionStats } from '../../stores/store.ts'
import { oneLine } from '../sanitize.ts'
import { dots, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printNothing } from './nothing.ts'
import { money, printCostFoot, printDemoMark, printFacts, printRecord, span } from './common.ts'

const PROJECTS_SHOWN = 5

/** `daybook session stats`. */
export function printSessionStats(
  view: View,
  stats: SessionStats & { usage: UsageView },
  input: Record<string, unknown>,
): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['SESSIONS', stats.total],
      ...Object.entries(stats.byStatus).map(([status, count]) => [`STATUS_${status.toUpperCase()}`, count] as const),
      ...Object.entries(stats.byAgent).map(([agent, count]) => [`AGENT_${agent}`, count] as const),
      ['ENTRIES', stats.entries],
      ['COST_MICRODOLLARS', stats.usage.costMicrodollars],
      ['UNPRICED_TOKENS', stats.usage.unpricedTokens],
      ['OLDEST_AT', stats.oldestAt],
      ['NEWEST_AT', stats.newestAt],
    ])
    return
  }
  printDemoMark(view)
  if (stats.total === 0) {
    printNothing(view, input, 'No session', ['daybook session stats', 'all sessions'])
    return
  }
  const when = span(view, stats.oldestAt, stats.newestAt)
  view.out.line(subject(plural(stats.total, 'session')), ' · ', dots(plural(stats.entries, 'entry', 'entries'), when))
  printFacts(view, [
    ['agent', counts(Object.entries(stats.byAgent).map(([agent, count]) => [view.agentName(agent), count]))],
    ['status', counts(Object.entries(stats.byStatus))],
    ['project', projects(stats)],
    ['cost', stats.usage.responses === 0 ? undefined : `${money(stats.usage)} at list prices`],
  ])
  printCostFoot(view, stats.usage)
  printNext(view, [
    ['daybook session list --sort cost', 'the dearest first'],
    ['daybook usage project', 'what each project took'],
  ])
}

function counts(pairs: readonly (readonly [string, number])[]): string {
  return pairs
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${oneLine(name)} ${formatCount(count)}`)
    .join(' · ')
}

function projects({ byProject }: SessionStats): string {
  const sorted = byProject.toSorted((a, b) => b.sessions - a.sessions)
  const shown = counts(
    sorted.slice(0, PROJECTS_SHOWN).map(({ project, sessions }) => [project ?? 'not recorded', sessions]),
  )
  return sorted.length > PROJECTS_SHOWN ? `${shown} · ${sorted.length - PROJECTS_SHOWN} more` : shown
}
