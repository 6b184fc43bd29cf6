import * as z from 'zod/mini'
import type { Project } from '../domain/project.ts'
import type { Page } from '../stores/page.ts'
import { flag, pageFields, text } from './fields.ts'
import { oneProject } from './filter.ts'
import { defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { type UsageView, usageView } from './usage-view.ts'

export const listProjects = defineOperation({
  name: 'project.list',
  summary: 'List projects, the one worked on last first.',
  input: z.object({ ignored: flag('only projects that are not read any more'), ...pageFields(50) }),
  errors: [],
  effect: 'read',
  cli: {
    examples: [{ command: 'daybook project list', says: 'all projects' }],
    seeAlso: ['project ignore', 'usage project'],
  },
  async handle({ store }, { ignored, limit, cursor }): Promise<Page<Project>> {
    const projects = await store.projects.list()
    const shown = ignored ? projects.filter((project) => project.ignoredAt !== null) : projects
    return pageOf(shown.toSorted(workedOnLast), { limit, cursor })
  },
})

export interface IgnoredProject {
  project: Project
  ignored: boolean
  /** What was read before and stays until it is deleted: `session delete --project NAME`. */
  kept: { sessions: number; usage: UsageView }
}

export const ignoreProject = defineOperation({
  name: 'project.ignore',
  summary: 'Stop reading a project, or with --undo read it again.',
  input: z.object({ project: text('a project: name, path or origin'), undo: flag('read it again') }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    args: ['project'],
    examples: [
      { command: 'daybook project ignore tidewatch', says: 'read nothing of it from now on' },
      { command: 'daybook project ignore tidewatch --undo', says: 'read it again' },
    ],
    seeAlso: ['project list', 'session delete'],
  },
  async handle(context, input): Promise<IgnoredProject> {
    const { store, clock, actor } = context
    const found = await oneProject(context, input.project)
    const project = await store.transaction(async (tx) => {
      if (input.undo === (found.ignoredAt === null)) return found
      const at = new Date(clock.now()).toISOString()
      const changed = await tx.projects.setIgnored(found.id, input.undo ? null : at)
      await tx.activities.append({
        sessionId: null,
        at,
        actor,
        action: input.undo ? 'project.read_again' : 'project.ignored',
        target: found.id,
        payload: { name: found.name, identity: found.identity },
      })
      return changed
    })
    const usage = await store.usage.total({ projectId: project.id })
    return {
      project,
      ignored: project.ignoredAt !== null,
      kept: { sessions: project.sessionCount, usage: usageView(usage) },
    }
  },
})

function workedOnLast(a: Project, b: Project): number {
  return (b.lastActivityAt ?? '').localeCompare(a.lastActivityAt ?? '') || a.name.localeCompare(b.name)
}
