import * as z from 'zod/mini'
import { associationOf } from '../domain/context.ts'
import { AppError } from '../domain/errors.ts'
import { checkOwnId } from '../domain/own-id.ts'
import { KEPT_AGENT, KEPT_REF_PREFIX, type Session } from '../domain/session.ts'
import { hasNoFile } from '../domain/transcript.ts'
import type { EntryRow } from '../stores/entry-store.ts'
import type { Store } from '../stores/store.ts'
import { sessionWord, text } from './fields.ts'
import { name, notAccepted, oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, saidOnOneLine } from './said.ts'
import { entryOf } from './session-entry.ts'
import { type SessionName, type SessionView, sessionName, sessionView } from './session-view.ts'

export interface Forked {
  /** What was branched off from. */
  parent: SessionName
  /** The last entry of it that the fork begins with; null where nothing was said yet. */
  at: string | null
  /** The new session; null where the agent makes it, and it is read from there. */
  session: SessionView | null
  /** Entries that the new session inherited: they count where they were said. */
  inherited: number
  /** What to start in the agent, word for word, in the directory `cwd`; null where nothing is to be started. */
  command: string[] | null
  cwd: string | null
  /** What this does not do, a sentence each. */
  limits: string[]
}

export const forkSession = defineOperation({
  name: 'session.fork',
  summary: 'Branch off a session: a new one begins with what was said, through an entry.',
  input: z.object({
    session: sessionWord,
    at: z.optional(text('the last entry that the fork begins with; the newest when left out')),
    id: z.optional(text('your own id of the new session; one is made when left out')),
    title: z.optional(text('what lists show; the title of the parent when left out')),
  }),
  errors: ['not_found', 'conflict', 'too_large', 'unsupported'],
  effect: 'write',
  mcp: async () => (await import('./compat/keeping-tools.ts')).forkSessionTool,
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook session fork nightly-1', says: 'go another way from where it stands' },
      { command: 'daybook session fork 1', says: "an agent's session: the command that branches off there" },
    ],
    seeAlso: ['session create', 'session messages', 'session show'],
  },
  async handle(context, { session: word, at, id, title }): Promise<Forked> {
    const parent = await oneSession(context, word)
    if (parent.quarantined) throw notAccepted(parent)
    const entry = at === undefined ? undefined : await entryOf(context, parent, at)
    const source = context.sources.find((known) => known.id === parent.agent)
    if (source) return forkInAgent(context, parent, source, entry)
    const ownId = id === undefined ? null : checkOwnId(id)
    const shown = title === undefined ? parent.title : await saidOnOneLine(context, 'the title', title, LONGEST.title)
    return forkHere(context, parent, { id: ownId, title: shown }, entry)
  },
})

/** Only the agent can make it know what was said: the words that do it, and what they leave out. */
async function forkInAgent(
  { store }: OperationContext,
  parent: Session,
  source: OperationContext['sources'][number],
  entry: EntryRow | undefined,
): Promise<Forked> {
  const command = source.forkCommand?.(parent) ?? source.resumeCommand?.(parent)
  if (!command) {
    throw new AppError(
      'unsupported',
      `${source.name} has no command that branches off a session or takes it up again`,
      {
        hint: `daybook session handoff --session-id ${name(parent)}`,
      },
    )
  }
  const newest = await newestEntry(store, parent.id)
  const limits: string[] = []
  if (!source.forkCommand) limits.push(`${source.name} cannot branch off: this goes on in the same session.`)
  if (entry && newest && (newest.transcriptId !== entry.transcriptId || newest.record > entry.record)) {
    const what = source.forkCommand ? 'branches off at the end only' : 'goes on at the end only'
    limits.push(`${source.name} ${what}: what came after #${entry.id} comes along.`)
  }
  return {
    parent: sessionName(parent),
    at: newest?.id ?? null,
    session: null,
    inherited: 0,
    command,
    cwd: parent.cwd,
    limits,
  }
}

/** Of what a program keeps here, or what was said in a person's session, the fork is made here. */
async function forkHere(
  context: OperationContext,
  parent: Session,
  { id, title }: { id: string | null; title: string | null },
  entry: EntryRow | undefined,
): Promise<Forked> {
  const { store, caller } = context
  if (parent.prunedAt !== null) {
    throw new AppError('conflict', `the content of ${name(parent)} was pruned: there is nothing to begin with`, {
      hint: `daybook session show ${name(parent)}`,
    })
  }
  const keep = await context.keeper()
  const { keptRecords } = await import('../ingest/kept-records.ts')
  return store.transaction(async (tx) => {
    const last = entry ?? (await newestEntry(tx, parent.id))
    const fork = await tx.sessions.create({
      agent: KEPT_AGENT,
      externalId: id,
      refPrefix: KEPT_REF_PREFIX,
      kind: parent.kind,
      channel: caller.channel,
      clientName: caller.clientName,
      title,
      purpose: parent.purpose,
      userId: context.actor,
      agentName: parent.agentName,
      tags: parent.tags,
      customMetadata: parent.customMetadata,
      projectId: parent.projectId,
      cwd: parent.cwd,
      gitBranch: parent.gitBranch,
      parentId: parent.id,
      relation: 'forks',
    })
    await tx.sessions.assignKey(fork.id)
    if (last) {
      const records = await keptRecords(tx, await keptTranscript(tx, parent, last), 0, last.record)
      for (let from = 0; from < records.length; from += AT_ONCE)
        await keep(tx, fork.id, records.slice(from, from + AT_ONCE))
    }
    await standAsParent(tx, context, parent, fork.id)
    const at = (await newestEntry(tx, fork.id))?.id ?? null
    const inherited = await tx.entries.count({ sessionId: fork.id, includeInherited: true })
    await record(tx, context, fork.id, 'session.forked', { from: name(parent), at, inherited })
    const session = sessionView(await tx.sessions.get(fork.id))
    return { parent: sessionName(parent), at, session, inherited, command: null, cwd: parent.cwd, limits: [] }
  })
}

const AT_ONCE = 500

/** @throws AppError `unsupported` where the entry lies in a transcript that is an agent's */
async function keptTranscript(tx: Store, parent: Session, { transcriptId }: EntryRow): Promise<number> {
  const transcript = await tx.transcripts.get(transcriptId)
  if (transcript.agent === KEPT_AGENT && hasNoFile(transcript)) return transcriptId
  throw new AppError(
    'unsupported',
    `${name(parent)} has a transcript of ${transcript.agent}, which cannot be forked here`,
    {
      hint: `daybook session handoff --session-id ${name(parent)}`,
    },
  )
}

async function newestEntry(store: Pick<Store, 'entries'>, sessionId: string): Promise<EntryRow | undefined> {
  const newest = { limit: 1, descending: true, alone: true }
  const { items } = await store.entries.list({ sessionId, includeInherited: true }, newest)
  return items[0]
}

/** A fork is about what its parent is about; a ticket that the parent holds stays the parent's. */
async function standAsParent(
  tx: Store,
  { actor, clock }: OperationContext,
  parent: Session,
  sessionId: string,
): Promise<void> {
  const standing = await tx.contexts.get(parent.id)
  if (associationOf(standing) === 'undecided') return
  const change = standing.optedOut ? ('opt_out' as const) : ('push' as const)
  await tx.contexts.change({ sessionId, context: standing, change, fromAt: null, by: actor, why: 'forks' })
  const current = standing.stack.at(-1)
  if (!current) return
  const at = new Date(clock.now()).toISOString()
  await tx.tickets.link({ sessionId, ticketId: current.ticketId, action: 'worked_on', at, by: actor })
}
