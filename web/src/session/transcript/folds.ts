import { createContext, useContext, useSyncExternalStore } from 'react'

/** What opens and closes together, beside everything at once. */
export type FoldKind = 'thinking'

/** What is open and what is closed in one session, for as long as it is on the page or comes back to it. */
export class Folds {
  readonly #open = new Map<string, { open: boolean; kind: FoldKind | undefined }>()
  readonly #listeners = new Set<() => void>()
  readonly #kinds = new Map<FoldKind, boolean>()
  #all: boolean | undefined

  subscribe = (tell: () => void): (() => void) => {
    this.#listeners.add(tell)
    return () => this.#listeners.delete(tell)
  }

  isOpen(id: string, usual: boolean, kind?: FoldKind): boolean {
    return this.#open.get(id)?.open ?? (kind && this.#kinds.get(kind)) ?? this.#all ?? usual
  }

  set(id: string, open: boolean, kind?: FoldKind): void {
    this.#open.set(id, { open, kind })
    this.#tell()
  }

  /** Opens all, or closes all, and forgets what was said of each. */
  toggleAll(): void {
    this.#all = this.#all === false
    this.#open.clear()
    this.#kinds.clear()
    this.#tell()
  }

  /** Opens all of a kind, or closes them. */
  toggleKind(kind: FoldKind): void {
    this.#kinds.set(kind, !(this.#kinds.get(kind) ?? this.#all ?? false))
    for (const [id, one] of this.#open) if (one.kind === kind) this.#open.delete(id)
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
export function useFold(id: string, usual: boolean, kind?: FoldKind): [boolean, () => void] {
  const folds = useContext(FoldsContext)
  const open = useSyncExternalStore(folds.subscribe, () => folds.isOpen(id, usual, kind))
  return [open, () => folds.set(id, !open, kind)]
}
