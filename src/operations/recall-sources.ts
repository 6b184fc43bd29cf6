import type { FrameInterval } from '../domain/frame-interval.ts'
import type { Entry } from '../domain/entry.ts'
import type { RecallSource } from '../domain/recall.ts'
import type { SearchTerm } from '../domain/search-query.ts'
import type { Ticket } from '../domain/ticket.ts'
import type { Words } from '../history/history.ts'
import type { NamedSession } from '../stores/session-store.ts'
import { type Narrowing, name } from './filter.ts'
import type { OperationContext } from './operation.ts'

export interface RecallFilter extends Narrowing {
  sessionId?: string
}

export interface FoundSources {
  sources: RecallSource[]
  partial: boolean
}

/** Everything recorded that may have one of the words. What came in files that nobody accepted is left out. */
export async function findSources(
  context: OperationContext,
  words: Words,
  terms: readonly SearchTerm[],
  filter: RecallFilter,
): Promise<FoundSources> {
  const entries = await findEntries(context, words, terms, filter)
  const written = [
    ...(await notesOf(context, filter)),
    ...(await ticketsOf(context, filter)),
    ...(await handoffsOf(context, filter)),
  ]
  return { sources: [...entries.sources, ...written], partial: entries.partial }
}

/** Where so many entries hold all words, those that hold a part of them are not looked for. */
const ENOUGH = 25
const HITS = 40
const HITS_FOR_ONE = 20
const BUDGET_MS = 1000

async function findEntries(
  context: OperationContext,
  words: Words,
  terms: readonly SearchTerm[],
  { agent, projectId, from, to, sessionId }: RecallFilter,
): Promise<FoundSources> {
  const filter = {
    agent,
    projectId,
    from,
    to,
    sessionId,
    accepted: true,
    includeSidechain: true,
    includeInjected: false,
  }
  const look = (looking: readonly SearchTerm[], limit: number) =>
    context.history.search({
      query: looking.map(({ tokens, prefix }) => `"${tokens.join(' ')}"${prefix ? '*' : ''}`).join(' '),
      filter,
      order: 'relevance',
      limit,
      budgetMs: BUDGET_MS,
    })
  const found = [await look(terms, HITS)]
  if (terms.length > 1 && found[0]!.items.length < ENOUGH) {
    for (const term of terms) found.push(await look([term], HITS_FOR_ONE))
  }
  const hits = new Map(found.flatMap(({ items }) => items).map((hit) => [hit.entry.id, hit]))
  const ticketAt = await ticketsOfSessions(
    context,
    [...hits.values()].map(({ session }) => session.id),
  )
  const folders = await foldersOfCalls(
    context,
    [...hits.values()].map(({ entry }) => entry),
  )
  const newestPlan = new Map<string, Entry>()
  for (const { entry } of hits.values()) {
    const known = newestPlan.get(entry.sessionId)
    if (entry.type === 'plan' && (known === undefined || known.at < entry.at)) newestPlan.set(entry.sessionId, entry)
  }
  const sources = [...hits.values()].flatMap(({ entry, session }): RecallSource[] => {
    const said =
      entry.type === 'tool_call' ? withoutFolder(textOf(words, entry), folders.get(session.id)) : textOf(words, entry)
    // Of a plan that was written anew at each step the last says most.
    if (said === '' || isOurs(entry, said) || (entry.type === 'plan' && newestPlan.get(session.id) !== entry)) return []
    return [
      {
        ...ofSession(session),
        kind: 'entry',
        citation: `${name(session)}#${entry.id}`,
        entryId: entry.id,
        ticket: ticketAt(session.id, entry.at),
        at: entry.at,
        who: whoOf(entry),
        weight: weightOf(entry),
        text: said,
      },
    ]
  })
  return { sources, partial: found.some(({ partial }) => partial) }
}

const BOXES = { pending: '[ ]', in_progress: '[ ] (in progress)', completed: '[x]', cancelled: '[-]' }

function textOf(words: Words, { content }: Entry): string {
  if (content === undefined) return ''
  if (content.type !== 'plan') return words.entryText(content)
  return content.items.map(({ text, status }) => `${BOXES[status]} ${text}`).join('\n')
}

/** By session, where a call of it is among these entries. */
async function foldersOfCalls({ store }: OperationContext, entries: readonly Entry[]): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  for (const id of new Set(entries.filter(({ type }) => type === 'tool_call').map(({ sessionId }) => sessionId))) {
    const cwd = (await store.sessions.find(id))?.cwd ?? null
    if (cwd !== null && cwd.length > 1) folders.set(id, cwd)
  }
  return folders
}

/** The folder that the work is in stands in most calls and tells none from another: a file is named from there. */
function withoutFolder(text: string, folder: string | undefined): string {
  if (folder === undefined) return text
  const lines = text.split('\n').filter((line) => line !== folder)
  return lines.join('\n').replaceAll(`${folder}/`, '').trim()
}

/** What Daybook answered an agent is in its transcript again: it would only say what its own source says. */
function isOurs({ tool }: Entry, said: string): boolean {
  return /\bdaybook\b/i.test(tool ?? '') || /between the two marks recorded-[0-9a-f]{12}/.test(said.slice(0, 400))
}

const WEIGHTS: Partial<Record<Entry['type'], number>> = {
  plan: 0.9,
  compaction: 0.9,
  title: 0.8,
  thinking: 0.7,
  tool_call: 0.6,
  tool_result: 0.5,
}

function weightOf({ type, role, flags }: Entry): number {
  if (type !== 'message') return WEIGHTS[type] ?? 1
  if (flags.includes('summary')) return 0.9
  return flags.includes('meta') ? 0.5 : role === 'user' ? 1.2 : 1
}

function whoOf({ type, role, tool, flags }: Entry): string {
  const failed = flags.includes('failed') ? 'failed ' : ''
  if (type === 'tool_call') return `${failed}call of ${tool ?? 'a tool'}`
  if (type === 'tool_result') return `${failed}result of a call`
  if (type === 'thinking') return 'thought'
  if (type === 'compaction' || flags.includes('summary')) return 'summary'
  return type === 'message' ? role : type
}

function ofSession(session: NamedSession | undefined): Pick<RecallSource, 'session' | 'sessionTitle'> {
  return { session: session === undefined ? null : name(session), sessionTitle: session?.title ?? null }
}

/** Sessions are asked for their stacks once; what was not attached at a moment has no ticket. */
async function ticketsOfSessions({ store }: OperationContext, sessionIds: readonly string[]) {
  const intervals = new Map(
    await Promise.all(
      [...new Set(sessionIds)].map(
        async (sessionId) => [sessionId, (await store.contexts.history({ sessionId }, { limit: 200 })).items] as const,
      ),
    ),
  )
  return (sessionId: string, at: string): string | null => ticketAtMoment(intervals.get(sessionId) ?? [], at)
}

function ticketAtMoment(intervals: readonly FrameInterval[], at: string): string | null {
  const held = intervals.find(
    ({ fromAt, toAt, transcriptId }) =>
      transcriptId === null && (fromAt === null || fromAt <= at) && (toAt === null || at < toAt),
  )
  return held?.stack.at(-1)?.ref ?? null
}

const NOTE_WEIGHT = 1.4
const TICKET_WEIGHT = 1.1
const HANDOFF_WEIGHT = 1.2
/** So many of the newest are looked through. */
const WRITTEN = 1000
const HANDOFFS = 200

async function notesOf(context: OperationContext, filter: RecallFilter): Promise<RecallSource[]> {
  const notes = await context.store.notes.list({ sessionId: filter.sessionId })
  const sessions = await allowedSessions(
    context,
    filter,
    notes.map(({ sessionId }) => sessionId),
  )
  return notes.flatMap(({ sessionId, entryId, text, at }): RecallSource[] => {
    const session = sessions.get(sessionId)
    if (session === undefined || !isWithin(filter, at)) return []
    const citation = entryId === null ? name(session) : `${name(session)}#${entryId}`
    return [
      {
        ...ofSession(session),
        kind: 'note',
        citation,
        entryId,
        ticket: null,
        at,
        who: 'note',
        weight: NOTE_WEIGHT,
        text,
      },
    ]
  })
}

async function ticketsOf(context: OperationContext, filter: RecallFilter): Promise<RecallSource[]> {
  const { store } = context
  const { items } = await store.tickets.list({ projectId: filter.projectId }, { limit: WRITTEN })
  const known = new Map(items.map((ticket) => [ticket.id, ticket]))
  const sessionless = filter.sessionId === undefined && filter.agent === undefined
  const told = sessionless ? items.flatMap((ticket) => ticketSource(ticket, filter)) : []
  const notes = (await store.tickets.notes({ sessionId: filter.sessionId }, { limit: WRITTEN })).items
  const sessions = await allowedSessions(
    context,
    filter,
    notes.flatMap(({ sessionId }) => sessionId ?? []),
  )
  const noted = notes.flatMap(({ ticketId, sessionId, kind, text, at }): RecallSource[] => {
    const ticket = known.get(ticketId)
    const session = sessionId === null ? undefined : sessions.get(sessionId)
    if (ticket === undefined || !isWithin(filter, at)) return []
    if (session === undefined && (sessionId !== null || !sessionless)) return []
    const [citation, who] = [ticket.ref, `${kind} on ${ticket.ref}`]
    const of = { ...ofSession(session), kind: 'ticket_note' as const, citation, entryId: null, ticket: ticket.ref }
    return [{ ...of, at, who, weight: NOTE_WEIGHT, text }]
  })
  return [...told, ...noted]
}

function ticketSource(ticket: Ticket, filter: RecallFilter): RecallSource[] {
  const { ref, title, description, summary, status, kind, updatedAt: at } = ticket
  const text = [title, description, summary].filter((part) => part !== null && part !== '').join('\n')
  if (text === '' || !isWithin(filter, at)) return []
  const of = { kind: 'ticket' as const, citation: ref, session: null, sessionTitle: null, entryId: null, ticket: ref }
  return [{ ...of, at, who: `${kind}, ${status.replace('_', ' ')}`, weight: TICKET_WEIGHT, text }]
}

async function handoffsOf(context: OperationContext, filter: RecallFilter): Promise<RecallSource[]> {
  const { projectId, sessionId } = filter
  const { items } = await context.store.handoffs.list({ projectId, sessionId }, { limit: HANDOFFS })
  const sessions = await allowedSessions(
    context,
    filter,
    items.map((handoff) => handoff.sessionId),
  )
  const tickets = new Map(
    (await context.store.tickets.byIds([...new Set(items.flatMap(({ ticketId }) => ticketId ?? []))])).map(
      ({ id, ref }) => [id, ref],
    ),
  )
  // A newer one of the same session says what the older said.
  const newest = new Set<string>()
  return items.flatMap((handoff): RecallSource[] => {
    const session = sessions.get(handoff.sessionId)
    const { markdown: text, offeredAt: at, ticketId } = handoff
    if (session === undefined || newest.has(handoff.sessionId) || !isWithin(filter, at)) return []
    newest.add(handoff.sessionId)
    const ticket = ticketId === null ? null : (tickets.get(ticketId) ?? null)
    const of = { ...ofSession(session), kind: 'handoff' as const, citation: name(session), entryId: null, ticket }
    return [{ ...of, at, who: 'handoff', weight: HANDOFF_WEIGHT, text }]
  })
}

/** Of these sessions the ones that are asked for, by id. */
async function allowedSessions(
  { store }: OperationContext,
  { agent, projectId }: RecallFilter,
  ids: readonly string[],
): Promise<Map<string, NamedSession>> {
  const allowed = new Map<string, NamedSession>()
  for (const id of new Set(ids)) {
    const session = await store.sessions.find(id)
    if (session === undefined || session.quarantined) continue
    if (agent !== undefined && session.agent !== agent) continue
    if (projectId !== undefined && session.projectId !== projectId) continue
    allowed.set(id, session)
  }
  return allowed
}

function isWithin({ from, to }: RecallFilter, at: string): boolean {
  return (from === undefined || at >= from) && (to === undefined || at < to)
}
