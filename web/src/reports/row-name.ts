import type { Reply } from '../api/operations.ts'
import { useAbout } from '../parts/about.ts'

type Row = Reply<'work.report'>['items'][number]

export const PLACES = {
  value: '',
  rest: 'the rest',
  none: 'on purpose',
  unattributed: 'nobody said',
} as const

/** What a row stands for: a ref, an agent's name, a day, a model. */
export function useRowName(by: string): (row: Row) => string {
  const { nameOf } = useAbout()
  return ({ ticket, label, place }) => {
    if (ticket) return ticket.ref
    if (by === 'agent' && label !== null) return nameOf(label)
    return wordOf(label, place)
  }
}

function wordOf(label: string | null, place: Row['place']): string {
  return place === 'none' || place === 'unattributed' ? place : (label ?? (PLACES[place] || 'not recorded'))
}
