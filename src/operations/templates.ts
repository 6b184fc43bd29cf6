import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import { SESSION_KINDS } from '../domain/session.ts'
import { readTags } from '../domain/tag.ts'
import { MOST_FRAMES, MOST_STEPS, type Template, templateName } from '../domain/template.ts'
import { checkRef } from '../domain/ticket.ts'
import type { Page } from '../stores/page.ts'
import type { Store } from '../stores/store.ts'
import { choice, pageFields, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { LONGEST, said, saidOnOneLine } from './said.ts'

const nameField = text('its name: letters, digits, . _ and -, 40 at most')

export const createTemplate = defineOperation({
  name: 'template.create',
  summary: 'Keep what sessions may begin with: purpose, tags, tickets, a checklist.',
  input: z.object({
    name: nameField,
    purpose: z.optional(text('what such a session is for')),
    kind: z.optional(choice(SESSION_KINDS, 'what kind of work')),
    tags: z.optional(z.array(text('a tag')).check(z.describe('tags to find it by'))),
    stack: z.optional(z.array(text('a ref')).check(z.describe('tickets it stands on, outermost first'))),
    checklist: z.optional(z.array(text('a step')).check(z.describe('what is to be done in it, step by step'))),
  }),
  errors: ['conflict', 'too_large'],
  effect: 'write',
  mcp: { name: 'template_create', toolset: 'keeping' },
  cli: {
    args: ['name'],
    examples: [
      {
        command: 'daybook template create release --checklist "run the tests"',
        says: 'one step; --checklist again for the next',
      },
      { command: 'daybook template create cache --stack T-4', says: 'sessions that work on one ticket' },
    ],
    seeAlso: ['template list', 'start', 'session checklist'],
  },
  async handle(context, { name: typed, purpose, kind, tags = [], stack = [], checklist = [] }): Promise<Template> {
    const name = templateName(typed)
    if (purpose === undefined && kind === undefined && tags.length + stack.length + checklist.length === 0) {
      throw new AppError('invalid', `template ${shownValue(name)} has nothing in it`, {
        hint: `daybook template create ${name} --purpose "what it is for"`,
      })
    }
    checkCount('steps', checklist.length, MOST_STEPS)
    checkCount('tickets', stack.length, MOST_FRAMES)
    const steps: string[] = []
    for (const step of checklist) steps.push(await saidOnOneLine(context, 'the step', step))
    const template: Template = {
      name,
      purpose: purpose === undefined ? null : await said(context, 'the purpose', purpose, LONGEST.note),
      kind: kind ?? null,
      tags: readTags(tags),
      stack: stack.map(checkRef),
      checklist: steps,
      savedAt: new Date(context.clock.now()).toISOString(),
      savedBy: context.actor,
    }
    return context.store.transaction(async (tx) => {
      await tx.templates.create(template)
      await log(context, tx, 'template.created', template)
      return template
    })
  },
})

/** @throws AppError `too_large` */
function checkCount(what: string, count: number, most: number): void {
  if (count > most) throw new AppError('too_large', `a template has ${most} ${what} at most; these are ${count}`)
}

export const listTemplates = defineOperation({
  name: 'template.list',
  summary: 'List templates by name.',
  input: z.object(pageFields(50)),
  errors: [],
  effect: 'read',
  mcp: { name: 'template_list', toolset: 'keeping' },
  cli: {
    examples: [{ command: 'daybook template list', says: 'all of them, with what they are for' }],
    seeAlso: ['template create', 'template show'],
  },
  handle: async ({ store }, page): Promise<Page<Template>> => pageOf(await store.templates.list(), page),
})

export const showTemplate = defineOperation({
  name: 'template.show',
  summary: 'Show what a session that begins with a template begins with.',
  input: z.object({ name: nameField }),
  errors: ['not_found'],
  effect: 'read',
  mcp: { name: 'template_show', toolset: 'keeping' },
  cli: {
    args: ['name'],
    examples: [{ command: 'daybook template show release', says: 'its purpose, tags, tickets and checklist' }],
    seeAlso: ['template list', 'start'],
  },
  handle: ({ store }, { name }): Promise<Template> => templateNamed(store, name),
})

export const deleteTemplate = defineOperation({
  name: 'template.delete',
  summary: 'Delete a template; sessions that began with it stay as they are.',
  input: z.object({ name: nameField }),
  errors: ['not_found'],
  effect: 'write',
  mcp: { name: 'template_delete', toolset: 'keeping' },
  cli: {
    args: ['name'],
    examples: [{ command: 'daybook template delete cache', says: 'its name is free again' }],
    seeAlso: ['template list', 'template create'],
  },
  handle: (context, { name }): Promise<Template> =>
    context.store.transaction(async (tx) => {
      const template = await templateNamed(tx, name)
      await tx.templates.remove(template.name)
      await log(context, tx, 'template.deleted', template)
      return template
    }),
})

/** @throws AppError `not_found` naming the templates there are */
export async function templateNamed(store: Pick<Store, 'templates'>, word: string): Promise<Template> {
  const templates = await store.templates.list()
  const found = templates.find(({ name }) => name === word.trim().toLowerCase())
  if (found) return found
  const known = templates.map(({ name }) => name).join(', ')
  throw new AppError('not_found', `no template ${shownValue(word)}; ${known ? `there is ${known}` : 'none is kept'}`, {
    hint: 'daybook template list',
  })
}

async function log({ actor, clock }: OperationContext, tx: Store, action: string, template: Template): Promise<void> {
  const { name, savedAt: _, savedBy: __, ...payload } = template
  const at = new Date(clock.now()).toISOString()
  await tx.activities.append({ sessionId: null, at, actor, action, target: name, payload: { name, ...payload } })
}
