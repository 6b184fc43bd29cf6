import { changeRecord } from './read-files.ts'
import type { Found, FoundRecord } from './read-files.ts'

/** Names that stand for another row: what two clones of a tree both made is one thing after they were merged. */
export type Aliases = Map<string, string>

const SLOTS = 2048

/**
 * Settles what two clones made independently and what one store can hold only once. The earlier one stands, by when it was
 * made; everyone comes to the same result. What can be the same thing is; what cannot gets another number, which is told.
 */
export function settleClashes(found: Found): Aliases {
  const aliases: Aliases = new Map()
  const of = (name: unknown): string => aliases.get(String(name)) ?? String(name)
  const same = (table: string, identity: (each: FoundRecord) => unknown[]): void => {
    const first = new Map<string, FoundRecord>()
    const kept: FoundRecord[] = []
    for (const each of inOrder(found, table)) {
      const key = JSON.stringify(identity(each))
      const known = first.get(key)
      if (known) {
        for (const name of namesOf(each)) aliases.set(name, namesOf(known)[0] as string)
        continue
      }
      first.set(key, each)
      kept.push(each)
    }
    if (found.records.has(table)) found.records.set(table, kept)
  }
  same('machine', ({ record }) => [record['uid']])
  same('project', ({ record }) => [record['identity_kind'], record['identity']])
  same('tracker', ({ record }) => [record['name_folded']])
  same('session', ({ record }) => [record['agent'], record['external_id']])
  const local = new Set(
    (found.records.get('tracker') ?? []).flatMap(({ record }) =>
      record['kind'] === 'local' ? [String(record['uid'])] : [],
    ),
  )
  renumberTickets(found, of, local)
  same('ticket', ({ record }) => [of(record['tracker_id']), record['ref_folded']])
  renumberSessions(found)
  moveEntries(found)
  return aliases
}

/** The one that was made first comes first; ties by name. */
function inOrder(found: Found, table: string): FoundRecord[] {
  const order = ({ record, within }: FoundRecord) => `${String(record['created_at'])} ${within}`
  return (found.records.get(table) ?? []).toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
}

function namesOf({ record, within }: FoundRecord): string[] {
  return [String(record['uid'] ?? record['session_id'] ?? within), within]
}

function tell(found: Found, { path }: FoundRecord, reason: string): void {
  found.damage.push({ path, line: null, reason })
}

/** Two tickets of our own with one ref are two tickets. */
function renumberTickets(found: Found, of: (name: unknown) => string, local: ReadonlySet<string>): void {
  const taken = new Set<string>()
  const place = (tracker: string, ref: string): string => JSON.stringify([tracker, ref.toLowerCase()])
  const tickets = inOrder(found, 'ticket').filter(({ record }) => local.has(of(record['tracker_id'])))
  for (const { record } of tickets) taken.add(place(of(record['tracker_id']), String(record['ref'])))
  const seen = new Set<string>()
  for (const ticket of tickets) {
    const [tracker, ref] = [of(ticket.record['tracker_id']), String(ticket.record['ref'])]
    if (!seen.has(place(tracker, ref))) {
      seen.add(place(tracker, ref))
      continue
    }
    const prefix = ref.replace(/-?\d*$/, '')
    let number = 1
    while (taken.has(place(tracker, `${prefix}-${number}`))) number++
    const other = `${prefix}-${number}`
    taken.add(place(tracker, other))
    seen.add(place(tracker, other))
    changeRecord('ticket', ticket, { ref: other, ref_folded: other.toLowerCase() })
    tell(found, ticket, `two tickets were ${ref}: the later one is ${other} now`)
  }
}

function renumberSessions(found: Found): void {
  const sessions = inOrder(found, 'session')
  const numbers = new Set<number>()
  let next = Math.max(0, ...sessions.map(({ record }) => Number(record['key_number'] ?? 0))) + 1
  const refs = new Set<string>()
  for (const session of sessions) {
    const { key_number: number, ref } = session.record
    if (typeof number === 'number' && numbers.has(number)) {
      tell(found, session, `two sessions were number ${number}: the later one is number ${next} now`)
      changeRecord('session', session, { key_number: next })
      numbers.add(next++)
    } else if (typeof number === 'number') numbers.add(number)
    let free = String(ref)
    for (let n = 2; refs.has(free); n++) free = `${String(ref)}-${n}`
    if (free !== ref) changeRecord('session', session, { ref: free })
    refs.add(free)
  }
}

/** Entries of two machines may have taken one place in time. What hangs off an entry follows it. */
function moveEntries(found: Found): void {
  const taken = new Set<number>()
  const moved = new Map<string, Map<unknown, number>>()
  for (const entry of found.records.get('entry') ?? []) {
    const { id, shift } = entry.record as { id: number; shift: number }
    if (!taken.has(id)) {
      taken.add(id)
      continue
    }
    const atMs = Math.floor(id / SLOTS) - shift
    let free = atMs * SLOTS
    while (taken.has(free)) free++
    taken.add(free)
    changeRecord('entry', entry, { id: free, shift: Math.floor(free / SLOTS) - atMs })
    moved.set(entry.within, (moved.get(entry.within) ?? new Map()).set(id, free))
  }
  if (moved.size === 0) return
  for (const [table, column] of OF_ENTRIES) {
    for (const each of found.records.get(table) ?? []) {
      const id = moved.get(each.within)?.get(each.record[column])
      if (id !== undefined) changeRecord(table, each, { [column]: id })
    }
  }
}

const OF_ENTRIES = [
  ['plan', 'id'],
  ['invocation', 'id'],
  ['file_change', 'entry_id'],
  ['commit_seen', 'entry_id'],
] as const
