import { type Face, type Instructions } from './instructions.ts'
import { shellWord } from './shell-word.ts'
import { isClosed } from './ticket.ts'
import type { Ticket } from './ticket.ts'
import type { Validation } from './validation.ts'

interface Step {
  says: string
  cli: string
  mcp: string
}

/** What to do next with a ticket that was just made or changed. */
export function ticketInstructions(
  face: Face,
  { ref, title, status }: Pick<Ticket, 'ref' | 'title' | 'status'>,
): Instructions {
  const [word, quoted] = [shellWord(ref), JSON.stringify(ref)]
  const show: Step = {
    says: `See how ${ref} stands`,
    cli: `daybook ticket show ${word}`,
    mcp: `ticket_get(ticket_id=${quoted})`,
  }
  const begin: Step = {
    says: `Begin work on ${ref}`,
    cli: `daybook task activate ${word}`,
    mcp: `task_activate(task=${quoted})`,
  }
  const others: Step = {
    says: 'Find what is free to take',
    cli: 'daybook ticket list --free',
    mcp: 'ticket_list(free=true)',
  }
  return saying(face, isClosed(status) ? [show, others] : [begin, show], `${ref}${title === null ? '' : ` ${title}`}.`)
}

/** The same where no single ticket is at hand. */
export function boardInstructions(face: Face): Instructions {
  const list: Step = { says: 'See what there is', cli: 'daybook ticket list', mcp: 'ticket_list()' }
  const free: Step = {
    says: 'Find what is free to take',
    cli: 'daybook ticket list --free',
    mcp: 'ticket_list(free=true)',
  }
  return saying(face, [list, free], 'No ticket.')
}

/** What to do while nobody said what a new ticket belongs to. */
export function parentInstructions(face: Face, title: string): Instructions {
  const [word, quoted] = [shellWord(title), JSON.stringify(title)]
  const steps: Step[] = [
    {
      says: 'Attach the ticket you are working on, then create it again',
      cli: 'daybook attach T-1',
      mcp: 'attach_ticket(action="set", ticket_id="T-1")',
    },
    {
      says: 'Or say that this work belongs to no ticket',
      cli: 'daybook attach --none',
      mcp: 'attach_ticket(action="none")',
    },
    {
      says: 'Or create it without a parent',
      cli: `daybook ticket create ${word} --no-parent`,
      mcp: `ticket_create(title=${quoted}, parent_epic=null)`,
    },
  ]
  return saying(face, steps, 'No ticket: nothing says what a new one belongs to.')
}

/** Words for somebody who has to decide: a headline, a recommendation, three ways, and to call again. */
export function parentGuidance(instructions: Instructions): string {
  const [attach, none, alone] = instructions.suggestedCommands
  return [
    '⚠️ No ticket was created: nothing says what it belongs to.',
    '',
    'Recommended: attach the ticket you are working on, so that the new one goes below it.',
    '',
    `1. Attach a ticket: ${attach}`,
    `2. Skip it for this session: ${none}`,
    `3. Name the parent yourself (parent_epic, --parent), or create it without one: ${alone}`,
    '',
    'Then call ticket_create again.',
  ].join('\n')
}

function saying(face: Face, steps: readonly Step[], contextReminder: string): Instructions {
  return {
    nextActions: steps.map(({ says }) => says),
    suggestedCommands: steps.map((step) => step[face]),
    contextReminder,
  }
}

/** What to do where a ticket cannot be called done yet: what is missing, or to force it. */
export function refusedInstructions(
  face: Face,
  { ref, title }: Pick<Ticket, 'ref' | 'title'>,
  { errors, requirements }: Pick<Validation, 'errors' | 'requirements'>,
): Instructions {
  const [word, quoted] = [shellWord(ref), JSON.stringify(ref)]
  const steps: Step[] = []
  const [child] = errors.find(({ field }) => field === 'children')?.refs ?? []
  if (child !== undefined) {
    steps.push({
      says: `Close ${child} first`,
      cli: `daybook done ${shellWord(child)} "what was done"`,
      mcp: `task_complete(tasks=${JSON.stringify(child)}, summary="what was done")`,
    })
  }
  if (errors.some(({ field }) => field === 'summary')) {
    steps.push({
      says: 'Say what was done',
      cli: `daybook done ${word} "what was done"`,
      mcp: `task_complete(tasks=${quoted}, summary="what was done")`,
    })
  }
  if (steps.length === 0) {
    steps.push({
      says: 'See what stands against it',
      cli: `daybook check ${word}`,
      mcp: `validate_completion(ref=${quoted})`,
    })
  }
  steps.push({
    says: 'Or close it all the same; kept with your name',
    cli: `daybook done ${word} "what was done" --force "why"`,
    mcp: `task_complete(tasks=${quoted}, summary="what was done", force_reason="why")`,
  })
  const made = saying(face, steps, `${ref}${title === null ? '' : ` ${title}`}.`)
  return { ...made, requirements: requirements.map(({ message }) => message) }
}
