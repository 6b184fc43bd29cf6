import { type CatalogueEntry, any } from './index-entry.ts'

/** Who may ask a server. In the terminal these are commands of their own, which open no store. */
export const TOKENS: readonly CatalogueEntry[] = [
  {
    name: 'token.create',
    path: [],
    summary: 'Make a token for somebody or something; it is told this once, and only its hash is kept.',
    effect: 'destroy',
    load: async () => any((await import('./tokens.ts')).createToken),
  },
  {
    name: 'token.list',
    path: [],
    summary: 'List tokens by name: what each may, and until when; those that are over too.',
    effect: 'read',
    load: async () => any((await import('./tokens.ts')).listTokens),
  },
  {
    name: 'token.revoke',
    path: [],
    summary: 'Revoke a token: it counts no longer, and its streams end.',
    effect: 'destroy',
    load: async () => any((await import('./tokens.ts')).revokeToken),
  },
]
