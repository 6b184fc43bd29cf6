import type { ReindexSetup } from '../reindex.ts'
import type { ItemOf } from './bundle-items.ts'

/** @returns false where it is here already: it stays as it is */
export async function adoptTicket({ store }: Pick<ReindexSetup, 'store'>, item: ItemOf<'ticket'>): Promise<boolean> {
  return store.transaction(async (tx) => {
    const tracker = await tx.tickets.ensureTracker(item.tracker)
    const [known] = await tx.tickets.find(item.ref, tracker.id)
    if (known) return false
    const parent =
      item.parentRef === null
        ? undefined
        : await tx.tickets.ensure({ ref: item.parentRef, tracker: item.tracker, createdBy: item.createdBy })
    const { notes, relations: _relations, parentRef: _parent, closedAt, closedBy, ...draft } = item
    const ticket = await tx.tickets.create({ ...draft, parentId: parent?.id ?? null })
    await tx.tickets.update(ticket.id, { closedAt, closedBy })
    for (const note of notes) await tx.tickets.addNote({ ...note, ticketId: ticket.id, sessionId: null })
    return true
  })
}

/** Once all tickets are there: what is only named so far would be taken for known. */
export async function relateTicket(
  { store }: Pick<ReindexSetup, 'store'>,
  { tracker, ref, relations }: ItemOf<'ticket'>,
): Promise<void> {
  if (relations.length === 0) return
  await store.transaction(async (tx) => {
    const [from] = await tx.tickets.find(ref, (await tx.tickets.ensureTracker(tracker)).id)
    for (const { kind, at, by, ...named } of relations) {
      const to = await tx.tickets.ensure({ ...named, createdBy: by })
      if (from && from.id !== to.id) await tx.tickets.relate(from.id, kind, to.id, by, at)
    }
  })
}
