import * as z from 'zod/mini'
import type { Activity } from '../domain/activity.ts'
import { AppError } from '../domain/errors.ts'
import { formatDuration } from '../domain/format.ts'
import { PERSON } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { takeHandoffs } from '../ingest/take-handoffs.ts'
import { projectOf } from './current-project.ts'
import { flag, sessionWord, text } from './fields.ts'
import { name, oneSession } from './filter.ts'
import { checkOpen } from './move-context.ts'
import { bindCaller } from './open-session.ts'
import { countIdleStretch, personCalls } from './person-time.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said } from './said.ts'
import { pointAfter } from './session-pointers.ts'
import { type Changed, changedReply, lastActivities } from './standing.ts'
import { findSession, ownSession } from './which-session.ts'

export const pauseSession = defineOperation({
  name: 'session.pause',
  summary: 'Pause a session: it keeps what it works on, and its clock stops.',
  input: z.object({ reason: z.optional(text('what for')), session: z.optional(sessionWord) }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    path: ['pause'],
    args: ['reason'],
    examples: [{ command: 'daybook pause lunch', says: 'until daybook resume' }],
    seeAlso: ['resume', 'end'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).sessionPause,
  async handle(context, { session: word, ...input }): Promise<Changed> {
    const { store, clock } = context
    const reason = input.reason && (await said(context, 'the reason', input.reason, LONGEST.note))
    const { session, why } = await ownSession(context, word)
    checkOpen(session, 'it cannot be paused')
    if (session.status === 'paused') {
      throw new AppError('conflict', `${name(session)} is paused already`, { hint: `daybook resume ${name(session)}` })
    }
    await store.transaction(async (tx) => {
      await tx.sessions.update(session.id, { status: 'paused', pausedAt: new Date(clock.now()).toISOString() })
      if (session.agent === PERSON) await tx.contexts.personStop(session.id, clock.now(), store.idleMs)
      await record(tx, context, session.id, 'session.paused', { reason: reason ?? null })
    })
    return changedReply(context, 'end', { sessionId: session.id, why }, { message: `Paused ${name(session)}` })
  },
})

export interface Resumed extends Changed {
  /** Minutes since anything was done in it. */
  idleMinutes: number
  /** The last 3, newest first. */
  activities: Activity[]
  /** It had ended and is open again. */
  reopened: boolean
}

export const resumeSession = defineOperation({
  name: 'session.resume',
  summary: 'Take a session up again: paused, interrupted or ended.',
  input: z.object({
    session: z.optional(sessionWord),
    countIdle: flag('count the time between the last calls as work too'),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    path: ['resume'],
    args: ['session'],
    async asks(context, { session: word }) {
      const session = word === undefined ? undefined : await oneSession(context, word as string)
      return session?.status === 'completed' ? `${name(session)} was completed. Open it again?` : undefined
    },
    examples: [{ command: 'daybook resume', says: 'the last one here; or name one: daybook resume 3' }],
    seeAlso: ['pause', 'switch', 'status'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).sessionResume,
  async handle(context, { session: word, countIdle }): Promise<Resumed> {
    const { store, clock } = context
    const session = word === undefined ? await lastOpen(context) : await oneSession(context, word)
    const activities = await lastActivities(context, session.id, 3)
    const idleMs = Math.max(0, clock.now() - Date.parse(session.lastActivityAt))
    const reopened = session.endedAt !== null
    const { offers, tookOver } = await takeUp(context, session, reopened ? 'session.reopened' : 'session.resumed')
    const counted = countIdle ? await countIdleStretch(context, session) : undefined
    const waited = `last activity ${formatDuration(idleMs)} ago`
    const message = `${reopened ? 'Reopened' : 'Resumed'} ${name(await store.sessions.get(session.id))}, ${waited}`
    const which = { sessionId: session.id, why: word === undefined ? 'the last one here' : `named ${word}` }
    const warnings = counted === undefined ? offers : [counted]
    const idleMinutes = Math.floor(idleMs / 60_000)
    const reply = await changedReply(context, 'recovery', which, { message, warnings, tookOver, idleMinutes })
    await pointAfter(context, reply)
    return { ...reply, idleMinutes, activities, reopened }
  },
})

/** Makes a session active and this caller's, on purpose from now on; it takes what it offered itself. */
async function takeUp(
  context: OperationContext,
  session: Session,
  action: string,
): Promise<{ offers: string[]; tookOver: string[] }> {
  const { store, clock } = context
  const at = new Date(clock.now()).toISOString()
  return store.transaction(async (tx) => {
    await tx.sessions.assignKey(session.id)
    await tx.sessions.update(session.id, {
      status: 'active',
      endedAt: null,
      implicit: false,
      resumedAt: at,
      presence: null,
    })
    await tx.sessions.touch(session.id, clock.now())
    await bindCaller(tx, context, session.id)
    const offers = session.agent === PERSON ? await personCalls(tx, context, session.id) : []
    const pausedMs =
      session.status === 'paused' && session.pausedAt !== null ? clock.now() - Date.parse(session.pausedAt) : 0
    await record(tx, context, session.id, action, { from: session.status, pausedMs })
    const by = { sessionId: session.id, at, nowMs: clock.now(), actor: context.actor }
    const taken = await takeHandoffs(tx, { sessionId: session.id }, by)
    return { offers, tookOver: taken.map(name) }
  })
}

/** The session the caller is in, else the last one of the project that has not ended. */
async function lastOpen(context: OperationContext): Promise<Session> {
  const found = await findSession(context)
  if (found) return found.session
  const { store, caller } = context
  const project = await projectOf(context, caller.cwd)
  for (const status of ['paused', 'active'] as const) {
    if (project === undefined) break
    const page = await store.sessions.list({ projectId: project.id, status, worked: true }, { limit: 1, sort: 'last' })
    if (page.items[0]) return page.items[0]
  }
  throw new AppError('not_found', 'no session here is paused or open', { hint: 'daybook session list' })
}

export const switchSession = defineOperation({
  name: 'session.switch',
  summary: 'Work in another open session from here on.',
  input: z.object({ session: sessionWord }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    path: ['switch'],
    args: ['session'],
    examples: [{ command: 'daybook switch 5', says: 'this terminal works in SESSION-005' }],
    seeAlso: ['resume', 'status'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).sessionSwitch,
  async handle(context, { session: word }): Promise<Changed> {
    const { store, clock } = context
    const session = await oneSession(context, word)
    if (session.status !== 'expired') checkOpen(session, 'it cannot be switched to')
    const left =
      context.caller.session === null ? (await findSession(context).catch(() => undefined))?.session : undefined
    if (left?.agent === PERSON && left.id !== session.id)
      await store.contexts.personStop(left.id, clock.now(), store.idleMs)
    await takeUp(context, session, 'session.switched')
    const now = await store.sessions.get(session.id)
    const from = left && left.id !== session.id ? `, from ${name(left)}` : ''
    const reply = await changedReply(
      context,
      'resume',
      { sessionId: session.id, why: `named ${word}` },
      { message: `Switched to ${name(now)}${from}` },
    )
    await pointAfter(context, reply)
    return reply
  },
})
