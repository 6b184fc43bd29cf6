import type { Random } from '../random.ts'
import type { Model } from './model.ts'

/** One call of an operation: what is asked, the same of the model and of every store. */
export interface Step {
  operation: string
  input: Record<string, unknown>
  /** Milliseconds after the step before. */
  afterMs: number
}

/** An operation as the test knows it. */
export interface Kind {
  /** How often it is called beside the others. */
  weight: number
  /** Something to ask for, mostly of what there is; `undefined` where there is nothing. */
  make(model: Model, random: Random): Record<string, unknown> | undefined
  /** What the model answers. @throws AppError as the operation should */
  // oxlint-disable-next-line typescript/no-explicit-any -- each operation has an input of its own
  expect(model: Model, input: any): unknown
  /** That part of a reply which the model knows of. */
  // oxlint-disable-next-line typescript/no-explicit-any -- and a reply of its own
  said(reply: any): unknown
}

/** A session's id: mostly one that is there, the last ones more often, now and then one that is not. */
export function someSession({ sessions }: Model, random: Random): string {
  if (sessions.length === 0 || random.chance(0.01)) return 'run-nowhere'
  const recent = random.chance(0.7) ? sessions.slice(-6) : sessions
  const { id } = random.pick(recent)
  return random.chance(0.05) ? id.toUpperCase() : id
}

export function someTicket({ tickets }: Model, random: Random): string {
  if (tickets.length === 0 || random.chance(0.01)) return 'NOWHERE-1'
  const recent = random.chance(0.5) ? tickets.slice(-12) : tickets
  const { ref } = random.pick(recent)
  return random.chance(0.05) ? ref.toLowerCase() : ref
}

const WORDS = ['tide', 'table', 'harbour', 'Zürich', 'naïve', '潮汐', '"quoted"', 'back\\slash', 'line\nbreak', '🌊']

export function someText(random: Random, most = 6): string {
  const words = Array.from({ length: random.int(1, most) }, () => random.pick(WORDS))
  return `${words.join(' ')} ${random.int(1, 1_000_000)}`
}

export const TAGS = ['tides', 'offline', 'north', 'a', 'ab', 'été'] as const

export function someTags(random: Random, most = 3): string[] {
  const tags = Array.from({ length: random.int(1, most) }, () => random.pick(TAGS))
  return random.chance(0.1) ? tags.map((tag) => `#${tag.toUpperCase()}`) : tags
}

/** As tags are kept: in small letters, each once. */
export function readTags(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.trim().replace(/^#/, '').toLowerCase()))]
}

/** Any JSON. */
export function someValue(random: Random): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => random.int(-5, 1_000_000),
    () => someText(random),
    () => [1, { deep: someText(random, 2) }, []],
    () => ({ page: random.int(1, 9), of: null }),
    () => false,
    () => 0.1,
  ])()
}
