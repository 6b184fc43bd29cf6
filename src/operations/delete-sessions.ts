import type { Session } from '../domain/session.ts'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import { name } from './filter.ts'
import { clearLeftovers, copiesOf } from './leftovers.ts'
import type { OperationContext } from './operation.ts'
import { LONGEST, said } from './said.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type UsageView, usageView } from './usage-view.ts'

export interface Deletion {
  /** False for a rehearsal: nothing was changed. */
  deleted: boolean
  items: SessionName[]
  total: number
  nextCursor: null
  /** By what totals fall. In a rehearsal the most they can: records that a fork shares pass to it. */
  usage: UsageView
  /** Null in a rehearsal. */
  entries: number | null
  transcripts: number | null
  /** True once a session cannot come back with a scan. */
  tombstones: boolean
  /** Copies of the store that still hold what went. */
  copies: string[]
}

export interface DeletionWords {
  rehearse: boolean
  reason?: string
  /** Writes the store's file anew as well, so that no byte of them is left. */
  whole?: boolean
}

/** Deletes these sessions and whatever is derived from them, or says what that would take. */
export async function deleteAll(
  context: OperationContext,
  sessions: readonly Session[],
  { rehearse, reason: given, whole = false }: DeletionWords,
): Promise<Deletion> {
  const reason = given && (await said(context, 'the reason', given, LONGEST.note))
  const usage = emptyUsage()
  let entries = 0
  let transcripts = 0
  for (const session of sessions) {
    context.signal?.throwIfAborted()
    if (rehearse) {
      addUsage(usage, session.usage)
      continue
    }
    const gone = await deleteOne(context, session, reason, whole ? 'session.forgotten' : 'session.deleted')
    addUsage(usage, gone.usage)
    entries += gone.entries
    transcripts += gone.transcripts
  }
  if (!rehearse) await clearLeftovers(context, sessions, whole)
  const counted = rehearse ? { entries: null, transcripts: null } : { entries, transcripts }
  const copies = await copiesOf(context)
  return {
    ...listed(sessions),
    deleted: !rehearse,
    usage: usageView(usage),
    ...counted,
    tombstones: !rehearse,
    copies,
  }
}

function listed(sessions: readonly Session[]): Pick<Deletion, 'items' | 'total' | 'nextCursor'> {
  return { items: sessions.map(sessionName), total: sessions.length, nextCursor: null }
}

/** One transaction a session: stopped half-way, what went is gone whole and the rest is there whole. */
function deleteOne(
  { store, actor, clock }: OperationContext,
  session: Session,
  reason: string | undefined,
  action: string,
) {
  return store.transaction(async (tx) => {
    const gone = await tx.sessions.delete(session.id, actor, reason)
    await tx.activities.append({
      // The session's own chain ends with it: this line stays in the install's.
      sessionId: null,
      at: new Date(clock.now()).toISOString(),
      actor,
      action,
      target: session.id,
      payload: {
        session: name(session),
        agent: session.agent,
        externalId: session.externalId,
        reason: reason ?? null,
        entries: gone.entries,
        transcripts: gone.transcripts,
        usage: { ...gone.usage },
      },
    })
    return gone
  })
}
