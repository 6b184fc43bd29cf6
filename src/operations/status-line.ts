import { statSync } from 'node:fs'
import { calendarDay, startOfDay } from '../domain/calendar.ts'
import type { Session } from '../domain/session.ts'
import { emptyUsage } from '../domain/usage.ts'
import type { OperationContext } from './operation.ts'
import { type UsageView, usageView } from './usage-view.ts'
import { windowAt } from './usage-windows.ts'

/** What an agent says of itself when it asks for its status line. All of it may be missing. */
export interface AskingAgent {
  /** Its own id of the session. */
  sessionId?: string
  agent?: string
  /** The model's name for people. */
  model?: string
  /** Cost of the session as the agent reckons it. */
  costMicrodollars?: number
  /** Of its plan's five hours; 0 to 100. */
  usedPercent?: number
  /** ISO. */
  resetsAt?: string
}

export interface StatusLine {
  model: string | null
  session: (UsageView & { key: string | null; ref: string; lastActivityAt: string; behind: boolean }) | null
  /** The agent's own figure, where nothing of the session was read. */
  reportedCostMicrodollars: number | null
  today: UsageView
  /** The five-hour window that runs, with what the agent says of its plan; null where none runs. */
  window: { agent: string; endsAt: string | null; usage: UsageView; usedPercent: number | null } | null
}

/** The figures of a status line: a few sums, nothing that grows with the history. */
export async function statusLine(context: OperationContext, asking: AskingAgent): Promise<StatusLine> {
  const { store, clock, timezone, caller } = context
  const nowMs = clock.now()
  const word = asking.sessionId ?? caller.session ?? caller.agentSession?.externalId
  const named = word === undefined || word === null ? [] : await store.sessions.resolve(word)
  const session = named.length === 1 ? named[0] : undefined
  const newest = session ?? (await store.sessions.list({}, { limit: 1, sort: 'last' })).items[0]
  const agent = asking.agent ?? session?.agent ?? newest?.agent
  const today = await store.usage.total({
    from: new Date(startOfDay(calendarDay(nowMs, timezone), timezone)).toISOString(),
  })
  const window = agent === undefined ? undefined : await windowAt(store, agent, nowMs)
  const told = asking.resetsAt !== undefined && Date.parse(asking.resetsAt) > nowMs ? asking.resetsAt : undefined
  return {
    model: asking.model ?? null,
    session: session
      ? {
          ...usageView(session.usage),
          key: session.key,
          ref: session.ref,
          lastActivityAt: session.lastActivityAt,
          behind: await isBehind(context, session),
        }
      : null,
    reportedCostMicrodollars: session ? null : (asking.costMicrodollars ?? null),
    today: usageView(today),
    window:
      agent !== undefined && (window || asking.usedPercent !== undefined)
        ? {
            agent,
            endsAt: told ?? (window ? new Date(window.endMs).toISOString() : null),
            usage: usageView(window?.totals ?? emptyUsage()),
            usedPercent: asking.usedPercent ?? null,
          }
        : null,
  }
}

/** The transcript has grown since it was read. */
async function isBehind({ store }: OperationContext, session: Session): Promise<boolean> {
  const [main] = await store.transcripts.list({ sessionId: session.id })
  if (!main) return false
  const { offset } = await store.transcripts.position(main.id)
  return (statSync(main.path, { throwIfNoEntry: false })?.size ?? 0) > offset
}
