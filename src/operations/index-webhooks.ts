import { type CatalogueEntry, any } from './index-entry.ts'

/** Addresses that are told what happens. */
export const WEBHOOKS: readonly CatalogueEntry[] = [
  {
    name: 'webhook.add',
    path: ['webhook', 'add'],
    summary: 'Tell an address what happens from now on, signed; daybook serve sends it.',
    effect: 'write',
    load: async () => any((await import('./webhooks.ts')).addWebhook),
  },
  {
    name: 'webhook.list',
    path: ['webhook', 'list'],
    summary: 'List webhooks: how far each has been told, and what stands in the way.',
    effect: 'read',
    load: async () => any((await import('./webhooks.ts')).listWebhooks),
  },
  {
    name: 'webhook.retry',
    path: ['webhook', 'retry'],
    summary: 'Try a webhook again at once, also one that was given up.',
    effect: 'write',
    load: async () => any((await import('./webhooks.ts')).retryWebhook),
  },
  {
    name: 'webhook.remove',
    path: ['webhook', 'remove'],
    summary: 'Remove a webhook: it is told nothing more.',
    effect: 'write',
    load: async () => any((await import('./webhooks.ts')).removeWebhook),
  },
]
