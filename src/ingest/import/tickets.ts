import type { ListedTicket } from '../../domain/ticket-list.ts'
import type { ReindexSetup } from '../reindex.ts'

/**
 * Brings tickets of another program's list in, in one transaction. One whose ref is known in its tracker stays as it is.
 *
 * @returns how many were made, and how many were known
 */
export async function importTickets(
  { store, context }: ReindexSetup,
  tickets: readonly ListedTicket[],
  by: string,
): Promise<{ made: number; known: number }> {
  const clean = (text: string): string => context.redact(Buffer.from(text, 'utf8')).toString('utf8')
  const at = new Date(context.now()).toISOString()
  return store.transaction(async (tx) => {
    const made = new Map<ListedTicket, string>()
    for (const one of tickets) {
      const { parentRef: _parent, blockedBy: _blocked, title, description, ...draft } = one
      const tracker = await tx.tickets.ensureTracker(one.tracker)
      const [known] = await tx.tickets.find(one.ref, tracker.id)
      if (known) continue
      const words = { title: clean(title), description: description === null ? null : clean(description) }
      const ticket = await tx.tickets.create({ ...draft, ...words, createdBy: by })
      const isClosed = one.status === 'done' || one.status === 'closed' || one.status === 'cancelled'
      if (isClosed) await tx.tickets.update(ticket.id, { closedAt: at, closedBy: by })
      made.set(one, ticket.id)
    }
    // Afterwards: a list may name a parent before it has told of it.
    for (const [{ tracker, parentRef, blockedBy, ref }, id] of made) {
      if (parentRef !== null && parentRef !== ref) {
        const parent = await tx.tickets.ensure({ tracker, ref: parentRef, createdBy: by })
        const above = (await tx.tickets.ancestors([parent.id])).get(parent.id) ?? []
        if (!above.some((ancestor) => ancestor.id === id)) await tx.tickets.update(id, { parentId: parent.id })
      }
      for (const other of blockedBy.filter((word) => word !== '' && word !== ref)) {
        const blocker = await tx.tickets.ensure({ tracker, ref: other, createdBy: by })
        await tx.tickets.relate(blocker.id, 'blocks', id, by, at)
      }
    }
    return { made: made.size, known: tickets.length - made.size }
  })
}
