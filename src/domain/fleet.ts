import type { EntryType, Role } from './entry.ts'
import { ACTIVE_GAP_MS } from './slice.ts'
import type { Presence } from './session.ts'

/** How it is known what an agent is at: its own hook told, or it follows from what is recorded. */
export const PRESENCE_EVIDENCE = ['told', 'inferred'] as const
export type PresenceEvidence = (typeof PRESENCE_EVIDENCE)[number]

/** What an agent is at, and since when (Unix milliseconds). */
export interface At {
  presence: Presence
  sinceMs: number
}

/**
 * What an agent is at where no hook says so. An agent's answer ends its turn; after a prompt, a call or a result it works on,
 * for as long as a gap counts as work. Nobody is said to wait: that is never in a transcript.
 *
 * @param last the newest entry; absent where nothing but calls is known
 * @param lastMs when anything was last heard of the session
 */
export function inferPresence(
  last: { type: EntryType; role: Role; atMs: number } | undefined,
  lastMs: number,
  nowMs: number,
): At {
  const isNewest = last !== undefined && last.atMs >= lastMs - ACTIVE_GAP_MS
  const sinceMs = isNewest ? last.atMs : lastMs
  const answered = isNewest && last.type === 'message' && last.role === 'assistant'
  return { presence: !answered && nowMs - sinceMs <= ACTIVE_GAP_MS ? 'working' : 'idle', sinceMs }
}

/** A person has to act before it goes on. */
export function needsPerson(presence: Presence): boolean {
  return presence === 'awaiting_approval' || presence === 'awaiting_input'
}

const ORDER: readonly Presence[] = ['awaiting_approval', 'awaiting_input', 'working', 'idle', 'gone']

/** Who needs a person first, the longest waiting at the top; then by what they are at, what was heard of last first. */
export function fleetOrder(a: At, b: At): number {
  const place = ({ presence }: At): number => (needsPerson(presence) ? 0 : ORDER.indexOf(presence))
  return place(a) - place(b) || (needsPerson(a.presence) ? a.sinceMs - b.sinceMs : b.sinceMs - a.sinceMs)
}

/** What two or more are at the same time. */
export interface Collision {
  kind: 'ticket' | 'file'
  /** The ticket's ref, or the file's path from the root of its work tree. */
  what: string
  sessionIds: string[]
}

/** What a session may be in another's way with. */
export interface Held {
  sessionId: string
  ticket: { id: string; ref: string } | null
  /** Files it changed lately; `key` is the same for the same file of a project in every work tree. */
  files: readonly { key: string; path: string }[]
}

/** Tickets that several are on, then files that several changed. */
export function collisionsOf(all: readonly Held[]): Collision[] {
  const found = new Map<string, Collision>()
  const meet = (key: string, kind: Collision['kind'], what: string, sessionId: string): void => {
    const one = found.get(key) ?? { kind, what, sessionIds: [] }
    if (!one.sessionIds.includes(sessionId)) one.sessionIds.push(sessionId)
    found.set(key, one)
  }
  for (const { sessionId, ticket } of all) if (ticket) meet(`ticket ${ticket.id}`, 'ticket', ticket.ref, sessionId)
  for (const { sessionId, files } of all)
    for (const { key, path } of files) meet(`file ${key}`, 'file', path, sessionId)
  return [...found.values()].filter(({ sessionIds }) => sessionIds.length > 1)
}
