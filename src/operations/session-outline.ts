import * as z from 'zod/mini'
import { setImmediate as letOthers } from 'node:timers/promises'
import type { Entry } from '../domain/entry.ts'
import type { FrameInterval } from '../domain/frame-interval.ts'
import type { CommitSeen, Invocation } from '../domain/invocation.ts'
import { type Place, type Prompt, type Turn, type TurnUsage, turnsOf } from '../domain/outline.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { Interval } from '../domain/slice.ts'
import type { Transcript } from '../domain/transcript.ts'
import type { OutlineCall } from '../stores/outline-store.ts'
import { sessionWord } from './fields.ts'
import { oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { everyItem } from './page.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { type TicketName, ticketName } from './ticket-view.ts'

/** Work of one stretch of time, and what it counts toward. */
export interface OutlineSlice extends Interval {
  /** Ref of the ticket; null for none. */
  ticket: string | null
  attribution: 'ticket' | 'none' | 'unattributed'
}

export interface OutlineSubagent {
  transcriptId: number
  /** The agent's id of the call that started it; null where that is not recorded. */
  callId: string | null
  title: string | null
  calls: number
  failed: number
  costMicrodollars: number | null
  startedAt: string | null
  lastActivityAt: string | null
}

export interface SessionOutline {
  session: SessionName
  /** In the order in which they are read: main ones first. */
  transcripts: Pick<Transcript, 'id' | 'kind' | 'recordCount'>[]
  turns: Turn[]
  failures: (Place & Pick<Invocation, 'tool' | 'kind' | 'subject' | 'exitCode'>)[]
  edits: Place[]
  compactions: (Place & { tokensBefore: number | null; tokensAfter: number | null })[]
  commits: CommitSeen[]
  subagents: OutlineSubagent[]
  /** Sorted by start. */
  slices: OutlineSlice[]
  /** Changes of what it worked on, oldest first. */
  contexts: Pick<FrameInterval, 'fromAt' | 'toAt' | 'stack' | 'optedOut' | 'source' | 'by' | 'why'>[]
  /** Those that slices and contexts name. */
  tickets: TicketName[]
}

const PROMPT_CHARACTERS = 300

export const sessionOutline = defineOperation({
  name: 'session.outline',
  summary: 'Tell a session by its prompts: what followed each, what failed, what it cost.',
  input: z.object({ session: sessionWord }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  async handle(context, { session: word }): Promise<SessionOutline> {
    const { store } = context
    const session = await oneSession(context, word)
    const sessionId = session.id
    const transcripts = await store.transcripts.list({ sessionId })
    const prompts = await promptsOf(context, sessionId)
    const compactions = await all((page) =>
      context.history.entries({ sessionId, types: ['compaction'], includeInherited: true }, page),
    )
    await letOthers()
    const calls = await store.outline.calls(sessionId)
    await letOthers()
    const usage = await store.outline.usage(sessionId)
    await letOthers()
    const commits = await all((page) => store.files.commits({ sessionId }, page))
    const contexts = await all((page) => store.contexts.history({ sessionId }, page))
    const parts = await store.work.parts({ sessionId })
    const mainIds = transcripts.filter(({ kind }) => kind === 'main').map(({ id }) => id)
    const tickets = await store.tickets.byIds([...new Set(ticketIdsOf(parts, contexts))])
    const refs = new Map(tickets.map(({ id, ref }) => [id, ref]))
    return {
      session: sessionName(session),
      transcripts: transcripts.map(({ id, kind, recordCount }) => ({ id, kind, recordCount })),
      turns: turnsOf(prompts, mainIds, calls, usage),
      failures: calls.flatMap(({ failure, ...call }) =>
        failure === null ? [] : [{ ...placeOfCall(call), kind: call.kind, ...failure }],
      ),
      edits: calls.filter(({ kind }) => kind === 'edit').map(placeOfCall),
      compactions: compactions.map(({ content, ...entry }) => ({
        ...placeOf(entry),
        tokensBefore: (content?.type === 'compaction' ? content.tokensBefore : undefined) ?? null,
        tokensAfter: (content?.type === 'compaction' ? content.tokensAfter : undefined) ?? null,
      })),
      commits: commits.toReversed(),
      subagents: transcripts.filter(({ kind }) => kind === 'subagent').map((one) => subagentOf(one, calls, usage)),
      slices: parts
        .flatMap(({ active, ticketId, attribution }) =>
          active.map((interval) => ({ ...interval, ticket: refs.get(ticketId ?? '') ?? null, attribution })),
        )
        .sort((a, b) => a.startMs - b.startMs),
      contexts: contexts.toReversed().map(({ fromAt, toAt, stack, optedOut, source, by, why }) => {
        return { fromAt, toAt, stack, optedOut, source, by, why }
      }),
      tickets: tickets.map(ticketName),
    }
  },
})

async function all<T>(list: Parameters<typeof everyItem<T>>[0]): Promise<T[]> {
  const items: T[] = []
  for await (const item of everyItem(list)) items.push(item)
  return items
}

async function promptsOf({ history }: OperationContext, sessionId: string): Promise<Prompt[]> {
  const filter = { sessionId, types: ['message' as const], roles: ['user' as const], includeInherited: true }
  const prompts = await all((page) => history.entries(filter, page))
  return prompts
    .filter(({ flags }) => !flags.includes('summary'))
    .map(({ content, ...entry }) => ({
      ...placeOf(entry),
      text: content?.type === 'message' ? content.text.slice(0, PROMPT_CHARACTERS) : '',
    }))
}

function placeOf({ id, transcriptId, record, at }: Omit<Entry, 'content'>): Place {
  return { entryId: id, transcriptId, record, at }
}

function placeOfCall({ entryId, transcriptId, record, atMs }: Omit<OutlineCall, 'failure'>): Place {
  return { entryId, transcriptId, record, at: isoTime(atMs) }
}

function subagentOf(
  { id, parentCallId, title, startedAt, lastActivityAt }: Transcript,
  calls: readonly OutlineCall[],
  usage: readonly TurnUsage[],
): OutlineSubagent {
  const own = calls.filter(({ transcriptId }) => transcriptId === id)
  const priced = usage.filter((row) => row.transcriptId === id && row.costMicrodollars !== null)
  return {
    transcriptId: id,
    callId: parentCallId,
    title,
    calls: own.length,
    failed: own.filter(({ outcome }) => outcome === 'error').length,
    costMicrodollars: priced.length === 0 ? null : priced.reduce((sum, row) => sum + (row.costMicrodollars ?? 0), 0),
    startedAt,
    lastActivityAt,
  }
}

function* ticketIdsOf(
  parts: readonly { ticketId: string | null }[],
  contexts: readonly FrameInterval[],
): Generator<string> {
  for (const { ticketId } of parts) if (ticketId !== null) yield ticketId
  for (const { stack } of contexts) for (const { ticketId } of stack) yield ticketId
}
