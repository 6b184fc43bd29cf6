import { type CatalogueEntry, any } from './index-entry.ts'

/** What concerns carrying work on elsewhere. */
export const HANDOFFS: readonly CatalogueEntry[] = [
  {
    name: 'session.handoff',
    path: ['session', 'handoff'],
    summary: 'Hand a session over: write what whoever goes on needs, and offer it.',
    effect: 'write',
    load: async () => any((await import('./handoff-create.ts')).createHandoff),
  },
  {
    name: 'session.continue',
    path: [],
    summary: 'Tell the command that goes on with a session, in its own agent or in another.',
    effect: 'write',
    load: async () => any((await import('./session-continue.ts')).continueSession),
  },
  {
    name: 'handoff.show',
    path: ['handoff', 'show'],
    summary: 'Show what a session left for whoever carries on. Showing is not accepting.',
    effect: 'read',
    load: async () => any((await import('./handoffs.ts')).showHandoff),
  },
  {
    name: 'handoff.list',
    path: ['handoff', 'list'],
    summary: 'List handoffs, newest first: who offered them, and who took them.',
    effect: 'read',
    load: async () => any((await import('./handoffs.ts')).listHandoffs),
  },
  {
    name: 'handoff.accept',
    path: ['handoff', 'accept'],
    summary: 'Take a handoff over: once, by one session, which goes on from there.',
    effect: 'write',
    load: async () => any((await import('./handoff-accept.ts')).acceptHandoff),
  },
]
