import * as z from 'zod/mini'
import type { Association } from '../domain/context.ts'
import { associationOf } from '../domain/context.ts'
import { calendarDay, startOfDay } from '../domain/calendar.ts'
import {
  type At,
  type Collision,
  type PresenceEvidence,
  collisionsOf,
  fleetOrder,
  needsPerson,
} from '../domain/fleet.ts'
import type { Presence } from '../domain/session.ts'
import type { TicketKind, TicketStatus } from '../domain/ticket.ts'
import { text } from './fields.ts'
import { narrow } from './filter.ts'
import { changedLately, placeOf } from './fleet-places.ts'
import { type Seen, seenAtWork } from './fleet-presence.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type UsageView, usageView } from './usage-view.ts'
import { emptyTally, tallyPart } from '../domain/work-tally.ts'

/** A session that somebody works in now, or in which an agent's process ended in the middle of something. */
export interface FleetMember extends SessionName {
  project: string | null
  association: Association
  /** What it works on: the deepest ticket of its stack. */
  ticket: { ref: string; title: string | null; kind: TicketKind; status: TicketStatus } | null
  /** Root of the work tree it is in, or the folder where that is none; null where neither is known. */
  worktree: string | null
  branch: string | null
  presence: Presence
  /** `told`: by the agent's hook. `inferred`: from its transcript, its calls or its process. */
  evidence: PresenceEvidence
  /** What it is at or asks for, in a line: `Edit reader.ts`. */
  about: string | null
  since: string
  needsYou: boolean
  lastActivityAt: string
}

export interface Fleet {
  items: FleetMember[]
  total: number
  nextCursor: null
  /** How many are there, whatever they are at: those whose process ended are not. */
  live: number
  needYou: number
  /** Tickets and files that two of them are at. */
  warnings: (Omit<Collision, 'sessionIds'> & { sessions: SessionName[] })[]
  today: { activeMs: number; usage: UsageView }
}

export const showFleet = defineOperation({
  name: 'fleet.show',
  summary: 'Show who works on what now, where, and who waits for you.',
  input: z.object({ project: z.optional(text('only this project: name, path or origin')) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    path: ['fleet'],
    examples: [
      { command: 'daybook fleet', says: 'all that is at work on this machine' },
      { command: 'daybook fleet --json', says: 'the same for a program' },
    ],
    seeAlso: ['status', 'session list', 'ticket list'],
  },
  async handle(context, { project }): Promise<Fleet> {
    const { projectId } = await narrow(context, { project })
    const seen = (await seenAtWork(context, projectId)).toSorted((a, b) => fleetOrder(a.at, b.at))
    const live = seen.filter(({ at }) => at.presence !== 'gone')
    const held = await Promise.all(
      live.map(async ({ session }) => {
        const current = session.stack.at(-1)
        const ticket = current === undefined ? null : { id: current.ticketId, ref: current.ref }
        return { sessionId: session.id, ticket, files: await changedLately(context, session) }
      }),
    )
    const named = new Map(seen.map(({ session }) => [session.id, sessionName(session)]))
    const items = await members(context, seen)
    return {
      items,
      total: items.length,
      nextCursor: null,
      live: live.length,
      needYou: items.filter(({ needsYou }) => needsYou).length,
      warnings: collisionsOf(held).map(({ sessionIds, ...rest }) => ({
        ...rest,
        sessions: sessionIds.flatMap((id) => named.get(id) ?? []),
      })),
      today: await today(context, projectId),
    }
  },
})

async function members({ store }: OperationContext, seen: readonly Seen[]): Promise<FleetMember[]> {
  const deepest = seen.flatMap(({ session }) => session.stack.at(-1)?.ticketId ?? [])
  const tickets = new Map((await store.tickets.byIds([...new Set(deepest)])).map((ticket) => [ticket.id, ticket]))
  return Promise.all(
    seen.map(async ({ session, at, evidence, about }) => {
      const ticket = tickets.get(session.stack.at(-1)?.ticketId ?? '')
      return {
        ...sessionName(session),
        project: session.project,
        association: associationOf(session),
        ticket: ticket ? { ref: ticket.ref, title: ticket.title, kind: ticket.kind, status: ticket.status } : null,
        ...(await placeOf(store, session)),
        ...presenceOf(at),
        evidence,
        about,
        lastActivityAt: session.lastActivityAt,
      }
    }),
  )
}

function presenceOf({ presence, sinceMs }: At): Pick<FleetMember, 'presence' | 'since' | 'needsYou'> {
  return { presence, since: new Date(sinceMs).toISOString(), needsYou: needsPerson(presence) }
}

async function today({ store, clock, timezone }: OperationContext, projectId?: string): Promise<Fleet['today']> {
  const from = new Date(startOfDay(calendarDay(clock.now(), timezone), timezone)).toISOString()
  const tally = emptyTally()
  for (const part of await store.work.parts({ from, projectId, undivided: true })) tallyPart(tally, part)
  return { activeMs: tally.activeMs, usage: usageView(tally.usage) }
}
