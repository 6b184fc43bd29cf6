import type { about } from './about.ts'
import type { activateSprint, activateTask } from './activate.ts'
import type { listActivities, verifyActivities } from './activities.ts'
import type { listAgents } from './agents.ts'
import type { attach } from './attach.ts'
import type { checkDone } from './check-done.ts'
import type { sessionChecklist } from './checklist.ts'
import type { clearStack, contextHistory, popFrame, showContext } from './context-stack.ts'
import type { contextActions } from './context-tool.ts'
import type { deactivateTask } from './deactivate.ts'
import type { doctor } from './doctor.ts'
import type { finishTask } from './done.ts'
import type { listDrift } from './drift.ts'
import type { fileHistory } from './file-history.ts'
import type { listFiles } from './files.ts'
import type { showFleet } from './fleet.ts'
import type { forgetSessions } from './forget.ts'
import type { acceptHandoff } from './handoff-accept.ts'
import type { createHandoff } from './handoff-create.ts'
import type { listHandoffs, showHandoff } from './handoffs.ts'
import type { acceptImport, listImports, refuseImport } from './imports.ts'
import type { addNote, listNotes, removeNote } from './notes.ts'
import type { listProblems } from './problems.ts'
import type { mergeProjects, moveProject, splitProject } from './project-places.ts'
import type { ignoreProject, listProjects } from './projects.ts'
import type { pruneSessions } from './prune.ts'
import type { recallContext } from './recall.ts'
import type { deleteFilter, listFilters, saveFilter } from './saved-filters.ts'
import type { searchEverything, searchMessages } from './search.ts'
import type { cleanUpSessions } from './session-cleanup.ts'
import type { sessionCommits } from './session-commits.ts'
import type { completeSession } from './session-complete.ts'
import type { continueSession } from './session-continue.ts'
import type { createSession } from './session-create.ts'
import type { currentSession } from './session-current.ts'
import type { clearData, dataActions, deleteData, getData, listData, setData } from './session-data.ts'
import type { deleteSessions } from './session-delete.ts'
import type { endSession } from './session-end.ts'
import type { forkSession } from './session-fork.ts'
import type { sessionInfo } from './session-info.ts'
import type { listInvocations } from './session-invocations.ts'
import type { linkInvocation } from './session-link.ts'
import type { listSessions } from './session-list.ts'
import type {
  archiveSessions,
  renameSession,
  starSessions,
  tagSession,
  unarchiveSessions,
  unstarSessions,
  untagSession,
} from './session-marks.ts'
import type { addMessage } from './session-message.ts'
import type { sessionMessages } from './session-messages.ts'
import type { sessionOutline } from './session-outline.ts'
import type { pauseSession, resumeSession, switchSession } from './session-pause.ts'
import type { sessionPictures } from './session-pictures.ts'
import type { showSession } from './session-show.ts'
import type { startSession } from './session-start.ts'
import type { sessionStats } from './session-stats.ts'
import type { sessionStatus } from './session-status.ts'
import type { sessionEntry, sessionTranscript } from './session-transcript.ts'
import type { updateSession } from './session-update.ts'
import type { createTemplate, deleteTemplate, listTemplates, showTemplate } from './templates.ts'
import type { createTicket } from './ticket-create.ts'
import type { deleteTicket } from './ticket-delete.ts'
import type { linkTicket, unlinkTicket } from './ticket-link.ts'
import type { listTickets, searchTickets, ticketChildren } from './ticket-list.ts'
import type { logTask, noteTask, updateTask } from './ticket-notes.ts'
import type { sessionTickets, ticketSessions } from './ticket-sessions.ts'
import type { showTicket } from './ticket-show.ts'
import type { transitionTicket, updateTicket } from './ticket-update.ts'
import type { ticketWork } from './ticket-work.ts'
import type { createToken, listTokens, revokeToken } from './tokens.ts'
import type { usageByAgent, usageByModel, usageByProject, usageBySession, usageTotal } from './usage.ts'
import type { usageBlocks } from './usage-blocks.ts'
import type { explainUsage } from './usage-explain.ts'
import type { usageDaily, usageMonthly, usageWeekly } from './usage-periods.ts'
import type { usageReport } from './usage-report.ts'
import type { addWebhook, listWebhooks, removeWebhook, retryWebhook } from './webhooks.ts'
import type { workCalendar } from './work-calendar.ts'
import type { workReport } from './work-report.ts'
import type { workSuggestions } from './work-suggestions.ts'

/** Every operation by name. Made by `scripts/operations-page.ts` from the index files. */
export interface Operations {
  'activity.list': typeof listActivities
  'activity.verify': typeof verifyActivities
  'agent.list': typeof listAgents
  'context.clear': typeof clearStack
  'context.history': typeof contextHistory
  'context.pop': typeof popFrame
  'context.recall': typeof recallContext
  'context.show': typeof showContext
  'context.stack': typeof contextActions
  'drift.list': typeof listDrift
  'file.history': typeof fileHistory
  'file.list': typeof listFiles
  'filter.delete': typeof deleteFilter
  'filter.list': typeof listFilters
  'filter.save': typeof saveFilter
  'fleet.show': typeof showFleet
  'handoff.accept': typeof acceptHandoff
  'handoff.list': typeof listHandoffs
  'handoff.show': typeof showHandoff
  'import.accept': typeof acceptImport
  'import.list': typeof listImports
  'import.refuse': typeof refuseImport
  'problem.list': typeof listProblems
  'project.ignore': typeof ignoreProject
  'project.list': typeof listProjects
  'project.merge': typeof mergeProjects
  'project.move': typeof moveProject
  'project.split': typeof splitProject
  'session.archive': typeof archiveSessions
  'session.attach': typeof attach
  'session.checklist': typeof sessionChecklist
  'session.cleanup': typeof cleanUpSessions
  'session.commits': typeof sessionCommits
  'session.complete': typeof completeSession
  'session.continue': typeof continueSession
  'session.create': typeof createSession
  'session.current': typeof currentSession
  'session.data.act': typeof dataActions
  'session.data.clear': typeof clearData
  'session.data.delete': typeof deleteData
  'session.data.get': typeof getData
  'session.data.list': typeof listData
  'session.data.set': typeof setData
  'session.delete': typeof deleteSessions
  'session.end': typeof endSession
  'session.entry': typeof sessionEntry
  'session.forget': typeof forgetSessions
  'session.fork': typeof forkSession
  'session.handoff': typeof createHandoff
  'session.info': typeof sessionInfo
  'session.invocations': typeof listInvocations
  'session.link': typeof linkInvocation
  'session.list': typeof listSessions
  'session.message': typeof addMessage
  'session.messages': typeof sessionMessages
  'session.note': typeof addNote
  'session.notes': typeof listNotes
  'session.outline': typeof sessionOutline
  'session.pause': typeof pauseSession
  'session.pictures': typeof sessionPictures
  'session.prune': typeof pruneSessions
  'session.rename': typeof renameSession
  'session.resume': typeof resumeSession
  'session.search': typeof searchMessages
  'session.show': typeof showSession
  'session.star': typeof starSessions
  'session.start': typeof startSession
  'session.stats': typeof sessionStats
  'session.status': typeof sessionStatus
  'session.switch': typeof switchSession
  'session.tag': typeof tagSession
  'session.tickets': typeof sessionTickets
  'session.transcript': typeof sessionTranscript
  'session.unarchive': typeof unarchiveSessions
  'session.unnote': typeof removeNote
  'session.unstar': typeof unstarSessions
  'session.untag': typeof untagSession
  'session.update': typeof updateSession
  'sprint.activate': typeof activateSprint
  'task.activate': typeof activateTask
  'task.deactivate': typeof deactivateTask
  'task.done': typeof finishTask
  'task.log': typeof logTask
  'task.note': typeof noteTask
  'task.update': typeof updateTask
  'template.create': typeof createTemplate
  'template.delete': typeof deleteTemplate
  'template.list': typeof listTemplates
  'template.show': typeof showTemplate
  'ticket.children': typeof ticketChildren
  'ticket.create': typeof createTicket
  'ticket.delete': typeof deleteTicket
  'ticket.link': typeof linkTicket
  'ticket.list': typeof listTickets
  'ticket.search': typeof searchTickets
  'ticket.sessions': typeof ticketSessions
  'ticket.show': typeof showTicket
  'ticket.transition': typeof transitionTicket
  'ticket.unlink': typeof unlinkTicket
  'ticket.update': typeof updateTicket
  'ticket.work': typeof ticketWork
  'token.create': typeof createToken
  'token.list': typeof listTokens
  'token.revoke': typeof revokeToken
  'usage.agent': typeof usageByAgent
  'usage.blocks': typeof usageBlocks
  'usage.daily': typeof usageDaily
  'usage.explain': typeof explainUsage
  'usage.model': typeof usageByModel
  'usage.monthly': typeof usageMonthly
  'usage.project': typeof usageByProject
  'usage.report': typeof usageReport
  'usage.session': typeof usageBySession
  'usage.total': typeof usageTotal
  'usage.weekly': typeof usageWeekly
  'validation.check': typeof checkDone
  'webhook.add': typeof addWebhook
  'webhook.list': typeof listWebhooks
  'webhook.remove': typeof removeWebhook
  'webhook.retry': typeof retryWebhook
  'work.calendar': typeof workCalendar
  'work.report': typeof workReport
  'work.suggestions': typeof workSuggestions
  about: typeof about
  doctor: typeof doctor
  search: typeof searchEverything
}
