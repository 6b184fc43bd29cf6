import * as z from 'zod/mini'
import { parseMoment } from '../domain/calendar.ts'
import { AppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import type { SessionFilter } from '../stores/session-store.ts'
import { filterFields, sessionWord, text } from './fields.ts'
import { narrow, oneSession } from './filter.ts'
import { findTicket } from './find-ticket.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'

/** What sessions an operation is about: those named, or those that all of these words fit. */
export const selectionFields = {
  sessions: z._default(z.array(sessionWord), []).check(z.describe('sessions, by name')),
  project: z.optional(text('all sessions of this project: name, path or origin')),
  ticket: z.optional(text('all sessions linked to this ticket')),
  agent: z.optional(text('all sessions of this agent, as in claude-code')),
  since: filterFields.since,
  until: filterFields.until,
}

export interface Selection {
  sessions: readonly string[]
  project?: string
  ticket?: string
  agent?: string
  since?: string
  until?: string
}

/** True when something says which sessions, be it their names or a filter. */
export function isSelective({ sessions, ...filter }: Selection): boolean {
  return sessions.length > 0 || Object.values(filter).some((value) => value !== undefined)
}

const FILTERS = ['project', 'ticket', 'agent', 'since', 'until'] as const

/**
 * Checks that sessions are named, or a filter is given, not both.
 *
 * @param filters those that the operation takes
 * @throws AppError `invalid`
 */
export function checkSelection(selection: Selection, filters: readonly (keyof Selection)[] = FILTERS): void {
  const byFilter = isSelective({ ...selection, sessions: [] })
  if (selection.sessions.length > 0 !== byFilter) return
  throw new AppError('invalid', byFilter ? 'sessions and a filter were both given' : 'no session is named', {
    details: [
      `name sessions, or give ${filters
        .map((name) => `--${name}`)
        .join(', ')
        .replace(/, (\S+)$/, ' or $1')}`,
    ],
    hint: 'daybook session list',
  })
}

/** The sessions, each once: as they were named, or the newest start first. Without any word all there are. */
export async function* selected(
  context: OperationContext,
  { sessions: words, ticket, ...filter }: Selection,
  more: SessionFilter = {},
): AsyncGenerator<Session> {
  const seen = new Set<string>()
  for (const word of words) {
    const session = await oneSession(context, word)
    if (!seen.has(session.id)) yield session
    seen.add(session.id)
  }
  if (words.length > 0) return
  const ticketId = ticket === undefined ? undefined : (await findTicket(context.store, ticket)).id
  const asked = { ...(await narrow(context, filter)), ticketId, ...more }
  yield* everyItem((page) => context.store.sessions.list(asked, page))
}

/** Before when something must have ended: `30d`, `12w`, a day. @throws AppError `invalid` */
export function momentBefore({ clock, timezone }: OperationContext, word: string): string {
  const atMs = parseMoment(word, clock.now(), timezone, 'start')
  if (atMs <= clock.now()) return new Date(atMs).toISOString()
  throw new AppError('invalid', `${JSON.stringify(word)} has not come yet`, {
    hint: 'use 30d, 12w or a day that is past',
  })
}
