import * as z from 'zod/mini'
import type { FileTouched } from '../stores/file-store.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, text } from './fields.ts'
import { oneProject, oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'

export const listFiles = defineOperation({
  name: 'file.list',
  summary: 'List files that were changed, newest change first.',
  input: z.object({
    path: z.optional(text('only paths with this in them')),
    session: z.optional(text('only files this session changed')),
    project: z.optional(text('only this project: name, path or origin')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    path: ['files'],
    args: ['path'],
    examples: [
      { command: 'daybook files', says: 'everything that was changed' },
      { command: 'daybook files --session 1', says: 'by one session' },
    ],
    seeAlso: ['session show', 'search'],
  },
  async handle(context, { path, session, project, limit, cursor }): Promise<Page<FileTouched>> {
    const sessionId = session === undefined ? undefined : (await oneSession(context, session)).id
    const projectId = project === undefined ? undefined : (await oneProject(context, project)).id
    return context.store.files.list({ sessionId, projectId, pathContains: path }, { limit, cursor })
  },
})
