import { type CatalogueEntry, any } from './index-entry.ts'

/** What the dashboard asks for what is on screen, and the terminal has in other words. */
export const PAGE: readonly CatalogueEntry[] = [
  {
    name: 'session.outline',
    path: [],
    summary: 'Tell a session by its prompts: what followed each, what failed, what it cost.',
    effect: 'read',
    load: async () => any((await import('./session-outline.ts')).sessionOutline),
  },
  {
    name: 'session.transcript',
    path: [],
    summary: 'Read a stretch of a transcript by its records, each call with its result.',
    effect: 'read',
    load: async () => any((await import('./session-transcript.ts')).sessionTranscript),
  },
  {
    name: 'session.entry',
    path: [],
    summary: 'Show one entry of a session in full, and where it is.',
    effect: 'read',
    load: async () => any((await import('./session-transcript.ts')).sessionEntry),
  },
  {
    name: 'session.pictures',
    path: [],
    summary: 'Show the pictures that an entry of a session holds.',
    effect: 'read',
    load: async () => any((await import('./session-pictures.ts')).sessionPictures),
  },
  {
    name: 'about',
    path: [],
    summary: 'Tell time zone, agents, projects and price date of this Daybook.',
    effect: 'read',
    load: async () => any((await import('./about.ts')).about),
  },
  {
    name: 'ticket.work',
    path: [],
    summary: 'Show which session worked on a ticket, when, and what it took there.',
    effect: 'read',
    load: async () => any((await import('./ticket-work.ts')).ticketWork),
  },
  {
    name: 'work.calendar',
    path: [],
    summary: 'Show what each day took, by what it was for, and at which hours work went on.',
    effect: 'read',
    load: async () => any((await import('./work-calendar.ts')).workCalendar),
  },
]
