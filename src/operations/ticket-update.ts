import * as z from 'zod/mini'
import { parseEstimate } from '../domain/estimate.ts'
import { AppError } from '../domain/errors.ts'
import { shellWord } from '../domain/shell-word.ts'
import { readTags } from '../domain/tag.ts'
import { PRIORITIES, TICKET_KINDS, TICKET_STATUSES, checkTransition, isClosed, words } from '../domain/ticket.ts'
import type { Ticket, TicketStatus } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'
import type { TicketChange } from '../stores/ticket-store.ts'
import { choice, flag, sessionWord, text } from './fields.ts'
import { findTicket } from './find-ticket.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { LONGEST, said, saidOnOneLine } from './said.ts'
import { type ChangedTicket, changedTicket, loggingSession, recordTicket } from './ticket-changes.ts'
import { checkHolds } from './ticket-create.ts'
import { validate } from './validate.ts'

const CLEARABLE = ['description', 'parent', 'estimate', 'tags', 'assignee', 'url', 'summary'] as const
type Clearable = (typeof CLEARABLE)[number]

const tracker = z.optional(text('the tracker it is in, where several have that ref'))
const tagList = (describe: string) => z.optional(z.array(text('a tag')).check(z.describe(describe)))

export const updateTicket = defineOperation({
  name: 'ticket.update',
  summary: 'Change what a ticket says.',
  input: z.object({
    ticket: text('the ticket, by ref'),
    title: z.optional(text('what it is, in a line')),
    description: z.optional(text('all that is known of it')),
    kind: z.optional(choice(TICKET_KINDS, 'what kind it is')),
    parent: z.optional(text('the ticket it goes below, by ref')),
    priority: z.optional(choice(PRIORITIES, 'how much it matters')),
    estimate: z.optional(text('how long it may take: 2h, 90m, 1h 30m')),
    tags: tagList('its tags, in place of those it has'),
    addTags: tagList('tags beside those it has'),
    removeTags: tagList('tags it no longer has'),
    assignee: z.optional(text('who is to do it')),
    url: z.optional(text('where it can be read')),
    summary: z.optional(text('what was done, for whoever reads it next')),
    status: z.optional(choice(TICKET_STATUSES, 'how it stands now')),
    reopen: flag('also when it is closed'),
    clear: z.optional(z.array(choice(CLEARABLE, 'a field')).check(z.describe('fields to empty'))),
    tracker,
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['ticket'],
    examples: [
      { command: 'daybook ticket update T-4 --priority high --estimate 3h', says: 'two fields' },
      { command: 'daybook ticket update T-4 --clear estimate', says: 'no estimate any more' },
    ],
    seeAlso: ['ticket transition', 'ticket show', 'ticket link'],
  },
  mcp: async () => (await import('./compat/ticket-tools.ts')).ticketUpdate,
  async handle(context, input): Promise<ChangedTicket> {
    const { ticket: word, tracker: inTracker, session, clear = [], reopen, status, ...given } = input
    const sessionId = await loggingSession(context, session)
    const wanted = await changeOf(context, given, clear)
    if (status === 'done') await checkDone(context, await findTicket(context.store, word, inTracker), given.summary)
    return context.store.transaction(async (tx) => {
      const before = await findTicket(tx, word, inTracker)
      const change = { ...wanted, ...tagsAfter(before, given, clear), ...statusChange(context, before, status, reopen) }
      if (given.parent !== undefined) change.parentId = (await findTicket(tx, given.parent, inTracker)).id
      if (change.assignee !== undefined && (before.delegation === 'unassigned' || before.delegation === 'assigned'))
        change.delegation ??= change.assignee === null ? 'unassigned' : 'assigned'
      return applyChange(tx, context, sessionId, before, change)
    })
  },
})

export const transitionTicket = defineOperation({
  name: 'ticket.transition',
  summary: 'Move a ticket to another status.',
  input: z.object({
    ticket: text('the ticket, by ref'),
    status: choice(TICKET_STATUSES, 'how it stands now'),
    reopen: flag('also when it is closed'),
    tracker,
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    args: ['ticket', 'status'],
    examples: [{ command: 'daybook ticket transition T-2 waiting', says: 'it waits for somebody' }],
    seeAlso: ['ticket update', 'task activate'],
  },
  async handle(context, input): Promise<ChangedTicket> {
    const sessionId = await loggingSession(context, input.session)
    if (input.status === 'done') await checkDone(context, await findTicket(context.store, input.ticket, input.tracker))
    return context.store.transaction(async (tx) => {
      const before = await findTicket(tx, input.ticket, input.tracker)
      return applyChange(tx, context, sessionId, before, statusChange(context, before, input.status, input.reopen))
    })
  },
})

/** @throws AppError `conflict` naming what stands against calling it done: only `done` can force that */
async function checkDone(context: OperationContext, ticket: Ticket, summary?: string): Promise<void> {
  if (ticket.status === 'done') return
  const { valid, errors } = await validate(context, ticket, { summary })
  if (valid) return
  throw new AppError('conflict', `${ticket.ref} cannot be done yet`, {
    details: errors.map(({ message }) => message),
    hint: `daybook done ${shellWord(ticket.ref)} "what was done"`,
  })
}

type Given = Partial<Record<Exclude<Clearable, 'tags'> | 'title', string>> &
  Pick<TicketChange, 'kind' | 'priority' | 'tags'> & { addTags?: string[]; removeTags?: string[] }

/** What was written, checked and without secrets; what is emptied is null. */
async function changeOf(context: OperationContext, given: Given, clear: readonly Clearable[]): Promise<TicketChange> {
  const both = clear.find((field) => given[field] !== undefined)
  if (both !== undefined)
    throw new AppError('invalid', `${both} is both given and cleared`, { hint: 'give one of them' })
  const change: TicketChange = { kind: given.kind, priority: given.priority }
  if (given.title !== undefined) change.title = await saidOnOneLine(context, 'the title', given.title)
  if (given.description !== undefined)
    change.description = await said(context, 'the description', given.description, LONGEST.description)
  if (given.summary !== undefined) change.summary = await said(context, 'the summary', given.summary, LONGEST.note)
  if (given.assignee !== undefined)
    change.assignee = await saidOnOneLine(context, 'the assignee', given.assignee, LONGEST.name)
  if (given.url !== undefined) change.url = await saidOnOneLine(context, 'the url', given.url, 2000)
  if (given.estimate !== undefined) change.estimateMinutes = parseEstimate(given.estimate)
  for (const field of clear) {
    if (field === 'parent') change.parentId = null
    else if (field === 'estimate') change.estimateMinutes = null
    else if (field !== 'tags') change[field] = null
  }
  return change
}

function tagsAfter(before: Ticket, { tags, addTags = [], removeTags = [] }: Given, clear: readonly Clearable[]) {
  const kept = clear.includes('tags') ? [] : tags === undefined ? before.tags : readTags(tags)
  const gone = new Set(readTags(removeTags))
  return { tags: [...new Set([...kept, ...readTags(addTags)])].filter((tag) => !gone.has(tag)) }
}

/** @throws AppError `conflict` when that status may not follow */
export function statusChange(
  { actor, clock }: Pick<OperationContext, 'actor' | 'clock'>,
  before: Ticket,
  status: TicketStatus | undefined,
  reopen: boolean,
): TicketChange {
  if (status === undefined || status === before.status) return {}
  checkTransition(before, status, { reopen })
  const closes = isClosed(status)
  const closed = { closedAt: new Date(clock.now()).toISOString(), closedBy: actor }
  return {
    status,
    ...(closes ? (isClosed(before.status) ? {} : closed) : { closedAt: null, closedBy: null }),
    ...(status === 'done' ? { delegation: 'completed' } : {}),
  }
}

/** Writes what is not so already, with one line of the log; a closed ticket is let go of. */
async function applyChange(
  tx: Store,
  context: OperationContext,
  sessionId: string | null,
  before: Ticket,
  change: TicketChange,
): Promise<ChangedTicket> {
  const fields = (Object.keys(change) as (keyof TicketChange)[]).filter(
    (field) => change[field] !== undefined && JSON.stringify(change[field]) !== JSON.stringify(before[field]),
  )
  if (fields.length === 0)
    return changedTicket({ ...context, store: tx }, before, { message: `${before.ref} stands so already` })
  const after = await tx.tickets.update(before.id, Object.fromEntries(fields.map((field) => [field, change[field]])))
  await checkPlace(tx, after)
  if (isClosed(after.status) && after.heldBySessionId !== null)
    await tx.tickets.release(after.heldBySessionId, after.id)
  // The log keeps no long text: what is erased from a ticket is gone.
  const kept = fields.filter((field) => field !== 'description')
  const valuesOf = (ticket: Ticket) => Object.fromEntries(kept.map((field) => [field, ticket[field]]))
  await recordTicket(tx, context, sessionId, 'ticket.updated', before, {
    fields,
    from: valuesOf(before),
    to: valuesOf(after),
  })
  const moved = before.status === after.status ? '' : `: ${words(before.status)} -> ${words(after.status)}`
  const changed = [...new Set(fields.map((field) => NAMES[field] ?? field))]
  const named = changed.filter((field) => field !== 'status')
  const message = `${after.ref}${moved}${named.length === 0 ? '' : `${moved === '' ? ':' : ','} changed ${named.join(', ')}`}`
  return changedTicket({ ...context, store: tx }, await tx.tickets.get(after.id), { message, changed })
}

const NAMES: Partial<Record<keyof TicketChange, string>> = {
  parentId: 'parent',
  estimateMinutes: 'estimate',
  closedAt: 'status',
  closedBy: 'status',
  delegation: 'assignee',
}

/** @throws AppError `conflict` when it cannot lie where it does, or hold what lies below it */
async function checkPlace(tx: Store, ticket: Ticket): Promise<void> {
  if (ticket.parentId !== null) checkHolds(await tx.tickets.get(ticket.parentId), ticket.kind)
  for (const child of (await tx.tickets.list({ parentId: ticket.id }, { limit: 1000 })).items)
    checkHolds(ticket, child.kind)
}
