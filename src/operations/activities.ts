import * as z from 'zod/mini'
import type { Activity } from '../domain/activity.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** A line of the log, with the session it was done to; null where that was no session, or one that is gone. */
export type ActivityView = Activity & { session: SessionName | null }

export const listActivities = defineOperation({
  name: 'activity.list',
  summary: 'List who did what, newest first.',
  input: z.object({
    session: z.optional(text('only what concerns this session')),
    action: z.optional(text('only this action, as in session.deleted')),
    actor: z.optional(text('only what this one did')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/activity-tools.ts')).sessionActivities,
  cli: {
    examples: [{ command: 'daybook activity list --limit 10', says: 'the last 10' }],
    seeAlso: ['activity verify', 'session delete'],
  },
  async handle(context, { session, action, actor, limit, cursor }): Promise<Page<ActivityView>> {
    const sessionId = session === undefined ? undefined : (await oneSession(context, session)).id
    const page = await context.store.activities.list({ sessionId, action, actor }, { limit, cursor })
    const names = new Map<string, SessionName | null>()
    for (const { target } of page.items) {
      if (names.has(target)) continue
      const found = await context.store.sessions.find(target)
      names.set(target, found ? sessionName(found) : null)
    }
    return { ...page, items: page.items.map((line) => ({ ...line, session: names.get(line.target) ?? null })) }
  },
})

export interface Verification {
  /** True when every line follows from the one before it. */
  ok: boolean
  chains: number
  rows: number
  /** Lines whose content was erased on purpose; their place in the chain still holds. */
  erased: number
  /** The first line that does not follow. */
  brokenAt: { chain: string; sequence: number } | null
  lastAt: string | null
}

export const verifyActivities = defineOperation({
  name: 'activity.verify',
  summary: 'Check that no line of the activity log was changed or removed.',
  input: z.object({}),
  errors: [],
  effect: 'read',
  cli: {
    examples: [{ command: 'daybook activity verify', says: 'walk every chain' }],
    seeAlso: ['activity list', 'doctor'],
  },
  async handle({ store }): Promise<Verification> {
    const found = await store.activities.verify()
    return { ok: found.brokenAt === null, ...found }
  },
})
