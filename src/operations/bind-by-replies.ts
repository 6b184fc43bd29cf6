import type { History } from '../history/history.ts'
import type { Store } from '../stores/store.ts'

/** Tools of ours whose replies name the session of whoever called. */
const TELLING = [
  'attach_ticket',
  'get_session_info',
  'session_start',
  'session_status',
  'session_pause',
  'sprint_activate',
  'task_activate',
  'task_deactivate',
  'task_update',
  'task_note',
  'task_complete',
  'ticket_create',
  'context_stack',
]

/**
 * Binds sessions that a tool server opened without knowing whose: some agents tell it nothing, but their transcripts hold what
 * it replied, and every reply names its session. Each becomes one with the session of that transcript.
 *
 * @param sessionIds sessions whose transcripts brought something new
 * @returns how many became one with another
 */
export async function bindByReplies(
  { store, history }: { store: Store; history: Pick<History, 'entries'> },
  sessionIds: readonly string[],
): Promise<number> {
  if (sessionIds.length === 0) return 0
  const unbound = new Map((await store.sessions.unbound()).map((session) => [session.id, session.startedAt]))
  let bound = 0
  for (const sessionId of sessionIds) {
    const first = [...unbound.values()].sort()[0]
    if (first === undefined) break
    const from = new Date(Date.parse(first) - LONGEST_WAIT_MS).toISOString()
    for (const told of await toldIn({ store, history }, sessionId, from)) {
      if (told === sessionId || !unbound.delete(told)) continue
      await store.sessions.merge(told, sessionId)
      bound++
    }
  }
  return bound
}

/** Every reply names the session: the newest do as well as all. */
const MOST_CALLS = 200

/** A call is written down before it is made, and may have waited for a person to allow it. */
const LONGEST_WAIT_MS = 24 * 3_600_000

/** Ids of sessions that our replies in a session's transcripts name, in the order of the calls. */
async function toldIn(
  { store, history }: { store: Store; history: Pick<History, 'entries'> },
  sessionId: string,
  from: string,
): Promise<Set<string>> {
  const told = new Set<string>()
  const newest = { limit: MOST_CALLS, descending: true }
  const { items } = await store.invocations.list({ sessionId, tools: TELLING, from }, newest)
  for (const { transcriptId, resultRecord } of items.toReversed()) {
    if (resultRecord === null) continue
    const results = await history.entries(
      { transcriptId, record: resultRecord, types: ['tool_result'], includeSidechain: true },
      { limit: 20 },
    )
    for (const { content } of results.items) {
      const named = content?.type === 'tool_result' ? sessionIn(content.text) : undefined
      if (named !== undefined) told.add(named)
    }
  }
  return told
}

const SESSION = /"session_id\\*"\s*:\s*\\*"([0-9a-f-]{36})\\*"/
const FROM = /"session_from\\*"\s*:\s*\\*"([a-z]+)/

/** The caller's session that a reply names; undefined where it was asked about another by name. */
export function sessionIn(reply: string): string | undefined {
  const from = FROM.exec(reply)?.[1]
  return from === undefined || from === 'named' ? undefined : SESSION.exec(reply)?.[1]
}
