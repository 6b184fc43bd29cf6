import * as z from 'zod/mini'
import type { FileChangeSeen } from '../stores/file-store.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, text } from './fields.ts'
import { name, oneProject, oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { placesOf } from './recorded-places.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** One change of one file, and who made it. */
export type Touch = FileChangeSeen & {
  session: SessionName
  /** `SESSION-003#e0mi4x0v5kq0j1a2` names session and entry. */
  citation: string
}

export interface FileHistory extends Page<Touch> {
  /** What was looked for: the path as typed, from where the caller stands, and the same place in other work trees. */
  places: string[]
}

export const fileHistory = defineOperation({
  name: 'file.history',
  summary: 'Show who changed a file, or anything below a directory, newest change first.',
  input: z.object({
    path: text('a file or directory, from here, from the root of a project, or whole'),
    session: z.optional(text('only what this session changed')),
    project: z.optional(text('only this project: name, path or origin')),
    ...pageFields(50),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    path: ['blame'],
    args: ['path'],
    examples: [
      { command: 'daybook blame cache/reader.ts', says: 'every change of a file, with session and commit' },
      { command: 'daybook blame cache', says: 'everything below a directory' },
    ],
    seeAlso: ['files', 'session show'],
  },
  mcp: {
    name: 'file_history',
    toolset: 'history',
    description: 'Who changed a file, or anything below a directory: session, lines, when, commit; newest first.',
    within: 'project',
  },
  async handle(context, { path, session, project, limit, cursor }): Promise<FileHistory> {
    const { store } = context
    const sessionId = session === undefined ? undefined : (await oneSession(context, session)).id
    const only = project === undefined ? undefined : await oneProject(context, project)
    const places = await placesOf(context, path, only)
    const page = await store.files.changes({ within: places, sessionId, projectId: only?.id }, { limit, cursor })
    const names = new Map<string, SessionName>()
    for (const { sessionId: id } of page.items) {
      if (!names.has(id)) names.set(id, sessionName(await store.sessions.get(id)))
    }
    const items = page.items.map((change): Touch => {
      const by = names.get(change.sessionId) as SessionName
      return { ...change, session: by, citation: `${name(by)}#${change.entryId}` }
    })
    return { ...page, items, places }
  },
})
