import { type At, type PresenceEvidence, inferPresence } from '../domain/fleet.ts'
import { type Presence, type Session, STALE_MS } from '../domain/session.ts'
import type { OperationContext } from './operation.ts'

/** A session with what its agent is at. */
export interface Seen {
  session: Session
  at: At
  evidence: PresenceEvidence
  about: string | null
}

/** Sessions that were active last; those of a day lie far below. */
const MOST_LOOKED_AT = 200

/**
 * Sessions that somebody works in: active, not gone, and their process is there or something came within the idle limit. Those
 * whose process ended in the middle of something without a word are among them, as gone.
 */
export async function seenAtWork(context: OperationContext, projectId?: string): Promise<Seen[]> {
  const { store, clock, isRunning } = context
  const page = await store.sessions.list(
    { status: 'active', projectId, archived: false },
    { limit: MOST_LOOKED_AT, sort: 'last' },
  )
  const nowMs = clock.now()
  const recent = page.items.filter(
    ({ presence, lastActivityAt }) => presence !== 'gone' && nowMs - Date.parse(lastActivityAt) <= STALE_MS,
  )
  const ids = recent.map(({ id }) => id)
  const [told, processes] = await Promise.all([store.presence.of(ids), store.bindings.of('process', ids)])
  const processOf = new Map(processes.map((binding) => [binding.sessionId, binding]))
  const seen = recent.map(async (session): Promise<Seen | undefined> => {
    const { presence } = session
    const own = presence === null ? undefined : told.get(session.id)
    const bound = processOf.get(session.id)
    const runs = bound && (await isRunning?.(Number(bound.value), bound.atMs))
    const lastMs = Date.parse(session.lastActivityAt)
    const isQuiet = nowMs - lastMs > store.idleMs
    if (own && runs === false) {
      const at = { presence: 'gone' as const, sinceMs: Math.max(own.sinceMs, lastMs) }
      return presence === 'idle' ? undefined : { session, at, evidence: 'inferred', about: own.about }
    }
    if (isQuiet && runs !== true) return undefined
    if (own && presence !== null)
      return { session, at: { presence, sinceMs: own.sinceMs }, evidence: 'told', about: own.about }
    const at = inferPresence(await newestEntry(context, session.id), lastMs, nowMs)
    return { session, at, evidence: 'inferred', about: null }
  })
  return (await Promise.all(seen)).filter((one) => one !== undefined)
}

/** What the agent of a session is at, as it told; gone where its process has ended without a word. */
export async function presenceNow(
  { store, isRunning }: OperationContext,
  { id, presence }: Session,
): Promise<Presence | null> {
  if (presence === null || presence === 'gone') return presence
  const [bound] = await store.bindings.of('process', [id])
  const runs = bound && (await isRunning?.(Number(bound.value), bound.atMs))
  return runs === false ? 'gone' : presence
}

async function newestEntry(
  { store }: OperationContext,
  sessionId: string,
): Promise<Parameters<typeof inferPresence>[0]> {
  const types = ['message' as const, 'tool_call' as const, 'tool_result' as const]
  const [row] = (await store.entries.list({ sessionId, types }, { limit: 1, descending: true, alone: true })).items
  return row
}
