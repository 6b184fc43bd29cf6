import type { ChainLink } from '../domain/activity.ts'
import type { Import, ImportState } from '../domain/import.ts'
import type { FrameInterval } from '../domain/frame-interval.ts'
import type { Handoff } from '../domain/handoff.ts'
import type { Session } from '../domain/session.ts'
import type { SESSION_FIELDS } from '../domain/bundle.ts'
import type { PersonTime } from './context-store.ts'

/** A session as it was recorded elsewhere. */
export interface AdoptedSession extends Pick<Session, (typeof SESSION_FIELDS)[number]> {
  refPrefix: string
  projectId: string | null
  parent: string | null
}

/** A handoff as it was recorded elsewhere. */
export type AdoptedHandoff = Omit<Handoff, 'projectId' | 'sha256'>

/** `known`: it is here already. `deleted`: it was deleted here, and stays so. */
export type Adoption = 'adopted' | 'known' | 'deleted'

/** What came in from files, apart from what was recorded here until somebody accepts it. */
export interface ImportStore {
  create(draft: Pick<Import, 'file' | 'format' | 'at' | 'by'>): Promise<Import>
  /** Newest first. */
  list(): Promise<Import[]>
  /** @throws AppError `not_found` */
  get(id: string): Promise<Import>
  decide(id: string, state: ImportState, by: string, at: string): Promise<Import>
  /** Ids of the sessions that came with it. */
  sessions(id: string): Promise<string[]>
  /** Makes the session under the id it had. Its key is kept where that is free here. */
  adopt(importId: string, session: AdoptedSession): Promise<Adoption>
  /** Once all of it is there: what reading it anew does not know. */
  settle(session: AdoptedSession): Promise<void>
  adoptInterval(interval: Omit<FrameInterval, 'id'>): Promise<void>
  adoptPersonTime(sessionId: string, time: PersonTime): Promise<void>
  /** In the state it had. Whom it was shown to and who took it may not be here yet: see `settleHandoff`. */
  adoptHandoff(handoff: AdoptedHandoff): Promise<void>
  /** Once everything is there: who is named by a handoff, as far as they are here. */
  settleHandoff(handoff: AdoptedHandoff): Promise<void>
  /**
   * Keeps chains that another record wrote beside those written here: nothing is ever added to them.
   *
   * @param links of whole chains, checked
   * @returns false where one of these names is written here, or is here already: nothing was kept
   */
  adoptChains(sessionId: string, links: readonly ChainLink[]): Promise<boolean>
}
