import { type CatalogueEntry, any } from './index-entry.ts'

/** What concerns tickets. */
export const TICKETS: readonly CatalogueEntry[] = [
  {
    name: 'ticket.create',
    path: ['ticket', 'create'],
    summary: 'Create a ticket below what you work on.',
    effect: 'write',
    load: async () => any((await import('./ticket-create.ts')).createTicket),
  },
  {
    name: 'ticket.list',
    path: ['ticket', 'list'],
    summary: 'List tickets, the last changed first.',
    effect: 'read',
    load: async () => any((await import('./ticket-list.ts')).listTickets),
  },
  {
    name: 'ticket.show',
    path: ['ticket', 'show'],
    summary: 'Show one ticket: what it is, what lies below it, what it took.',
    effect: 'read',
    load: async () => any((await import('./ticket-show.ts')).showTicket),
  },
  {
    name: 'ticket.search',
    path: ['ticket', 'search'],
    summary: 'Find tickets by words in ref, title or description.',
    effect: 'read',
    load: async () => any((await import('./ticket-list.ts')).searchTickets),
  },
  {
    name: 'ticket.children',
    path: ['ticket', 'children'],
    summary: 'List tickets right below a ticket, the last changed first.',
    effect: 'read',
    load: async () => any((await import('./ticket-list.ts')).ticketChildren),
  },
  {
    name: 'ticket.update',
    path: ['ticket', 'update'],
    summary: 'Change what a ticket says.',
    effect: 'write',
    load: async () => any((await import('./ticket-update.ts')).updateTicket),
  },
  {
    name: 'ticket.transition',
    path: ['ticket', 'transition'],
    summary: 'Move a ticket to another status.',
    effect: 'write',
    load: async () => any((await import('./ticket-update.ts')).transitionTicket),
  },
  {
    name: 'ticket.link',
    path: ['ticket', 'link'],
    summary: 'Link a ticket with another, or with a session.',
    effect: 'write',
    load: async () => any((await import('./ticket-link.ts')).linkTicket),
  },
  {
    name: 'ticket.unlink',
    path: ['ticket', 'unlink'],
    summary: 'Take a link from a ticket to another, or to a session, away.',
    effect: 'write',
    load: async () => any((await import('./ticket-link.ts')).unlinkTicket),
  },
  {
    name: 'ticket.sessions',
    path: ['ticket', 'sessions'],
    summary: 'List sessions that had to do with a ticket, newest first.',
    effect: 'read',
    load: async () => any((await import('./ticket-sessions.ts')).ticketSessions),
  },
  {
    name: 'session.tickets',
    path: ['session', 'tickets'],
    summary: 'List tickets that a session had to do with, newest first.',
    effect: 'read',
    load: async () => any((await import('./ticket-sessions.ts')).sessionTickets),
  },
  {
    name: 'ticket.delete',
    path: ['ticket', 'delete'],
    summary: 'Delete a ticket that no work counts toward, with its notes and links.',
    effect: 'destroy',
    load: async () => any((await import('./ticket-delete.ts')).deleteTicket),
  },
]
