import type { Session } from '../domain/session.ts'
import { type Suggestion, type Traces, SURE, suggestTicket } from '../domain/suggestion.ts'
import { foldRef } from '../domain/ticket.ts'
import { type KnownRefs, learnRefs } from '../domain/ticket-mention.ts'
import type { WorkFilter } from '../stores/work-store.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'

/** A ticket for a session that nobody attached. */
export interface Found extends Suggestion {
  session: Session
}

/** Sessions looked into at once, the last active first: each costs a look into its commits and its first prompts. */
const MOST_SESSIONS = 200
const PROMPTS = 3
const COMMITS = 20

/**
 * Suggests tickets for sessions whose work is unattributed, the surest first. What was refused is not suggested again. Prompts
 * lie in the archive: they are read where nothing else is sure.
 *
 * @returns also how many sessions nobody attached, with a suggestion or without
 */
export async function findSuggestions(
  context: OperationContext,
  filter: WorkFilter,
): Promise<{ found: Found[]; sessions: number }> {
  const { store } = context
  const waiting = await store.work.unattributed(filter)
  const sessionIds = waiting.slice(0, MOST_SESSIONS)
  const { items: looked } = await store.sessions.list({ sessionIds }, { limit: MOST_SESSIONS, sort: 'last' })
  const known = await knownRefs(context)
  const decisions = await store.suggestions.decisions({ sessionIds })
  const refused = Map.groupBy(
    decisions.filter(({ decision }) => decision === 'refused'),
    ({ sessionId }) => sessionId,
  )
  const traces = new Map<string, Traces>()
  for (const { id, gitBranch: branch, cwd } of looked) {
    const { items } = await store.files.commits({ sessionId: id }, { limit: COMMITS })
    traces.set(id, { branch, cwd, commits: items.map(({ subject }) => subject), prompts: [] })
  }
  const found: Found[] = []
  for (const own of Map.groupBy(looked, ({ projectId }) => projectId).values()) {
    const learned = learnRefs(
      own.map(({ id }) => traces.get(id) as Traces),
      known,
    )
    for (const session of own) {
      const left = traces.get(session.id) as Traces
      const no = new Set((refused.get(session.id) ?? []).map(({ ref }) => ref))
      let made = suggestTicket(left, learned, no)
      if (made === null || made.confidence < SURE) {
        made = suggestTicket({ ...left, prompts: await promptsOf(context, session) }, learned, no)
      }
      if (made) found.push({ ...made, session })
    }
  }
  found.sort((a, b) => b.confidence - a.confidence || (a.session.id < b.session.id ? 1 : -1))
  return { found, sessions: waiting.length }
}

async function promptsOf({ history }: OperationContext, { id }: Session): Promise<string[]> {
  const first = { limit: PROMPTS, alone: true }
  const { items } = await history.entries({ sessionId: id, types: ['message'], roles: ['user'] }, first)
  return items.flatMap(({ content }) => (content?.type === 'message' ? [content.text] : []))
}

/** Kinds of ours that begin a ref: another number is not another ticket of somebody's tracker. */
const KINDS = ['sprint', 'epic', 'project']

async function knownRefs({ store }: OperationContext): Promise<KnownRefs> {
  const [refs, prefixes] = [new Set<string>(), new Set<string>()]
  for await (const { ref } of everyItem((page) => store.tickets.list({}, page))) {
    const folded = foldRef(ref)
    refs.add(folded)
    const prefix = /^([a-z][a-z0-9]{0,9})-\d+$/.exec(folded)?.[1]
    if (prefix !== undefined && !KINDS.includes(prefix)) prefixes.add(prefix)
  }
  return { refs, prefixes }
}
