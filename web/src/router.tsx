import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { Failure } from './parts/notice.tsx'
import { Search } from './search/search.tsx'
import { Session } from './session/session.tsx'
import { Sessions } from './sessions/sessions.tsx'
import { Frame } from './shell/frame.tsx'
import { parseWords, writeWords } from './shell/words.ts'

const root = createRootRoute({
  component: Frame,
  notFoundComponent: () => <Failure error={new Error(`there is no page ${location.pathname}`)} />,
  errorComponent: ({ error, reset }) => <Failure error={error as Error} again={reset} />,
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/sessions', replace: true })
  },
})

/** What a list of sessions is narrowed by; text as it stands in the address. */
export interface SessionsSearch {
  agent?: string
  project?: string
  ticket?: string
  status?: string
  q?: string
  since?: string
  until?: string
  starred?: string
  archived?: string
  sort?: string
}

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: (words: Record<string, unknown>): SessionsSearch => words as SessionsSearch,
  component: Sessions,
})

export interface SessionSearch {
  panel?: string
  show?: string
  find?: string
}

const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$session',
  validateSearch: (words: Record<string, unknown>): SessionSearch => words as SessionSearch,
  component: Session,
})

/** A search as it stands in the address. */
export interface SearchWords {
  q?: string
  agent?: string
  project?: string
  session?: string
  tool?: string
  file?: string
  since?: string
  until?: string
  failed?: string
  order?: string
}

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: (words: Record<string, unknown>): SearchWords => words as SearchWords,
  component: Search,
})

export const router = createRouter({
  routeTree: root.addChildren([home, sessions, session, search]),
  parseSearch: parseWords,
  stringifySearch: writeWords,
  scrollRestoration: true,
  defaultHashScrollIntoView: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
