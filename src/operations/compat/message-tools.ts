import * as z from 'zod/mini'
import { type Entry, ROLES } from '../../domain/entry.ts'
import type { Page } from '../../stores/page.ts'
import { choice, cursor, limit, offset, text } from '../fields.ts'
import type { SearchAnswer } from '../search.ts'
import type { SessionName } from '../session-view.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { sourceOf } from '../filter.ts'
import { projectId, sessionId, source } from './tool-fields.ts'

export const getSessionMessages: ToolShape = {
  name: 'get_session_messages',
  toolset: 'core',
  description: 'What was said and done in a session, in order; by offset or cursor.',
  input: toolInput(
    z.object({
      session_id: sessionId,
      limit: limit(50),
      offset,
      cursor,
      role: z.optional(choice(ROLES, 'only this speaker')),
      newest: z.optional(z.boolean().check(z.describe('the newest first'))),
    }),
    ({ session_id, role, ...rest }) => ({
      ...rest,
      session: session_id,
      role: role === undefined ? undefined : [role],
      type: ['message', 'thinking', 'tool_call', 'tool_result', 'compaction'],
    }),
  ),
  reply: (
    { session, items, total, nextCursor }: Page<Entry> & { session: SessionName },
    asked: { offset?: number; cursor?: string },
  ) => ({
    session_id: session.id,
    session: session.key ?? session.ref,
    messages: items.map((entry, place) => ({
      // Behind a cursor nobody counted how many came before.
      index: asked.cursor === undefined ? (asked.offset ?? 0) + place : null,
      ...messageFields(entry),
    })),
    total_count: total,
    next_cursor: nextCursor,
  }),
}

const CONTENT_TYPES: Partial<Record<Entry['type'], string>> = { message: 'text', tool_call: 'tool_use' }

function messageFields({ id, role, type, at, content, tool, flags }: Entry) {
  const ofParent = flags.includes('inherited') ? { inherited: true } : {}
  const fields = { id, role, content_type: CONTENT_TYPES[type] ?? type, timestamp: at, ...ofParent }
  if (!content) return { ...fields, content: '' }
  if (content.type === 'tool_call') return { ...fields, content: '', tool_name: tool, tool_input: content.input }
  if (content.type === 'tool_result') return { ...fields, content: content.text, is_error: content.failed }
  const ofCall = content.type === 'message' && content.callId !== undefined ? { invocation_id: content.callId } : {}
  const byTool = type === 'message' && tool !== null ? { tool_name: tool } : {}
  return { ...fields, ...byTool, ...ofCall, content: content.type === 'plan' ? '' : content.text }
}

export const searchMessagesTool: ToolShape = {
  name: 'search_messages',
  toolset: 'core',
  description: 'Full-text search in what was said: words that must all occur, "a phrase", begin*, -not.',
  within: 'project',
  input: toolInput(
    z.object({
      query: text('what to look for'),
      project_id: projectId,
      session_id: z.optional(sessionId),
      source,
      role: z.optional(choice(['user', 'assistant'], 'only this side')),
      order: z.optional(choice(['newest', 'relevance'], 'newest first, or best first')),
      limit: limit(20),
      offset,
      cursor,
    }),
    ({ project_id, session_id, ...rest }) => ({ ...rest, project: project_id, session: session_id }),
  ),
  reply: ({ items, total, nextCursor, partial }: SearchAnswer) => ({
    results: items.map(({ entry, session, snippet, citation }) => ({
      session_id: session.id,
      session: session.key ?? session.ref,
      session_title: session.title,
      source: sourceOf(session.agent),
      project: session.project,
      message_id: entry.id,
      role: entry.role,
      content: snippet,
      timestamp: entry.at,
      citation,
    })),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
    partial,
  }),
}
