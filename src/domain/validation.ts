import { compareToEstimate } from './estimate.ts'
import { formatDuration, plural } from './format.ts'
import { isClosed, levelOf, words } from './ticket.ts'
import type { Ticket, TicketStatus } from './ticket.ts'

/** How well something is known: seen in the record or the repository, concluded from it, or only said. */
export const CLAIMS = ['verified', 'inferred', 'asserted'] as const
export type Claim = (typeof CLAIMS)[number]

/** What the record shows of one thing. */
export interface Evidence {
  name: 'tests' | 'commit' | 'tree'
  claim: Claim
  /** Whether it is as it should be; null where that is not known. */
  ok: boolean | null
  /** As a sentence goes on: `npm test passed 16:20, after the last edit`. */
  says: string
  /** ISO. */
  at: string | null
  /** The entry that shows it. */
  entryId: string | null
}

/** Something that stands against calling it done (error), or that the next reader would miss (warning). */
export interface Finding {
  field: string
  message: string
  /** Tickets that it is about. */
  refs: string[]
  /** How well it is known, where evidence says it. */
  claim: Claim | null
}

/** What to do about an error, for whoever has to. */
export interface Requirement {
  field: string
  message: string
  refs: string[]
}

export interface ChecklistItem {
  type: 'required' | 'recommended'
  label: string
  completed: boolean
}

/** "May this be called done?" Errors block, warnings advise. */
export interface Validation {
  valid: boolean
  errors: Finding[]
  warnings: Finding[]
  requirements: Requirement[]
  details: ValidationDetails
  checklist: ChecklistItem[]
}

export interface ValidationDetails {
  /** Characters of the summary. */
  summaryLength: number
  /** Updates and notes that somebody wrote. */
  updates: number
  children: { total: number; open: string[] }
  activeMs: number | null
  estimateMinutes: number | null
  variancePercent: number | null
  evidence: Evidence[]
  /** Tests must have passed after the last edit. */
  requireTests: boolean
}

export interface TicketFacts {
  ticket: Pick<Ticket, 'ref' | 'kind' | 'estimateMinutes'>
  /** The one given now, else the ticket's. */
  summary: string | null
  /** Updates and notes that somebody wrote: what writes itself does not count. */
  updates: number
  /** What lies right below it. */
  children: readonly { ref: string; title: string | null; status: TicketStatus }[]
  /** Of all sessions, with what lies below it. */
  activeMs: number
  evidence: readonly Evidence[]
  requireTests: boolean
  /** What of the record is not all read yet, as a sentence; null: nothing. */
  unread: string | null
}

/** From so many characters on, the next reader understands a summary. */
const GOOD_SUMMARY = 20
export const EXPECTED_UPDATES = 2

/** Checks a task, or a sprint, epic or project: what holds others is not asked for a summary of its own. */
export function validateTicket(facts: TicketFacts): Validation {
  const holdsOthers = (levelOf(facts.ticket.kind) ?? 3) < 3
  return holdsOthers ? validateSprint(facts) : validateTask(facts)
}

function validateTask(facts: TicketFacts): Validation {
  const summary = checkSummary(facts)
  const context = checkUpdates(facts)
  const children = checkChildren(facts)
  const time = checkTime(facts)
  const tests = checkTests(facts)
  const items: ChecklistItem[] = [
    required('A summary', summary.errors.length === 0),
    recommended(
      `A summary of ${GOOD_SUMMARY} characters or more`,
      summary.errors.length + summary.warnings.length === 0,
    ),
    required('Everything below it is closed', children.errors.length === 0),
    recommended(`${EXPECTED_UPDATES} updates or notes`, context.warnings.length === 0),
    recommended('Time on it', facts.activeMs > 0),
  ]
  if (facts.ticket.estimateMinutes !== null)
    items.push(
      recommended(
        'Within its estimate',
        time.warnings.every(({ field }) => field !== 'estimate'),
      ),
    )
  const [testsItem] = facts.evidence.filter(({ name }) => name === 'tests')
  if (testsItem) {
    const label = 'Tests passed after the last edit'
    items.push(facts.requireTests ? required(label, testsItem.ok === true) : recommended(label, testsItem.ok === true))
  }
  for (const { name, ok } of facts.evidence)
    if (name !== 'tests') items.push(recommended(name === 'commit' ? 'A commit' : 'Nothing uncommitted', ok === true))
  return joined(facts, [summary, children, tests, context, time], items)
}

function validateSprint(facts: TicketFacts): Validation {
  const children = checkChildren(facts)
  const notes: Findings = { errors: [], warnings: [] }
  if (facts.updates === 0 && facts.summary === null)
    notes.warnings.push(finding('notes', `${facts.ticket.ref} has no notes`))
  return joined(
    facts,
    [children, notes],
    [
      required('Everything below it is closed', children.errors.length === 0),
      recommended('A note', notes.warnings.length === 0),
    ],
  )
}

interface Findings {
  errors: Finding[]
  warnings: Finding[]
}

function checkSummary({ ticket, summary }: TicketFacts): Findings {
  const length = [...(summary ?? '')].length
  if (length === 0) return { errors: [finding('summary', `${ticket.ref} has no summary`)], warnings: [] }
  if (length >= GOOD_SUMMARY) return { errors: [], warnings: [] }
  const message = `${plural(length, 'character')}; from ${GOOD_SUMMARY} on the next reader understands it`
  return { errors: [], warnings: [finding('summary', message)] }
}

function checkUpdates({ updates }: TicketFacts): Findings {
  if (updates >= EXPECTED_UPDATES) return { errors: [], warnings: [] }
  const message = `${plural(updates, 'update or note', 'updates or notes')}; ${EXPECTED_UPDATES} are expected`
  return { errors: [], warnings: [finding('context', message)] }
}

function checkChildren({ children }: TicketFacts): Findings {
  const open = children.filter(({ status }) => !isClosed(status))
  if (open.length === 0) return { errors: [], warnings: [] }
  const [first] = open
  const message =
    open.length === 1 && first
      ? `${first.ref}${first.title === null ? '' : ` ${first.title}`} is ${words(first.status)}`
      : `${open.length} of ${children.length} below it are open: ${listed(open.map(({ ref }) => ref))}`
  return {
    errors: [
      finding(
        'children',
        message,
        open.map(({ ref }) => ref),
      ),
    ],
    warnings: [],
  }
}

const LISTED = 10

function listed(refs: readonly string[]): string {
  const more = refs.length - LISTED
  return `${refs.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function checkTime({ ticket, activeMs }: TicketFacts): Findings {
  if (activeMs <= 0) return { errors: [], warnings: [finding('time', 'no time on it is recorded')] }
  if (ticket.estimateMinutes === null) return { errors: [], warnings: [] }
  const { percent, isOver, isSignificantlyOver, suggestion } = compareToEstimate(activeMs, ticket.estimateMinutes)
  if (!isOver && suggestion === null) return { errors: [], warnings: [] }
  const took = `${formatDuration(activeMs)} of ${formatDuration(ticket.estimateMinutes * 60_000)}`
  const how = isOver ? `${percent}% ${isSignificantlyOver ? 'significantly ' : ''}over` : `${-percent}% under`
  const advice = suggestion === null ? '' : `: ${suggestion}`
  return { errors: [], warnings: [finding('estimate', `${took}, ${how}${advice}`)] }
}

/** What was not tested is an error where tests are required; a run whose outcome cannot be known is no proof. */
function checkTests({ evidence, requireTests }: TicketFacts): Findings {
  const tests = evidence.find(({ name }) => name === 'tests')
  if (tests === undefined || tests.ok === true) return { errors: [], warnings: [] }
  const found = { ...finding('tests', tests.says), claim: tests.claim }
  return requireTests ? { errors: [found], warnings: [] } : { errors: [], warnings: [found] }
}

const TO_DO: Readonly<Record<string, string>> = {
  summary: 'Say what was done, in 20 characters or more',
  children: 'Close or cancel what lies below it',
  tests: 'Run the tests after the last edit, so that they pass',
}

function joined(
  { ticket, summary, updates, children, activeMs, evidence, requireTests, unread }: TicketFacts,
  found: readonly Findings[],
  checklist: ChecklistItem[],
): Validation {
  const errors = found.flatMap((one) => one.errors)
  const variance =
    ticket.estimateMinutes === null || activeMs <= 0 ? null : compareToEstimate(activeMs, ticket.estimateMinutes)
  return {
    valid: errors.length === 0,
    errors,
    warnings: [...found.flatMap((one) => one.warnings), ...(unread === null ? [] : [finding('transcript', unread)])],
    requirements: errors.map(({ field, message, refs }) => ({
      field,
      message: `${TO_DO[field] ?? message}${refs.length > 0 ? `: ${listed(refs)}` : ''}`,
      refs,
    })),
    details: {
      summaryLength: [...(summary ?? '')].length,
      updates,
      children: {
        total: children.length,
        open: children.filter(({ status }) => !isClosed(status)).map(({ ref }) => ref),
      },
      activeMs,
      estimateMinutes: ticket.estimateMinutes,
      variancePercent: variance?.percent ?? null,
      evidence: [...evidence],
      requireTests,
    },
    checklist,
  }
}

export function finding(field: string, message: string, refs: readonly string[] = []): Finding {
  return { field, message, refs: [...refs], claim: null }
}

function required(label: string, completed: boolean): ChecklistItem {
  return { type: 'required', label, completed }
}

export function recommended(label: string, completed: boolean): ChecklistItem {
  return { type: 'recommended', label, completed }
}
