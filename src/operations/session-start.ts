import * as z from 'zod/mini'
import { SESSION_KINDS } from '../domain/session.ts'
import { readTags } from '../domain/tag.ts'
import type { ChecklistStep } from '../domain/template.ts'
import { choice, text } from './fields.ts'
import { name } from './filter.ts'
import { checkNamed } from './move-context.ts'
import { openSession } from './open-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { LONGEST, said, saidOnOneLine } from './said.ts'
import { stepsOf } from './session-steps.ts'
import { type Changed, changedReply } from './standing.ts'

export interface Started extends Changed {
  /** What is offered to it, for an agent to read: marked as a quotation. Null where nothing is. */
  offers: string | null
  /** The session of the same project that was worked on last: what may be resumed. */
  last: { key: string | null; ref: string; title: string | null } | null
  /** Steps that it begins with; empty without a template that has some. */
  checklist: ChecklistStep[]
}

export const startSession = defineOperation({
  name: 'session.start',
  summary: 'Start a session: a stretch of work that time, tickets and notes belong to.',
  input: z.object({
    title: z.optional(text('what it is about')),
    ticket: z.optional(text('the ticket it is for, by ref')),
    kind: z.optional(choice(SESSION_KINDS, 'what kind of work')),
    purpose: z.optional(text('why, in a sentence')),
    agentName: z.optional(text('what the agent calls itself')),
    tags: z.optional(z.array(text('a tag')).check(z.describe('tags to find it by'))),
    template: z.optional(text('a template to begin with; what is said beside it stands over it')),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    path: ['start'],
    args: ['title'],
    examples: [{ command: 'daybook start "Cache tide tables"', says: 'a new session, with a key to name it by' }],
    seeAlso: ['attach', 'status', 'end', 'resume', 'template create'],
  },
  mcp: async () => (await import('./compat/work-session-tools.ts')).sessionStart,
  async handle(context, { ticket, template: named, ...typed }): Promise<Started> {
    const { usableTemplate, standOn, giveChecklist } = await import('./use-template.ts')
    const template = named === undefined ? undefined : await usableTemplate(context, named)
    const { title, purpose, agentName, tags, ...request } = {
      ...typed,
      kind: typed.kind ?? template?.kind ?? undefined,
    }
    if (ticket !== undefined) await checkNamed(context.store, ticket)
    const words = {
      title: title && (await saidOnOneLine(context, 'the title', title)),
      purpose: purpose ? await said(context, 'the purpose', purpose, LONGEST.note) : (template?.purpose ?? undefined),
      agentName: agentName && (await saidOnOneLine(context, 'the name', agentName, LONGEST.name)),
      tags: tags || template ? readTags([...(template?.tags ?? []), ...(tags ?? [])]) : undefined,
    }
    const last = await lastHere(context)
    const { session, warnings } = await openSession(context, { ...request, ...words, implicit: false })
    const refs = ticket === undefined ? (template?.stack ?? []) : [ticket]
    const tookOver = await context.store.transaction(async (tx) => {
      if (template) await giveChecklist(tx, session.id, template)
      return standOn(tx, context, session.id, refs)
    })
    const where = [
      session.project === null ? '' : ` in ${session.project}`,
      session.gitBranch === null ? '' : ` (${session.gitBranch})`,
    ]
    const message = `Started ${name(session)}${where.join('')}`
    const reply = await changedReply(
      context,
      'start',
      { sessionId: session.id, why: 'started now' },
      { message, warnings, tookOver },
    )
    const { offersFor } = await import('./handoff-offers.ts')
    return {
      ...reply,
      offers: (await offersFor(context, session))?.text ?? null,
      checklist: await stepsOf(context.store, session.id),
      last: last && last.id !== session.id ? { key: last.key, ref: last.ref, title: last.title } : null,
    }
  },
})

async function lastHere(context: OperationContext) {
  const { projectOf } = await import('./current-project.ts')
  const project = await projectOf(context, context.caller.cwd)
  if (project === undefined) return null
  const page = await context.store.sessions.list({ projectId: project.id }, { limit: 1, sort: 'last' })
  return page.items[0] ?? null
}
