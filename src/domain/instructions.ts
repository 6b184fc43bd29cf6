import type { Association } from './context.ts'
import { formatDuration, plural } from './format.ts'
import { levelOf } from './ticket.ts'
import type { TicketKind, TicketStatus } from './ticket.ts'
import { shellWord } from './shell-word.ts'

/** The language a caller is answered in: commands to type, or tools to call. */
export type Face = 'cli' | 'mcp'

/** What just happened. */
export const INSTRUCTION_EVENTS = [
  'start',
  'resume',
  'recovery',
  'activate',
  'deactivate',
  'update',
  'invalid',
  'end',
] as const
export type InstructionEvent = (typeof INSTRUCTION_EVENTS)[number]

/** What instructions are made from. */
export interface InstructionState {
  face: Face
  /** Key or ref of the session. */
  session: string
  association: Association
  /** The deepest frame. */
  ticket: {
    ref: string
    title: string | null
    status: TicketStatus
    estimateMinutes: number | null
    kind?: TicketKind
  } | null
  /** Of what it holds: the task to begin next, and whether all there are is closed. */
  below?: { next: string | null; closed: boolean }
  /** Refs of the frames above it, outermost first. */
  above: readonly string[]
  /** Time on the ticket so far, all sessions. */
  ticketMs: number
  /** Minutes since something was last done; for recovery. */
  idleMinutes: number
  /** Steps of the session's checklist that are not ticked off. */
  openSteps?: readonly string[]
  /** What has to be given, for `invalid`. */
  requirements: string[]
}

/** What to do next, for whoever was just answered. */
export interface Instructions {
  /** Two or three, concrete. */
  nextActions: string[]
  /** Exact, for the face that asked. */
  suggestedCommands: string[]
  /** Sprint, task and time on it, in one line. */
  contextReminder: string
  progress?: { ticketMs: number; estimateMinutes: number | null; remainingMinutes: number | null }
  suggestions?: string[]
  requirements?: string[]
}

interface Step {
  says: string
  cli: string
  mcp: string
}

/** What to do next after an event, in two or three steps whose commands run as they stand. */
export function instructionsFor(event: InstructionEvent, state: InstructionState): Instructions {
  const steps = stepsFor(event, state).slice(0, 3)
  const { ticket, ticketMs, requirements } = state
  const made: Instructions = {
    nextActions: steps.map((step) => step.says),
    suggestedCommands: steps.map((step) => step[state.face]),
    contextReminder: reminder(state),
  }
  if (ticket) {
    const { estimateMinutes } = ticket
    const remaining = estimateMinutes === null ? null : Math.max(0, estimateMinutes - Math.round(ticketMs / 60_000))
    made.progress = { ticketMs, estimateMinutes, remainingMinutes: remaining }
    if (estimateMinutes !== null && ticketMs > estimateMinutes * 60_000)
      made.suggestions = [`${ticket.ref} is over its estimate of ${formatDuration(estimateMinutes * 60_000)}`]
  }
  const openSteps = state.openSteps ?? []
  if (openSteps.length > 0 && event !== 'end') {
    const shown = openSteps.slice(0, SHOWN_STEPS).join('; ')
    const more = openSteps.length > SHOWN_STEPS ? `; and ${openSteps.length - SHOWN_STEPS} more` : ''
    made.suggestions = [...(made.suggestions ?? []), `Checklist, ${openSteps.length} open: ${shown}${more}`]
  }
  if (requirements.length > 0) made.requirements = requirements
  return made
}

const SHOWN_STEPS = 3

function stepsFor(event: InstructionEvent, state: InstructionState): Step[] {
  const { session, ticket } = state
  const status: Step = { says: 'See where you are', cli: 'daybook status', mcp: 'session_status()' }
  const resume: Step = {
    says: `Take ${session} up again`,
    cli: `daybook resume ${session}`,
    mcp: `session_resume(session_key="${session}")`,
  }
  const end: Step = {
    says: 'End the session when the work is done',
    cli: 'daybook end "what you did"',
    mcp: 'session_end(summary="what you did")',
  }
  if (event === 'end')
    return [resume, { says: 'Start the next piece of work', cli: 'daybook start', mcp: 'session_start()' }]
  if (state.association === 'undecided') return [...decide(), status]
  if (state.association === 'opted_out') return [attach('Attach a ticket, should this turn out to belong to one'), end]
  const { ref, kind = 'task' } = ticket as NonNullable<typeof ticket>
  const leave: Step = {
    says: `Say how ${ref} stands when you stop working on it`,
    cli: 'daybook task deactivate --summary "what you did"',
    mcp: 'task_deactivate(summary="what you did")',
  }
  if (event === 'recovery') {
    const read = { ...status, says: `Read what was done last on ${ref}, ${plural(state.idleMinutes, 'minute')} ago` }
    return [read, holdsTasks(kind) ? below(ref, state.below) : leave, end]
  }
  if (holdsTasks(kind)) return [below(ref, state.below), { ...NOTE, says: 'Keep a decision' }, status]
  return [...finish(ref), leave]
}

const NOTE = { cli: 'daybook note "what you decided"', mcp: 'task_note(note="what you decided")' }

/** What holds tasks is no task itself: it is not left, and not called done by the way. */
export function holdsTasks(kind: TicketKind): boolean {
  return (levelOf(kind) ?? 3) < 3
}

function below(ref: string, { next, closed }: NonNullable<InstructionState['below']> = NOTHING_BELOW): Step {
  if (next !== null) {
    return {
      says: `Begin ${next}, a task of ${ref}`,
      cli: `daybook task activate ${shellWord(next)}`,
      mcp: `task_activate(task=${JSON.stringify(next)})`,
    }
  }
  if (closed) {
    return {
      says: `Call ${ref} done: all below it is closed`,
      cli: `daybook done ${shellWord(ref)} "what you did"`,
      mcp: `task_complete(tasks=${JSON.stringify(ref)}, summary="what you did")`,
    }
  }
  return {
    says: `Create a task of ${ref}`,
    cli: 'daybook ticket create "what is to do"',
    mcp: 'ticket_create(title="what is to do")',
  }
}

const NOTHING_BELOW = { next: null, closed: false }

function finish(ref: string): Step[] {
  return [
    { ...NOTE, says: 'Keep a decision; 2 notes or updates are expected' },
    {
      says: `Call ${ref} done when tests pass after the last edit`,
      cli: 'daybook done "what you did"',
      mcp: 'task_complete(summary="what you did")',
    },
  ]
}

function decide(): Step[] {
  return [
    attach('Attach the ticket this work is for'),
    { says: 'Or say that it belongs to none', cli: 'daybook attach --none', mcp: 'attach_ticket(action="none")' },
  ]
}

function attach(says: string): Step {
  return { says, cli: 'daybook attach T-1', mcp: 'attach_ticket(action="set", ticket_id="T-1")' }
}

function reminder({ association, above, ticket, ticketMs }: InstructionState): string {
  if (ticket === null) {
    return association === 'opted_out'
      ? 'No ticket, on purpose.'
      : 'No ticket: work counts as unattributed until one is attached.'
  }
  const time = ticketMs > 0 ? `, ${formatDuration(ticketMs)} on it so far` : ''
  return `${[...above, ticket.ref].join(' > ')}${ticket.title === null ? '' : ` ${ticket.title}`}${time}.`
}
