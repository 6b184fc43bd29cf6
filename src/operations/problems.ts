import * as z from 'zod/mini'
import type { Problem } from '../domain/problem.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, text } from './fields.ts'
import { knownAgent } from './filter.ts'
import { defineOperation } from './operation.ts'

export const listProblems = defineOperation({
  name: 'problem.list',
  summary: 'List what could not be read: path, line and reason.',
  input: z.object({
    agent: z.optional(text('only this agent, as in claude-code')),
    path: z.optional(text('only this file')),
    ...pageFields(50),
  }),
  errors: [],
  effect: 'read',
  cli: {
    path: ['problems'],
    examples: [{ command: 'daybook problems', says: 'all, newest first' }],
    seeAlso: ['doctor', 'scan'],
  },
  async handle(context, { agent: word, path, limit, cursor }): Promise<Page<Problem>> {
    // What hooks said of nobody we know stands under a name of its own.
    const agent = word === undefined || word === 'hooks' ? word : await knownAgent(context, word)
    return context.store.problems.list({ agent, path }, { limit, cursor })
  },
})
