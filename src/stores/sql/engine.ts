import type { SearchStore } from '../search-store.ts'
import type { StoreReport } from '../store.ts'
import type { Scope } from './scope.ts'

/** What an engine adds to the shared queries. */
export interface Engine {
  search(scope: Scope): SearchStore
  /** Called inside a transaction that deletes what must leave no bytes behind. */
  erase(): Promise<void>
  /** Leaves no bytes of deleted rows outside the tables; `whole` writes all of it anew. */
  scrub(whole: boolean): Promise<void>
  /** Fills pages that many additions left half empty; see `Store.compact`. */
  compact(): Promise<void>
  /** See `Store.inspect`. */
  inspect(integrity: boolean, pagesOnly: boolean): Promise<Omit<StoreReport, 'schemaVersion'>>
  backup(path: string): Promise<{ sizeBytes: number }>
  close(): Promise<void>
}
