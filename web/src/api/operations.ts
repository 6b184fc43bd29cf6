import type { $ZodObject, input } from 'zod/v4/core'
import type { about } from '../../../src/operations/about.ts'
import type { listAgents } from '../../../src/operations/agents.ts'
import type { listActivities } from '../../../src/operations/activities.ts'
import type { fileHistory } from '../../../src/operations/file-history.ts'
import type { listFiles } from '../../../src/operations/files.ts'
import type { listHandoffs, showHandoff } from '../../../src/operations/handoffs.ts'
import type { searchEverything } from '../../../src/operations/search.ts'
import type { sessionCommits } from '../../../src/operations/session-commits.ts'
import type { listSessions } from '../../../src/operations/session-list.ts'
import type {
  archiveSessions,
  starSessions,
  unarchiveSessions,
  unstarSessions,
} from '../../../src/operations/session-marks.ts'
import type { sessionPictures } from '../../../src/operations/session-pictures.ts'
import type { sessionOutline } from '../../../src/operations/session-outline.ts'
import type { attach } from '../../../src/operations/attach.ts'
import type { showSession } from '../../../src/operations/session-show.ts'
import type { sessionEntry, sessionTranscript } from '../../../src/operations/session-transcript.ts'
import type { sessionStats } from '../../../src/operations/session-stats.ts'
import type { checkDone } from '../../../src/operations/check-done.ts'
import type { doctor } from '../../../src/operations/doctor.ts'
import type { showFleet } from '../../../src/operations/fleet.ts'
import type { listProblems } from '../../../src/operations/problems.ts'
import type { listTickets } from '../../../src/operations/ticket-list.ts'
import type { showTicket } from '../../../src/operations/ticket-show.ts'
import type { transitionTicket } from '../../../src/operations/ticket-update.ts'
import type { ticketWork } from '../../../src/operations/ticket-work.ts'
import type { workCalendar } from '../../../src/operations/work-calendar.ts'
import type { workReport } from '../../../src/operations/work-report.ts'
import type { workSuggestions } from '../../../src/operations/work-suggestions.ts'

/** Operations that pages ask, by name. Types alone: nothing of them is in the page's script. */
interface Operations {
  about: typeof about
  'agent.list': typeof listAgents
  'activity.list': typeof listActivities
  'file.history': typeof fileHistory
  'file.list': typeof listFiles
  'handoff.show': typeof showHandoff
  search: typeof searchEverything
  'session.archive': typeof archiveSessions
  'session.attach': typeof attach
  'session.commits': typeof sessionCommits
  'session.entry': typeof sessionEntry
  'session.list': typeof listSessions
  'session.outline': typeof sessionOutline
  'session.pictures': typeof sessionPictures
  'session.show': typeof showSession
  'session.star': typeof starSessions
  'session.stats': typeof sessionStats
  'session.transcript': typeof sessionTranscript
  'session.unarchive': typeof unarchiveSessions
  'session.unstar': typeof unstarSessions
  doctor: typeof doctor
  'fleet.show': typeof showFleet
  'handoff.list': typeof listHandoffs
  'problem.list': typeof listProblems
  'ticket.list': typeof listTickets
  'ticket.show': typeof showTicket
  'ticket.transition': typeof transitionTicket
  'ticket.work': typeof ticketWork
  'validation.check': typeof checkDone
  'work.calendar': typeof workCalendar
  'work.report': typeof workReport
  'work.suggestions': typeof workSuggestions
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
