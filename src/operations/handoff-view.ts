import { AppError, shownValue } from '../domain/errors.ts'
import type { Handoff } from '../domain/handoff.ts'
import type { HandoffGiven, HandoffRecord } from '../domain/handoff-record.ts'
import { inLine } from '../domain/markdown-text.ts'
import type { Session } from '../domain/session.ts'
import { projectOf } from './current-project.ts'
import { name, notAccepted, oneSession } from './filter.ts'
import { handoffsNow } from './handoff-expiry.ts'
import type { OperationContext } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** A handoff in a list: without what it says. */
export type HandoffName = Omit<Handoff, 'payload' | 'markdown'> & {
  session: SessionName
  /** Ref of the ticket it is for. */
  ticket: string | null
  /** What it is about: the first line of what was said with it, else the goal, its ticket's title, the first line of all. */
  firstLine: string
  sizeCharacters: number
}

export async function handoffName({ store }: OperationContext, handoff: Handoff): Promise<HandoffName> {
  const { payload, markdown, ...rest } = handoff
  const session = sessionName(await store.sessions.get(handoff.sessionId))
  const ticket = handoff.ticketId === null ? undefined : (await store.tickets.byIds([handoff.ticketId]))[0]
  const lines = markdown.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const { given, record } = payload as { given?: Partial<HandoffGiven>; record?: Partial<HandoffRecord> }
  const said = given?.currentState ?? given?.nextSteps?.[0] ?? given?.notes?.[0]
  const about = said ?? record?.goal ?? record?.ticket?.title ?? lines[0]?.replace(/^(?:> |- )/, '') ?? ''
  const firstLine = inLine(about.trim().split('\n', 1)[0] ?? '').slice(0, 200)
  return { ...rest, session, ticket: ticket?.ref ?? null, firstLine, sizeCharacters: markdown.length }
}

/**
 * What a word means: a handoff by its id, or a session and the handoff it offers, or else its newest; null where it has none.
 *
 * @throws AppError `not_found`, or `conflict` where it may be several sessions
 */
export async function handoffOf(
  context: OperationContext,
  word: string,
): Promise<{ session: Session; handoff: Handoff | null }> {
  const { store } = context
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(word.trim())) {
    const found = await store.handoffs.get(word.trim()).catch(() => undefined)
    if (found) await handoffsNow(context, { sessionId: found.sessionId, states: ['offered'] }, { limit: 1 })
    const handoff = found && (await store.handoffs.get(found.id))
    if (handoff) {
      const session = await store.sessions.get(handoff.sessionId)
      if (session.quarantined) throw notAccepted(session)
      return { session, handoff }
    }
  }
  const session = await oneSession(context, word)
  if (session.quarantined) throw notAccepted(session)
  const [offered] = (await handoffsNow(context, { sessionId: session.id, states: ['offered'] }, { limit: 1 })).items
  const [newest] = offered ? [offered] : (await handoffsNow(context, { sessionId: session.id }, { limit: 1 })).items
  return { session, handoff: newest ?? null }
}

/** The one that is offered in the caller's project. @throws AppError `not_found`, or `conflict` listing several */
export async function onlyOffered(context: OperationContext): Promise<{ session: Session; handoff: Handoff }> {
  const { store, caller } = context
  const project = await projectOf(context, caller.cwd)
  const page = await handoffsNow(
    context,
    { projectId: project?.id, states: ['offered'], withoutWaiting: true },
    { limit: 10 },
  )
  const [first] = page.items
  if (!first) throw new AppError('not_found', 'no handoff is offered here', { hint: 'daybook handoff list' })
  const named = await Promise.all(page.items.map((handoff) => handoffName(context, handoff)))
  if (page.total > 1) {
    throw new AppError('conflict', `${page.total} handoffs are offered here, and nothing says which one you mean`, {
      details: named.map(({ session, firstLine }) => `${name(session)}  ${firstLine}`),
      hint: `daybook handoff accept ${name(named[0]!.session)}`,
    })
  }
  return { session: await store.sessions.get(first.sessionId), handoff: first }
}

export function noHandoff(session: Session, word: string): AppError {
  return new AppError('not_found', `${name(session)} has no handoff; ${shownValue(word)} names that session`, {
    hint: `daybook session handoff --session-id ${name(session)}`,
  })
}
