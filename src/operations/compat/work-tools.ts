import * as z from 'zod/mini'
import { SESSION_ENDS, SESSION_KINDS } from '../../domain/session.ts'
import { TICKET_KINDS } from '../../domain/ticket.ts'
import type { Instructions } from '../../domain/instructions.ts'
import type { Attached } from '../attach.ts'
import type { Deactivated } from '../deactivate.ts'
import { choice, flag, text } from '../fields.ts'
import type { SessionInfo } from '../session-info.ts'
import type { Ended } from '../session-end.ts'
import { STACK_ACTIONS, type StackReply } from '../context-tool.ts'
import type { Resumed } from '../session-pause.ts'
import type { Started } from '../session-start.ts'
import type { Status } from '../session-status.ts'
import type { Changed, Standing } from '../standing.ts'
import { type ToolShape, toolInput } from '../tool.ts'

const tracker = z.optional(text('its tracker, where several have that ref'))
const sessionKey = z.optional(text('the session, by key or id; yours when left out'))

export function instructionFields({
  nextActions,
  suggestedCommands,
  contextReminder,
  progress,
  suggestions,
  requirements,
}: Instructions) {
  return {
    next_actions: nextActions,
    suggested_commands: suggestedCommands,
    context_reminder: contextReminder,
    ...(progress === undefined
      ? {}
      : {
          progress: {
            time_elapsed_ms: progress.ticketMs,
            estimate_minutes: progress.estimateMinutes,
            estimated_remaining_minutes: progress.remainingMinutes,
          },
        }),
    ...(suggestions === undefined ? {} : { suggestions }),
    ...(requirements === undefined ? {} : { requirements }),
  }
}

/** What every reply of these tools says of where the session stands. */
function standingFields({ session, why, association, stack, current, ticketMs }: Standing) {
  return {
    session_id: session.id,
    session_key: session.key,
    status: session.status,
    session_from: why,
    association,
    current_ticket: current?.ref ?? null,
    opted_out: association === 'opted_out',
    context_stack: stack.map(({ ref, kind, title, status }) => ({ ref, kind, title, status })),
    ticket_time_ms: ticketMs,
  }
}

export function changedFields(reply: Changed) {
  return {
    success: true,
    message: reply.message,
    ...standingFields(reply),
    ...(reply.warnings.length > 0 ? { warnings: reply.warnings } : {}),
    instructions: instructionFields(reply.instructions),
  }
}

export const attachTicket: ToolShape = {
  name: 'attach_ticket',
  toolset: 'core',
  description:
    'Which ticket this work is for. set: attach ticket_id; none: it is for no ticket; clear: undecided again; status: how it stands.',
  input: toolInput(
    z.object({
      action: text('set, clear, none or status'),
      ticket_id: z.optional(text('ref of the ticket: T-1, PROJ-123')),
      tracker,
      session_id: sessionKey,
    }),
    ({ action, ticket_id, tracker, session_id }) => ({ action, ticket: ticket_id, tracker, session: session_id }),
  ),
  reply: (reply: Attached) => ({
    success: true,
    message: reply.message,
    current_ticket: reply.current?.ref ?? null,
    session_id: reply.session?.id ?? null,
    opted_out: reply.association === 'opted_out',
    guidance: reply.guidance,
    ...(reply.action === 'none' ? { note: 'The opt-out lasts as long as this session.' } : {}),
    session_key: reply.session?.key ?? null,
    session_from: reply.why,
    context_stack: reply.stack.map(({ ref, kind, title, status }) => ({ ref, kind, title, status })),
    ...(reply.warnings.length > 0 ? { warnings: reply.warnings } : {}),
    ...(reply.action === 'status' ? {} : { instructions: instructionFields(reply.instructions) }),
  }),
}

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
    }),
    ({ title, ticket_id, session_type, agent_id }) => ({
      title,
      ticket: ticket_id,
      kind: session_type,
      agentName: agent_id,
    }),
  ),
  reply: (reply: Started) => ({
    ...changedFields(reply),
    last_session: reply.last?.key ?? reply.last?.ref ?? null,
    handoff_offers: reply.offers,
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

export const sprintActivate: ToolShape = {
  name: 'sprint_activate',
  toolset: 'core',
  input: toolInput(
    z.object({ sprint: text('ref or number: 1 means SPRINT-1'), tracker, session_key: sessionKey }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: (reply: Changed & { tickets: object }) => ({ ...changedFields(reply), tickets: reply.tickets }),
}

export const taskActivate: ToolShape = {
  name: 'task_activate',
  toolset: 'core',
  input: toolInput(
    z.object({
      task: text('ref: T-4'),
      take: flag('also when another session holds it'),
      reopen: flag('also when it is closed'),
      tracker,
      session_key: sessionKey,
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: changedFields,
}

export const taskDeactivate: ToolShape = {
  name: 'task_deactivate',
  toolset: 'core',
  input: toolInput(
    z.object({
      summary: z.optional(text('how it stands')),
      complete: flag('it is done'),
      session_key: sessionKey,
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply: (reply: Deactivated) => ({
    ...changedFields(reply),
    success: reply.valid,
    task: reply.ticket.ref,
    task_status: reply.ticket.status,
    completed: reply.completed,
    errors: reply.errors,
    time_in_session_ms: reply.sessionMs,
  }),
}

export const contextStack: ToolShape = {
  name: 'context_stack',
  toolset: 'work',
  description:
    'What the session works on. show: the stack; history: what it was and when; pop: step off; clear: empty it.',
  input: toolInput(
    z.object({
      action: z._default(choice(STACK_ACTIONS, 'what to do'), 'show'),
      kind: z.optional(choice(TICKET_KINDS, 'pop: off the deepest of this kind')),
      session_key: sessionKey,
      limit: z._default(z.int().check(z.gte(1), z.lte(100)), 20).check(z.describe('history: how many')),
    }),
    ({ session_key, ...rest }) => ({ ...rest, session: session_key }),
  ),
  reply(reply: StackReply) {
    if (reply.action === 'show') return { success: true, ...standingFields(reply.standing) }
    if (reply.action !== 'history') return changedFields(reply.changed)
    const { items, total } = reply.history
    return {
      success: true,
      total_count: total,
      history: items.map(({ change, fromAt, toAt, stack, optedOut, by, why }) => ({
        action: change,
        switched_at: fromAt,
        until: toAt,
        duration_seconds: fromAt === null || toAt === null ? null : secondsBetween(fromAt, toAt),
        context_stack: stack.map(({ ref, kind }) => ({ ref, kind })),
        opted_out: optedOut,
        by,
        why,
      })),
    }
  },
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000))
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
