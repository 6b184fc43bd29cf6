import { plural } from './format.ts'
import { EXPECTED_UPDATES, type Finding, type Validation, finding, recommended } from './validation.ts'

interface SessionFacts {
  /** Key or ref. */
  session: string
  association: 'attached' | 'opted_out' | 'undecided'
  /** Lines of its log that somebody caused on purpose. */
  activities: number
  /** Tickets on its stack that are not closed. */
  openTickets: readonly string[]
  /** What it began with to do. */
  steps?: readonly { text: string; done: boolean }[]
}

/** A session may always end, an active one too: what is missing is advice. */
export function validateSession({
  session,
  association,
  activities,
  openTickets,
  steps = [],
}: SessionFacts): Validation {
  const warnings: Finding[] = []
  if (association === 'undecided') warnings.push(finding('context', `${session} says not what it is for`))
  if (activities < EXPECTED_UPDATES)
    warnings.push(finding('activities', `${plural(activities, 'activity', 'activities')} logged`))
  for (const ref of openTickets) warnings.push(finding('tickets', `${ref} is still open`, [ref]))
  for (const [i, { text, done }] of steps.entries())
    if (!done) warnings.push(finding('checklist', `step ${i + 1} is open: ${text}`))
  return {
    valid: true,
    errors: [],
    warnings,
    requirements: [],
    details: {
      summaryLength: 0,
      updates: activities,
      children: { total: openTickets.length, open: [...openTickets] },
      activeMs: null,
      estimateMinutes: null,
      variancePercent: null,
      evidence: [],
      requireTests: false,
    },
    checklist: [
      recommended('A ticket, or none on purpose', association !== 'undecided'),
      recommended(`${EXPECTED_UPDATES} activities`, activities >= EXPECTED_UPDATES),
      recommended('Its tickets are closed', openTickets.length === 0),
      ...steps.map(({ text, done }) => recommended(text, done)),
    ],
  }
}
