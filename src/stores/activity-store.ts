import type { Activity, ActivityDraft, ChainLink } from '../domain/activity.ts'
import type { Page, PageRequest } from './page.ts'

export interface ActivityStore {
  append(draft: ActivityDraft): Promise<Activity>
  list(filter: { sessionId?: string; action?: string; actor?: string }, page: PageRequest): Promise<Page<Activity>>
  /** A session's chains whole, one after the other by name: it has one for each record that wrote of it. */
  links(sessionId: string): Promise<ChainLink[]>
  /** Walks every chain. `brokenAt` names the first row whose hash does not follow. */
  verify(): Promise<{
    chains: number
    rows: number
    erased: number
    brokenAt: { chain: string; sequence: number } | null
    lastAt: string | null
  }>
}
