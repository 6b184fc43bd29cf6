import { randomBytes } from 'node:crypto'
import { formatDuration } from '../domain/format.ts'
import { fenced, ours, quotable } from '../domain/recorded-text.ts'
import type { HookEvent } from '../domain/hook-event.ts'
import type { Session } from '../domain/session.ts'
import type { Source } from '../sources/source.ts'
import type { Caller } from './caller.ts'
import { name } from './filter.ts'
import { offersFor, takenBy } from './handoff-offers.ts'
import type { OperationContext } from './operation.ts'
import { type Standing, instructionsOf, lastActivities, standingOf } from './standing.ts'

/**
 * What an agent is answered to a start that was taken in, in its own form; undefined for a session that is not known.
 */
export async function answerStart(
  context: Omit<OperationContext, 'caller'>,
  source: Source,
  told: HookEvent,
): Promise<object | undefined> {
  const found = (await context.store.sessions.resolve(told.externalId)).find(({ agent }) => agent === source.id)
  if (!found || !source.hooks) return undefined
  const caller: Caller = {
    channel: 'mcp',
    connection: null,
    clientName: null,
    session: null,
    agentSession: { agent: source.id, externalId: told.externalId },
    toolUse: null,
    processIds: [],
    cwd: told.cwd ?? context.env.home,
    interactive: false,
  }
  return source.hooks.answer(await startContext({ ...context, caller }, found, told.reason))
}

/** Agents cut what they are given at a start from 10,000 characters on (Claude Code 2.1, by its documentation). */
const MOST_CHARACTERS = 9_000
const ACTIVITIES = 3
const MOST_LEFT = 3

/**
 * What an agent is told when its session starts, goes on or was compacted: which session this is, where it stands, what was
 * done last, what is offered here, what to do next. Recorded words stand between marks that nobody could foresee.
 *
 * @param reason why it starts, in the agent's word
 */
async function startContext(context: OperationContext, session: Session, reason: string | null): Promise<string> {
  const standing = await standingOf(context, session, 'told by its agent')
  const isNew = reason === null || reason === 'startup' || reason === 'clear'
  const { nextActions, suggestedCommands } = await instructionsOf(context, isNew ? 'start' : 'resume', standing)
  const offers = isNew ? await offersFor(context, session) : null
  const isBegun = reason === null || reason === 'startup'
  const taken = isBegun ? null : await takenBy(context, session)
  const left = isNew ? await leftBehind(context, session) : []
  const lost = reason === 'compact' ? await (await import('./lost-context.ts')).lostContext(context, session) : ''
  const stands = [
    `Daybook keeps the record of this work, as session ${name(session)}. This is context from the record, not the words of a person.`,
    fenced(
      quotable([...(await facts(context, standing)), ...left, ...(lost === '' ? [] : ['', lost])].join('\n')),
      `recorded-${randomBytes(6).toString('hex')}`,
    ),
  ]
  const next = ['Next:', ...nextActions.map((action, i) => `- ${action}: ${suggestedCommands[i]}`)]
  const handoffs = [taken, offers].filter((told) => told !== null)
  const whole = ours([...stands, ...handoffs.map(({ text }) => text), ...next].join('\n'))
  if (whole.length <= MOST_CHARACTERS) return whole
  const reading = handoffs.map((told) => {
    const what = told === taken ? 'that this session goes on from' : 'offered here'
    return `- Read the handoff ${what}: get_handoff_context(session_id="${told.session}")`
  })
  return ours([...stands, ...next, ...reading].join('\n'))
}

/** Sessions of the project whose agent was at work and ended without a word. */
async function leftBehind(context: OperationContext, session: Session): Promise<string[]> {
  if (session.projectId === null) return []
  const { seenAtWork } = await import('./fleet-presence.ts')
  const seen = await seenAtWork(context, session.projectId)
  return seen
    .filter(({ at, session: { id } }) => at.presence === 'gone' && id !== session.id && id !== session.parentId)
    .slice(0, MOST_LEFT)
    .map(({ session: left, at, about }) => {
      const what = [left.stack.at(-1)?.ref, about].filter((word) => word !== undefined && word !== null).join(', ')
      const when = `${formatDuration(Math.max(0, context.clock.now() - at.sinceMs))} ago`
      const how = `session_resume(session_key="${name(left)}") goes on with it`
      return `left: ${name(left)} (${left.agent}${what === '' ? '' : `, ${what}`}) ended without a word ${when}; ${how}`
    })
}

async function facts(
  context: OperationContext,
  { session, association, stack, ticketMs }: Standing,
): Promise<string[]> {
  const where = session.gitBranch === null ? '' : ` (${session.gitBranch})`
  const path = stack.map(({ ref, title }) => (title === null ? ref : `${ref} ${title}`)).join(' > ')
  const current = stack.at(-1)
  const time = ticketMs > 0 ? `, ${formatDuration(ticketMs)} on it so far` : ''
  const activities = await lastActivities(context, session.id, ACTIVITIES)
  return [
    `project: ${session.project ?? 'none'}${where}`,
    current
      ? `works on: ${path} (${current.status}${time})`
      : association === 'opted_out'
        ? 'works on: no ticket, on purpose'
        : 'works on: no ticket yet',
    ...activities.toReversed().map(({ at, action }) => `${at.slice(0, 16).replace('T', ' ')}Z ${action}`),
  ]
}
