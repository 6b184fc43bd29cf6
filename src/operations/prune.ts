import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import { isOpen } from '../domain/session.ts'
import type { Session } from '../domain/session.ts'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import { flag, text } from './fields.ts'
import { name } from './filter.ts'
import { copiesOf, dropEvents, unlessUnsupported } from './leftovers.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { momentBefore, selected, selectionFields } from './selection.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type UsageView, usageView } from './usage-view.ts'

export interface Pruning {
  /** False for a rehearsal: nothing was changed. */
  pruned: boolean
  /** Ended and imported before this time. */
  before: string
  items: SessionName[]
  total: number
  nextCursor: null
  /** Of the archive, as stored. */
  sizeBytes: number
  /** What these sessions used: it stays, totals do not fall. */
  usage: UsageView
  /** Old enough, and left as they are: sessions that have not ended, and those with a star. */
  kept: { notEnded: number; starred: number }
  /** Copies of the store that still hold what went. */
  copies: string[]
}

export const pruneSessions = defineOperation({
  name: 'session.prune',
  summary: 'Take the content of old sessions out; their usage stays, and totals with it.',
  input: z.object({
    sessions: selectionFields.sessions,
    olderThan: z.optional(text('ended and imported before: 90d, 26w, 2026-01-01; else as configured')),
    project: selectionFields.project,
    agent: selectionFields.agent,
    force: flag('also sessions that have not ended, and those with a star'),
    rehearse: flag('say what would go, change nothing; --dry-run is the same'),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'destroy',
  cli: {
    path: ['prune'],
    args: ['sessions...'],
    examples: [
      { command: 'daybook prune --older-than 90d --dry-run', says: 'what is older, and how much it takes' },
      { command: 'daybook prune --older-than 2026-01-01 --project tidewatch --yes', says: 'of one project' },
    ],
    seeAlso: ['session delete', 'forget', 'export', 'usage total'],
  },
  async handle(context, { olderThan, force, rehearse, ...selection }): Promise<Pruning> {
    const word = olderThan ?? (context.retentionDays == null ? undefined : `${context.retentionDays}d`)
    if (word === undefined && selection.sessions.length === 0) throw noAge()
    const before = word === undefined ? new Date(context.clock.now()).toISOString() : momentBefore(context, word)
    const kept = { notEnded: 0, starred: 0 }
    const sessions: Session[] = []
    for await (const session of selected(context, selection, { oldBefore: before })) {
      if (session.prunedAt !== null || !isOlder(session, before)) continue
      if (!force && isOpen(session)) kept.notEnded++
      else if (!force && session.starredAt !== null) kept.starred++
      else sessions.push(session)
    }
    const sizeBytes = rehearse ? await sizeOf(context, sessions) : await pruneAll(context, sessions)
    const usage = emptyUsage()
    for (const session of sessions) addUsage(usage, session.usage)
    return {
      pruned: !rehearse,
      before,
      items: sessions.map(sessionName),
      total: sessions.length,
      nextCursor: null,
      sizeBytes,
      usage: usageView(usage),
      kept,
      copies: await copiesOf(context),
    }
  },
})

function noAge(): AppError {
  return new AppError('invalid', 'how old is not said, and no retention is configured: everything is kept', {
    hint: 'daybook prune --older-than 90d --dry-run',
  })
}

function isOlder(session: Session, before: string): boolean {
  return (session.endedAt ?? session.lastActivityAt) < before
}

async function sizeOf({ store }: OperationContext, sessions: readonly Session[]): Promise<number> {
  let bytes = 0
  for (const { id } of sessions) bytes += (await store.archive.size({ sessionId: id })).storedBytes
  return bytes
}

/** One transaction a session: stopped half-way, the rest is there whole. */
async function pruneAll(context: OperationContext, sessions: readonly Session[]): Promise<number> {
  const { store, actor, clock, signal } = context
  let bytes = 0
  const transcriptIds: number[] = []
  for (const session of sessions) {
    if (signal?.aborted) break
    const pruned = await store.transaction(async (tx) => {
      const gone = await tx.sessions.prune(session.id)
      await tx.activities.append({
        sessionId: null,
        at: new Date(clock.now()).toISOString(),
        actor,
        action: 'session.pruned',
        target: session.id,
        payload: { session: name(session), agent: session.agent, sizeBytes: gone.sizeBytes },
      })
      return gone
    })
    transcriptIds.push(...pruned.transcriptIds)
    bytes += pruned.sizeBytes
  }
  if (transcriptIds.length > 0) await unlessUnsupported(store.search.erase(transcriptIds))
  if (sessions.length > 0) await store.scrub()
  dropEvents(context.dataDir, sessions)
  signal?.throwIfAborted()
  return bytes
}
