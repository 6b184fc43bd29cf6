/** Pages by the key that follows `g`. */
export const PAGES = [
  { key: 'n', to: '/now', name: 'Now' },
  { key: 's', to: '/sessions', name: 'Sessions' },
  { key: 't', to: '/tickets', name: 'Tickets' },
  { key: 'r', to: '/reports', name: 'Reports' },
  { key: ',', to: '/settings', name: 'Settings' },
] as const
