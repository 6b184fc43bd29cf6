import type { Asked } from '../api/operations.ts'
import type { Scope, SessionsSearch } from '../router.tsx'

const PAGE = 100

const SORTS: Record<string, 'last' | 'started' | 'cost'> = { '-last': 'last', '-started': 'started', '-cost': 'cost' }

/** The words of an address as the operation takes them. */
export function asked({ q, sort, starred, archived, status, ...rest }: SessionsSearch & Scope): Asked<'session.list'> {
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

/** How many filters are set: order and project, which go for every page, are none. */
export function filterCount({ sort: _, project: __, ...words }: SessionsSearch & Scope): number {
  return Object.values(words).filter((value) => value !== undefined && value !== '').length
}

export function isNarrowed(words: SessionsSearch & Scope): boolean {
  return filterCount(words) > 0 || Boolean(words.project)
}
