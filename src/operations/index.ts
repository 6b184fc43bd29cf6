import type { Effect, Operation } from './operation.ts'

/** What a face needs to know of an operation before it loads it. */
export interface CatalogueEntry {
  /** `noun.verb`, as in `Operation.name`. */
  readonly name: string
  /** Words of its command: `['session', 'list']`; none where the terminal has no command for it. */
  readonly path: readonly string[]
  readonly summary: string
  readonly effect: Effect
  /** Imports the operation's module and nothing of the others. */
  load(): Promise<Operation>
}

/** Everything a caller can do, in the order help and documentation show it. Loading this file loads no operation. */
export const OPERATIONS: readonly CatalogueEntry[] = [
  {
    name: 'session.list',
    path: ['session', 'list'],
    summary: 'List sessions, the last active first.',
    effect: 'read',
    load: async () => any((await import('./session-list.ts')).listSessions),
  },
  {
    name: 'session.show',
    path: ['session', 'show'],
    summary: 'Show one session: what it was, what it took, what it changed.',
    effect: 'read',
    load: async () => any((await import('./session-show.ts')).showSession),
  },
  {
    name: 'session.messages',
    path: ['session', 'messages'],
    summary: 'Read what was said and done in a session, in order.',
    effect: 'read',
    load: async () => any((await import('./session-messages.ts')).sessionMessages),
  },
  {
    name: 'session.search',
    path: ['session', 'search'],
    summary: 'Search what was said, by person and agent, in all sessions or one.',
    effect: 'read',
    load: async () => any((await import('./search.ts')).searchMessages),
  },
  {
    name: 'session.stats',
    path: ['session', 'stats'],
    summary: 'Count sessions by status, agent and project, with what they used.',
    effect: 'read',
    load: async () => any((await import('./session-stats.ts')).sessionStats),
  },
  {
    name: 'session.current',
    path: [],
    summary: 'Tell which session the caller is in.',
    effect: 'read',
    load: async () => any((await import('./session-current.ts')).currentSession),
  },
  {
    name: 'session.commits',
    path: [],
    summary: 'List commits that a session made, newest first.',
    effect: 'read',
    load: async () => any((await import('./session-commits.ts')).sessionCommits),
  },
  {
    name: 'session.star',
    path: ['session', 'star'],
    summary: 'Put a star on sessions that matter.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).starSessions),
  },
  {
    name: 'session.unstar',
    path: ['session', 'unstar'],
    summary: 'Take the star off sessions.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).unstarSessions),
  },
  {
    name: 'session.tag',
    path: ['session', 'tag'],
    summary: 'Put tags on a session.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).tagSession),
  },
  {
    name: 'session.untag',
    path: ['session', 'untag'],
    summary: 'Take tags off a session.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).untagSession),
  },
  {
    name: 'session.rename',
    path: ['session', 'rename'],
    summary: 'Give a session a title of your own, which nothing read later replaces.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).renameSession),
  },
  {
    name: 'session.note',
    path: ['session', 'note'],
    summary: 'Write a note on a session, or on one entry of it.',
    effect: 'write',
    load: async () => any((await import('./notes.ts')).addNote),
  },
  {
    name: 'session.notes',
    path: ['session', 'notes'],
    summary: 'List notes, newest first, of one session or of all.',
    effect: 'read',
    load: async () => any((await import('./notes.ts')).listNotes),
  },
  {
    name: 'session.unnote',
    path: ['session', 'unnote'],
    summary: 'Delete a note.',
    effect: 'destroy',
    load: async () => any((await import('./notes.ts')).removeNote),
  },
  {
    name: 'session.archive',
    path: ['session', 'archive'],
    summary: 'Put sessions away: lists leave them out, search and sums do not.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).archiveSessions),
  },
  {
    name: 'session.unarchive',
    path: ['session', 'unarchive'],
    summary: 'Bring archived sessions back into lists.',
    effect: 'write',
    load: async () => any((await import('./session-marks.ts')).unarchiveSessions),
  },
  {
    name: 'session.delete',
    path: ['session', 'delete'],
    summary: 'Delete sessions with their content, archive and usage, for good.',
    effect: 'destroy',
    load: async () => any((await import('./session-delete.ts')).deleteSessions),
  },
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
  {
    name: 'usage.total',
    path: ['usage', 'total'],
    summary: 'Sum tokens and cost.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageTotal),
  },
  {
    name: 'usage.daily',
    path: ['usage', 'daily'],
    summary: 'Sum tokens and cost by day.',
    effect: 'read',
    load: async () => any((await import('./usage-periods.ts')).usageDaily),
  },
  {
    name: 'usage.weekly',
    path: ['usage', 'weekly'],
    summary: 'Sum tokens and cost by week, Monday to Sunday.',
    effect: 'read',
    load: async () => any((await import('./usage-periods.ts')).usageWeekly),
  },
  {
    name: 'usage.monthly',
    path: ['usage', 'monthly'],
    summary: 'Sum tokens and cost by calendar month.',
    effect: 'read',
    load: async () => any((await import('./usage-periods.ts')).usageMonthly),
  },
  {
    name: 'usage.session',
    path: ['usage', 'session'],
    summary: 'Sum tokens and cost by session, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageBySession),
  },
  {
    name: 'usage.model',
    path: ['usage', 'model'],
    summary: 'Sum tokens and cost by model, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageByModel),
  },
  {
    name: 'usage.agent',
    path: ['usage', 'agent'],
    summary: 'Sum tokens and cost by agent, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageByAgent),
  },
  {
    name: 'usage.project',
    path: ['usage', 'project'],
    summary: 'Sum tokens and cost by project, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageByProject),
  },
  {
    name: 'usage.blocks',
    path: ['usage', 'blocks'],
    summary: 'Sum tokens and cost by five-hour window, with pace and recorded limits.',
    effect: 'read',
    load: async () => any((await import('./usage-blocks.ts')).usageBlocks),
  },
  {
    name: 'usage.explain',
    path: ['usage', 'explain'],
    summary: 'Show the rows behind a total: file, line, and what was not counted and why.',
    effect: 'read',
    load: async () => any((await import('./usage-explain.ts')).explainUsage),
  },
  {
    name: 'usage.report',
    path: [],
    summary: 'Sum tokens and cost by day, week, month, session, model, agent or project.',
    effect: 'read',
    load: async () => any((await import('./usage-report.ts')).usageReport),
  },
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
    summary: 'List record types and fields that agents write and this build does not know.',
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
]

/** All operations, loaded: for documentation, tests, and faces that need every schema at once. */
export function catalogue(): Promise<Operation[]> {
  return Promise.all(OPERATIONS.map((entry) => entry.load()))
}

/** Handlers take their own input type; a face hands over what `parseInput` made of the same schema. */
function any(operation: object): Operation {
  return operation as Operation
}
