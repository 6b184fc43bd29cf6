import * as z from 'zod/mini'
import type { CommitSeen } from '../domain/invocation.ts'
import type { Note } from '../domain/note.ts'
import type { Session } from '../domain/session.ts'
import type { Transcript } from '../domain/transcript.ts'
import type { FileTouched } from '../stores/file-store.ts'
import type { Page } from '../stores/page.ts'
import { sessionWord } from './fields.ts'
import { presenceNow } from './fleet-presence.ts'
import { oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionName, type SessionView, sessionName, sessionView } from './session-view.ts'

export interface SessionShown extends SessionView {
  parent: SessionName | null
  /** The last entry that a fork inherited; null where it is no fork, or its parent is gone. */
  forkedAt: string | null
  /** Sessions that were branched off from this one, the newest first; 20 at most. */
  forks: SessionName[]
  /** Main transcript first. */
  transcripts: Transcript[]
  /** Most used first; `durationMs` is summed tool time. */
  tools: { tool: string; server: string | null; calls: number; failed: number; durationMs: number }[]
  /** Names of tools in the order of their first use. */
  toolsUsed: string[]
  /** Newest first. */
  notes: Note[]
  /** The first 20 of each; the rest: `files --session`. */
  files: Page<FileTouched>
  commits: Page<CommitSeen>
  /** What the session was asked first, by a person; null where nobody typed. */
  firstPrompt: string | null
  /** The command that goes on with it in the agent itself, in the directory `cwd`; null where the agent has none. */
  resumeCommand: string[] | null
  /** The command that begins a new session there with a copy of this one; null where the agent has none. */
  forkCommand: string[] | null
}

export const showSession = defineOperation({
  name: 'session.show',
  summary: 'Show one session: what it was, what it took, what it changed.',
  input: z.object({ session: sessionWord }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  mcp: async () => (await import('./compat/session-tools.ts')).getSession,
  cli: {
    args: ['session'],
    examples: [{ command: 'daybook session show 1', says: 'SESSION-001; refs, ids and their beginnings do as well' }],
    seeAlso: ['session messages', 'usage explain', 'files', 'restore'],
  },
  async handle(context, input): Promise<SessionShown> {
    const { store, history, sources } = context
    const session = await oneSession(context, input.session)
    const sessionId = session.id
    const source = sources.find(({ id }) => id === session.agent)
    const [presence, parent, forkedAt, children, transcripts, byTool, notes, files, commits, prompts] =
      await Promise.all([
        presenceNow(context, session),
        session.parentId === null ? undefined : store.sessions.find(session.parentId),
        lastInherited(context, session),
        store.sessions.list({ parentId: sessionId }, { limit: 100 }),
        store.transcripts.list({ sessionId }),
        store.invocations.byTool({ sessionId }),
        store.notes.list({ sessionId }),
        store.files.list({ sessionId }, { limit: 20 }),
        store.files.commits({ sessionId }, { limit: 20 }),
        history.entries({ sessionId, types: ['message'], roles: ['user'] }, { limit: 1, alone: true }),
      ])
    const prompt = prompts.items[0]?.content
    return {
      ...sessionView(session),
      presence,
      parent: parent ? sessionName(parent) : null,
      forkedAt,
      forks: children.items
        .filter(({ relation }) => relation === 'forks')
        .slice(0, 20)
        .map(sessionName),
      transcripts,
      tools: byTool.map(({ firstUse: _, ...tool }) => tool),
      toolsUsed: [...new Set(byTool.toSorted((a, b) => a.firstUse - b.firstUse).map(({ tool }) => tool))],
      notes,
      files,
      commits,
      firstPrompt: prompt?.type === 'message' ? prompt.text : null,
      resumeCommand: source?.resumeCommand?.(session) ?? null,
      forkCommand: source?.forkCommand?.(session) ?? null,
    }
  },
})

/** What a fork inherited comes first in it, in the order of its file. */
async function lastInherited({ store }: OperationContext, { id, parentId, relation }: Session): Promise<string | null> {
  if (parentId === null || relation !== 'forks') return null
  const [own, all] = await Promise.all([
    store.entries.count({ sessionId: id }),
    store.entries.count({ sessionId: id, includeInherited: true }),
  ])
  if (all === own) return null
  const { items } = await store.entries.list(
    { sessionId: id, includeInherited: true },
    { limit: 1, offset: all - own - 1, alone: true },
  )
  return items[0]?.id ?? null
}
