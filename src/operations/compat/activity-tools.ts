import * as z from 'zod/mini'
import type { Page } from '../../stores/page.ts'
import type { ActivityView } from '../activities.ts'
import { cursor, limit, text } from '../fields.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { sessionId } from './tool-fields.ts'

export const sessionActivities: ToolShape = {
  name: 'session_activities',
  toolset: 'history',
  description: 'The log of who did what, newest first, of one session or of all.',
  input: toolInput(
    z.object({
      session_id: z.optional(sessionId),
      action: z.optional(text('only this action, as in session.deleted')),
      limit: limit(20),
      cursor,
    }),
    ({ session_id, ...rest }) => ({ ...rest, session: session_id }),
  ),
  reply: ({ items, total, nextCursor }: Page<ActivityView>) => ({
    activities: items.map(({ id, at, actor, action, target, payload, session }) => ({
      id,
      timestamp: at,
      actor,
      action,
      target,
      session: session && (session.key ?? session.ref),
      details: payload,
    })),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
  }),
}
