import { isAppError } from '../domain/errors.ts'
import type { Role } from '../domain/entry.ts'
import type { KeptRole } from '../domain/session.ts'
import { ownIdOf } from '../operations/kept-session.ts'
import type { SessionView } from '../operations/session-view.ts'
import { estimatedCost } from '../operations/usage-view.ts'
import type { Methods } from './methods.ts'

export interface NewSession {
  sessionId?: string
  purpose?: string
  userId?: string
  tags?: string[]
  customMetadata?: Record<string, unknown>
}

export interface LinkedCall {
  invocationId: string
  toolName: string
  invocationDir?: string
  durationMs?: number
  success?: boolean
}

/** A session with all that was said and called in it, in order; in a fork what it inherited comes first. */
export interface WholeSession extends SessionView {
  conversation: ConversationMessage[]
  /** The program's own ids of calls, each once. */
  invocations: string[]
}

export interface ConversationMessage {
  role: Role
  content: string
  /** ISO-8601 UTC. */
  timestamp: string
  toolName: string | null
  invocationId: string | null
}

/** What a session took, in the words of the older design. */
export interface Statistics {
  sessionId: string
  status: string
  createdAt: string
  updatedAt: string
  durationSeconds: number
  totalInvocations: number
  totalDurationMs: number
  toolsUsed: string[]
  messageCount: number
  /** Dollars at list prices; null where a price is not known. */
  estimatedCost: number | null
  tokenUsage: { input: number; output: number }
}

/** Sessions that a program keeps, as a manager of sessions offers them. Ids are the program's own, or ours. */
export interface SessionManager {
  createSession(session?: NewSession): Promise<SessionView>
  /** Null for one that is not there. */
  getSession(sessionId: string): Promise<WholeSession | null>
  linkInvocation(sessionId: string, call: LinkedCall): Promise<SessionView>
  addConversationMessage(
    sessionId: string,
    role: KeptRole,
    content: string,
    of?: {
      toolName?: string
      invocationId?: string
      /** With `tokenUsage`: the model that said it. */
      model?: string
      tokenUsage?: { input?: number; output?: number; cacheRead?: number; cacheWrite?: number; reasoning?: number }
      /** Dollars; else worked out from tokens and list prices. */
      estimatedCost?: number
    },
  ): Promise<SessionView>
  updateSessionMetadata(
    sessionId: string,
    change: { purpose?: string; tags?: string[]; customMetadata?: Record<string, unknown> },
  ): Promise<SessionView>
  completeSession(sessionId: string, status?: 'completed' | 'failed' | 'abandoned'): Promise<SessionView>
  /** The last active first; tags: any of them. */
  listSessions(filter?: {
    userId?: string
    status?: 'active' | 'completed' | 'failed' | 'abandoned'
    tags?: string[]
    limit?: number
  }): Promise<SessionView[]>
  /** False for one that is not there. */
  deleteSession(sessionId: string): Promise<boolean>
  /** Ended ones only. @returns how many went */
  cleanupOldSessions(maxAgeDays?: number): Promise<number>
  /** Null for one that is not there. */
  getSessionStatistics(sessionId: string): Promise<Statistics | null>
}

export function sessionManager(book: Pick<Methods, 'session'>): SessionManager {
  const { session } = book
  return {
    createSession: ({ sessionId, ...rest } = {}) => session.create({ id: sessionId, ...rest }),
    async getSession(sessionId) {
      const shown = await orNull(session.show({ session: sessionId }))
      return shown === null ? null : { ...shown, ...(await contents(session, shown.id)) }
    },
    async linkInvocation(sessionId, { invocationId, toolName, invocationDir, durationMs, success }) {
      const outcome = success === undefined ? undefined : success ? ('ok' as const) : ('error' as const)
      const linked = await session.link({
        session: sessionId,
        invocation: invocationId,
        tool: toolName,
        path: invocationDir,
        durationMs: durationMs === undefined ? undefined : Math.round(durationMs),
        outcome,
      })
      return linked.session
    },
    async addConversationMessage(sessionId, role, content, of = {}) {
      const { toolName, invocationId: invocation, model, tokenUsage, estimatedCost: dollars } = of
      const kept = await session.message({
        session: sessionId,
        role,
        content,
        toolName,
        invocation,
        model,
        inputTokens: tokenUsage?.input,
        outputTokens: tokenUsage?.output,
        cacheReadTokens: tokenUsage?.cacheRead,
        cacheWriteTokens: tokenUsage?.cacheWrite,
        reasoningTokens: tokenUsage?.reasoning,
        costMicrodollars: dollars === undefined ? undefined : Math.round(dollars * 1e6),
      })
      return kept.session
    },
    updateSessionMetadata: (sessionId, change) => session.update({ session: sessionId, ...change }),
    completeSession: (sessionId, status) => session.complete({ session: sessionId, status }),
    async listSessions({ userId, status, tags, limit = 100 } = {}) {
      const tag = tags === undefined || tags.length === 0 ? undefined : tags
      return (await session.list({ agent: 'daybook', user: userId, status, tag, limit })).items
    },
    deleteSession: async (sessionId) => (await orNull(session.delete({ sessions: [sessionId] }))) !== null,
    async cleanupOldSessions(maxAgeDays) {
      return (await session.cleanup({ olderThan: maxAgeDays === undefined ? undefined : `${maxAgeDays}d` })).total
    },
    async getSessionStatistics(sessionId) {
      const found = await orNull(session.stats({ session: sessionId }))
      return found?.session ? statistics(found.session) : null
    },
  }
}

async function contents(
  session: Methods['session'],
  id: string,
): Promise<Pick<WholeSession, 'conversation' | 'invocations'>> {
  const conversation: ConversationMessage[] = []
  const invocations = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await session.messages({ session: id, type: ['message', 'tool_call'], limit: 1000, cursor })
    for (const { content, role, at, tool } of page.items) {
      if (content?.type === 'tool_call') invocations.add(content.callId)
      if (content?.type !== 'message') continue
      const { text, callId: invocationId = null } = content
      conversation.push({ role, content: text, timestamp: at, toolName: tool, invocationId })
    }
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return { conversation, invocations: [...invocations] }
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (isAppError(error) && error.code === 'not_found') return null
    throw error
  }
}

function statistics(session: SessionView & { toolsUsed: string[] }): Statistics {
  const { usage } = session
  return {
    sessionId: ownIdOf(session),
    status: session.status,
    createdAt: session.startedAt,
    updatedAt: session.lastActivityAt,
    durationSeconds: Math.round(session.wallMs / 1000),
    totalInvocations: session.invocationCount,
    totalDurationMs: session.toolMs,
    toolsUsed: session.toolsUsed,
    messageCount: session.messageCount,
    estimatedCost: estimatedCost(usage),
    tokenUsage: { input: usage.inputTokens, output: usage.outputTokens },
  }
}
