import { createContext, useContext } from 'react'
import type { Reply } from '../api/operations.ts'

type SessionShown = Reply<'session.show'>
export type Outline = Reply<'session.outline'>
export type Handoff = Reply<'handoff.list'>['items'][number]
export type ContextChange = Outline['contexts'][number]

/** What every part of a session's page knows. */
export interface Reading {
  session: SessionShown
  name: string
  /** The word it was opened by. */
  opened: string
  outline: Outline | undefined
  /** What it was for when it began; undefined where nobody had said so by then. */
  beganOn: ContextChange | undefined
  /** What it was for after that. */
  switches: readonly ContextChange[]
  /** What it left for whoever goes on, newest first. */
  handoffs: readonly Handoff[]
  /** Number of a prompt, from 1, by the id of its entry. */
  turnOf(entryId: string): number | undefined
  /** Cost of the dearest turn, against which the others are drawn. */
  dearestMicrodollars: number
  /** Goes to an entry, opens what it lies in, and marks it. */
  jump(entryId: string): void
  /** The entry that was jumped to. */
  target: string | undefined
  showFull(title: string, entryId: string): void
  /** Whether the first of what was said is on the page. */
  isSeen: boolean
  /** Told when it is. */
  seen(): void
}

export const ReadingContext = createContext<Reading | undefined>(undefined)

export function useReading(): Reading {
  const reading = useContext(ReadingContext)
  if (!reading) throw new Error('outside of a session')
  return reading
}
