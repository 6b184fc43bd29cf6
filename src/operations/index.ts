import { type CatalogueEntry, any } from './index-entry.ts'
import { HANDOFFS } from './index-handoff.ts'
import { KEEPING } from './index-keeping.ts'
import type { Operation } from './operation.ts'
import { PAGE } from './index-page.ts'
import { SESSIONS } from './index-sessions.ts'
import { TICKETS } from './index-tickets.ts'
import { TOKENS } from './index-tokens.ts'
import { USAGE } from './index-usage.ts'
import { WEBHOOKS } from './index-webhooks.ts'
import { TEMPLATES } from './index-templates.ts'
import { WORK } from './index-work.ts'

export type { CatalogueEntry }

/** Everything a caller can do, in the order help and documentation show it. Loading this file loads no operation. */
export const OPERATIONS: readonly CatalogueEntry[] = [
  ...TEMPLATES,
  ...WORK,
  ...TICKETS,
  ...HANDOFFS,
  ...SESSIONS,
  ...KEEPING,
  ...WEBHOOKS,
  ...TOKENS,
  {
    name: 'search',
    path: ['search'],
    summary: 'Search messages, thinking, tool input and output, commands, paths and titles.',
    effect: 'read',
    load: async () => any((await import('./search.ts')).searchEverything),
  },
  {
    name: 'filter.save',
    path: ['filter', 'save'],
    summary: 'Keep a filter under a name, for session list and search.',
    effect: 'write',
    load: async () => any((await import('./saved-filters.ts')).saveFilter),
  },
  {
    name: 'filter.list',
    path: ['filter', 'list'],
    summary: 'List saved filters by name.',
    effect: 'read',
    load: async () => any((await import('./saved-filters.ts')).listFilters),
  },
  {
    name: 'filter.delete',
    path: ['filter', 'delete'],
    summary: 'Delete a saved filter; what it found stays.',
    effect: 'write',
    load: async () => any((await import('./saved-filters.ts')).deleteFilter),
  },
  ...USAGE,
  {
    name: 'file.list',
    path: ['files'],
    summary: 'List files that were changed, newest change first.',
    effect: 'read',
    load: async () => any((await import('./files.ts')).listFiles),
  },
  {
    name: 'file.history',
    path: ['blame'],
    summary: 'Show who changed a file, or anything below a directory, newest change first.',
    effect: 'read',
    load: async () => any((await import('./file-history.ts')).fileHistory),
  },
  {
    name: 'activity.list',
    path: ['activity', 'list'],
    summary: 'List who did what, newest first.',
    effect: 'read',
    load: async () => any((await import('./activities.ts')).listActivities),
  },
  {
    name: 'activity.verify',
    path: ['activity', 'verify'],
    summary: 'Check that no line of the activity log was changed or removed.',
    effect: 'read',
    load: async () => any((await import('./activities.ts')).verifyActivities),
  },
  {
    name: 'project.list',
    path: ['project', 'list'],
    summary: 'List projects, the one worked on last first.',
    effect: 'read',
    load: async () => any((await import('./projects.ts')).listProjects),
  },
  {
    name: 'project.ignore',
    path: ['project', 'ignore'],
    summary: 'Stop reading a project, or with --undo read it again.',
    effect: 'write',
    load: async () => any((await import('./projects.ts')).ignoreProject),
  },
  {
    name: 'problem.list',
    path: ['problems'],
    summary: 'List what could not be read: path, line and reason.',
    effect: 'read',
    load: async () => any((await import('./problems.ts')).listProblems),
  },
  {
    name: 'drift.list',
    path: ['drift'],
    summary: 'List record types and fields that this build does not know.',
    effect: 'read',
    load: async () => any((await import('./drift.ts')).listDrift),
  },
  {
    name: 'agent.list',
    path: ['agents'],
    summary: 'List agents: what is found of them, and what their transcripts can give.',
    effect: 'read',
    load: async () => any((await import('./agents.ts')).listAgents),
  },
  {
    name: 'doctor',
    path: ['doctor'],
    summary: 'Check store, sources, problems, disk and versions, and say what to do.',
    effect: 'read',
    load: async () => any((await import('./doctor.ts')).doctor),
  },
  ...PAGE,
]

/** All operations, loaded: for documentation, tests, and faces that need every schema at once. */
export function catalogue(): Promise<Operation[]> {
  return Promise.all(OPERATIONS.map((entry) => entry.load()))
}
