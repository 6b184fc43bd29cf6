import { AppError, shownValue } from './errors.ts'
import type { SessionKind } from './session.ts'

/** What a session may begin with, under a name. */
export interface Template {
  name: string
  purpose: string | null
  kind: SessionKind | null
  tags: string[]
  /** Refs of the tickets it stands on, outermost first. */
  stack: string[]
  /** What is to be done in each session that begins with it. */
  checklist: string[]
  savedAt: string
  savedBy: string
}

/** One thing of a session's checklist. */
export interface ChecklistStep {
  text: string
  done: boolean
}

/** Under this name a session's own data keeps its checklist. */
export const CHECKLIST = 'checklist'
export const MOST_STEPS = 50
export const MOST_FRAMES = 8

/** @throws AppError `invalid` */
export function templateName(word: string): string {
  const name = word.trim().toLowerCase()
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(name)) return name
  throw new AppError(
    'invalid',
    `${shownValue(word)} is not a name for a template: letters, digits, . _ and -, 40 at most`,
    { hint: 'daybook template list' },
  )
}

/** A checklist as a session's data holds it; what is none has no steps. */
export function checklistOf(value: unknown): ChecklistStep[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((step: unknown): ChecklistStep[] => {
    const { text, done } = (step ?? {}) as Partial<ChecklistStep>
    return typeof text === 'string' ? [{ text, done: done === true }] : []
  })
}

/**
 * The checklist with steps ticked off or opened again, by their numbers from 1 on.
 *
 * @throws AppError `not_found` for a number that no step has
 */
export function tickOff(
  steps: readonly ChecklistStep[],
  done: readonly number[],
  undo: readonly number[],
): ChecklistStep[] {
  for (const number of [...done, ...undo]) {
    if (number <= steps.length) continue
    const there = steps.length === 0 ? 'the checklist is empty' : `the last is ${steps.length}`
    throw new AppError('not_found', `no step ${number}; ${there}`, { hint: 'daybook session checklist' })
  }
  return steps.map((step, i) => ({
    ...step,
    done: done.includes(i + 1) || (step.done && !undo.includes(i + 1)),
  }))
}
