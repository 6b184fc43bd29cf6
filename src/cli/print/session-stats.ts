import { formatCount, formatDurationExact, formatTokens, formatWorkTime, plural } from '../../domain/format.ts'
import type { SessionStatistics } from '../../operations/session-stats.ts'
import type { SessionStats } from '../../stores/session-store.ts'
import { statusAt } from '../../domain/session.ts'
import { oneLine } from '../sanitize.ts'
import { dots, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printNothing } from './nothing.ts'
import { printSessionHeading } from './session-heading.ts'
import {
  exactCost,
  moneyFact,
  printCostFoot,
  printDemoMark,
  printFacts,
  printRecord,
  sessionName,
  span,
} from './common.ts'

const PROJECTS_SHOWN = 5

/** `daybook session stats`. */
export function printSessionStats(view: View, stats: SessionStatistics, input: Record<string, unknown>): void {
  if (stats.session) {
    printOne(view, stats, stats.session)
    return
  }
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
    ['cost', stats.usage.responses > 0 && moneyFact(stats.usage)],
  ])
  printCostFoot(view, stats.usage)
  printNext(view, [
    ['daybook session list --sort cost', 'the dearest first'],
    ['daybook usage project', 'what each project took'],
  ])
}

/** `daybook session stats SESSION`. */
function printOne(view: View, stats: SessionStatistics, session: NonNullable<SessionStatistics['session']>): void {
  const { usage } = stats
  const name = sessionName(session)
  if (!view.out.terminal) {
    printRecord(view, [
      ['KEY', name],
      ['STATUS', statusAt(session, view.nowMs)],
      ['STARTED', session.startedAt],
      ['LAST_ACTIVITY', session.lastActivityAt],
      ['WALL_MS', session.wallMs],
      ['ACTIVE_MS', session.activeMs],
      ['TOOL_MS', session.toolMs],
      ['CALLS', session.invocationCount],
      ['TOOLS', session.toolsUsed.join(',')],
      ['MESSAGES', session.messageCount],
      ['COST_MICRODOLLARS', exactCost(usage)],
      ['INPUT_TOKENS', usage.inputTokens],
      ['OUTPUT_TOKENS', usage.outputTokens],
      ['CACHE_READ_TOKENS', usage.cacheReadTokens],
      ['CACHE_WRITE_TOKENS', usage.cacheWriteTokens],
    ])
    return
  }
  printDemoMark(view)
  printSessionHeading(view, session)
  const calls = formatCount(session.invocationCount)
  const failed = session.failedCount === 0 ? '' : `, ${formatCount(session.failedCount)} failed`
  printFacts(view, [
    ['when', span(view, session.startedAt, session.lastActivityAt)],
    ['time', `active ${formatWorkTime(session.activeMs)} · wall ${formatWorkTime(session.wallMs)}`],
    ['messages', formatCount(session.messageCount)],
    ['calls', dots(`${calls}${failed}`, session.toolMs > 0 && `tools ${formatDurationExact(session.toolMs)}`)],
    ['tools', session.toolsUsed.map(oneLine).join(', ')],
    ['cost', moneyFact(usage)],
    [
      'tokens',
      usage.responses > 0 &&
        `in ${formatTokens(usage.inputTokens)} · out ${formatTokens(usage.outputTokens)} · cache read ${formatTokens(usage.cacheReadTokens)} · cache write ${formatTokens(usage.cacheWriteTokens)}`,
    ],
  ])
  printCostFoot(view, usage, `daybook usage explain ${name}`)
  printNext(view, [[`daybook session show ${name}`, 'what it changed, and how to go on with it']])
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
