import type { View } from '../view.ts'

/** Prints one operation's reply. `input` is what was asked. */
export type Printer = (view: View, reply: never, input: Record<string, unknown>) => void

/** Which printer shows which operation; a noun's file is loaded when it is needed. */
const PRINTERS: Record<string, () => Promise<Printer>> = {
  'session.start': async () => (await import('./work.ts')).printStarted,
  'session.status': async () => (await import('./work.ts')).printStatus,
  'session.info': async () => (await import('./work.ts')).printInfo,
  'session.attach': async () => (await import('./work.ts')).printAttached,
  'sprint.activate': async () => (await import('./work.ts')).printChanged,
  'task.activate': async () => (await import('./work.ts')).printChanged,
  'task.deactivate': async () => (await import('./work.ts')).printDeactivated,
  'context.show': async () => (await import('./work.ts')).printStanding,
  'context.history': async () => (await import('./work.ts')).printContextHistory,
  'context.pop': async () => (await import('./work.ts')).printChanged,
  'context.clear': async () => (await import('./work.ts')).printChanged,
  'session.pause': async () => (await import('./work.ts')).printChanged,
  'session.resume': async () => (await import('./work.ts')).printResumed,
  'session.switch': async () => (await import('./work.ts')).printChanged,
  'session.end': async () => (await import('./work.ts')).printEnded,
  'task.update': async () => (await import('./validation.ts')).printNoted,
  'task.note': async () => (await import('./validation.ts')).printNoted,
  'task.log': async () => (await import('./validation.ts')).printNoted,
  'task.done': async () => (await import('./validation.ts')).printDone,
  'validation.check': async () => (await import('./validation.ts')).printChecked,
  'ticket.create': async () => (await import('./tickets.ts')).printCreated,
  'ticket.list': async () => (await import('./tickets.ts')).printTickets,
  'ticket.show': async () => (await import('./ticket.ts')).printTicket,
  'ticket.search': async () => (await import('./tickets.ts')).printTickets,
  'ticket.children': async () => (await import('./tickets.ts')).printTickets,
  'ticket.update': async () => (await import('./tickets.ts')).printChangedTicket,
  'ticket.transition': async () => (await import('./tickets.ts')).printChangedTicket,
  'ticket.link': async () => (await import('./tickets.ts')).printChangedTicket,
  'ticket.unlink': async () => (await import('./tickets.ts')).printChangedTicket,
  'ticket.sessions': async () => (await import('./tickets.ts')).printTicketLinks,
  'session.tickets': async () => (await import('./tickets.ts')).printTicketLinks,
  'ticket.delete': async () => (await import('./tickets.ts')).printDeletedTicket,
  'session.handoff': async () => (await import('./handoffs.ts')).printHandedOff,
  'handoff.show': async () => (await import('./handoffs.ts')).printHandoff,
  'handoff.list': async () => (await import('./handoffs.ts')).printHandoffs,
  'handoff.accept': async () => (await import('./handoffs.ts')).printAccepted,
  'fleet.show': async () => (await import('./fleet.ts')).printFleet,
  'session.list': async () => (await import('./session-list.ts')).printSessions,
  'session.show': async () => (await import('./session.ts')).printSession,
  'session.messages': async () => (await import('./messages.ts')).printMessages,
  'session.search': async () => (await import('./search.ts')).printHits,
  'session.stats': async () => (await import('./session-stats.ts')).printSessionStats,
  'session.commits': async () => (await import('./commits.ts')).printCommits,
  'session.star': async () => (await import('./session-changes.ts')).printStarred,
  'session.unstar': async () => (await import('./session-changes.ts')).printStarred,
  'session.tag': async () => (await import('./session-changes.ts')).printTagged,
  'session.untag': async () => (await import('./session-changes.ts')).printTagged,
  'session.rename': async () => (await import('./session-changes.ts')).printRenamed,
  'session.note': async () => (await import('./notes.ts')).printNote,
  'session.notes': async () => (await import('./notes.ts')).printNotes,
  'session.unnote': async () => (await import('./notes.ts')).printUnnoted,
  'session.archive': async () => (await import('./session-changes.ts')).printArchived,
  'session.unarchive': async () => (await import('./session-changes.ts')).printArchived,
  'session.delete': async () => (await import('./deletion.ts')).printDeletion,
  'filter.save': async () => (await import('./saved-filters.ts')).printSavedFilter,
  'filter.list': async () => (await import('./saved-filters.ts')).printFilters,
  'filter.delete': async () => (await import('./saved-filters.ts')).printDeletedFilter,
  search: async () => (await import('./search.ts')).printHits,
  'usage.total': async () => (await import('./usage.ts')).printUsageTotal,
  'usage.daily': async () => (await import('./usage.ts')).printUsageByPeriod,
  'usage.weekly': async () => (await import('./usage.ts')).printUsageByPeriod,
  'usage.monthly': async () => (await import('./usage.ts')).printUsageByPeriod,
  'usage.session': async () => (await import('./usage.ts')).printUsageBySession,
  'usage.model': async () => (await import('./usage.ts')).printUsageByModel,
  'usage.agent': async () => (await import('./usage.ts')).printUsageByAgent,
  'usage.project': async () => (await import('./usage.ts')).printUsageByProject,
  'usage.blocks': async () => (await import('./usage-blocks.ts')).printBlocks,
  'usage.explain': async () => (await import('./usage-explain.ts')).printExplanation,
  'work.report': async () => (await import('./report.ts')).printReport,
  'work.suggestions': async () => (await import('./suggestions.ts')).printSuggestions,
  'file.list': async () => (await import('./files.ts')).printFiles,
  'file.history': async () => (await import('./file-history.ts')).printFileHistory,
  'activity.list': async () => (await import('./activities.ts')).printActivities,
  'activity.verify': async () => (await import('./activities.ts')).printVerification,
  'project.list': async () => (await import('./projects.ts')).printProjects,
  'project.ignore': async () => (await import('./projects.ts')).printIgnored,
  'problem.list': async () => (await import('./problems.ts')).printProblems,
  'drift.list': async () => (await import('./drift.ts')).printDrift,
  'agent.list': async () => (await import('./agents.ts')).printAgents,
  doctor: async () => (await import('./doctor.ts')).printDoctor,
}

/** True when an operation has a printer of its own. */
export function hasPrinter(name: string): boolean {
  return name in PRINTERS
}

/** Prints a reply the way its noun is shown; one that has no printer as indented JSON. */
export async function printReply(
  name: string,
  view: View,
  reply: unknown,
  input: Record<string, unknown>,
): Promise<void> {
  const printer = await PRINTERS[name]?.()
  if (printer) printer(view, reply as never, input)
  else view.out.line(JSON.stringify(reply, null, 2))
}
