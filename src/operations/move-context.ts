import type { AncestorsOf, Context, ContextChange, Frame } from '../domain/context.ts'
import { AppError, shownValue } from '../domain/errors.ts'
import { shellWord } from '../domain/shell-word.ts'
import { checkRef } from '../domain/ticket.ts'
import type { Ticket, TicketKind } from '../domain/ticket.ts'
import { isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { takeHandoffs } from '../ingest/take-handoffs.ts'
import type { Store } from '../stores/store.ts'
import { callingSubagent } from './call-session.ts'
import { name } from './filter.ts'
import type { OperationContext } from './operation.ts'
import { record } from './record.ts'

/** What a change is decided on: the stack as it stands, and the tickets' places over one another. */
export type Decide = (context: Context, ancestorsOf: AncestorsOf) => ContextChange

export interface Moved extends ContextChange {
  /** Sessions whose handoff for that ticket this session took by stepping onto it. */
  tookOver: string[]
}

/**
 * Changes where a session stands, in the caller's transaction: the interval with the tool call that did it, the link to the
 * new current ticket, tickets let go of, one line of the log. A change that changes nothing writes nothing. What a subagent
 * changes holds for its transcript alone.
 *
 * @param path frames whose ancestors the decision needs, beside those of the stack
 */
export async function moveContext(
  tx: Store,
  context: OperationContext,
  sessionId: string,
  path: readonly Frame[],
  decide: Decide,
  why?: string,
): Promise<Moved> {
  const { caller, clock, actor } = context
  const transcriptId = await callingSubagent(tx, context, await tx.sessions.get(sessionId))
  const standing = await tx.contexts.get(sessionId, transcriptId)
  const ids = [...standing.stack, ...path].map((frame) => frame.ticketId)
  const ancestors = await tx.tickets.ancestors(ids)
  const change = decide(standing, (id) => (ancestors.get(id) ?? []).map((ticket) => ticket.id))
  if (change.kind === null) return { ...change, tookOver: [] }
  const at = new Date(clock.now()).toISOString()
  const lasted = await lastedMs(tx, sessionId, clock.now())
  await tx.contexts.change({
    sessionId,
    context: change.context,
    change: change.kind,
    fromAt: at,
    by: actor,
    why: why ?? null,
    callId: caller.toolUse?.id ?? null,
    transcriptId,
  })
  // What a subagent steps off, its session may still stand on.
  const kept = transcriptId === undefined ? [] : refs((await tx.contexts.get(sessionId)).stack)
  for (const frame of change.popped) if (!kept.includes(frame.ref)) await tx.tickets.release(sessionId, frame.ticketId)
  const current = change.context.stack.at(-1)
  let tookOver: string[] = []
  if (current && change.pushed.length > 0) {
    await tx.tickets.link({ sessionId, ticketId: current.ticketId, action: 'worked_on', at, by: actor })
    tookOver = (
      await takeHandoffs(tx, { ticketId: current.ticketId }, { sessionId, at, actor, nowMs: clock.now() })
    ).map(name)
  }
  await record(tx, context, sessionId, `context.${change.kind}`, {
    stack: refs(change.context.stack),
    pushed: refs(change.pushed),
    popped: refs(change.popped),
    lastedMs: lasted,
    why: why ?? null,
  })
  return { ...change, tookOver }
}

function refs(frames: readonly Frame[]): string[] {
  return frames.map((frame) => frame.ref)
}

/** How long the stack that ends now has held; null for the first. */
async function lastedMs(tx: Store, sessionId: string, nowMs: number): Promise<number | null> {
  const [last] = (await tx.contexts.history({ sessionId }, { limit: 1 })).items
  return last?.fromAt == null ? null : Math.max(0, nowMs - Date.parse(last.fromAt))
}

/** A ticket as a frame below its known ancestors, outermost first. */
export async function pathTo(tx: Store, ticket: Ticket): Promise<Frame[]> {
  const above = (await tx.tickets.ancestors([ticket.id])).get(ticket.id) ?? []
  return [...above.toReversed(), ticket].map(({ id, trackerId, ref, kind }) => ({ ticketId: id, trackerId, ref, kind }))
}

/**
 * Refuses a ticket that `ticketOf` would refuse, before anything is stored for the call that names it.
 *
 * @throws AppError as `ticketOf`
 */
export async function checkNamed(store: Store, word: string, tracker?: string): Promise<void> {
  await knownTicket(store, word, tracker)
}

/**
 * The ticket a ref means, made where nobody knows it yet: any ref can be worked on.
 *
 * @throws AppError `invalid` for what is no ref or no name of a tracker, `conflict` when several trackers have it
 */
export async function ticketOf(
  tx: Store,
  { actor }: OperationContext,
  word: string,
  { tracker, kind }: { tracker?: string; kind?: TicketKind },
): Promise<Ticket> {
  const { ref, ticket } = await knownTicket(tx, word, tracker)
  if (ticket) return ticket
  return tx.tickets.ensure({
    ref,
    tracker,
    kind: kind ?? (tracker === undefined ? kindOfRef(ref) : undefined),
    createdBy: actor,
  })
}

const LONGEST_TRACKER = 200

async function knownTicket(store: Store, word: string, tracker?: string): Promise<{ ref: string; ticket?: Ticket }> {
  const ref = checkRef(word)
  if (tracker !== undefined) {
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (tracker.length <= LONGEST_TRACKER && !/[\u0000-\u001f\u007f]/.test(tracker)) return { ref }
    throw new AppError('invalid', `tracker ${shownValue(tracker)} is no name of 200 characters at most`, {
      hint: 'daybook ticket list',
    })
  }
  const found = await store.tickets.find(ref)
  const [ticket] = found
  if (found.length <= 1) return { ref, ticket }
  throw new AppError('conflict', `${ref} is in ${found.length} trackers: ${found.map((t) => t.tracker).join(', ')}`, {
    hint: `daybook attach ${shellWord(ref)} --tracker ${shellWord(ticket?.tracker ?? '')}`,
  })
}

function kindOfRef(ref: string): TicketKind {
  const word = /^(sprint|epic|project)-\d+$/i.exec(ref)?.[1]?.toLowerCase()
  return word === 'sprint' || word === 'epic' || word === 'project' ? word : 'ticket'
}

/** @throws AppError `conflict` for a session that has ended: it has to be reopened first */
export function checkOpen(session: Session, what: string): void {
  if (isOpen(session)) return
  throw new AppError('conflict', `${name(session)} has ended (${session.status}), so ${what}`, {
    hint: `daybook resume ${name(session)}`,
  })
}

/** `, off T-2 and T-3` where frames were popped. */
export function poppedWords(change: ContextChange): string {
  return change.popped.length === 0 ? '' : `, off ${refs(change.popped).join(' and ')}`
}
