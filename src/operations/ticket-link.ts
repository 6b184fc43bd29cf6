import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import { TICKET_ACTIONS, TICKET_RELATIONS } from '../domain/ticket.ts'
import type { TicketAction, TicketRelation } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'
import { choice, sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { findTicket } from './find-ticket.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type ChangedTicket, changedTicket, loggingSession, recordTicket } from './ticket-changes.ts'
import { needSession } from './which-session.ts'

const input = z.object({
  ticket: text('the ticket, by ref'),
  other: z.optional(text('the ticket it is linked with, by ref')),
  relation: z.optional(choice(TICKET_RELATIONS, 'what the first is to the other; relates when left out')),
  action: z.optional(choice(TICKET_ACTIONS, 'what a session did to it, instead of another ticket')),
  session: z.optional(sessionWord),
  tracker: z.optional(text('the tracker they are in, where several have that ref')),
})
const errors = ['not_found', 'conflict'] as const

export const linkTicket = defineOperation({
  name: 'ticket.link',
  summary: 'Link a ticket with another, or with a session.',
  input,
  errors,
  effect: 'write',
  cli: {
    args: ['ticket', 'other'],
    examples: [
      { command: 'daybook ticket link T-1 T-4 --relation blocks', says: 'T-4 waits for T-1' },
      { command: 'daybook ticket link T-4 --action mentioned --session 1', says: 'SESSION-001 spoke of it' },
    ],
    seeAlso: ['ticket unlink', 'ticket sessions', 'session tickets'],
  },
  mcp: async () => (await import('./compat/ticket-link-tools.ts')).ticketLink,
  handle: (context, asked) => changeLink(context, asked, 'add'),
})

export const unlinkTicket = defineOperation({
  name: 'ticket.unlink',
  summary: 'Take a link from a ticket to another, or to a session, away.',
  input,
  errors,
  effect: 'write',
  cli: {
    args: ['ticket', 'other'],
    examples: [{ command: 'daybook ticket unlink T-1 T-4 --relation blocks', says: 'T-4 waits no more' }],
    seeAlso: ['ticket link', 'ticket show'],
  },
  handle: (context, asked) => changeLink(context, asked, 'remove'),
})

interface Asked {
  ticket: string
  other?: string
  relation?: TicketRelation
  action?: TicketAction
  session?: string
  tracker?: string
}

async function changeLink(context: OperationContext, asked: Asked, change: 'add' | 'remove'): Promise<ChangedTicket> {
  const { other, relation, action } = asked
  if (action !== undefined ? other !== undefined || relation !== undefined : other === undefined) {
    throw new AppError('invalid', 'a link needs another ticket, or an action of a session, and not both', {
      hint: 'daybook ticket link --help',
    })
  }
  return other === undefined
    ? sessionLink(context, asked, action as TicketAction, change)
    : relationTo(context, asked, other, change)
}

async function relationTo(
  context: OperationContext,
  { ticket: word, relation: kind = 'relates', session, tracker }: Asked,
  other: string,
  change: 'add' | 'remove',
): Promise<ChangedTicket> {
  const sessionId = await loggingSession(context, session)
  return context.store.transaction(async (tx) => {
    const [from, to] = [await findTicket(tx, word, tracker), await findTicket(tx, other, tracker)]
    if (from.id === to.id) throw new AppError('conflict', `${from.ref} cannot be linked with itself`)
    const reply = { ...context, store: tx }
    const known = (await tx.tickets.relations(from.id)).some(
      (one) => one.kind === kind && one.fromId === from.id && one.toId === to.id,
    )
    const said = `${from.ref} ${kind === 'relates' ? 'relates to' : kind} ${to.ref}`
    if (known === (change === 'add'))
      return changedTicket(reply, from, { message: known ? `${said} already` : `${said} not: nothing to take away` })
    if (change === 'remove') await tx.tickets.unrelate(from.id, kind, to.id)
    else {
      if (kind === 'blocks') await checkBlocks(tx, from, to)
      await tx.tickets.relate(from.id, kind, to.id, context.actor, new Date(context.clock.now()).toISOString())
    }
    const action = change === 'add' ? 'ticket.linked' : 'ticket.unlinked'
    await recordTicket(tx, context, sessionId, action, from, { relation: kind, other: to.ref })
    return changedTicket(reply, from, { message: change === 'add' ? said : `${said} no more`, changed: ['relations'] })
  })
}

/** @throws AppError `conflict` when both would wait for one another */
async function checkBlocks(
  tx: Store,
  from: { id: string; ref: string },
  to: { id: string; ref: string },
): Promise<void> {
  const seen = new Set([to.id])
  const waiting = [to.id]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === from.id) throw new AppError('conflict', `${to.ref} blocks ${from.ref}: each would wait for the other`)
    for (const relation of await tx.tickets.relations(id)) {
      if (relation.kind !== 'blocks' || relation.fromId !== id || seen.has(relation.toId)) continue
      seen.add(relation.toId)
      waiting.push(relation.toId)
    }
  }
}

async function sessionLink(
  context: OperationContext,
  { ticket: word, session: named, tracker }: Asked,
  action: TicketAction,
  change: 'add' | 'remove',
): Promise<ChangedTicket> {
  const { session } = await needSession(context, named)
  return context.store.transaction(async (tx) => {
    const ticket = await findTicket(tx, word, tracker)
    const reply = { ...context, store: tx }
    const link = { sessionId: session.id, ticketId: ticket.id, action }
    const known = (await tx.tickets.links(link)).length > 0
    const said = `${name(session)} ${action === 'worked_on' ? 'worked on' : action} ${ticket.ref}`
    if (known === (change === 'add'))
      return changedTicket(reply, ticket, { message: known ? `${said} already` : `${said} not: nothing to take away` })
    if (change === 'remove') await tx.tickets.unlink(link)
    else await tx.tickets.link({ ...link, at: new Date(context.clock.now()).toISOString(), by: context.actor })
    await recordTicket(tx, context, session.id, change === 'add' ? 'ticket.linked' : 'ticket.unlinked', ticket, {
      link: action,
    })
    return changedTicket(reply, ticket, { message: change === 'add' ? said : `${said} no more`, changed: ['sessions'] })
  })
}
