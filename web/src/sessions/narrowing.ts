import type { Asked } from '../api/operations.ts'
import type { SessionsSearch } from '../router.tsx'

const PAGE = 100

const SORTS: Record<string, 'last' | 'started' | 'cost'> = { '-last': 'last', '-started': 'started', '-cost': 'cost' }

/** The words of an address as the operation takes them. */
export function asked({ q, sort, starred, archived, status, ...rest }: SessionsSearch): Asked<'session.list'> {
  return {
    ...rest,
    ...(q ? { text: q } : {}),
    ...(status ? { status: status as Asked<'session.list'>['status'] } : {}),
    ...(starred === '1' ? { starred: true } : {}),
    ...(archived === '1' ? { archived: true } : {}),
    sort: SORTS[sort ?? ''] ?? 'last',
    limit: PAGE,
  }
}

/** How many filters are set: the order is none. */
export function filterCount({ sort: _, ...words }: SessionsSearch): number {
  return Object.values(words).filter((value) => value !== undefined && value !== '').length
}

export function isNarrowed(words: SessionsSearch): boolean {
  return filterCount(words) > 0
}
