import * as z from 'zod/mini'
import { STATUS_FILTERS } from '../../domain/session.ts'
import type { Page } from '../../stores/page.ts'
import type { SessionStats } from '../../stores/session-store.ts'
import { choice, cursor, limit, offset, text } from '../fields.ts'
import type { CurrentSession } from '../session-current.ts'
import type { SessionShown } from '../session-show.ts'
import type { SessionStatistics } from '../session-stats.ts'
import type { SessionView } from '../session-view.ts'
import { estimatedCost } from '../usage-view.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { sessionFields } from './session-fields.ts'
import { sourceOf } from '../filter.ts'
import { ownIdOf } from '../kept-session.ts'
import { projectId, sessionId, source } from './tool-fields.ts'

export const getSession: ToolShape = {
  name: 'get_session',
  toolset: 'core',
  description: 'One session: status, source, project, title, branch, parent, summaries.',
  input: toolInput(z.object({ session_id: sessionId }), ({ session_id }) => ({ session: session_id })),
  reply: (session: SessionShown) => ({
    ...sessionFields(session),
    first_prompt: session.firstPrompt,
    files: session.files.items.map(({ path }) => path),
    file_count: session.files.total,
    commit_count: session.commits.total,
    resume_command: session.resumeCommand,
    fork_command: session.forkCommand,
    forked_at: session.forkedAt,
    forks: session.forks.map(({ id }) => id),
  }),
}

export const getSessionStatistics: ToolShape = {
  name: 'get_session_statistics',
  toolset: 'history',
  description: 'What one session took: calls, tools, time, tokens, cost.',
  input: toolInput(z.object({ session_id: sessionId }), ({ session_id }) => ({ session: session_id })),
  reply: ({ session }: SessionStatistics) => statisticsFields(session as NonNullable<typeof session>),
}

function statisticsFields(session: NonNullable<SessionStatistics['session']>) {
  const { usage } = session
  return {
    session_id: ownIdOf(session),
    status: session.status,
    created_at: session.startedAt,
    updated_at: session.lastActivityAt,
    duration_seconds: Math.round(session.wallMs / 1000),
    total_invocations: session.invocationCount,
    total_duration_ms: session.toolMs,
    tools_used: session.toolsUsed,
    message_count: session.messageCount,
    estimated_cost: estimatedCost(usage),
    token_usage: {
      input: usage.inputTokens,
      output: usage.outputTokens,
      cache_read: usage.cacheReadTokens,
      cache_write: usage.cacheWriteTokens,
    },
    active_ms: session.activeMs,
    failed_invocations: session.failedCount,
    subagents: session.subagentCount,
    tags: session.tags,
  }
}

export const getCurrentSession: ToolShape = {
  name: 'get_current_session',
  toolset: 'history',
  description: 'The session you are in, or null: by your agent’s own id, else the only live one of the project.',
  within: 'project',
  input: toolInput(z.object({ project_id: projectId }), ({ project_id }) => ({ project: project_id })),
  reply: ({ session, why }: CurrentSession) =>
    session === null ? { session: null, why } : { ...sessionFields(session), session: sessionFields(session), why },
}

export const listSessionsTool: ToolShape = {
  name: 'list_sessions',
  toolset: 'core',
  description: 'Sessions, the last active first.',
  within: 'project',
  input: toolInput(
    z.object({
      project_id: projectId,
      status: z.optional(choice(STATUS_FILTERS, 'only those that stand so')),
      source,
      text: z.optional(text('only with this in title, key or id')),
      user_id: z.optional(text('only this user’s')),
      tags: z.optional(z.array(text('a tag')).check(z.describe('with any of these'))),
      all_tags: z.optional(z.boolean().check(z.describe('with all of them'))),
      since: z.optional(text('started from then on: 2026-11-20, today, 7d')),
      limit: limit(20),
      offset,
      cursor,
    }),
    ({ project_id, user_id, tags, all_tags, ...rest }) => ({
      ...rest,
      project: project_id,
      user: user_id,
      tag: tags === undefined || tags.length === 0 ? undefined : tags,
      allTags: all_tags,
    }),
  ),
  reply: ({ items, total, nextCursor }: Page<SessionView>) => ({
    sessions: items.map(sessionFields),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
  }),
}

export const sessionStatsTool: ToolShape = {
  name: 'session_stats',
  toolset: 'history',
  description: 'How many sessions there are, by status and by source.',
  within: 'project',
  input: toolInput(z.object({ project_id: projectId }), ({ project_id }) => ({ project: project_id })),
  reply: ({ total, byStatus, byAgent }: SessionStats) => ({
    total,
    by_status: byStatus,
    by_source: Object.fromEntries(Object.entries(byAgent).map(([agent, count]) => [sourceOf(agent), count])),
  }),
}
