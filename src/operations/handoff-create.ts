import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import type { Handoff } from '../domain/handoff.ts'
import { LEAST_TOKENS, type LeftOut, MOST_TOKENS, USUAL_TOKENS, handoffMarkdown } from '../domain/handoff-markdown.ts'
import { type HandoffGiven, type HandoffRecord, checkGiven } from '../domain/handoff-record.ts'
import { parseSessionKey } from '../domain/ids.ts'
import type { Instructions } from '../domain/instructions.ts'
import { projectOf } from './current-project.ts'
import { sessionWord, text } from './fields.ts'
import { name, notAccepted } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { readToNow } from './read-to-now.ts'
import { record } from './record.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { instructionsOf, standingOf } from './standing.ts'
import { type Which, findSession } from './which-session.ts'

export interface HandedOff {
  session: SessionName
  /** How it is known that this session is meant. */
  why: string
  /** Null where neither the record nor anybody says anything: then nothing is offered. */
  handoff: Handoff | null
  record: HandoffRecord
  given: HandoffGiven
  tokens: number
  leftOut: LeftOut[]
  instructions: Instructions
}

/** Version of a handoff's payload. */
const VERSION = 1

const texts = (describe: string) => z.optional(z.array(text(describe)))

export const createHandoff = defineOperation({
  name: 'session.handoff',
  summary: 'Hand a session over: write what whoever goes on needs, and offer it.',
  input: z.object({
    notes: z.optional(text('what you want to add')),
    sessionId: z.optional(sessionWord),
    currentState: z.optional(text('where the work stands')),
    nextSteps: texts('what comes next; needed with anything but notes'),
    accomplished: texts('what was done'),
    decisions: texts('what was decided, and why'),
    problems: texts('what was in the way'),
    whatDidNotWork: texts('what was tried and failed'),
    blockers: texts('what it waits for'),
    tokens: z._default(
      z.int().check(z.gte(LEAST_TOKENS), z.lte(MOST_TOKENS), z.describe('how long it may be, in tokens')),
      USUAL_TOKENS,
    ),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  mcp: async () => (await import('./compat/handoff-tools.ts')).createHandoffTool,
  cli: {
    args: ['notes'],
    examples: [
      { command: 'daybook session handoff --session-id 1', says: 'from the record alone' },
      {
        command: 'daybook session handoff --session-id 1 --next-steps "Test it"',
        says: 'with what you add',
      },
    ],
    seeAlso: ['handoff show', 'handoff accept', 'session commits'],
  },
  async handle(context, input): Promise<HandedOff> {
    checkNotes(input.notes)
    const given = await readGiven(context, input)
    const { session: meant, why } = await sessionToHandOver(context, input.sessionId)
    // It hands over in the middle of a turn. What cannot be read now is not handed over.
    await readToNow(context, [meant])
    const found = await context.store.sessions.get(meant.id)
    const { gatherRecord } = await import('./handoff-gather.ts')
    const gathered = await gatherRecord(context, found)
    const made = await context.store.transaction(async (tx) => {
      // Who hands a session over works with it: it gets its key.
      const session = await tx.sessions.assignKey(found.id)
      const written = handoffMarkdown(gathered, given, name(session), input.tokens)
      if (written.markdown === '') return { session, written, handoff: null }
      const handoff = await tx.handoffs.create({
        sessionId: session.id,
        projectId: session.projectId,
        ticketId: session.stack.at(-1)?.ticketId ?? null,
        version: VERSION,
        payload: { given, record: gathered, leftOut: written.leftOut },
        markdown: written.markdown,
        offeredBy: context.actor,
      })
      await tx.sessions.update(session.id, { compactMarkdown: written.markdown })
      await record(tx, context, session.id, 'handoff.offered', { handoff: handoff.id, sha256: handoff.sha256 })
      return { session, written, handoff }
    })
    const { session, written, handoff } = made
    const standing = await standingOf(context, await context.store.sessions.get(session.id), why)
    return {
      session: sessionName(session),
      why,
      handoff,
      record: gathered,
      given,
      tokens: written.tokens,
      leftOut: written.leftOut,
      instructions: { ...(await instructionsOf(context, 'end', standing)), ...nextOf(context, name(session), handoff) },
    }
  },
})

/** Other commands take a session where this one takes notes. */
function checkNotes(notes: string | undefined): void {
  if (notes === undefined || parseSessionKey(notes.trim()) === undefined) return
  throw new AppError('invalid', `${shownValue(notes)} names a session and says nothing of it`, {
    hint: `daybook session handoff --session-id ${notes.trim()}`,
  })
}

async function readGiven(
  context: OperationContext,
  input: Partial<Omit<HandoffGiven, 'notes'>> & { notes?: string },
): Promise<HandoffGiven> {
  const all = (some: string[] | undefined) => Promise.all((some ?? []).map((one) => context.redact(one)))
  const state = input.currentState ?? null
  return checkGiven({
    currentState: state === null ? null : await context.redact(state),
    nextSteps: await all(input.nextSteps),
    accomplished: await all(input.accomplished),
    decisions: await all(input.decisions),
    problems: await all(input.problems),
    whatDidNotWork: await all(input.whatDidNotWork),
    blockers: await all(input.blockers),
    notes: await all(input.notes === undefined ? [] : [input.notes]),
  })
}

/** The one named, else the caller's own, else the project's active session that was active last. */
export async function sessionToHandOver(context: OperationContext, word: string | undefined): Promise<Which> {
  const found = await findSession(context, word)
  if (found?.session.quarantined) throw notAccepted(found.session)
  if (found) return found
  const { store, caller } = context
  const project = await projectOf(context, caller.cwd)
  if (project) {
    const page = await store.sessions.list({ projectId: project.id, status: 'active' }, { limit: 1, sort: 'last' })
    const [session] = page.items
    if (session) return { session, why: `the active session of ${project.name} that was active last` }
  }
  throw new AppError('not_found', `no session is active in ${project?.name ?? caller.cwd}; name the one to hand over`, {
    hint: 'daybook session list',
  })
}

function nextOf(
  { caller }: OperationContext,
  session: string,
  handoff: Handoff | null,
): Pick<Instructions, 'nextActions' | 'suggestedCommands'> {
  const mcp = caller.channel === 'mcp'
  if (handoff === null) {
    return {
      nextActions: ['Say what comes next: the record has nothing of this session yet'],
      suggestedCommands: [
        mcp
          ? 'create_handoff(next_steps=["what comes next"])'
          : 'daybook session handoff --next-steps "what comes next"',
      ],
    }
  }
  return {
    nextActions: ['Read what it says', 'Take it over in another session'],
    suggestedCommands: mcp
      ? [`get_handoff_context(session_id="${session}")`, `accept_handoff(handoff="${session}")`]
      : [`daybook handoff show ${session}`, `daybook handoff accept ${session}`],
  }
}
