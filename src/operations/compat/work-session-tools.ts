import * as z from 'zod/mini'
import { SESSION_ENDS, SESSION_KINDS } from '../../domain/session.ts'
import { choice, flag, text } from '../fields.ts'
import type { Ended } from '../session-end.ts'
import type { SessionInfo } from '../session-info.ts'
import type { Resumed } from '../session-pause.ts'
import type { Started } from '../session-start.ts'
import type { Status } from '../session-status.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { changedFields, sessionKey, standingFields } from './standing-fields.ts'

export const getSessionInfo: ToolShape = {
  name: 'get_session_info',
  toolset: 'core',
  description: 'Which session this is, its ticket, and when it expires.',
  input: toolInput(z.object({ session_id: sessionKey }), ({ session_id }) => ({ session: session_id })),
  reply: (info: SessionInfo) => ({
    success: true,
    ...standingFields(info),
    last_activity: info.session.lastActivityAt,
    session_timeout_minutes: info.sessionTimeoutMinutes,
    expires_at: info.expiresAt,
    ...(info.warnings.length > 0 ? { warnings: info.warnings } : {}),
  }),
}

export const sessionStart: ToolShape = {
  name: 'session_start',
  toolset: 'core',
  description: 'Starts a session of work and gives its key; later calls of this connection belong to it.',
  input: toolInput(
    z.object({
      title: z.optional(text('what it is about')),
      ticket_id: z.optional(text('the ticket it is for')),
      session_type: z.optional(choice(SESSION_KINDS, 'what kind of work')),
      agent_id: z.optional(text('what you call yourself')),
      template: z.optional(text('a template to begin with')),
    }),
    ({ title, ticket_id, session_type, agent_id, template }) => ({
      title,
      template,
      ticket: ticket_id,
      kind: session_type,
      agentName: agent_id,
    }),
  ),
  reply: (reply: Started) => ({
    ...changedFields(reply),
    last_session: reply.last?.key ?? reply.last?.ref ?? null,
    handoff_offers: reply.offers,
    ...(reply.checklist.length === 0 ? {} : { checklist: reply.checklist.map(({ text }) => text) }),
  }),
}

export const sessionEnd: ToolShape = {
  name: 'session_end',
  toolset: 'core',
  description: 'Ends the session, with a summary of what was done.',
  input: toolInput(
    z.object({
      session_key: sessionKey,
      summary: z.optional(text('what was done')),
      status: z.optional(choice(SESSION_ENDS, 'how it ended')),
      strict: flag('refuse while a ticket of it is open'),
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: (reply: Ended) => ({
    ...changedFields(reply),
    success: reply.valid,
    errors: reply.errors,
    duration_seconds: Math.round(reply.wallMs / 1000),
    active_ms: reply.activeMs,
    tasks_completed: reply.ticketsCompleted,
    commits: reply.commits,
    files_changed: reply.filesChanged,
    artifacts_created: reply.artifacts,
  }),
}

export const sessionStatusTool: ToolShape = {
  name: 'session_status',
  toolset: 'core',
  description: 'Where the session stands: tickets, time, the last activities.',
  input: toolInput(
    z.object({
      session_key: sessionKey,
      include_activities: z._default(z.boolean(), true).check(z.describe('with what was done last')),
      activities_limit: z._default(z.int().check(z.gte(1), z.lte(20)), 5).check(z.describe('how many')),
    }),
    ({ session_key, include_activities, activities_limit }) => ({
      session: session_key,
      limit: include_activities ? activities_limit : 0,
    }),
  ),
  reply: ({ standing, why, wallMs, activeMs, activities }: Status) => ({
    success: standing !== null,
    ...(standing === null ? { session_id: null, session_from: why } : standingFields(standing)),
    session_type: standing?.session.kind ?? null,
    duration_seconds: Math.round(wallMs / 1000),
    active_ms: activeMs,
    activities: activities.map(({ at, action, actor, payload }) => ({
      occurred_at: at,
      activity_type: action,
      actor,
      payload,
    })),
  }),
}

export const sessionPause: ToolShape = {
  name: 'session_pause',
  toolset: 'work',
  input: toolInput(
    z.object({ session_key: sessionKey, reason: z.optional(text('what for')) }),
    ({ session_key, reason }) => ({ session: session_key, reason }),
  ),
  reply: changedFields,
}

export const sessionResume: ToolShape = {
  name: 'session_resume',
  toolset: 'core',
  description: 'Takes a session up again after a pause, a crash or an end: its stack and what was done last.',
  input: toolInput(z.object({ session_key: sessionKey }), ({ session_key }) => ({ session: session_key })),
  reply: (reply: Resumed) => ({
    ...changedFields(reply),
    last_activity: reply.session.lastActivityAt,
    minutes_since_last_activity: reply.idleMinutes,
    activities: reply.activities.map(({ at, action, payload }) => ({
      occurred_at: at,
      activity_type: action,
      payload,
    })),
    reopened: reply.reopened,
  }),
}

export const sessionSwitch: ToolShape = {
  name: 'session_switch',
  toolset: 'work',
  description: 'Works in another open session from here on; both keep their stacks.',
  input: toolInput(z.object({ session_key: text('the session to go to, by key or id') }), ({ session_key }) => ({
    session: session_key,
  })),
  reply: changedFields,
}
