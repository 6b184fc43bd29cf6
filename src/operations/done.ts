import * as z from 'zod/mini'
import { leaveTicket } from '../domain/context.ts'
import { plural } from '../domain/format.ts'
import type { Instructions } from '../domain/instructions.ts'
import type { Ticket } from '../domain/ticket.ts'
import { boardInstructions, refusedInstructions } from '../domain/ticket-instructions.ts'
import type { Validation } from '../domain/validation.ts'
import { isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import type { Store } from '../stores/store.ts'
import { faceOf } from './caller.ts'
import { sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { findTickets } from './find-ticket.ts'
import { checkOpen, moveContext } from './move-context.ts'
import { enterSession } from './open-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said } from './said.ts'
import { pointTo } from './session-pointers.ts'
import { instructionsOf, standingOf } from './standing.ts'
import { recordTicket } from './ticket-changes.ts'
import { nothingActive } from './ticket-notes.ts'
import { statusChange } from './ticket-update.ts'
import { type TicketView, holdsTickets, ticketView } from './ticket-view.ts'
import { validate } from './validate.ts'
import { findSession, isNameless, unnamed } from './which-session.ts'

/** One ticket that was to be called done, and what its check found. */
export interface Finished {
  ticket: TicketView
  /** True once it is; it stays so where it was before. */
  done: boolean
  validation: Validation
}

export interface Done {
  /** False when something stands against one of them: then none was changed. */
  valid: boolean
  items: Finished[]
  /** Why it was done although checks failed, and who said so. */
  forced: { reason: string; by: string } | null
  /** As it was given, without secrets. */
  summary: string | null
  session: { id: string; key: string | null; ref: string } | null
  why: string | null
  message: string
  warnings: string[]
  instructions: Instructions
}

export const finishTask = defineOperation({
  name: 'task.done',
  summary: 'Close the current ticket, after its evidence is checked.',
  input: z.object({
    what: z.optional(text('tickets by ref, with commas; words that name none are the summary')),
    summary: z.optional(text('what was done, for whoever reads it next')),
    force: z.optional(text('why it is done although checks fail; kept in the log with your name')),
    refs: z.optional(z.array(text('a ref')).check(z.describe('tickets by ref'))),
    tracker: z.optional(text('the tracker they are in, where several have that ref')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    path: ['done'],
    args: ['what', 'summary'],
    examples: [
      { command: 'daybook done T-4 "Tables cached for 7 days; reader falls back to network"', says: 'a ticket by ref' },
      { command: 'daybook done T-5,T-7 "Zones and limits finished, both tested"', says: 'several at once' },
    ],
    seeAlso: ['check', 'update', 'ticket transition'],
  },
  mcp: async () => (await import('./compat/task-tools.ts')).taskComplete,
  async handle(context, input): Promise<Done> {
    const asked = await readAsked(context, input)
    const found = await sessionOf(context, input.session, asked.tickets === undefined)
    const session = found?.session
    const tickets = asked.tickets ?? [await currentTask(context, session)]
    return finish(context, tickets, { ...asked, session, why: found?.why ?? null })
  },
})

interface Asked {
  tickets?: Ticket[]
  summary?: string
  force?: string
}

/** What is named and what is said: a single word or sentence that names no ticket is the summary. */
async function readAsked(
  context: OperationContext,
  input: { what?: string; refs?: string[]; summary?: string; force?: string; tracker?: string },
): Promise<Asked> {
  const { store } = context
  const { what, refs = [], tracker } = input
  const write = async (name: string, words: string | undefined) =>
    words === undefined ? undefined : said(context, name, words, LONGEST.note)
  const force = await write('the reason', input.force)
  const named = what === undefined || what.length > LONGEST.note ? [] : what.split(',').map((ref) => ref.trim())
  if (what !== undefined && input.summary === undefined && !(await allKnown(store, named))) {
    const summary = await write('the summary', what)
    return refs.length === 0 ? { summary, force } : { tickets: await findTickets(store, refs, tracker), summary, force }
  }
  const words = [...named, ...refs]
  const summary = await write('the summary', input.summary)
  return words.length === 0 ? { summary, force } : { tickets: await findTickets(store, words, tracker), summary, force }
}

async function allKnown(store: Store, refs: readonly string[]): Promise<boolean> {
  if (refs.length === 0) return false
  for (const ref of refs)
    if (ref === '' || ref.length > 200 || (await store.tickets.find(ref)).length === 0) return false
  return true
}

/** The caller's session; needed where the current ticket is meant, welcome where tickets are named. */
async function sessionOf(context: OperationContext, word: string | undefined, isNeeded: boolean) {
  if (!isNeeded && word === undefined && context.caller.session === null) {
    const found = await findSession(context).catch(() => undefined)
    return found !== undefined && isOpen(found.session) ? found : undefined
  }
  const found = await findSession(context, word)
  if (found === undefined && isNeeded && isNameless(context)) throw unnamed()
  if (found === undefined || !isNeeded) return found
  checkOpen(found.session, 'nothing can be done in it')
  return found.session.stack.length === 0 ? found : enterSession(context, word)
}

/** The deepest task of the stack: a sprint is never closed by accident. */
async function currentTask(context: OperationContext, session: Session | undefined): Promise<Ticket> {
  const frame = session?.stack.findLast(({ kind }) => kind === 'task' || kind === 'subtask' || kind === 'ticket')
  if (frame) return context.store.tickets.get(frame.ticketId)
  throw await nothingActive(context, session && name(session))
}

interface FinishRequest {
  summary?: string
  force?: string
  session: Session | undefined
  why: string | null
}

/** Checks tickets and closes all of them, or none where something stands against one and nobody forces it. */
export async function finish(
  context: OperationContext,
  tickets: readonly Ticket[],
  { summary, force, session, why }: FinishRequest,
): Promise<Done> {
  const { store, actor } = context
  const ids = tickets.map(({ id }) => id)
  const checked: { ticket: Ticket; validation: Validation }[] = []
  for (const ticket of tickets) {
    statusChange(context, ticket, 'done', false)
    checked.push({ ticket, validation: await validate(context, ticket, { summary, together: ids }) })
  }
  const failed = checked.filter(({ validation }) => !validation.valid)
  const valid = failed.length === 0 || force !== undefined
  const forced = failed.length > 0 && force !== undefined ? { reason: force, by: actor } : null
  const warnings: string[] = []
  if (valid) {
    for (const { ticket } of checked) warnings.push(...(await heldElsewhere(store, ticket, session)))
    await store.transaction(async (tx) => {
      for (const one of checked) await close(tx, context, one, { summary, force: forced?.reason, session })
    })
    if (session) warnings.push(...(await pointTo(context, await store.sessions.get(session.id))))
  }
  const now = await store.tickets.byIds(ids)
  const items: Finished[] = []
  for (const { ticket, validation } of checked) {
    const after = now.find(({ id }) => id === ticket.id) ?? ticket
    items.push({ ticket: await ticketView(store, after), done: after.status === 'done', validation })
  }
  return {
    valid,
    items,
    forced,
    summary: summary ?? null,
    session: session ? { id: session.id, key: session.key, ref: session.ref } : null,
    why,
    message: messageOf(items, valid, forced !== null),
    warnings,
    instructions: await nextSteps(context, items, valid, session, why),
  }
}

async function close(
  tx: Store,
  context: OperationContext,
  { ticket, validation }: { ticket: Ticket; validation: Validation },
  { summary, force, session }: { summary?: string; force?: string; session: Session | undefined },
): Promise<void> {
  const { actor, clock } = context
  const before = await tx.tickets.get(ticket.id)
  const change = statusChange(context, before, 'done', false)
  await tx.tickets.update(ticket.id, { ...change, ...(summary === undefined ? {} : { summary }) })
  if (before.heldBySessionId !== null) await tx.tickets.release(before.heldBySessionId, ticket.id)
  const at = new Date(clock.now()).toISOString()
  const payload = {
    from: before.status,
    errors: validation.errors.map(({ message }) => message),
    evidence: validation.details.evidence.map(({ name: what, claim, ok }) => ({ name: what, claim, ok })),
    ...(force === undefined ? {} : { forced: force }),
  }
  if (session === undefined) {
    await recordTicket(tx, context, null, 'ticket.done', ticket, payload)
    return
  }
  await tx.tickets.link({ sessionId: session.id, ticketId: ticket.id, action: 'closed', at, by: actor })
  await record(tx, context, session.id, 'ticket.done', { ticket: ticket.ref, ...payload })
  await moveContext(tx, context, session.id, [], (now) => leaveTicket(now, ticket.id))
}

async function heldElsewhere(store: Store, ticket: Ticket, session: Session | undefined): Promise<string[]> {
  const { heldBySessionId: id } = ticket
  const holder = id === null || id === session?.id ? undefined : await store.sessions.find(id)
  return holder && holdsTickets(holder) ? [`${ticket.ref} was held by ${name(holder)}`] : []
}

function messageOf(items: readonly Finished[], valid: boolean, forced: boolean): string {
  if (valid) {
    const refs = items.map(({ ticket }) => ticket.ref).join(', ')
    return `${refs} ${items.length === 1 ? 'is' : 'are'} done${forced ? ', although checks failed' : ''}`
  }
  const failed = items.filter(({ validation }) => !validation.valid)
  const errors = failed.reduce((sum, { validation }) => sum + validation.errors.length, 0)
  const advice = failed.reduce((sum, { validation }) => sum + validation.warnings.length, 0)
  const refs = failed.map(({ ticket }) => ticket.ref).join(', ')
  return `${refs} cannot be done yet: ${plural(errors, 'error')}, ${plural(advice, 'warning')}`
}

async function nextSteps(
  context: OperationContext,
  items: readonly Finished[],
  valid: boolean,
  session: Session | undefined,
  why: string | null,
): Promise<Instructions> {
  if (!valid) {
    const [first] = items.filter(({ validation }) => !validation.valid)
    const { ticket, validation } = first as Finished
    return refusedInstructions(faceOf(context), ticket, validation)
  }
  if (session === undefined) return boardInstructions(faceOf(context))
  const standing = await standingOf(context, await context.store.sessions.get(session.id), why ?? '')
  return standing.current === null
    ? boardInstructions(faceOf(context))
    : instructionsOf(context, 'deactivate', standing)
}
