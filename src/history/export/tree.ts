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
 * and, where there is any, `data.json`. Times are UTC and say so.
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
    const calls = await callsOf(store, session.id)
    yield { path: `${folder}/metadata.json`, pieces: json(await metadata(store, session)) }
    yield { path: `${folder}/conversation.jsonl`, pieces: conversation(history, session.id) }
    yield { path: `${folder}/invocations.json`, pieces: json(calls) }
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

async function callsOf(store: Store, sessionId: string): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await store.invocations.list({ sessionId }, { limit: 1000, cursor })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return ids
}

/** Messages and results of tools, a line each. */
async function* conversation(history: History, sessionId: string): AsyncGenerator<string> {
  const tools = new Map<string, string>()
  for await (const entry of sessionEntries(history, sessionId)) {
    const { content, role, at } = entry
    if (content?.type === 'tool_call') tools.set(content.callId, content.tool)
    const line =
      content?.type === 'message' && role !== 'system'
        ? { role, content: content.text, timestamp: at }
        : content?.type === 'tool_result'
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

async function* json(value: unknown): AsyncGenerator<string> {
  yield `${JSON.stringify(value, null, 2)}\n`
}
