import * as z from 'zod/mini'
import { parseEstimate } from '../domain/estimate.ts'
import { AppError } from '../domain/errors.ts'
import { shellWord } from '../domain/shell-word.ts'
import type { Instructions } from '../domain/instructions.ts'
import { readTags } from '../domain/tag.ts'
import { PRIORITIES, TICKET_KINDS, checkRef, foldRef, isClosed, mayHold, words } from '../domain/ticket.ts'
import type { Ticket, TicketKind } from '../domain/ticket.ts'
import { parentGuidance, parentInstructions, ticketInstructions } from '../domain/ticket-instructions.ts'
import { type ParentChoice, chooseParent, kindBelow } from '../domain/ticket-parent.ts'
import type { Store } from '../stores/store.ts'
import type { TicketDraft } from '../stores/ticket-store.ts'
import { putAwayWords } from './attach.ts'
import { faceOf } from './caller.ts'
import { choice, flag, sessionWord, text } from './fields.ts'
import { checkNamed, checkOpen, ticketOf } from './move-context.ts'
import { enterSession } from './open-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said, saidOnOneLine } from './said.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type TicketView, ticketView } from './ticket-view.ts'

export interface CreatedTicket {
  /** False when nothing says what it belongs to: then nothing was made. */
  ok: boolean
  ticket: TicketView | null
  parentFrom: ParentChoice['from']
  /** The ways to go on, where somebody has to decide. */
  guidance: string | null
  session: SessionName
  why: string
  message: string
  warnings: string[]
  instructions: Instructions
}

export const createTicket = defineOperation({
  name: 'ticket.create',
  summary: 'Create a ticket below what you work on.',
  input: z.object({
    title: text('what it is, in a line'),
    description: z.optional(text('all that is known of it')),
    kind: z.optional(choice(TICKET_KINDS, 'what kind; follows from its parent when left out')),
    parent: z.optional(z.nullable(text('the ticket it goes below, by ref; null for none'))),
    noParent: flag('it goes below nothing'),
    priority: z.optional(choice(PRIORITIES, 'how much it matters')),
    estimate: z.optional(text('how long it may take: 2h, 90m, 1h 30m')),
    tags: z.optional(z.array(text('a tag')).check(z.describe('tags to find it by'))),
    assignee: z.optional(text('who is to do it')),
    url: z.optional(text('where it can be read')),
    ref: z.optional(text('its ref, where another tracker gave it one; the next free one when left out')),
    tracker: z.optional(text('the tracker it is in; your own when left out')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['title'],
    examples: [
      { command: 'daybook ticket create "Cache tide tables" --estimate 2h --no-parent', says: 'a task of its own' },
      { command: 'daybook ticket create "Evict old tables" --parent T-4', says: 'below T-4' },
      { command: 'daybook ticket create "Offline tables" --kind sprint', says: 'the next SPRINT' },
    ],
    seeAlso: ['ticket list', 'task activate', 'attach'],
  },
  mcp: async () => (await import('./compat/ticket-tools.ts')).ticketCreate,
  async handle(context, input): Promise<CreatedTicket> {
    const parent = askedParent(input)
    const written = await draftOf(context, input)
    if (parent != null) await checkNamed(context.store, parent, input.tracker)
    const entered = await enterSession(context, input.session)
    const { session } = entered
    checkOpen(session, 'no ticket can be created in it')
    const { store, clock, actor } = context
    const face = faceOf(context)
    const made = await store.transaction(async (tx) => {
      const trackerId = await knownTracker(tx, input.tracker)
      const standing = await tx.contexts.get(session.id)
      const defaultParent = context.tickets?.defaultParent ?? null
      const chosen = chooseParent({ parent, kind: input.kind, context: standing, trackerId, defaultParent })
      if (chosen.from === 'undecided') return { from: chosen.from }
      const above = await parentTicket(tx, context, chosen, input.tracker)
      const kind = input.kind ?? kindBelow(above?.ticket.kind)
      if (above) checkHolds(above.ticket, kind)
      const ticket = await tx.tickets.create({
        ...written,
        kind,
        parentId: above?.ticket.id ?? null,
        projectId: session.projectId,
        prefix: context.tickets?.prefix,
        createdBy: actor,
      })
      const at = new Date(clock.now()).toISOString()
      await tx.tickets.link({ sessionId: session.id, ticketId: ticket.id, action: 'created', at, by: actor })
      await record(tx, context, session.id, 'ticket.created', {
        ticket: ticket.ref,
        kind,
        parent: ticket.parentRef,
        from: chosen.from,
      })
      return { from: chosen.from, ticket, above }
    })
    const warnings = [...entered.warnings, ...putAwayWords(entered.putAway)]
    const reply = {
      parentFrom: made.from,
      session: sessionName(await store.sessions.get(session.id)),
      why: entered.why,
    }
    if (made.ticket === undefined) {
      const instructions = parentInstructions(face, written.title)
      const guidance = parentGuidance(instructions)
      const message = 'No ticket was created: nothing says what it belongs to'
      return { ok: false, ticket: null, ...reply, guidance, message, warnings, instructions }
    }
    const { ticket, above } = made
    if (above?.made) warnings.push(`${above.ticket.ref} was not known; only its ref is kept`)
    if (above && isClosed(above.ticket.status)) warnings.push(`${above.ticket.ref} is ${words(above.ticket.status)}`)
    return {
      ok: true,
      ticket: await ticketView(store, ticket),
      ...reply,
      guidance: null,
      message: `Created ${ticket.ref} ${ticket.title}${ticket.parentRef === null ? '' : `, below ${ticket.parentRef}`}`,
      warnings,
      instructions: ticketInstructions(face, ticket),
    }
  },
})

/** @throws AppError `invalid` when a parent and none were both asked for */
function askedParent({ parent, noParent }: { parent?: string | null; noParent: boolean }): string | null | undefined {
  if (!noParent) return parent
  if (parent === undefined || parent === null) return null
  throw new AppError('invalid', `a parent, ${parent}, and none were both given`, { hint: 'give one of them' })
}

interface Written {
  title: string
  description?: string
  priority?: TicketDraft['priority']
  estimate?: string
  tags?: string[]
  assignee?: string
  url?: string
  ref?: string
  tracker?: string
}

/** What was written of it, checked and without secrets. */
async function draftOf(context: OperationContext, input: Written) {
  const { title, description, priority, estimate, tags, assignee, url, ref, tracker } = input
  return {
    title: await saidOnOneLine(context, 'the title', title),
    description:
      description === undefined ? undefined : await said(context, 'the description', description, LONGEST.description),
    priority,
    estimateMinutes: estimate === undefined ? undefined : parseEstimate(estimate),
    tags: tags === undefined ? undefined : readTags(tags),
    assignee: assignee === undefined ? undefined : await saidOnOneLine(context, 'the assignee', assignee, LONGEST.name),
    url: url === undefined ? undefined : await saidOnOneLine(context, 'the url', url, 2000),
    ref: ref === undefined ? undefined : checkRef(ref),
    tracker: tracker === undefined ? undefined : await saidOnOneLine(context, 'the tracker', tracker, LONGEST.name),
  }
}

async function knownTracker(tx: Store, name = 'local'): Promise<string | undefined> {
  return (await tx.tickets.trackers()).find((tracker) => foldRef(tracker.name) === foldRef(name))?.id
}

/** The chosen parent; any ref can be one, and is made where nobody knows it yet. */
async function parentTicket(
  tx: Store,
  context: OperationContext,
  chosen: ParentChoice,
  tracker: string | undefined,
): Promise<{ ticket: Ticket; made: boolean } | undefined> {
  if (chosen.from === 'frame') return { ticket: await tx.tickets.get(chosen.frame.ticketId), made: false }
  if (chosen.from !== 'explicit' && chosen.from !== 'default') return undefined
  const known = await tx.tickets.find(checkRef(chosen.ref))
  return { ticket: await ticketOf(tx, context, chosen.ref, { tracker }), made: known.length === 0 }
}

/** @throws AppError `conflict` when such a ticket cannot lie there */
export function checkHolds(parent: Ticket, kind: TicketKind): void {
  if (mayHold(parent.kind, kind)) return
  throw new AppError('conflict', `a ${kind} cannot lie below ${parent.ref}, which is a ${parent.kind}`, {
    hint: `daybook ticket show ${shellWord(parent.ref)}`,
  })
}
