import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import { type SuggestionReason, SURE } from '../domain/suggestion.ts'
import { type Ticket, foldRef } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import type { Store } from '../stores/store.ts'
import { filterFields, pageFields, text } from './fields.ts'
import { name, narrow, oneSession } from './filter.ts'
import { type Found, findSuggestions } from './find-suggestions.ts'
import { pathTo, ticketOf } from './move-context.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { record } from './record.ts'

/** A ticket that a session was probably for. The session's name stands for it: there is one each. */
export interface SuggestionView {
  sessionId: string
  session: string
  title: string | null
  agent: string
  project: string | null
  lastActivityAt: string
  ref: string
  /** 0 to 1. */
  confidence: number
  /** 0.8 and more: what `accept all` takes. */
  sure: boolean
  reasons: SuggestionReason[]
}

export interface Suggestions extends Page<SuggestionView> {
  accepted: SuggestionView[]
  refused: SuggestionView[]
  /** Sessions nobody attached, with a suggestion or without. */
  unplaced: number
}

export const workSuggestions = defineOperation({
  name: 'work.suggestions',
  summary: 'Suggest tickets for work that nobody attached; accept or refuse them.',
  input: z.object({
    accept: z.optional(z.array(text('sessions whose suggestion is right; all: every one that is sure'))),
    refuse: z.optional(z.array(text('sessions whose suggestion is wrong; it is not made again'))),
    why: z.optional(text('kept with what is accepted or refused')),
    ...filterFields,
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  mcp: {
    name: 'work_suggestions',
    toolset: 'work',
    description:
      'Tickets suggested for unattributed sessions, each with reasons and confidence. accept and refuse take session names; accept ["all"] takes every sure one.',
    within: 'project',
  },
  cli: {
    path: ['report', '--suggest'],
    examples: [
      { command: 'daybook report --suggest', says: 'what sessions nobody attached were probably for' },
      { command: 'daybook report --suggest --accept all', says: 'take every sure one' },
    ],
    seeAlso: ['report', 'attach'],
  },
  async handle(context, { accept = [], refuse = [], why, limit, cursor, ...words }): Promise<Suggestions> {
    const filter = await narrow(context, words)
    const before = await findSuggestions(context, filter)
    const yes = await chosen(context, before.found, accept)
    const no = await chosen(context, before.found, refuse)
    const both = yes.find((one) => no.includes(one))
    if (both) throw new AppError('invalid', `${name(both.session)} is both accepted and refused`)
    for (const one of yes) await context.store.transaction((tx) => acceptOne(tx, context, one, why))
    for (const one of no) await context.store.transaction((tx) => refuseOne(tx, context, one, why))
    // A refused one may leave room for the next best.
    const { found, sessions } = yes.length + no.length === 0 ? before : await findSuggestions(context, filter)
    const page = pageOf(found.map(viewOf), { limit, cursor })
    return { ...page, accepted: yes.map(viewOf), refused: no.map(viewOf), unplaced: sessions }
  },
})

function viewOf({ session, ref, confidence, reasons }: Found): SuggestionView {
  const { id: sessionId, title, agent, project, lastActivityAt } = session
  const sure = confidence >= SURE
  return { sessionId, session: name(session), title, agent, project, lastActivityAt, ref, confidence, sure, reasons }
}

/** @throws AppError `conflict` for a session that nothing is suggested for */
async function chosen(context: OperationContext, found: readonly Found[], words: readonly string[]): Promise<Found[]> {
  if (words.length === 1 && words[0] === 'all') return found.filter(({ confidence }) => confidence >= SURE)
  const picked = new Set<Found>()
  for (const word of words) {
    const session = await oneSession(context, word)
    const one = found.find((each) => each.session.id === session.id)
    if (!one) {
      throw new AppError('conflict', `nothing is suggested for ${shownValue(word)}; nothing was changed`, {
        hint: 'daybook report --suggest',
      })
    }
    picked.add(one)
  }
  return [...picked]
}

/** All of the session counts for the ticket from now on, as something that was inferred, with who said yes and why. */
async function acceptOne(tx: Store, context: OperationContext, found: Found, why: string | undefined): Promise<void> {
  const { actor, clock } = context
  const { session, ref } = found
  const at = new Date(clock.now()).toISOString()
  const standing = await tx.contexts.history({ sessionId: session.id }, { limit: 1 })
  if (standing.items.some(({ stack, optedOut }) => stack.length > 0 || optedOut)) {
    throw new AppError('conflict', `${name(session)} was attached by hand meanwhile`, { hint: 'daybook report' })
  }
  const ticket = await ticketFor(tx, context, found)
  const reason = why ?? reasonOf(found)
  await tx.contexts.change({
    sessionId: session.id,
    context: { stack: await pathTo(tx, ticket), optedOut: false },
    change: 'push',
    fromAt: null,
    by: actor,
    why: reason,
    source: 'inferred',
  })
  await tx.tickets.link({ sessionId: session.id, ticketId: ticket.id, action: 'worked_on', at, by: actor })
  await decide(tx, context, found, 'accepted', reason)
  await record(tx, context, session.id, 'suggestion.accepted', {
    ticket: ref,
    confidence: found.confidence,
    why: reason,
  })
}

async function refuseOne(tx: Store, context: OperationContext, found: Found, why: string | undefined): Promise<void> {
  await decide(tx, context, found, 'refused', why ?? null)
  await record(tx, context, found.session.id, 'suggestion.refused', { ticket: found.ref, why: why ?? null })
}

function decide(
  tx: Store,
  { actor, clock }: OperationContext,
  { session, ref }: Found,
  decision: 'accepted' | 'refused',
  why: string | null,
): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  return tx.suggestions.decide({ sessionId: session.id, ref: foldRef(ref), decision, at, by: actor, why })
}

function reasonOf({ reasons }: Found): string {
  return reasons.map(({ place, text: said }) => `${place}: ${said.slice(0, 200)}`).join('; ')
}

/** `#42` means another ticket in every code base: it belongs to the tracker of its own. */
async function ticketFor(tx: Store, context: OperationContext, { ref, session }: Found): Promise<Ticket> {
  if (!ref.startsWith('#') || session.projectId === null) return ticketOf(tx, context, ref, {})
  const project = (await tx.projects.list()).find(({ id }) => id === session.projectId)
  return ticketOf(tx, context, ref, { tracker: project?.identity })
}
