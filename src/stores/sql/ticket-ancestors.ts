import type { Ticket } from '../../domain/ticket.ts'
import { among, every, is, lists } from './condition.ts'
import type { Connection } from './connection.ts'
import { readTickets, toTicket } from './ticket-rows.ts'

/** Deeper than any hierarchy of ours; a ring of parents ends here. */
const MOST_LEVELS = 32

/** Known ancestors of tickets, nearest first; a level of all of them at a time. */
export async function ticketAncestors(
  connection: Connection,
  workspaceId: number,
  ids: readonly string[],
): Promise<Map<string, Ticket[]>> {
  const known = new Map<string, Ticket>()
  let wanted = [...new Set(ids)]
  for (let level = 0; level <= MOST_LEVELS && wanted.length > 0; level++) {
    for (const some of lists(wanted)) {
      const where = every(is('k.workspace_id = ?', workspaceId), among('k.uid', some))
      for (const row of await readTickets(connection, where)) known.set(row.uid, toTicket(row))
    }
    const parents = wanted.map((id) => known.get(id)?.parentId ?? null)
    wanted = [...new Set(parents.filter((id) => id !== null && !known.has(id)))] as string[]
  }
  return new Map(ids.map((id) => [id, [...above(id, known)]]))
}

function* above(id: string, known: ReadonlyMap<string, Ticket>): Generator<Ticket> {
  const seen = new Set([id])
  for (let at = known.get(id)?.parentId; at != null && !seen.has(at); at = known.get(at)?.parentId) {
    seen.add(at)
    const ticket = known.get(at)
    if (ticket) yield ticket
  }
}
