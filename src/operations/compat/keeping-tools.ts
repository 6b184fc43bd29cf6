import * as z from 'zod/mini'
import { KEPT_ROLES, SESSION_ENDS } from '../../domain/session.ts'
import type { Page } from '../../stores/page.ts'
import { choice, cursor, flag, limit, map, text } from '../fields.ts'
import { ownIdOf } from '../kept-session.ts'
import { LONGEST } from '../said.ts'
import { DATA_ACTIONS, type DataReply } from '../session-data.ts'
import type { Deletion } from '../delete-sessions.ts'
import type { InvocationView } from '../session-invocations.ts'
import type { Linked } from '../session-link.ts'
import type { Forked } from '../session-fork.ts'
import type { MessageKept } from '../session-message.ts'
import type { SessionView } from '../session-view.ts'
import { type ToolShape, toolInput } from '../tool.ts'

const own = text('your own id of it, or id, key or ref')
const tags = z.optional(z.array(text('a tag')).check(z.describe('words to find it by')))
const tokens = z.optional(z.int().check(z.gte(0), z.lte(1e9)))
const facts = z.optional(map('facts of your own'))

/** A kept session as these tools answer it: under the id that its program knows it by. */
function keptFields(session: SessionView) {
  return {
    success: true,
    session_id: ownIdOf(session),
    id: session.id,
    key: session.key,
    status: session.status,
    created_at: session.startedAt,
    updated_at: session.lastActivityAt,
    ended_at: session.endedAt,
    user_id: session.userId,
    purpose: session.purpose,
    title: session.title,
    tags: session.tags,
    custom_metadata: session.customMetadata,
    message_count: session.messageCount,
    total_invocations: session.invocationCount,
    total_duration_ms: session.toolMs,
  }
}

export const createSessionTool: ToolShape = {
  name: 'create_session',
  toolset: 'keeping',
  description: 'Create a session that you keep yourself, beside the one you are in.',
  input: toolInput(
    z.object({
      session_id: z.optional(text('your own id; one is made when left out')),
      purpose: z.optional(text('what it is for')),
      user_id: z.optional(text('whose it is')),
      tags,
      title: z.optional(text('what lists show')),
      custom_metadata: facts,
      template: z.optional(text('a template to begin with')),
    }),
    ({ session_id, user_id, custom_metadata, ...rest }) => ({
      ...rest,
      id: session_id,
      userId: user_id,
      customMetadata: custom_metadata,
    }),
  ),
  reply: keptFields,
}

export const forkSessionTool: ToolShape = {
  name: 'fork_session',
  toolset: 'keeping',
  description: "Branch off a session that is kept here, or tell the command that does it in the session's agent.",
  input: toolInput(
    z.object({
      session_id: own,
      entry_id: z.optional(text('the last entry that the fork begins with; the newest when left out')),
      new_session_id: z.optional(text('your own id of the fork; one is made when left out')),
      title: z.optional(text('what lists show')),
    }),
    ({ session_id, entry_id, new_session_id, title }) => ({
      session: session_id,
      at: entry_id,
      id: new_session_id,
      title,
    }),
  ),
  reply: ({ parent, at, session, inherited, command, cwd, limits }: Forked) => ({
    ...(session === null ? { success: true, session_id: null } : keptFields(session)),
    parent_session_id: parent.id,
    parent: parent.key ?? parent.ref,
    entry_id: at,
    inherited_entries: inherited,
    command,
    cwd,
    limits,
  }),
}

export const updateSessionMetadata: ToolShape = {
  name: 'update_session_metadata',
  toolset: 'keeping',
  description: 'Purpose and tags replace what is there, custom_metadata is merged into it.',
  input: toolInput(
    z.object({ session_id: own, purpose: z.optional(text('what it is for')), tags, custom_metadata: facts }),
    ({ session_id, custom_metadata, ...rest }) => ({ ...rest, session: session_id, customMetadata: custom_metadata }),
  ),
  reply: keptFields,
}

export const completeSessionTool: ToolShape = {
  name: 'complete_session',
  toolset: 'keeping',
  description: 'End a session that you keep.',
  input: toolInput(
    z.object({
      session_id: own,
      status: z.optional(choice(SESSION_ENDS, 'completed when left out')),
      summary: z.optional(text('what was done')),
    }),
    ({ session_id, ...rest }) => ({ ...rest, session: session_id }),
  ),
  reply: keptFields,
}

export const addConversationMessage: ToolShape = {
  name: 'add_conversation_message',
  toolset: 'keeping',
  input: toolInput(
    z.object({
      session_id: own,
      role: choice(KEPT_ROLES, 'who said it'),
      content: z.string().check(z.maxLength(LONGEST.content), z.describe('what was said')),
      tool_name: z.optional(text('the tool that said it')),
      invocation_id: z.optional(text('the call it belongs to')),
      model: z.optional(text('the model that said it')),
      token_usage: z.optional(
        z
          .object({ input: tokens, output: tokens, cache_read: tokens, cache_write: tokens, reasoning: tokens })
          .check(z.describe('what the model used: input without cache, reasoning inside output')),
      ),
      estimated_cost: z.optional(
        z.number().check(z.gte(0), z.lte(1000), z.describe('dollars; else worked out from tokens and list prices')),
      ),
    }),
    ({ session_id, tool_name, invocation_id, token_usage, estimated_cost, ...rest }) => ({
      ...rest,
      session: session_id,
      toolName: tool_name,
      invocation: invocation_id,
      inputTokens: token_usage?.input,
      outputTokens: token_usage?.output,
      cacheReadTokens: token_usage?.cache_read,
      cacheWriteTokens: token_usage?.cache_write,
      reasoningTokens: token_usage?.reasoning,
      costMicrodollars: estimated_cost === undefined ? undefined : Math.round(estimated_cost * 1e6),
    }),
  ),
  reply: ({ session, message }: MessageKept) => ({
    success: true,
    session_id: ownIdOf(session),
    message_id: message.id,
    role: message.role,
    timestamp: message.at,
    message_count: session.messageCount,
  }),
}

export const linkInvocationTool: ToolShape = {
  name: 'link_invocation',
  toolset: 'keeping',
  description: 'Link a tool call that ran to a session; an id counts once.',
  input: toolInput(
    z.object({
      session_id: own,
      invocation_id: text('your own id of the call'),
      tool_name: text('which tool'),
      invocation_dir: z.optional(text('where its files lie')),
      duration_ms: z.optional(z.number().check(z.gte(0), z.describe('how long it took'))),
      success: z.optional(z.boolean().check(z.describe('how it went'))),
    }),
    ({ session_id, invocation_id, tool_name, invocation_dir, duration_ms, success }) => ({
      session: session_id,
      invocation: invocation_id,
      tool: tool_name,
      path: invocation_dir,
      durationMs: duration_ms === undefined ? undefined : Math.round(duration_ms),
      outcome: success === undefined ? undefined : success ? 'ok' : 'error',
    }),
  ),
  reply: ({ session, linked, invocation, toolsUsed }: Linked) => ({
    success: true,
    linked,
    session_id: ownIdOf(session),
    invocation_id: invocation.callId,
    total_invocations: session.invocationCount,
    total_duration_ms: session.toolMs,
    tools_used: toolsUsed,
  }),
}

export const listInvocationsTool: ToolShape = {
  name: 'list_invocations',
  toolset: 'keeping',
  description: 'Tool calls of a session, or the sessions of a call.',
  input: toolInput(
    z.object({
      session_id: z.optional(own),
      invocation_id: z.optional(text('only this call')),
      tool_name: z.optional(text('only this tool')),
      limit: limit(50),
      cursor,
    }),
    ({ session_id, invocation_id, tool_name, ...rest }) => ({
      ...rest,
      session: session_id,
      invocation: invocation_id,
      tool: tool_name,
    }),
  ),
  reply: ({ items, total, nextCursor }: Page<InvocationView>) => ({
    invocations: items.map(({ callId, session, sessionId, tool, server, startedAt, durationMs, outcome, subject }) => ({
      invocation_id: callId,
      session_id: sessionId,
      session: session.key ?? session.ref,
      tool_name: tool,
      server,
      timestamp: startedAt,
      duration_ms: durationMs,
      outcome,
      subject,
    })),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
  }),
}

export const sessionDataTool: ToolShape = {
  name: 'session_data',
  toolset: 'keeping',
  description: 'Values kept with a session by name: get, set, list, delete, clear.',
  input: toolInput(
    z.object({
      session_id: own,
      action: choice(DATA_ACTIONS, 'what to do'),
      name: z.optional(text('of the value')),
      value: z.optional(z.unknown().check(z.describe('set: any JSON'))),
    }),
    ({ session_id, ...rest }) => ({ ...rest, session: session_id }),
  ),
  reply: ({ session, name, value, items, removed }: DataReply) => ({
    success: true,
    session: session.key ?? session.ref,
    ...(name === undefined ? {} : { name, value }),
    ...(items === undefined ? {} : { data: Object.fromEntries(items.map((one) => [one.name, one.value])) }),
    ...(removed === undefined ? {} : { removed }),
  }),
}

export const deleteSessionTool: ToolShape = {
  name: 'delete_session',
  toolset: 'keeping',
  description: 'Delete a session with all that belongs to it, for good.',
  input: toolInput(z.object({ session_id: own }), ({ session_id }) => ({ sessions: [session_id] })),
  reply: deletedFields,
}

export const cleanUpTool: ToolShape = {
  name: 'cleanup_old_sessions',
  toolset: 'keeping',
  description: 'Delete sessions kept by programs that ended long ago, for good.',
  input: toolInput(
    z.object({
      max_age_days: z.optional(z.int().check(z.gte(0), z.lte(36_500), z.describe('as configured, else 30'))),
      force: flag('open ones too'),
    }),
    ({ max_age_days, force }) => ({ olderThan: max_age_days === undefined ? undefined : `${max_age_days}d`, force }),
  ),
  reply: deletedFields,
}

function deletedFields({ deleted, items, entries }: Deletion) {
  return {
    success: deleted,
    deleted_count: items.length,
    deleted: items.map(({ id, key, ref }) => ({ id, session: key ?? ref })),
    entries,
  }
}
