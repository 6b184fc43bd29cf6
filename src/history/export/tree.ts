import type { Invocation } from '../../domain/invocation.ts'
import { KEPT_AGENT } from '../../domain/session.ts'
import type { Session } from '../../domain/session.ts'
import type { Store } from '../../stores/store.ts'
import type { History } from '../history.ts'
import { sessionEntries, textOf } from './entries.ts'

/** One file of the tree, its path below the folder: `<session>/metadata.json`. */
export interface TreeFile {
  path: string
  pieces: AsyncIterable<string>
}

const SAFE_ID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/**
 * Sessions as the older tool framework keeps them: a folder each with `metadata.json`, `conversation.jsonl`, `invocations.json`
 * and, where there is any, `data.json`; what is known of each call stands in `invocations.jsonl`. Times are UTC and say so.
 */
export async function* treeFiles(
  { store, history }: { store: Store; history: History },
  sessions: Iterable<Session>,
): AsyncGenerator<TreeFile> {
  const taken = new Set<string>()
  for (const session of sessions) {
    const wanted = SAFE_ID.test(session.externalId) ? session.externalId : session.id
    // File systems that ignore case would make one folder of two.
    const folder = taken.has(wanted.toLowerCase()) ? session.id : wanted
    taken.add(folder.toLowerCase())
    const calls = await callsOf(store, history, session)
    yield { path: `${folder}/metadata.json`, pieces: json(await metadata(store, session)) }
    yield { path: `${folder}/conversation.jsonl`, pieces: conversation(history, session) }
    yield { path: `${folder}/invocations.json`, pieces: json(calls.map((call) => call.invocation_id)) }
    if (calls.length > 0) yield { path: `${folder}/invocations.jsonl`, pieces: lines(calls) }
    const data = await store.sessionData.all(session.id)
    if (Object.keys(data).length > 0) yield { path: `${folder}/data.json`, pieces: json(data) }
  }
}

async function metadata(store: Store, session: Session): Promise<object> {
  const { usage } = session
  return {
    session_id: SAFE_ID.test(session.externalId) ? session.externalId : session.id,
    created_at: session.startedAt,
    updated_at: session.lastActivityAt,
    status: session.status === 'paused' || session.status === 'expired' ? 'active' : session.status,
    user_id: session.userId,
    purpose: session.purpose ?? session.title,
    tags: session.tags,
    total_invocations: session.invocationCount,
    total_duration_ms: session.toolMs,
    tools_used: await store.invocations.toolsUsed({ sessionId: session.id }),
    estimated_cost: usage.costMicrodollars / 1e6,
    token_usage: { input: usage.inputTokens, output: usage.outputTokens },
    custom_metadata: session.customMetadata,
  }
}

/** A line of `invocations.jsonl`. */
interface Call {
  invocation_id: string
  tool_name: string
  timestamp: string
  started_at?: string
  duration_ms: number | null
  outcome: 'ok' | 'error' | null
  server?: string
  input?: unknown
  output?: string
}

/** What agents asked and were answered stands in their conversation; what programs told of it stands here alone. */
async function callsOf(store: Store, history: History, session: Session): Promise<Call[]> {
  const known = await invocationsOf(store, session.id)
  const calls = new Map<string, Call>()
  for await (const { id, at, content } of sessionEntries(history, session.id)) {
    if (content?.type === 'tool_call') {
      const { durationMs = null, outcome = 'unanswered' } = known.get(id) ?? {}
      const { callId, tool, server, input } = content
      calls.set(callId, {
        invocation_id: callId,
        tool_name: tool,
        timestamp: at,
        duration_ms: durationMs,
        outcome: outcome === 'unanswered' ? null : outcome,
        ...(server !== undefined && { server }),
        ...(session.agent === KEPT_AGENT && !isEmpty(input) && { input }),
      })
    } else if (content?.type === 'tool_result') {
      const call = calls.get(content.callId)
      if (call === undefined) continue
      if (call.timestamp !== at) Object.assign(call, { started_at: call.timestamp, timestamp: at })
      if (session.agent === KEPT_AGENT && content.text !== '') call.output = content.text
    }
  }
  return [...calls.values()]
}

/** A call that was asked nothing reads as one that was asked `{}`. */
function isEmpty(input: unknown): boolean {
  return typeof input === 'object' && input !== null && Object.keys(input).length === 0
}

async function invocationsOf(store: Store, sessionId: string): Promise<Map<string, Invocation>> {
  const known = new Map<string, Invocation>()
  let cursor: string | undefined
  do {
    const page = await store.invocations.list({ sessionId }, { limit: 1000, cursor })
    for (const call of page.items) known.set(call.id, call)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return known
}

/** Messages, and of agents the results of tools, a line each. */
async function* conversation(history: History, { id, agent }: Session): AsyncGenerator<string> {
  const tools = new Map<string, string>()
  for await (const entry of sessionEntries(history, id)) {
    const { content, role, at } = entry
    if (content?.type === 'tool_call') tools.set(content.callId, content.tool)
    const line =
      content?.type === 'message' && role !== 'system'
        ? {
            role,
            content: content.text,
            timestamp: at,
            ...(entry.tool !== undefined && entry.tool !== null && { tool_name: entry.tool }),
            ...(content.callId !== undefined && { invocation_id: content.callId }),
          }
        : content?.type === 'tool_result' && agent !== KEPT_AGENT
          ? {
              role: 'tool',
              content: textOf(entry),
              timestamp: at,
              tool_name: tools.get(content.callId) ?? null,
              invocation_id: content.callId,
            }
          : undefined
    if (line) yield `${JSON.stringify(line)}\n`
  }
}

async function* lines(values: readonly object[]): AsyncGenerator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`
}

async function* json(value: unknown): AsyncGenerator<string> {
  yield `${JSON.stringify(value, null, 2)}\n`
}
