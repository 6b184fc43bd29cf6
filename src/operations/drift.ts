import * as z from 'zod/mini'
import type { Drift } from '../domain/drift.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, text } from './fields.ts'
import { narrow } from './filter.ts'
import { defineOperation } from './operation.ts'
import { pageOf } from './page.ts'

export const listDrift = defineOperation({
  name: 'drift.list',
  summary: 'List record types and fields that this build does not know.',
  input: z.object({
    agent: z.optional(text('only this agent, as in claude-code')),
    ...pageFields(50),
  }),
  errors: [],
  effect: 'read',
  cli: {
    path: ['drift'],
    examples: [
      { command: 'daybook drift', says: 'by agent and version, last seen first' },
      { command: 'daybook drift --agent copilot', says: 'of one agent' },
    ],
    seeAlso: ['agents', 'problems', 'doctor'],
  },
  async handle(context, { agent, limit, cursor }): Promise<Page<Drift>> {
    const filter = await narrow(context, { agent })
    return pageOf(await context.store.drift.list({ agent: filter.agent }), { limit, cursor })
  },
})
