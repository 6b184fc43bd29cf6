import type { Ticket } from '../domain/ticket.ts'
import { type Validation, validateTicket } from '../domain/validation.ts'
import { testRunIn } from '../domain/test-run.ts'
import type { OperationContext } from './operation.ts'
import { readToNow } from './read-to-now.ts'
import { evidenceOf, workedOn } from './ticket-evidence.ts'
import { descendantsOf, figuresOf } from './ticket-figures.ts'
import { updatesOn } from './ticket-notes.ts'

export interface ValidationRequest {
  /** In place of the ticket's own. */
  summary?: string
  /** Tickets that are called done with it: what lies below it and is among them counts as closed. */
  together?: readonly string[]
}

/** Gathers what is known of a ticket until now and checks it. */
export async function validate(
  context: OperationContext,
  ticket: Ticket,
  { summary, together = [] }: ValidationRequest = {},
): Promise<Validation> {
  const { store } = context
  const below = await descendantsOf(store, ticket.id)
  const ids = [ticket.id, ...below.map(({ id }) => id)]
  const unread = await readToNow(context, await workedOn(store, ids))
  const children = await store.tickets.list({ parentId: ticket.id }, { limit: 1000 })
  const said = summary ?? ticket.summary
  const notes = await store.tickets.notes({ ticketId: ticket.id }, { limit: 20 })
  return validateTicket({
    ticket,
    summary: said,
    updates: await updatesOn(context, ticket.id),
    children: children.items.filter(({ id }) => !together.includes(id)),
    activeMs: (await figuresOf(store, ticket)).total.activeMs,
    evidence: await evidenceOf(context, ids, [said ?? '', ...notes.items.map(({ text }) => text)]),
    requireTests: await requiresTests(context, ticket.projectId),
    unread,
  })
}

const LOOKED_AT = 500

/** As configured; where nothing is, on once a run with exit code 0 is recorded in the project. */
async function requiresTests({ store, tickets }: OperationContext, projectId: string | null): Promise<boolean> {
  const configured = tickets?.requireTests ?? 'auto'
  if (configured !== 'auto') return configured === 'on'
  if (projectId === null) return false
  const filter = { projectId, kind: 'command', exitCode: 0 } as const
  const { items } = await store.invocations.list(filter, { limit: LOOKED_AT, descending: true })
  return items.some(({ subject }) => !subject.endsWith('…') && testRunIn(subject)?.proves === true)
}
