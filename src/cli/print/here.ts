import { formatDuration, formatTimeShort, formatWorkTime, plural } from '../../domain/format.ts'
import { AppError } from '../../domain/errors.ts'
import { isOpen, PERSON } from '../../domain/session.ts'
import { words } from '../../domain/ticket.ts'
import { activeMs } from '../../domain/slice.ts'
import { addUsage, emptyUsage } from '../../domain/usage.ts'
import type { Instructions } from '../../domain/instructions.ts'
import type { OperationContext } from '../../operations/operation.ts'
import { type Standing, instructionsOf, standingOf } from '../../operations/standing.ts'
import { type UsageView, usageView } from '../../operations/usage-view.ts'
import { findSession } from '../../operations/which-session.ts'
import { oneLine } from '../sanitize.ts'
import { bad, meta, plain, subject, textWidth, warn } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { branchName, money, moneyFact, printCostFoot, printDemoMark, sessionName } from './common.ts'

/** The session a person stands on, what its ticket took and what happened last. */
export interface Here extends Standing {
  activeMs: number
  /** What all sessions together took for the current ticket; null without one. */
  ticket: { usage: UsageView; sessions: number } | null
  /** Newest first. */
  recent: Recent[]
  instructions: Instructions
}

export interface Recent {
  kind: 'note' | 'fail' | 'commit'
  at: string
  text: string
}

const RECENT = 4

/** Undefined where the caller stands on no session, or on one of several that nothing tells apart. */
export async function gatherHere(context: OperationContext): Promise<Here | undefined> {
  const found = await findSession(context).catch((error: unknown) => {
    // Several could be meant, or what the environment names is not in this store: what is recorded is shown all the same.
    if (error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found')) return undefined
    throw error
  })
  if (found === undefined || !isOpen(found.session)) return undefined
  const { store } = context
  const sessionId = found.session.id
  const standing = await standingOf(context, found.session, found.why)
  const [parts, recent, ticket] = await Promise.all([
    store.work.parts({ sessionId }),
    recentOf(context, sessionId),
    standing.current === null ? null : ticketFigures(context, standing.current.id),
  ])
  return {
    ...standing,
    activeMs: activeMs(parts.flatMap((part) => part.active)),
    ticket,
    recent,
    instructions: await instructionsOf(context, 'start', standing),
  }
}

async function ticketFigures({ store }: OperationContext, ticketId: string): Promise<Here['ticket']> {
  const parts = await store.work.parts({ ticketIds: [ticketId] })
  const usage = parts.reduce((sum, part) => addUsage(sum, part.usage), emptyUsage())
  return { usage: usageView(usage), sessions: new Set(parts.map((part) => part.sessionId)).size }
}

/** Notes, failed calls and commits. */
async function recentOf({ store }: OperationContext, sessionId: string): Promise<Recent[]> {
  const page = { limit: RECENT }
  const [notes, ticketNotes, failed, commits] = await Promise.all([
    store.notes.list({ sessionId }),
    store.tickets.notes({ sessionId }, page),
    store.invocations.list({ sessionId, outcome: 'error' }, { ...page, descending: true }),
    store.files.commits({ sessionId }, page),
  ])
  const lines: Recent[] = [
    ...[...notes, ...ticketNotes.items].map(({ at, text }) => ({ kind: 'note' as const, at, text })),
    ...failed.items.map(({ startedAt, subject, exitCode }) => ({
      kind: 'fail' as const,
      at: startedAt,
      text: exitCode === null ? subject : `${subject} · exit ${exitCode}`,
    })),
    ...commits.items.map(({ at, hash, subject }) => ({
      kind: 'commit' as const,
      at,
      text: `${hash.slice(0, 7)} ${subject}`,
    })),
  ]
  return lines.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, RECENT)
}

/** `daybook` where a session is at hand. */
export function printHere(view: View, here: Here): void {
  const { out } = view
  printDemoMark(view)
  const { session, instructions } = here
  const time = `active ${formatWorkTime(here.activeMs)}`
  const cost = session.usage.responses === 0 ? '' : ` · ${money(session.usage)}`
  printEnds(view, headOf(view, here), `${session.status === 'paused' ? 'paused · ' : ''}${time}${cost}`)
  printTickets(view, here)
  if (here.recent.length > 0) {
    out.line('Recent')
    for (const { kind, at, text } of here.recent) {
      const ago = formatTimeShort(Date.parse(at), view.nowMs, view.timezone)
      const mark = kind === 'fail' ? bad(kind.padEnd(6)) : meta(kind.padEnd(6))
      out.prose(oneLine(text), { first: [meta(`  ${ago.padStart(9)}  `), mark, ' '], indent: 20 })
    }
  }
  if ((here.ticket?.usage.responses ?? 0) + session.usage.responses > 0)
    printCostFoot(view, here.ticket?.usage ?? session.usage)
  const resume: [string, string][] =
    session.status === 'paused' ? [[`daybook resume ${sessionName(session)}`, 'its clock goes on']] : []
  const steps = instructions.suggestedCommands.map(
    (typed, i) => [typed, instructions.nextActions[i] ?? ''] as [string, string],
  )
  printNext(view, [...resume, ...steps].slice(0, 3))
}

function headOf(view: View, { session }: Here): Text {
  const agent = session.agent === PERSON ? '' : ` · ${view.agentName(session.agent)}`
  const branch = session.gitBranch === null ? '' : ` (${branchName(session.gitBranch)})`
  const project = session.project === null ? '' : ` · ${oneLine(session.project)}${branch}`
  return [subject(sessionName(session)), `${agent}${project}`]
}

function printTickets(view: View, { stack, current, association, ticketMs, ticket }: Here): void {
  const { out } = view
  if (current === null) {
    const none = association === 'opted_out' ? '  no ticket, on purpose' : '  no ticket: work counts as unattributed'
    out.line(meta(none))
    return
  }
  const path = stack.map(({ ref, title }) => oneLine(title === null ? ref : `${ref} ${title}`)).join(' > ')
  printEnds(view, ['  ', path], words(current.status))
  const { estimateMinutes } = current
  const time = formatWorkTime(ticketMs)
  const estimate = estimateMinutes === null ? '' : ` of ${formatDuration(estimateMinutes * 60_000)}`
  const over = estimateMinutes !== null && ticketMs > estimateMinutes * 60_000
  const cost = ticket === null || ticket.usage.responses === 0 ? [] : [moneyFact(ticket.usage)]
  const sessions = ticket === null || ticket.sessions === 0 ? [] : [plural(ticket.sessions, 'session')]
  const figures = [`${time}${estimate}`, ...cost, ...sessions].join(' · ')
  out.line(over ? warn('! ') : '  ', meta(`${current.ref} so far: ${figures}`))
}

/** Two texts at both ends of a line; the right one below where they do not fit. */
function printEnds({ out }: View, left: Text, right: string): void {
  const gap = out.columns - textWidth(left) - textWidth(right)
  if (gap >= 2) out.line(left, ' '.repeat(gap), meta(right))
  else {
    out.prose(plain(left).trimStart(), { first: plain(left).startsWith(' ') ? '  ' : '', indent: 4 })
    out.line(meta(`  ${right}`))
  }
}
