import { AppError } from '../../domain/errors.ts'
import type { SearchStore } from '../search-store.ts'

/** Search is not written for PostgreSQL yet: every question is refused, none is answered wrongly. */
export function postgresSearch(): SearchStore {
  const refuse = async (): Promise<never> => {
    throw new AppError('unsupported', 'search is not available on PostgreSQL yet', {
      hint: 'keep the history in the default store on disk to search it',
    })
  }
  return {
    match: refuse,
    rank: refuse,
    candidates: refuse,
    subjects: refuse,
    pack: refuse,
    add: refuse,
    lagging: refuse,
    failedSince: refuse,
    rows: refuse,
    progress: refuse,
    forget: refuse,
    erase: refuse,
    tidy: refuse,
    reset: refuse,
    close: async () => undefined,
  }
}
