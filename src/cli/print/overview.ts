import { formatCount, formatTimeShort, formatTokens, formatWorkTime, plural } from '../../domain/format.ts'
import type { OperationContext } from '../../operations/operation.ts'
import { type SessionView, sessionView } from '../../operations/session-view.ts'
import { type UsageView, usageView } from '../../operations/usage-view.ts'
import { type Oldest, printOldest, recorded } from '../scan-summary.ts'
import { printTable } from '../table.ts'
import { dots, meta, subject, warn } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { tellingWord } from '../telling-word.ts'
import { cutEnd } from '../width.ts'
import {
  money,
  moneyFact,
  printCostFoot,
  printDemoMark,
  printFacts,
  printRecord,
  sessionName,
  titleOf,
} from './common.ts'

/** What is recorded, at a glance. */
export interface Overview {
  sessions: number
  entries: number
  byAgent: Record<string, number>
  byProject: { project: string | null; sessions: number }[]
  usage: UsageView
  problems: number
  oldest: Oldest | null
  /** True right after a scan. */
  scanned?: boolean
  dearest: SessionView | null
  recent: SessionView[]
  /** A word out of the newest prompt that a person typed, for a search that finds something. */
  word: string | null
}

const RECENT = 3
const PROJECTS = 4

export async function gatherOverview(context: OperationContext): Promise<Overview> {
  const { store } = context
  const [now, stats, dearest, recent] = await Promise.all([
    recorded(context),
    store.sessions.stats({}),
    store.sessions.list({}, { limit: 1, sort: 'cost' }),
    store.sessions.list({ archived: false }, { limit: RECENT, sort: 'last' }),
  ])
  const newest = recent.items[0]
  return {
    sessions: now.sessions,
    entries: now.entries,
    byAgent: stats.byAgent,
    byProject: stats.byProject.toSorted((a, b) => b.sessions - a.sessions),
    usage: usageView(now.usage),
    problems: now.problems,
    oldest: now.oldest,
    dearest: dearest.items[0] ? sessionView(dearest.items[0]) : null,
    recent: recent.items.map(sessionView),
    word: newest ? await promptWord(context, newest.id) : null,
  }
}

/** A telling word of the session's first prompt. */
async function promptWord({ history }: OperationContext, sessionId: string): Promise<string | null> {
  const first = { limit: 1, alone: true }
  const prompts = await history.entries({ sessionId, types: ['message'], roles: ['user'] }, first)
  const content = prompts.items[0]?.content
  if (content?.type !== 'message') return null
  return tellingWord(content.text)
}

/** `daybook` alone, and the end of the first run. */
export function printOverview(view: View, here: Overview): void {
  const { out } = view
  if (!out.terminal) {
    printPipe(view, here)
    return
  }
  printDemoMark(view)
  if (here.sessions === 0) {
    out.line('Nothing is recorded yet.')
    printNext(view, [
      ['daybook scan', 'read your agents’ transcripts'],
      ['daybook demo', 'look around in a made-up history'],
    ])
    return
  }
  out.line(
    subject(plural(here.sessions, 'session')),
    ' · ',
    dots(plural(here.entries, 'entry', 'entries'), here.usage.responses > 0 && moneyFact(here.usage)),
  )
  printFacts(view, facts(view, here))
  out.line('Recent')
  printTable(out, recentColumns(view), here.recent, { indent: 2, header: false })
  if (!view.demo) printOldest(out, here.oldest, here.scanned === true)
  if (here.problems > 0)
    out.line(warn(`${plural(here.problems, 'place')} could not be read, all else is kept: daybook problems`))
  printCostFoot(view, here.usage)
  const [newest] = here.recent
  printNext(view, [
    ...(here.word === null
      ? []
      : [
          [
            `daybook search ${quote(here.word)}`,
            view.demo ? 'a word of its newest prompt' : 'a word of your own',
          ] as const,
        ]),
    ...(newest ? [[`daybook session show ${sessionName(newest)}`, 'the newest session'] as const] : []),
    ['daybook usage daily', 'tokens and cost by day'],
  ])
}

function facts(view: View, here: Overview): [string, ReturnType<typeof dots> | undefined][] {
  const { usage, dearest } = here
  const agents = Object.entries(here.byAgent).sort((a, b) => b[1] - a[1])
  const more = here.byProject.length - PROJECTS
  return [
    ['agents', dots(...agents.map(([agent, count]) => `${view.agentName(agent)} ${formatCount(count)}`))],
    [
      'projects',
      dots(
        ...here.byProject
          .slice(0, PROJECTS)
          .map(({ project, sessions }) => `${project ?? 'not recorded'} ${formatCount(sessions)}`),
        more > 0 && `${more} more`,
      ),
    ],
    [
      'tokens',
      usage.responses === 0
        ? 'not recorded'
        : dots(
            `in ${formatTokens(usage.inputTokens)}`,
            `out ${formatTokens(usage.outputTokens)}`,
            `cache read ${formatTokens(usage.cacheReadTokens)}`,
            `cache write ${formatTokens(usage.cacheWriteTokens)}`,
          ),
    ],
    ['dearest', dearest && dearest.usage.responses > 0 ? dearestFact(view, dearest) : undefined],
  ]
}

function dearestFact(view: View, session: SessionView): ReturnType<typeof dots> {
  const name = sessionName(session)
  const cost = money(session.usage)
  const room = view.out.columns - 12 - name.length - cost.length - 6
  const title = titleOf(session)
  return [name, '  ', typeof title === 'string' ? cutEnd(title, room) : title, ` · ${cost}`]
}

function recentColumns(view: View) {
  return [
    { header: '', cell: (session: SessionView) => subject(sessionName(session)) },
    { header: '', cell: titleOf, shrink: 10, comfort: 24 },
    { header: '', cell: (session: SessionView) => meta(session.project ?? '–'), shrink: 8, drop: true },
    {
      header: '',
      align: 'right' as const,
      drop: true,
      cell: (session: SessionView) => `active ${formatWorkTime(session.activeMs)}`,
    },
    { header: '', align: 'right' as const, cell: (session: SessionView) => money(session.usage) },
    {
      header: '',
      align: 'right' as const,
      cell: (session: SessionView) =>
        meta(formatTimeShort(Date.parse(session.lastActivityAt), view.nowMs, view.timezone)),
    },
  ]
}

function printPipe(view: View, here: Overview): void {
  const { usage } = here
  printRecord(view, [
    ['SESSIONS', here.sessions],
    ['ENTRIES', here.entries],
    ...Object.entries(here.byAgent).map(([agent, count]) => [`AGENT_${agent}`, count] as const),
    ['INPUT_TOKENS', usage.inputTokens],
    ['OUTPUT_TOKENS', usage.outputTokens],
    ['CACHE_READ_TOKENS', usage.cacheReadTokens],
    ['CACHE_WRITE_TOKENS', usage.cacheWriteTokens],
    ['COST_MICRODOLLARS', usage.costMicrodollars],
    ['UNPRICED_TOKENS', usage.unpricedTokens],
    ['PROBLEMS', here.problems],
    ['DEAREST', here.dearest ? sessionName(here.dearest) : null],
  ])
}
