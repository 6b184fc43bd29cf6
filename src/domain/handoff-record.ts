import type { CommitEvidence } from './commit.ts'
import type { PlanItem } from './entry.ts'
import { AppError } from './errors.ts'
import type { Failure } from './failure.ts'
import type { TicketKind, TicketStatus } from './ticket.ts'

/** What the record says of a session, for whoever carries on. Lists are newest first; nothing in it is made up. */
export interface HandoffRecord {
  ticket: { ref: string; title: string | null; kind: TicketKind; status: TicketStatus; above: string[] } | null
  /** Where it worked, as far as is known. */
  worktree: { path: string; branch: string | null; head: string | null } | null
  /** As it last stood, in its own order. */
  plan: PlanItem[]
  commits: { hash: string; subject: string; at: string; evidence: CommitEvidence }[]
  /** As `git status --short` has them. */
  uncommitted: string[]
  /** Changed in any turn; `dirty` is null where git could not be asked. */
  files: { path: string; dirty: boolean | null }[]
  /** What a person asked first. */
  goal: string | null
  failures: Failure[]
  decisions: string[]
  /** The ten newest calls, in a line each. */
  activity: string[]
  notes: string[]
  /** Why git told nothing; null where it did. */
  gitProblem: string | null
}

/** What an agent or a person says themselves. */
export interface HandoffGiven {
  currentState: string | null
  nextSteps: string[]
  accomplished: string[]
  decisions: string[]
  problems: string[]
  whatDidNotWork: string[]
  blockers: string[]
  notes: string[]
}

export const NOTHING_GIVEN: HandoffGiven = {
  currentState: null,
  nextSteps: [],
  accomplished: [],
  decisions: [],
  problems: [],
  whatDidNotWork: [],
  blockers: [],
  notes: [],
}

const LONGEST_TEXT = 20_000

/**
 * The given part, trimmed. Notes may stand alone; who says more says what comes next.
 *
 * @throws AppError `invalid` for a blank text or a missing next step, `too_large` for more than 20,000 characters in one text
 */
export function checkGiven(given: HandoffGiven): HandoffGiven {
  const { currentState, ...lists } = given
  const checked = { ...given, currentState: currentState === null ? null : checkText('currentState', currentState) }
  for (const [name, texts] of Object.entries(lists) as [keyof typeof lists, string[]][])
    checked[name] = texts.map((text) => checkText(name, text))
  const { nextSteps, notes: _, ...rest } = checked
  const said = Object.entries(rest).filter(([, value]) => value !== null && value.length > 0)
  const [first] = said
  if (first && nextSteps.length === 0) {
    throw new AppError('invalid', `a handoff with ${first[0]} needs nextSteps, at least one`, {
      hint: 'daybook session handoff --next-steps "what comes next"',
    })
  }
  return checked
}

function checkText(name: string, text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') throw new AppError('invalid', `${name} of a handoff has a blank text`)
  if (trimmed.length <= LONGEST_TEXT) return trimmed
  throw new AppError('too_large', `${name} of a handoff has ${trimmed.length} characters, above ${LONGEST_TEXT}`)
}
