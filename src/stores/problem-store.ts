import type { Drift } from '../domain/drift.ts'
import type { Problem } from '../domain/problem.ts'
import type { Page, PageRequest } from './page.ts'

/** A problem found outside any transcript. */
export interface ProblemDraft {
  agent: string
  path: string
  line: number | null
  reason: string
  at: string
}

export interface ProblemStore {
  list(filter: { agent?: string; path?: string }, page: PageRequest): Promise<Page<Problem>>
  /** Problems found outside any transcript: an unreadable directory. Kept once per (path, reason). */
  add(problems: ProblemDraft[]): Promise<void>
  /** Removes the file-level problems (no line) of these paths that did not come again. */
  clear(filter: { agent: string; path?: string; wholeFileOnly?: boolean }): Promise<void>
}

/** What readers did not know, counted while they read. */
export interface DriftStore {
  /** One row a name and version, last seen first. Small by nature: a reader names at most a hundred things a batch. */
  list(filter: { agent?: string }): Promise<Drift[]>
}
