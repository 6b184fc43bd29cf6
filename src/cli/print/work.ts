import { formatDuration, formatTimeShort, formatWorkTime, plural } from '../../domain/format.ts'
import type { FrameInterval } from '../../domain/frame-interval.ts'
import { PERSON } from '../../domain/session.ts'
import { words } from '../../domain/ticket.ts'
import type { Attached } from '../../operations/attach.ts'
import type { Deactivated } from '../../operations/deactivate.ts'
import type { SessionInfo } from '../../operations/session-info.ts'
import type { Ended } from '../../operations/session-end.ts'
import type { Resumed } from '../../operations/session-pause.ts'
import type { Started } from '../../operations/session-start.ts'
import type { Status } from '../../operations/session-status.ts'
import type { Changed, Standing } from '../../operations/standing.ts'
import type { Page } from '../../stores/page.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import { bad, meta, subject, warn } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { activityWords } from './activity-words.ts'
import { printSteps as printChecklistSteps } from './templates.ts'
import { branchName, clock, printDemoMark, printRecord, sessionName } from './common.ts'

/** A reply to a change: what is so now, where it stands, what to do next. */
export function printChanged(view: View, reply: Changed): void {
  printReply(view, reply)
}

/** @param before prints what was before */
function printReply(view: View, reply: Changed, before?: () => void): void {
  if (!view.out.terminal) {
    printRecord(view, [['MESSAGE', reply.message], ...standingRecord(reply)])
    for (const warning of reply.warnings) view.note(`warning: ${warning}`)
    return
  }
  printDemoMark(view)
  view.out.prose(reply.message, { first: '', indent: 2 })
  printWhere(view, reply)
  before?.()
  printWarnings(view, reply.warnings)
  printSteps(view, reply)
}

export function printStarted(view: View, reply: Started): void {
  const { last, offers, checklist } = reply
  printReply(view, reply, () => {
    if (last !== null) view.out.line(meta(`Last: ${sessionName(last)}, daybook resume ${sessionName(last)}`))
    if (checklist.length > 0) view.out.line(meta(`Checklist: ${plural(checklist.length, 'step')}`))
    printChecklistSteps(view, checklist)
  })
  if (!view.out.terminal) for (const { text } of checklist) view.out.line(`STEP\t${oneLine(text)}`)
  // An agent's shell is no terminal: it reads the offer here.
  if (offers === null) return
  if (!view.out.terminal) for (const line of offers.split('\n')) view.out.line(line)
  else view.out.prose(offers.slice(0, offers.indexOf('\n')), { first: '', indent: 2 })
}

export function printResumed(view: View, reply: Resumed): void {
  printChanged(view, { ...reply, instructions: { ...reply.instructions, nextActions: [], suggestedCommands: [] } })
  if (!view.out.terminal) return
  printActivities(view, reply.activities)
  printSteps(view, reply)
}

export function printAttached(view: View, reply: Attached): void {
  const { session, guidance } = reply
  if (session === null) {
    view.out.line(reply.message)
    if (guidance !== null && view.out.terminal) view.out.prose(guidance, { first: '  ', indent: 2 })
    return
  }
  printChanged(view, { ...reply, session })
}

export function printDeactivated(view: View, reply: Deactivated): void {
  printChanged(view, reply)
  printErrors(view, reply.errors)
}

export function printEnded(view: View, reply: Ended): void {
  printChanged(view, reply)
  printErrors(view, reply.errors)
  if (!view.out.terminal || !reply.valid) return
  const done = [
    reply.ticketsCompleted.length === 0 ? 'no ticket completed' : `completed ${reply.ticketsCompleted.join(', ')}`,
    plural(reply.commits, 'commit'),
    `${plural(reply.filesChanged, 'file')} changed`,
    plural(reply.artifacts, 'artifact'),
  ]
  view.out.line(meta(`  ${done.join(' · ')}`))
}

export function printStanding(view: View, standing: Standing): void {
  if (!view.out.terminal) {
    printRecord(view, standingRecord(standing))
    return
  }
  printDemoMark(view)
  printHead(view, standing)
  printStack(view, standing)
  printNext(view, [
    ['daybook context history', 'from when to when'],
    ['daybook context pop', 'step off the current ticket'],
  ])
}

export function printInfo(view: View, info: SessionInfo): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ...standingRecord(info),
      ['LAST_ACTIVITY', info.session.lastActivityAt],
      ['TIMEOUT_MINUTES', info.sessionTimeoutMinutes],
      ['EXPIRES_AT', info.expiresAt],
    ])
    return
  }
  printDemoMark(view)
  printHead(view, info)
  printStack(view, info)
  view.out.line(meta(`  id ${info.session.id}`))
  const until =
    info.expiresAt === null ? 'kept until it is ended' : `put away ${clock(view, info.expiresAt)} if nothing comes`
  view.out.line(meta(`  last activity ${clock(view, info.session.lastActivityAt)} · ${until}`))
  printWarnings(view, info.warnings)
  if (info.association !== 'undecided') printNext(view, [['daybook status', 'time and what was done last']])
  else {
    printNext(view, [
      ['daybook attach T-1', 'the ticket this work is for'],
      ['daybook attach --none', 'this work belongs to no ticket'],
    ])
  }
}

export function printStatus(view: View, reply: Status): void {
  const { standing } = reply
  if (!view.out.terminal) {
    if (standing === null) {
      printRecord(view, [['SESSION', null]])
      return
    }
    printRecord(view, [
      ...standingRecord(standing),
      ['STATUS', standing.session.status],
      ['KIND', standing.session.kind],
      ['ACTIVE_MS', reply.activeMs],
      ['WALL_MS', reply.wallMs],
    ])
    return
  }
  printDemoMark(view)
  if (standing === null) {
    view.out.line('No session is here.')
    printNext(view, [
      ['daybook start', 'begin one'],
      ['daybook session list', 'what is recorded'],
    ])
    return
  }
  printHead(view, standing)
  view.out.line(
    meta(
      `  ${standing.session.kind} · ${standing.session.status} · active ${formatWorkTime(reply.activeMs)} · wall ${formatWorkTime(reply.wallMs)}`,
    ),
  )
  printStack(view, standing)
  printActivities(view, reply.activities)
  printNext(view, [
    ['daybook context history', 'what it worked on, from when to when'],
    [`daybook session show ${sessionName(standing.session)}`, 'what it took and changed'],
  ])
}

export function printContextHistory(view: View, page: Page<FrameInterval>): void {
  if (view.out.terminal && page.items.length === 0) {
    view.out.line('Nothing was attached to this session yet.')
    return
  }
  printTable(
    view.out,
    [
      { header: 'FROM', cell: (row) => clock(view, row.fromAt), pipe: { header: 'FROM', value: (row) => row.fromAt } },
      {
        header: 'TO',
        cell: (row) => (row.toAt === null ? 'now' : clock(view, row.toAt)),
        pipe: { header: 'TO', value: (row) => row.toAt },
      },
      {
        header: 'CHANGE',
        cell: (row) => row.change.replace('_', ' '),
        pipe: { header: 'CHANGE', value: (row) => row.change },
      },
      { header: 'STACK', cell: stackWords, shrink: 10 },
      { header: 'WHO', cell: (row) => oneLine(row.by), drop: true },
    ],
    page.items,
  )
  printNext(view, [['daybook context show', 'how it stands now']])
}

function stackWords({ stack, optedOut }: FrameInterval): string {
  if (stack.length > 0) return oneLine(stack.map(({ ref }) => ref).join(' > '))
  return optedOut ? 'none, on purpose' : 'undecided'
}

function standingRecord({ session, why, association, stack, ticketMs }: Standing): [string, string | number | null][] {
  return [
    ['SESSION', sessionName(session)],
    ['ID', session.id],
    ['FROM', why],
    ['ASSOCIATION', association],
    ['TICKET', stack.at(-1)?.ref ?? null],
    ['STACK', stack.map(({ ref }) => ref).join(' > ')],
    ['TICKET_MS', ticketMs],
  ]
}

function printHead(view: View, { session, why }: Standing): void {
  const agent = session.agent === PERSON ? '' : ` · ${view.agentName(session.agent)}`
  const branch = session.gitBranch === null ? '' : ` (${branchName(session.gitBranch)})`
  const project = session.project === null ? '' : ` · ${oneLine(session.project)}${branch}`
  view.out.line(subject(sessionName(session)), `${agent}${project}`, meta(`  ${why}`))
}

function printWhere(view: View, { session, why }: Standing): void {
  view.out.line(meta(`Session ${sessionName(session)}, ${why}`))
}

function printStack(view: View, { stack, association, ticketMs }: Standing): void {
  const current = stack.at(-1)
  if (current === undefined) {
    view.out.line(
      association === 'opted_out' ? '  no ticket, on purpose' : meta('  no ticket: work counts as unattributed'),
    )
    return
  }
  const path = stack.map(({ ref, title }) => oneLine(title === null ? ref : `${ref} ${title}`)).join(' > ')
  view.out.prose(path, { first: '  ', indent: 4 })
  const estimate = current.estimateMinutes === null ? '' : ` of ${formatDuration(current.estimateMinutes * 60_000)}`
  view.out.line(meta(`  ${words(current.status)} · ${formatWorkTime(ticketMs)}${estimate} on it, all sessions`))
}

function printActivities(view: View, activities: Status['activities']): void {
  for (const activity of activities) {
    const ago = formatTimeShort(Date.parse(activity.at), view.nowMs, view.timezone)
    view.out.prose(activityWords(activity), { first: meta(`  ${ago.padStart(9)}  `), indent: 13 })
  }
}

function printWarnings(view: View, warnings: readonly string[]): void {
  for (const warning of warnings) view.out.prose(oneLine(warning), { first: [warn('!'), ' '], indent: 2 })
}

function printErrors(view: View, errors: readonly string[]): void {
  if (view.out.terminal)
    for (const error of errors) view.out.prose(oneLine(error), { first: ['  ', bad('✗'), ' '], indent: 4 })
  else for (const error of errors) view.note(`error: ${error}`)
}

function printSteps(view: View, { instructions }: Changed): void {
  const { suggestedCommands, nextActions } = instructions
  printNext(
    view,
    suggestedCommands.map((typed, i) => [typed, nextActions[i] ?? ''] as const),
  )
}
