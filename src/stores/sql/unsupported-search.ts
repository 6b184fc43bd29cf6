import { AppError } from '../../domain/errors.ts'
import type { SearchStore } from '../store.ts'

/** A search store of an engine that has none: every question is refused, none answered wrongly. */
export function unsupportedSearch(engine: string): SearchStore {
  const refuse = async (): Promise<never> => {
    throw new AppError('unsupported', `search is not available on ${engine}`, { hint: 'use a store on disk' })
  }
  return {
    match: refuse,
    rank: refuse,
    candidates: refuse,
    subjects: refuse,
    add: refuse,
    lagging: refuse,
    progress: refuse,
    forget: refuse,
    tidy: refuse,
    reset: refuse,
    close: async () => {},
  }
}
