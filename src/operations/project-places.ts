import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import type { Project } from '../domain/project.ts'
import type { Store } from '../stores/store.ts'
import { text } from './fields.ts'
import { oneProject } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'

const projectWord = text('a project: name, path or origin')
const errors = ['not_found', 'conflict'] as const
const seeAlso = ['project list', 'project move', 'project merge', 'project split']

export interface ChangedProject {
  project: Project
  /** What was done, in a sentence. */
  message: string
}

export const moveProject = defineOperation({
  name: 'project.move',
  summary: 'Say where a project is now: sessions before and after belong to it.',
  input: z.object({ project: projectWord, to: text('the folder it is in now') }),
  errors,
  effect: 'write',
  cli: {
    path: ['project', 'move'],
    args: ['project', 'to'],
    examples: [{ command: 'daybook project move tidewatch .', says: 'it is here now' }],
    seeAlso,
  },
  async handle(context, input): Promise<ChangedProject> {
    const { id, name } = await oneProject(context, input.project)
    const root = folderOf(context, input.to)
    const project = await changed(context, id, 'project.moved', { root }, (tx) => tx.projects.move(id, root))
    return { project, message: `${name} is in ${root} as well: what is done there belongs to it.` }
  },
})

export const mergeProjects = defineOperation({
  name: 'project.merge',
  summary: 'Make one project of two that are the same code base.',
  input: z.object({ project: projectWord, into: text('the project that stays: name, path or origin') }),
  errors,
  effect: 'write',
  cli: {
    path: ['project', 'merge'],
    args: ['project', 'into'],
    examples: [{ command: 'daybook project merge old-tides tidewatch', says: 'old-tides becomes part of tidewatch' }],
    seeAlso,
    asks: async (context, { project, into }) => {
      const { name, sessionCount } = await oneProject(context, String(project))
      const stays = await oneProject(context, String(into))
      return `${name}, ${sessionCount} sessions, becomes part of ${stays.name}. This is not undone by itself. Go on?`
    },
  },
  async handle(context, input): Promise<ChangedProject> {
    const [gone, into] = [await oneProject(context, input.project), await oneProject(context, input.into)]
    if (gone.id === into.id) {
      throw new AppError('invalid', `${gone.name} and ${into.name} are one project already`, {
        hint: 'daybook project list',
      })
    }
    const facts = { merged: gone.identity, name: gone.name, sessions: gone.sessionCount }
    const project = await changed(context, into.id, 'project.merged', facts, (tx) =>
      tx.projects.merge(into.id, gone.id),
    )
    return { project, message: `${gone.name} is part of ${into.name} now, with its ${gone.sessionCount} sessions.` }
  },
})

export const splitProject = defineOperation({
  name: 'project.split',
  summary: 'Make one folder of a project a project of its own.',
  input: z.object({ project: projectWord, root: text('the folder, one that project list shows for it') }),
  errors,
  effect: 'write',
  cli: {
    path: ['project', 'split'],
    args: ['project', 'root'],
    examples: [
      { command: 'daybook project split tidewatch ../tidewatch-fork', says: 'that folder is another project' },
    ],
    seeAlso,
  },
  async handle(context, input): Promise<ChangedProject> {
    const found = await oneProject(context, input.project)
    const root = resolve(context.caller.cwd, input.root)
    if (!found.roots.includes(root)) {
      throw new AppError('not_found', `${shownValue(root)} is no folder that ${found.name} is known by`, {
        details: found.roots,
        hint: 'daybook project list',
      })
    }
    let made = found.id
    const project = await changed(
      context,
      () => made,
      'project.split',
      { root, from: found.identity },
      async (tx) => {
        made = await tx.projects.split(found.id, root, basename(root))
      },
    )
    return { project, message: `${root} is the project ${project.name} now, with ${project.sessionCount} sessions.` }
  },
})

function folderOf({ caller }: OperationContext, word: string): string {
  const root = resolve(caller.cwd, word)
  if (existsSync(root)) return root
  throw new AppError('not_found', `the folder ${shownValue(root)} is not there`, { hint: 'daybook project list' })
}

async function changed(
  { store, actor, clock }: OperationContext,
  id: string | (() => string),
  action: string,
  payload: Record<string, unknown>,
  work: (tx: Store) => Promise<void>,
): Promise<Project> {
  return store.transaction(async (tx) => {
    await work(tx)
    const target = typeof id === 'string' ? id : id()
    const at = new Date(clock.now()).toISOString()
    await tx.activities.append({ sessionId: null, at, actor, action, target, payload })
    const [project] = await tx.projects.resolve(target)
    if (project) return project
    throw new AppError('not_found', `no project ${target}`, { hint: 'daybook project list' })
  })
}
