import { createContext, useContext, useSyncExternalStore } from 'react'

/** What is open and what is closed in one session, for as long as it is on the page or comes back to it. */
export class Folds {
  readonly #open = new Map<string, boolean>()
  readonly #listeners = new Set<() => void>()
  #all: boolean | undefined

  subscribe = (tell: () => void): (() => void) => {
    this.#listeners.add(tell)
    return () => this.#listeners.delete(tell)
  }

  isOpen(id: string, usual: boolean): boolean {
    return this.#open.get(id) ?? this.#all ?? usual
  }

  set(id: string, open: boolean): void {
    this.#open.set(id, open)
    this.#tell()
  }

  /** Opens all, or closes all, and forgets what was said of each. */
  toggleAll(): void {
    this.#all = this.#all === false
    this.#open.clear()
    this.#tell()
  }

  #tell(): void {
    for (const tell of this.#listeners) tell()
  }
}

const kept = new Map<string, Folds>()

export function foldsOf(sessionId: string): Folds {
  let folds = kept.get(sessionId)
  if (folds === undefined) kept.set(sessionId, (folds = new Folds()))
  return folds
}

export const FoldsContext = createContext(new Folds())

/** Whether it is open, and what changes that. */
export function useFold(id: string, usual: boolean): [boolean, () => void] {
  const folds = useContext(FoldsContext)
  const open = useSyncExternalStore(folds.subscribe, () => folds.isOpen(id, usual))
  return [open, () => folds.set(id, !open)]
}
