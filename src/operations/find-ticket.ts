import { AppError, shownValue } from '../domain/errors.ts'
import { shellWord } from '../domain/shell-word.ts'
import { checkRef, foldRef } from '../domain/ticket.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Store } from '../stores/store.ts'

/**
 * The one ticket a word means: its ref ignoring case, or its id.
 *
 * @throws AppError `invalid` for what is no ref, `not_found` naming near ones, `conflict` when several trackers have it
 */
export async function findTicket(store: Store, word: string, tracker?: string): Promise<Ticket> {
  const ref = checkRef(word)
  const named = tracker === undefined ? undefined : await trackerOf(store, tracker)
  const found = await store.tickets.find(ref, named?.id)
  const [first] = found
  if (first && found.length === 1) return first
  if (first) {
    throw new AppError('conflict', `${ref} is in ${found.length} trackers: ${found.map((t) => t.tracker).join(', ')}`, {
      hint: `daybook ticket show ${shellWord(first.ref)} --tracker ${shellWord(first.tracker)}`,
    })
  }
  const [byId] = await store.tickets.byIds([ref])
  if (byId && named === undefined) return byId
  throw await unknownTicket(store, ref)
}

/** The tickets that words mean, each once, in their order. */
export async function findTickets(store: Store, words: readonly string[], tracker?: string): Promise<Ticket[]> {
  const found = new Map<string, Ticket>()
  for (const word of words) {
    const ticket = await findTicket(store, word, tracker)
    found.set(ticket.id, ticket)
  }
  return [...found.values()]
}

/** @throws AppError `not_found` listing the trackers there are */
export async function trackerOf(store: Store, name: string): Promise<{ id: string; name: string }> {
  const trackers = await store.tickets.trackers()
  const found = trackers.find((tracker) => foldRef(tracker.name) === foldRef(name) || tracker.id === name)
  if (found) return found
  const known =
    trackers
      .map((tracker) => tracker.name)
      .toSorted()
      .join(', ') || 'none'
  throw new AppError('not_found', `no tracker ${shownValue(name)}; there is ${known}`, { hint: 'daybook ticket list' })
}

async function unknownTicket(store: Store, ref: string): Promise<AppError> {
  const { items, total } = await store.tickets.list({}, { limit: 1 })
  const newest = items[0] === undefined ? 'none is recorded yet' : `the last one changed is ${items[0].ref}`
  return new AppError('not_found', `no ticket ${shownValue(ref)}; ${newest}`, {
    hint: total === 0 ? 'daybook ticket create --help' : 'daybook ticket list',
  })
}
