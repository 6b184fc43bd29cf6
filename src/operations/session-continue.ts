import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import type { Instructions } from '../domain/instructions.ts'
import { ours } from '../domain/recorded-text.ts'
import { PERSON, type Session } from '../domain/session.ts'
import type { Source } from '../sources/source.ts'
import { flag, sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { createHandoff, sessionToHandOver } from './handoff-create.ts'
import { handoffsNow } from './handoff-expiry.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { instructionsOf, standingOf } from './standing.ts'

export interface Continued {
  session: SessionName
  why: string
  /** Who goes on. */
  agent: string
  /** What to start, word for word; no shell is needed. */
  command: string[]
  /** Where to start it; null where nothing is known. */
  cwd: string | null
  /** The handoff that is there to be taken; null where the agent goes on with its own session. */
  handoff: string | null
  instructions: Instructions
}

export const continueSession = defineOperation({
  name: 'session.continue',
  summary: 'Tell the command that goes on with a session, in its own agent or in another.',
  input: z.object({
    session: z.optional(sessionWord),
    with: z.optional(
      text('the agent that goes on, as in codex; its own when left out: then it takes the session up itself'),
    ),
    alone: flag('the agent works by itself and ends'),
  }),
  errors: ['not_found', 'conflict', 'unsupported'],
  effect: 'write',
  async handle(context, { session: word, with: agent, alone }): Promise<Continued> {
    const { session, why } = await sessionToHandOver(context, word)
    const own = context.sources.find(({ id }) => id === session.agent)
    const reply = async (source: Source, command: string[], handoff: string | null): Promise<Continued> => {
      const now = await context.store.sessions.get(session.id)
      const instructions = await instructionsOf(context, 'resume', await standingOf(context, now, why))
      return { session: sessionName(now), why, agent: source.id, command, cwd: now.cwd, handoff, instructions }
    }
    if (agent === undefined && !alone && own?.resumeCommand) return reply(own, own.resumeCommand(session), null)
    const source = starter(context, agent ?? session.agent)
    const handoff = await offeredOrMade(context, session)
    const now = await context.store.sessions.get(session.id)
    return reply(source, source.startCommand!(promptFor(now, alone), alone), handoff)
  },
})

/** @throws AppError `unsupported` for an agent that nothing is known to start */
function starter({ sources }: OperationContext, agent: string): Source {
  const able = sources.filter(({ startCommand }) => startCommand !== undefined)
  const source = able.find(({ id }) => id === agent)
  if (source) return source
  const what =
    agent === PERSON ? 'a person worked there; say which agent goes on' : `${shownValue(agent)} cannot be started`
  throw new AppError('unsupported', `${what}: one of ${able.map(({ id }) => id).join(', ')}`, {
    hint: `daybook continue --with ${able[0]?.id}`,
  })
}

/** The one that waits already stays: somebody may have said more in it than the record knows. */
async function offeredOrMade(context: OperationContext, session: Session): Promise<string> {
  const [offered] = (await handoffsNow(context, { sessionId: session.id, states: ['offered'] }, { limit: 1 })).items
  if (offered) return offered.id
  const { USUAL_TOKENS } = await import('../domain/handoff-markdown.ts')
  const made = await createHandoff.handle(context, { sessionId: session.id, tokens: USUAL_TOKENS })
  if (made.handoff) return made.handoff.id
  throw new AppError('conflict', `nothing is recorded of ${name(session)} that somebody could go on with`, {
    hint: `daybook session handoff --session-id ${name(session)} --next-steps "what comes next"`,
  })
}

/** Nothing of what was recorded stands in it: others on the machine can read what a program was started with. */
function promptFor(session: Session, alone: boolean): string {
  const word = name(session)
  const then = alone
    ? 'Then work on until it is done. At the end hand over what is left, with create_handoff or "daybook session handoff".'
    : 'Then say in two or three sentences where it stands and what comes next, and go on.'
  return ours(
    `Go on with the work of ${word}. First take its handoff over: accept_handoff(handoff="${word}"), or in a shell: daybook handoff accept ${word}. ${then}`,
  )
}
