import * as z from 'zod/mini'
import { formatDuration } from '../domain/format.ts'
import { PERSON, SESSION_ENDS } from '../domain/session.ts'
import { activeMs } from '../domain/slice.ts'
import { isClosed } from '../domain/ticket.ts'
import { filesMade } from './artifacts.ts'
import { choice, flag, sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { checkOpen } from './move-context.ts'
import { defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said } from './said.ts'
import { pointAway } from './session-pointers.ts'
import { type Changed, changedReply, standingOf } from './standing.ts'
import { ownSession } from './which-session.ts'

export interface Ended extends Changed {
  /** False when something stands against it and `strict` was asked for: then nothing was changed. */
  valid: boolean
  errors: string[]
  /** From start to end, and of that at work. */
  wallMs: number
  activeMs: number
  ticketsCompleted: string[]
  commits: number
  filesChanged: number
  /** What came of it: files that were created, commits, and what was logged as an artifact. */
  artifacts: number
}

export const endSession = defineOperation({
  name: 'session.end',
  summary: 'End a session, with what was done in it.',
  input: z.object({
    summary: z.optional(text('what was done, for whoever reads it next')),
    status: z._default(choice(SESSION_ENDS, 'how it ended'), 'completed'),
    strict: flag('refuse while a ticket of it is open'),
    session: z.optional(sessionWord),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    path: ['end'],
    args: ['summary'],
    examples: [{ command: 'daybook end "Tables are cached for 7 days"', says: 'the session you are in' }],
    seeAlso: ['status', 'resume', 'session show'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).sessionEnd,
  async handle(context, input): Promise<Ended> {
    const { store, clock } = context
    const { session, why } = await ownSession(context, input.session)
    const summary = input.summary && (await said(context, 'the summary', input.summary, LONGEST.description))
    checkOpen(session, 'it cannot end again')
    const standing = await standingOf(context, session, why)
    const open = standing.stack.filter(({ status }) => !isClosed(status)).map(({ ref }) => `${ref} is still open`)
    const valid = !input.strict || open.length === 0
    if (valid) {
      const at = new Date(clock.now()).toISOString()
      await store.transaction(async (tx) => {
        await tx.sessions.update(session.id, {
          status: input.status,
          endedAt: at,
          ...(summary !== undefined && { summaryMarkdown: summary }),
        })
        await tx.tickets.release(session.id)
        if (session.agent === PERSON) await tx.contexts.personStop(session.id, clock.now(), store.idleMs)
        await record(tx, context, session.id, 'session.ended', { status: input.status, summary: summary ?? null })
      })
      await pointAway(context, session)
    }
    const { wallMs } = await store.sessions.get(session.id)
    const parts = await store.work.parts({ sessionId: session.id })
    const active = activeMs(parts.flatMap((part) => part.active))
    const closed = await store.tickets.links({ sessionId: session.id, action: 'closed' })
    const completed = (await store.tickets.byIds(closed.map(({ ticketId }) => ticketId))).map(({ ref }) => ref)
    const [commits, files] = await Promise.all([
      store.files.commits({ sessionId: session.id }, { limit: 1 }),
      store.files.list({ sessionId: session.id }, { limit: 1 }),
    ])
    const message = valid
      ? `Ended ${name(session)}: ${input.status}, ${formatDuration(active)} active in ${formatDuration(wallMs)}`
      : `${name(session)} cannot end yet`
    const reply = await changedReply(
      context,
      valid ? 'end' : 'invalid',
      { sessionId: session.id, why },
      { message, warnings: valid ? open : [] },
    )
    return {
      ...reply,
      valid,
      errors: valid ? [] : open,
      wallMs,
      activeMs: active,
      ticketsCompleted: completed,
      commits: commits.total,
      filesChanged: files.total,
      artifacts: commits.total + (await filesMade(store, session.id)),
    }
  },
})
