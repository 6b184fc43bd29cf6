import * as z from 'zod/mini'
import { attachContext, clearContext, optOut } from '../domain/context.ts'
import type { ContextChange } from '../domain/context.ts'
import { AppError, shownValue } from '../domain/errors.ts'
import { plural } from '../domain/format.ts'
import { flag, sessionWord, text } from './fields.ts'
import { checkNamed, checkOpen, moveContext, pathTo, poppedWords, ticketOf } from './move-context.ts'
import { type PutAway, enterSession } from './open-session.ts'
import { openTicketHint } from './open-ticket-hint.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pointAfter } from './session-pointers.ts'
import { type Changed, changedReply, instructionsOf, standingOf } from './standing.ts'
import { findSession } from './which-session.ts'

export const ATTACH_ACTIONS = ['set', 'clear', 'none', 'status'] as const
type Action = (typeof ATTACH_ACTIONS)[number]

export interface Attached extends Omit<Changed, 'session'> {
  /** Null only for a status where no session is. */
  session: Changed['session'] | null
  action: Action
  /** What to do, in words, where somebody has to decide. */
  guidance: string | null
}

/** What a person or an agent is told while nobody said what the work is for. */
export const GUIDANCE =
  'Attach the ticket this work is for, or opt out if it belongs to none. Until then it counts as unattributed.'
const AGAIN = 'To associate this session again, attach a ticket with action "set".'

export const attach = defineOperation({
  name: 'session.attach',
  summary: 'Say which ticket this work is for, or that it is for none.',
  input: z.object({
    ticket: z.optional(text('the ticket, by ref: T-1, PROJ-123, any other')),
    action: z.optional(text('set, clear, none or status; follows from the rest when left out')),
    none: flag('this work belongs to no ticket'),
    clear: flag('forget what was said: undecided again'),
    status: flag('say how it stands, change nothing'),
    tracker: z.optional(text('the tracker the ticket is in, where several have that ref')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    path: ['attach'],
    args: ['ticket'],
    examples: [
      { command: 'daybook attach T-4', says: 'calls, tokens and time count toward T-4 from now on' },
      { command: 'daybook attach --none', says: 'this work belongs to no ticket' },
      { command: 'daybook attach --status', says: 'how it stands' },
    ],
    seeAlso: ['task activate', 'context show', 'status'],
  },
  mcp: async () => (await import('./compat/context-tools.ts')).attachTicket,
  async handle(context, input): Promise<Attached> {
    const action = await actionOf(context, input)
    if (action === 'status') return attachStatus(context, input.session)
    if (action === 'set') await checkNamed(context.store, input.ticket as string, input.tracker)
    const entered = await enterSession(context, input.session)
    const { session, why } = entered
    checkOpen(session, 'no ticket can be attached')
    const change = await context.store.transaction(async (tx) => {
      if (action === 'clear') return moveContext(tx, context, session.id, [], clearContext)
      if (action === 'none') return moveContext(tx, context, session.id, [], optOut)
      const ticket = await ticketOf(tx, context, input.ticket as string, { tracker: input.tracker })
      const path = await pathTo(tx, ticket)
      await tx.sessions.assignKey(session.id)
      return moveContext(tx, context, session.id, path, (now, ancestorsOf) => attachContext(now, path, ancestorsOf))
    })
    const reply = await changedReply(
      context,
      'activate',
      { sessionId: session.id, why },
      {
        message: messageOf(action, change, input.ticket),
        warnings: [...entered.warnings, ...putAwayWords(entered.putAway)],
        tookOver: change.tookOver,
      },
    )
    await pointAfter(context, reply)
    return { ...reply, action, guidance: action === 'clear' ? AGAIN : null }
  },
})

interface Input {
  ticket?: string
  action?: string
  none: boolean
  clear: boolean
  status: boolean
}

/** @throws AppError `invalid` when nothing or two things are asked for */
async function actionOf({ store }: OperationContext, { ticket, action, none, clear, status }: Input): Promise<Action> {
  const asked: Action[] = []
  if (action === undefined && ticket !== undefined) asked.push('set')
  if (none) asked.push('none')
  if (clear) asked.push('clear')
  if (status) asked.push('status')
  if (action !== undefined) asked.push(knownAction(action))
  const [one] = asked
  if (asked.length > 1) {
    throw new AppError('invalid', `attach was asked for two things: ${asked.join(' and ')}`, {
      hint: 'daybook attach --status',
    })
  }
  if (one === undefined || (one === 'set' && ticket === undefined)) {
    throw new AppError('invalid', 'ticket_id is required to set a ticket: nothing says which one', {
      details: [GUIDANCE],
      hint: await openTicketHint(store, 'attach'),
    })
  }
  return one
}

function knownAction(action: string): Action {
  const known = ATTACH_ACTIONS.find((one) => one === action)
  if (known) return known
  throw new AppError('invalid', `Invalid action: ${shownValue(action)}`, {
    details: [`valid actions: ${ATTACH_ACTIONS.join(', ')}`],
    hint: 'daybook attach --status',
  })
}

function messageOf(action: Action, change: ContextChange, ticket: string | undefined): string {
  if (action === 'set') return `Work session now associated with ticket: ${change.context.stack.at(-1)?.ref ?? ticket}`
  const off = poppedWords(change)
  if (action === 'clear') return `Ticket association cleared${off}`
  return `Session opted out of tickets${off}`
}

async function attachStatus(context: OperationContext, word: string | undefined): Promise<Attached> {
  const found = await findSession(context, word)
  const session = found?.session
  const standing = session ? await standingOf(context, session, found.why) : undefined
  const association = standing?.association ?? 'undecided'
  const said = {
    attached: `This session is associated with ticket: ${standing?.current?.ref}`,
    opted_out: 'This session is opted out of tickets',
    undecided: 'This session has no ticket association',
  }[association]
  return {
    session: standing?.session ?? null,
    why: found?.why ?? 'no session is here',
    association,
    stack: standing?.stack ?? [],
    current: standing?.current ?? null,
    ticketMs: standing?.ticketMs ?? 0,
    message: said,
    warnings: [],
    instructions: standing
      ? await instructionsOf(context, 'update', standing)
      : { nextActions: [], suggestedCommands: [], contextReminder: '' },
    action: 'status',
    guidance: association === 'undecided' ? GUIDANCE : null,
  }
}

/** What an expired implicit session left behind, and the one command that brings it back. */
export function putAwayWords(old: PutAway | null): string[] {
  if (old === null) return []
  const ticket = old.stack.at(-1)?.ref
  const had = ticket === undefined ? '' : ` with ${ticket}`
  return [
    `${old.key ?? old.ref}${had} was silent for more than ${plural(old.idleMinutes, 'minute')} and was put away; daybook resume ${old.key ?? old.ref} restores it`,
  ]
}
