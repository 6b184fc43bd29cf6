import { useSyncExternalStore } from 'react'

/** The times, ISO, of the first and the last entry in sight. */
interface Seen {
  from: string
  to: string
  /** The entry at the top. */
  entryId: string
}

let seen: Seen | undefined
const listeners = new Set<() => void>()

export function useSeen(): Seen | undefined {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    () => seen,
  )
}

/** Notes what is in sight now. */
export function noteSeen(next: Seen | undefined): void {
  if (next?.from === seen?.from && next?.to === seen?.to && next?.entryId === seen?.entryId) return
  seen = next
  for (const tell of listeners) tell()
}
