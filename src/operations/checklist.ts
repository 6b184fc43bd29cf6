import * as z from 'zod/mini'
import { CHECKLIST, type ChecklistStep, tickOff } from '../domain/template.ts'
import { sessionWord } from './fields.ts'
import { takingSession } from './kept-session.ts'
import { defineOperation } from './operation.ts'
import { record } from './record.ts'
import { stepsOf } from './session-steps.ts'
import { type SessionName, sessionName } from './session-view.ts'
import { needSession } from './which-session.ts'

export interface Checklist {
  session: SessionName
  why: string
  items: (ChecklistStep & { number: number })[]
  /** Steps that are not ticked off. */
  open: number
}

const steps = (describe: string) =>
  z.optional(
    z.array(z.int().check(z.gte(1), z.lte(1000), z.describe('the number of a step'))).check(z.describe(describe)),
  )

export const sessionChecklist = defineOperation({
  name: 'session.checklist',
  summary: 'Show the checklist that a session began with, and tick steps off.',
  input: z.object({
    session: z.optional(sessionWord),
    done: steps('numbers of steps that are done'),
    undo: steps('numbers of steps that are open again'),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  mcp: { name: 'session_checklist', toolset: 'keeping' },
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook session checklist 1', says: 'its steps, with their numbers' },
      { command: 'daybook session checklist nightly-2 --done 1', says: 'the first of them is done' },
    ],
    seeAlso: ['template create', 'check', 'start'],
  },
  async handle(context, { session: word, done = [], undo = [] }): Promise<Checklist> {
    const { session, why } = await needSession(context, word)
    const before = await stepsOf(context.store, session.id)
    if (done.length + undo.length === 0) return reply(sessionName(session), why, before)
    return context.store.transaction(async (tx) => {
      const taking = await takingSession(tx, context, session.id, 'its checklist stays as it is')
      const after = tickOff(await stepsOf(tx, session.id), done, undo)
      await tx.sessionData.set(session.id, CHECKLIST, after)
      await record(tx, context, session.id, 'checklist.ticked', { done, undo })
      return reply(sessionName(taking), why, after)
    })
  },
})

function reply(session: SessionName, why: string, items: readonly ChecklistStep[]): Checklist {
  const numbered = items.map((step, i) => ({ number: i + 1, ...step }))
  return { session, why, items: numbered, open: items.filter(({ done }) => !done).length }
}
