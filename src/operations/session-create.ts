import * as z from 'zod/mini'
import { KEPT_AGENT, KEPT_REF_PREFIX } from '../domain/session.ts'
import { checkOwnId } from '../domain/own-id.ts'
import { SESSION_KINDS, type SessionKind } from '../domain/session.ts'
import { readTags } from '../domain/tag.ts'
import type { Template } from '../domain/template.ts'
import { choice, map, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said, saidOnOneLine, saidValue } from './said.ts'
import { type SessionView, sessionView } from './session-view.ts'

export const createSession = defineOperation({
  name: 'session.create',
  summary: 'Create a session that a program keeps itself: what is said and done in it.',
  input: z.object({
    id: z.optional(text('your own id of it: letters, digits and . _ -; one is made when left out')),
    purpose: z.optional(text('what it is for')),
    title: z.optional(text('what lists show; the purpose when left out')),
    userId: z.optional(text('whose session it is')),
    agentName: z.optional(text('what the program calls itself')),
    kind: z.optional(choice(SESSION_KINDS, 'what kind of work')),
    tags: z.optional(z.array(text('a tag')).check(z.describe('tags to find it by'))),
    customMetadata: z.optional(map('facts of your own, by name')),
    template: z.optional(text('a template to begin with; what is said beside it stands over it')),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['id'],
    examples: [
      {
        command: 'daybook session create nightly-1 --purpose "Fetch tide tables"',
        says: 'by your own id',
      },
      { command: 'daybook session create nightly-2 --template release', says: 'as a template says' },
      { command: 'daybook session create --custom-metadata team=north', says: 'an id is made' },
    ],
    seeAlso: ['session message', 'session link', 'session complete'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).createSessionTool,
  async handle(context, { template: named, ...typed }): Promise<SessionView> {
    const { store, caller } = context
    const { usableTemplate, standOn, giveChecklist } = await import('./use-template.ts')
    const template = named === undefined ? undefined : await usableTemplate(context, named)
    const input = template ? beginning(typed, template) : typed
    const id = input.id === undefined ? null : checkOwnId(input.id)
    const words = await wordsOf(context, input)
    const { projectEvidence } = await import('../git/project-evidence.ts')
    const { worktreeOf } = await import('../git/branch.ts')
    const evidence = await projectEvidence(caller.cwd)
    const worktree = await worktreeOf(caller.cwd)
    return store.transaction(async (tx) => {
      const project = evidence && (await tx.projects.ensure(evidence))
      const made = await tx.sessions.create({
        ...words,
        agent: KEPT_AGENT,
        externalId: id,
        refPrefix: KEPT_REF_PREFIX,
        kind: input.kind,
        channel: caller.channel,
        clientName: caller.clientName,
        projectId: project?.id,
        cwd: caller.cwd,
        gitBranch: worktree?.branch,
      })
      await tx.sessions.assignKey(made.id)
      if (template) {
        await giveChecklist(tx, made.id, template)
        await standOn(tx, context, made.id, template.stack)
      }
      await record(tx, context, made.id, 'session.started', { channel: caller.channel, kept: true, id })
      return sessionView(await tx.sessions.get(made.id))
    })
  },
})

function beginning<Input extends Words & { kind?: SessionKind }>(typed: Input, template: Template): Input {
  const { purpose, kind, tags } = template
  return {
    ...typed,
    purpose: typed.purpose ?? purpose ?? undefined,
    kind: typed.kind ?? kind ?? undefined,
    tags: [...new Set([...tags, ...(typed.tags ?? [])])],
  }
}

interface Words {
  purpose?: string
  title?: string
  userId?: string
  agentName?: string
  tags?: string[]
  customMetadata?: Record<string, unknown>
}

async function wordsOf(context: OperationContext, { purpose, title, userId, agentName, tags, customMetadata }: Words) {
  const why = purpose === undefined ? undefined : await said(context, 'the purpose', purpose, LONGEST.note)
  return {
    purpose: why,
    title:
      title === undefined
        ? why?.replace(/\s+/g, ' ').slice(0, LONGEST.title)
        : await saidOnOneLine(context, 'the title', title),
    userId: userId === undefined ? context.actor : await saidOnOneLine(context, 'the user', userId, LONGEST.name),
    ...(agentName !== undefined && { agentName: await saidOnOneLine(context, 'the name', agentName, LONGEST.name) }),
    ...(tags !== undefined && { tags: readTags(tags) }),
    ...(customMetadata !== undefined && { customMetadata: await saidValue(context, 'the metadata', customMetadata) }),
  }
}
