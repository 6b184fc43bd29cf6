/** Pages by the key that follows `g`. */
export const PAGES = [{ key: 's', to: '/sessions', name: 'Sessions' }] as const
