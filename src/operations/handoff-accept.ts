import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Handoff } from '../domain/handoff.ts'
import type { Instructions } from '../domain/instructions.ts'
import { fenced, quotable } from '../domain/recorded-text.ts'
import type { Session } from '../domain/session.ts'
import { recordTaken } from '../ingest/take-handoffs.ts'
import { sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { handoffOf, noHandoff, onlyOffered } from './handoff-view.ts'
import { checkOpen } from './move-context.ts'
import { enterSession } from './open-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { instructionsOf, standingOf } from './standing.ts'

export interface Accepted {
  /** The session that goes on. */
  session: SessionName
  why: string
  /** The session it takes over from. */
  from: SessionName
  handoff: Handoff
  /** What it says, for an agent: marked as a quotation, between marks that nobody could foresee. */
  quotation: string
  instructions: Instructions
}

export const acceptHandoff = defineOperation({
  name: 'handoff.accept',
  summary: 'Take a handoff over: once, by one session, which goes on from there.',
  input: z.object({
    handoff: z.optional(text('the handoff: its id, or the session that offers it; the only one here when left out')),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  mcp: async () => (await import('./compat/handoff-tools.ts')).acceptHandoffTool,
  cli: {
    args: ['handoff'],
    examples: [{ command: 'daybook handoff accept 1', says: 'what SESSION-001 offers, for the session you are in' }],
    seeAlso: ['handoff show', 'handoff list', 'session handoff'],
  },
  async handle(context, { handoff: word, session: by }): Promise<Accepted> {
    const { handoff, session: from } = await offered(context, word)
    checkOffered(handoff, from, await acceptor(context, handoff))
    const { session, why } = await enterSession(context, by)
    checkOpen(session, 'it takes no handoff')
    await context.store.transaction(async (tx) => {
      const at = new Date(context.clock.now()).toISOString()
      if (!(await tx.handoffs.accept(handoff.id, context.actor, session.id, at))) {
        checkOffered(await tx.handoffs.get(handoff.id), from)
      }
      await recordTaken(tx, handoff, { sessionId: session.id, at, actor: context.actor })
    })
    const now = await context.store.sessions.get(session.id)
    return {
      session: sessionName(now),
      why,
      from: sessionName(from),
      handoff: await context.store.handoffs.get(handoff.id),
      quotation: fenced(quotable(handoff.markdown), `recorded-${randomBytes(6).toString('hex')}`),
      instructions: await instructionsOf(context, 'resume', await standingOf(context, now, why)),
    }
  },
})

async function offered(
  context: OperationContext,
  word: string | undefined,
): Promise<{ session: Session; handoff: Handoff }> {
  if (word === undefined) return onlyOffered(context)
  const { session, handoff } = await handoffOf(context, word)
  if (handoff === null) throw noHandoff(session, word)
  return { session, handoff }
}

async function acceptor({ store }: OperationContext, { acceptedBySessionId }: Handoff): Promise<string | undefined> {
  const session = acceptedBySessionId === null ? undefined : await store.sessions.find(acceptedBySessionId)
  return session && name(session)
}

/** @throws AppError `conflict` where it was taken, superseded or expired */
function checkOffered(handoff: Handoff, from: Session, by?: string): void {
  const { state, acceptedAt, acceptedBy, supersededAt, expiredAt } = handoff
  if (state === 'offered') return
  const what =
    state === 'accepted'
      ? `was taken by ${by ?? acceptedBy ?? 'another session'} at ${acceptedAt}`
      : state === 'superseded'
        ? `was superseded at ${supersededAt} by a newer one`
        : `expired at ${expiredAt}`
  throw new AppError('conflict', `the handoff of ${name(from)} ${what}`, { hint: `daybook handoff show ${name(from)}` })
}
