import type { Handoff, HandoffState } from '../domain/handoff.ts'
import type { Page, PageRequest } from './page.ts'

export interface HandoffFilter {
  sessionId?: string
  projectId?: string
  ticketId?: string
  states?: readonly HandoffState[]
  /** Without what came in an import that nobody has accepted yet. */
  withoutWaiting?: boolean
}

export interface HandoffStore {
  /** Offers it; earlier offers of the same session are superseded by it. */
  create(
    draft: Pick<Handoff, 'sessionId' | 'projectId' | 'ticketId' | 'version' | 'payload' | 'markdown' | 'offeredBy'>,
  ): Promise<Handoff>
  /** @throws AppError `not_found` */
  get(id: string): Promise<Handoff>
  /** Newest first. */
  list(filter: HandoffFilter, page: PageRequest): Promise<Page<Handoff>>
  /** Notes the first time it was shown. */
  shown(id: string, toSessionId: string | null, at: string): Promise<void>
  /** Takes it, once. @returns false when it is no longer offered */
  accept(id: string, by: string, sessionId: string, at: string): Promise<boolean>
  /** @returns how many offers of before `before` expired */
  expire(before: string, at: string): Promise<number>
}
