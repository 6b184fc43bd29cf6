import { AppError, shownValue } from '../domain/errors.ts'
import { parseMoment } from '../domain/calendar.ts'
import type { Project } from '../domain/project.ts'
import { KEPT_AGENT, type Session } from '../domain/session.ts'
import type { OperationContext } from './operation.ts'

/** What a caller typed, turned into what the store asks by. Absent words stay absent. */
export interface Narrowing {
  agent?: string
  projectId?: string
  /** ISO, [from, to). */
  from?: string
  to?: string
}

/**
 * Resolves the words of `filterFields`.
 *
 * @throws AppError `invalid` for an unknown agent or date, `not_found` or `conflict` for a project
 */
export async function narrow(
  context: OperationContext,
  input: { agent?: string; source?: string; project?: string; since?: string; until?: string },
): Promise<Narrowing> {
  const filter: Narrowing = {}
  const { agent = input.source, source = agent } = input
  if (agent !== undefined && source !== undefined) {
    filter.agent = await knownAgent(context, agent)
    if ((await knownAgent(context, source)) !== filter.agent) {
      throw new AppError('invalid', `agent ${shownValue(agent)} and source ${shownValue(source)} are not one`)
    }
  }
  if (input.project !== undefined) filter.projectId = (await oneProject(context, input.project)).id
  const nowMs = context.clock.now()
  if (input.since !== undefined) filter.from = iso(parseMoment(input.since, nowMs, context.timezone, 'start'))
  if (input.until !== undefined) filter.to = iso(parseMoment(input.until, nowMs, context.timezone, 'end'))
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw new AppError('invalid', `since "${input.since}" is not before until "${input.until}"`)
  }
  return filter
}

const CANDIDATES_SHOWN = 10

/**
 * The one session a word means: id, key, external id, number of a key, ref, or a unique prefix.
 *
 * @throws AppError `not_found` naming the newest session, `conflict` listing the candidates
 */
export async function oneSession(context: OperationContext, word: string): Promise<Session> {
  const { store } = context
  const matches = await store.sessions.resolve(word.trim())
  const [first] = matches
  if (first && matches.length === 1) {
    if (first.quarantined && context.caller?.channel === 'mcp') throw notAccepted(first)
    return first
  }
  if (first) {
    throw new AppError('conflict', `${shownValue(word)} may mean ${matches.length} sessions`, {
      details: shortList(matches.map((session) => `${name(session)}  ${session.title ?? 'no title'}`)),
      hint: `daybook session show ${name(first)}`,
      repair: { typed: word, by: name(first) },
    })
  }
  const newest = (await store.sessions.list({}, { limit: 1, sort: 'last' })).items[0]
  throw new AppError(
    'not_found',
    `no session ${shownValue(word)}; ${newest ? `the newest is ${name(newest)}` : 'none is recorded yet'}`,
    { hint: newest ? 'daybook session list' : 'daybook scan' },
  )
}

/**
 * The one project a word means: id, name, identity or root.
 *
 * @throws AppError `not_found`, or `conflict` listing the candidates
 */
export async function oneProject({ store }: OperationContext, word: string): Promise<Project> {
  const matches = await store.projects.resolve(word.trim())
  const [first] = matches
  if (first && matches.length === 1) return first
  if (first) {
    throw new AppError('conflict', `${shownValue(word)} may mean ${matches.length} projects`, {
      details: shortList(matches.map((project) => `${project.identity}  ${project.name}`)),
      hint: 'daybook project list',
      repair: { typed: word, by: first.identity },
    })
  }
  throw new AppError('not_found', `no project ${shownValue(word)}`, { hint: 'daybook project list' })
}

/** What came in a file goes to no agent, and into no handoff, before somebody has accepted it. */
export function notAccepted(session: Session): AppError {
  return new AppError('conflict', `${name(session)} was imported, and nobody has accepted that yet`, {
    hint: 'daybook import list',
  })
}

/** What a session is called on screen: its key, or its ref while nobody has started it. */
export function name(session: { key: string | null; ref: string }): string {
  return session.key ?? session.ref
}

/** What older tools call an agent, where it is not our id of it. */
const OLDER_NAMES: Readonly<Record<string, string>> = { claude: 'claude-code' }

/** `claude` for `claude-code`; others go by their own id. */
export function sourceOf(agent: string): string {
  return Object.keys(OLDER_NAMES).find((older) => OLDER_NAMES[older] === agent) ?? agent
}

/** The agent an older name is of; any other word as it is. */
export function agentOf(source: string): string {
  return (Object.hasOwn(OLDER_NAMES, source) ? OLDER_NAMES[source] : undefined) ?? source
}

/** The agent a word means, by its id or an older name. @throws AppError `invalid` listing those there are */
export async function knownAgent({ store, sources }: OperationContext, word: string): Promise<string> {
  if (word === KEPT_AGENT || sources.some((source) => source.id === word)) return word
  const older = Object.hasOwn(OLDER_NAMES, word) ? OLDER_NAMES[word] : undefined
  if (older !== undefined) return older
  // History of an agent that this build no longer reads stays answerable.
  const recorded = Object.keys((await store.sessions.stats({})).byAgent)
  if (recorded.includes(word)) return word
  const known = [...new Set([...sources.map((source) => source.id), ...recorded])].sort()
  throw new AppError('invalid', `agent ${shownValue(word)} is not one of ${known.join(', ') || 'none'}`)
}

function shortList(lines: string[]): string[] {
  if (lines.length <= CANDIDATES_SHOWN) return lines
  return [...lines.slice(0, CANDIDATES_SHOWN), `and ${lines.length - CANDIDATES_SHOWN} more`]
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
