import type { HandoffGiven, HandoffRecord } from './handoff-record.ts'
import type { PlanItem } from './entry.ts'
import { cutText, fenceFor, inCode, inLine, inQuote } from './markdown-text.ts'
import { words } from './ticket.ts'
import { quotable } from './recorded-text.ts'

/**
 * How long something stays when not all fits: `essential` says where one stands, `open` is what is still to do, `given` what
 * somebody wrote for this, `rest` the record.
 */
export type Weight = 'essential' | 'open' | 'given' | 'rest'

export interface Item {
  weight: Weight
  /** The line, its text within so many bytes. */
  render(maxBytes: number): string
}

export interface Section {
  title: string
  /** As they are shown. */
  items: Item[]
  /** The command that lists all of it. */
  command: string
  /** A code block around its items. */
  fence: string | null
  /** What is not meant to be in it, and where it is: always said. */
  beside: string | null
}

/** The sections of a handoff in their order, empty ones left out. @param session its key or ref */
export function sectionsOf(record: HandoffRecord, given: HandoffGiven, session: string): Section[] {
  const { ticket, worktree, plan, commits, uncommitted, files, goal, failures, decisions, activity, notes } = record
  const whole = `daybook handoff show ${session} --json`
  const messages = `daybook session messages ${session}`
  const changed = `daybook files --session ${session}`
  const status = uncommitted.map((line) => quotable(line).replace(/\s/g, ' '))
  const dirty = files.filter((file) => file.dirty !== false)
  const settled = files.length - dirty.length
  const sections: Section[] = [
    section('Current State', given.currentState === null ? [] : [quote(given.currentState, 'essential')], whole),
    section(
      'Next Steps',
      given.nextSteps.map((text, i) => bullet(text, i < 3 ? 'essential' : 'given')),
      whole,
    ),
    section(
      'Blockers',
      given.blockers.map((text) => bullet(text, 'given')),
      whole,
    ),
    section('Active Ticket', ticket === null ? [] : [ticketItem(ticket)], whole),
    section('Worktree', worktree === null ? [] : worktreeItems(worktree), `daybook session show ${session}`),
    section('Plan', plan.map(planItem), `${messages} --type plan --newest --limit 1`),
    section(
      'Commits This Session',
      commits.map(({ hash, subject, evidence }) =>
        item('rest', (max) => {
          const shared = evidence === 'shared' ? ' (this session or one beside it)' : ''
          return `- ${inCode(hash.slice(0, 7))} ${cutText(inLine(subject), max)}${shared}`
        }),
      ),
      `daybook session commits ${session}`,
    ),
    {
      ...section(
        'Uncommitted Changes',
        status.map((line) => item('rest', (max) => cutText(line, max))),
        'git status --short',
      ),
      fence: fenceFor(status),
    },
    {
      ...section(
        'Files Being Modified',
        dirty.map(({ path }) => item('rest', (max) => `- ${code(path, max)}`)),
        changed,
      ),
      beside: settled === 0 ? null : `- ${settled} more changed and not dirty any more: ${inCode(changed)}`,
    },
    section('Original Goal', goal === null ? [] : [quote(goal, 'essential')], `${messages} --role user`),
    section(
      'Failures',
      failures.map(({ command, exitCode, times }) =>
        item('open', (max) => {
          const facts = [exitCode === null ? 'failed' : `exit ${exitCode}`, ...(times > 1 ? [`${times} times`] : [])]
          return `- ${code(command, max)} · ${facts.join(' · ')}`
        }),
      ),
      `${messages} --failed`,
    ),
    section(
      'Problems',
      given.problems.map((text) => bullet(text, 'given')),
      whole,
    ),
    section(
      'What Did Not Work',
      given.whatDidNotWork.map((text) => bullet(text, 'given')),
      whole,
    ),
    section(
      'Decisions',
      [...given.decisions.map((text) => bullet(text, 'given')), ...decisions.map((text) => bullet(text, 'rest'))],
      `${messages} --role assistant`,
    ),
    section(
      'Accomplished',
      given.accomplished.map((text) => bullet(text, 'given')),
      whole,
    ),
    section(
      'Recent Activity',
      activity.slice(0, SHOWN_CALLS).map((text) => bullet(text, 'rest')),
      `${messages} --newest`,
    ),
    section(
      'Notes',
      [...given.notes.map((text) => bullet(text, 'given')), ...notes.map((text) => bullet(text, 'rest'))],
      given.notes.length > 0 ? whole : `daybook session notes ${session}`,
    ),
  ]
  return sections.filter(({ items, beside }) => items.length > 0 || beside !== null)
}

const SHOWN_CALLS = 5

function section(title: string, items: Item[], command: string): Section {
  return { title, items, command, fence: null, beside: null }
}

function item(weight: Weight, render: Item['render']): Item {
  return { weight, render }
}

function bullet(text: string, weight: Weight): Item {
  const line = inLine(text)
  return item(weight, (max) => `- ${cutText(line, max)}`)
}

function quote(text: string, weight: Weight): Item {
  const lines = inQuote(text)
  return item(weight, (max) => `> ${cutText(lines, max)}`)
}

function code(text: string, max: number): string {
  return inCode(cutText(text, max))
}

function ticketItem({ ref, title, kind, status, above }: NonNullable<HandoffRecord['ticket']>): Item {
  return item('essential', (max) => {
    const name = title === null ? inLine(ref) : `${cutText(inLine(title), max)} (${inLine(ref)})`
    const within = above.length === 0 ? '' : `\nWithin: ${above.map(inLine).join(' > ')}`
    return `**${name.replaceAll('*', '\\*')}** · ${kind}\nState: ${words(status)}${within}`
  })
}

function worktreeItems({ path, branch, head }: NonNullable<HandoffRecord['worktree']>): Item[] {
  const facts: [string, string | null][] = [
    ['Branch', branch],
    ['Path', path],
    ['Commit', head === null ? null : head.slice(0, 7)],
  ]
  return facts.flatMap(([label, value]) =>
    value === null ? [] : [item('essential', (max) => `- ${label}: ${code(value, max)}`)],
  )
}

const BOXES: Record<PlanItem['status'], string> = {
  pending: '[ ]',
  in_progress: '[ ] (in progress)',
  completed: '[x]',
  cancelled: '[-]',
}

function planItem({ text, status }: PlanItem): Item {
  const line = inLine(text)
  const weight = status === 'pending' || status === 'in_progress' ? 'open' : 'rest'
  return item(weight, (max) => `- ${BOXES[status]} ${cutText(line, max)}`)
}
