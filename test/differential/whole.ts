import type { Store } from '../../src/stores/store.ts'
import { sessionSaid, ticketSaid, timeByTicket } from './model.ts'
import type { Model } from './model.ts'
import { ofReply } from './session-kinds.ts'
import { ofTicket } from './ticket-kinds.ts'

const ALL = { limit: 1000 }

/** All that a store holds, as the model says it. */
export async function wholeOf(store: Store) {
  const sessions = (await store.sessions.list({}, { ...ALL, sort: 'started' })).items
  const tickets = (await store.tickets.list({}, ALL)).items
  const refOf = new Map(tickets.map(({ id, ref }) => [id, ref]))
  const idOf = new Map(sessions.map(({ id, externalId }) => [id, externalId]))
  const held: Record<string, unknown> = {}
  for (const session of sessions) {
    const { items } = await store.contexts.history({ sessionId: session.id }, ALL)
    held[session.externalId] = {
      ...ofReply({ ...session }),
      data: await store.sessionData.all(session.id),
      notes: (await store.notes.list({ sessionId: session.id })).map(({ text }) => text),
      changes: items.map(({ fromAt, change, stack }) => [fromAt, change, stack.map(({ ref }) => ref)]),
    }
  }
  const links = await store.tickets.links({})
  const relations = await Promise.all(tickets.map(({ id }) => store.tickets.relations(id)))
  const notes = await Promise.all(tickets.map(({ id }) => store.tickets.notes({ ticketId: id }, ALL)))
  const times: Record<string, number> = {}
  for (const { ticketId, active } of await store.work.parts({})) {
    const ref = ticketId === null ? '-' : (refOf.get(ticketId) ?? ticketId)
    for (const { startMs, endMs } of active) times[ref] = (times[ref] ?? 0) + endMs - startMs
  }
  return {
    sessions: held,
    order: sessions.map(({ externalId }) => externalId),
    tickets: tickets.map((ticket) => ofTicket(ticket)),
    links: links.map(({ sessionId, ticketId, action }) => [idOf.get(sessionId), action, refOf.get(ticketId)].join(' ')),
    relations: relations.flat().map(({ fromId, kind, toId }) => [refOf.get(fromId), kind, refOf.get(toId)].join(' ')),
    notes: notes.flatMap(({ items }) =>
      items.map(({ ticketId, kind, text }) => `${refOf.get(ticketId)} ${kind} ${text}`),
    ),
    times,
    verified: (await store.activities.verify()).brokenAt,
  }
}

/** The same of the model. */
export function wholeOfModel(model: Model): Awaited<ReturnType<typeof wholeOf>> {
  const sessions = model.sessions.toReversed()
  const held = sessions.map((session) => [
    session.id,
    {
      ...sessionSaid(model, session),
      data: Object.fromEntries(session.data),
      notes: session.notes.toReversed(),
      changes: session.changes
        .toReversed()
        .map(({ fromMs, kind, stack }) => [new Date(fromMs).toISOString(), kind, stack.map(({ ref }) => ref)]),
    },
  ])
  const tickets = model.tickets.toSorted((a, b) => b.updatedMs - a.updatedMs)
  return {
    sessions: Object.fromEntries(held),
    order: sessions.map(({ id }) => id),
    tickets: tickets.map(ticketSaid),
    links: model.links.map(({ session, ticket, action }) => `${session.id} ${action} ${ticket.ref}`),
    relations: model.relations.flatMap(({ from, kind, to }) => {
      const said = `${from.ref} ${kind} ${to.ref}`
      // Told from both ends.
      return [said, said]
    }),
    notes: model.ticketNotes.map(({ ticket, kind, text }) => `${ticket.ref} ${kind} ${text}`),
    times: timeByTicket(model),
    verified: null,
  }
}

/** Where order says nothing. */
export function sorted<T extends Awaited<ReturnType<typeof wholeOf>>>(whole: T): T {
  return {
    ...whole,
    links: whole.links.toSorted(),
    relations: whole.relations.toSorted(),
    notes: whole.notes.toSorted(),
  }
}
