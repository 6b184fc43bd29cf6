import type { $ZodObject, input } from 'zod/v4/core'
import type { about } from '../../../src/operations/about.ts'
import type { listAgents } from '../../../src/operations/agents.ts'
import type { listActivities } from '../../../src/operations/activities.ts'
import type { fileHistory } from '../../../src/operations/file-history.ts'
import type { listFiles } from '../../../src/operations/files.ts'
import type { showHandoff } from '../../../src/operations/handoffs.ts'
import type { searchEverything } from '../../../src/operations/search.ts'
import type { sessionCommits } from '../../../src/operations/session-commits.ts'
import type { listSessions } from '../../../src/operations/session-list.ts'
import type { archiveSessions, starSessions, unstarSessions } from '../../../src/operations/session-marks.ts'
import type { sessionOutline } from '../../../src/operations/session-outline.ts'
import type { showSession } from '../../../src/operations/session-show.ts'
import type { sessionEntry, sessionTranscript } from '../../../src/operations/session-transcript.ts'
import type { sessionStats } from '../../../src/operations/session-stats.ts'
import type { usageBySession } from '../../../src/operations/usage.ts'

/** Operations that pages ask, by name. Types alone: nothing of them is in the page's script. */
export interface Operations {
  about: typeof about
  'agent.list': typeof listAgents
  'activity.list': typeof listActivities
  'file.history': typeof fileHistory
  'file.list': typeof listFiles
  'handoff.show': typeof showHandoff
  search: typeof searchEverything
  'session.archive': typeof archiveSessions
  'session.commits': typeof sessionCommits
  'session.entry': typeof sessionEntry
  'session.list': typeof listSessions
  'session.outline': typeof sessionOutline
  'session.show': typeof showSession
  'session.star': typeof starSessions
  'session.stats': typeof sessionStats
  'session.transcript': typeof sessionTranscript
  'session.unstar': typeof unstarSessions
  'usage.session': typeof usageBySession
}

export type OperationName = keyof Operations
export type Asked<Name extends OperationName> = Operations[Name] extends { input: infer Schema extends $ZodObject }
  ? input<Schema>
  : never
export type Reply<Name extends OperationName> = Operations[Name] extends {
  handle(...given: never[]): Promise<infer Output>
}
  ? Output
  : never
