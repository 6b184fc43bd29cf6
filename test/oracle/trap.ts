import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assistant, text, user } from './lines.ts'

/** What a tree holds, added up by hand. Zero where nothing is said. */
export interface Totals {
  userMessages: number
  assistantMessages: number
  calls: number
  failedCalls: number
  unansweredCalls: number
  commits: number
  responses: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  cacheWrite1hTokens: number
}

/** A small history with a way to count it wrong. */
export interface Trap {
  name: string
  /** Paths below the projects folder, with the whole content. */
  files: Record<string, string | Buffer>
  expected: Partial<Totals>
  /** Lines that cannot be read. */
  badLines?: number
}

export const PROJECT = '-home-ada-tidewatch'
export const A = 'aaaaaaaa-0000-4000-8000-000000000001'
export const B = 'bbbbbbbb-0000-4000-8000-000000000002'

export const at = (session: string) => `${PROJECT}/${session}.jsonl`
export const lines = (...all: string[]) => `${all.join('\n')}\n`

/** One prompt and its answer: 1 + 1 messages, one response of 100 in, 20 out, 1,000 read, 50 written. */
export function turn(name: string, session = A): string[] {
  return [
    user(`${name}-1`, `please do ${name}`, { session, at: 1 }),
    assistant(`${name}-2`, text(`${name} is done`), { session, at: 2, tokens: [100, 20, 1_000, 50] }),
  ]
}

const TURN = {
  userMessages: 1,
  assistantMessages: 1,
  responses: 1,
  inputTokens: 100,
  outputTokens: 20,
  cacheReadTokens: 1_000,
  cacheWriteTokens: 50,
}

/** So many turns and something more. */
export function turns(count: number, more: Partial<Totals> = {}): Partial<Totals> {
  const sum: Partial<Totals> = {}
  for (const [name, value] of Object.entries(TURN)) sum[name as keyof Totals] = value * count
  for (const [name, value] of Object.entries(more)) sum[name as keyof Totals] = (sum[name as keyof Totals] ?? 0) + value
  return sum
}

/** Writes a trap's files below a projects folder. */
export function buildTrap(trap: Trap, projects: string): void {
  mkdirSync(projects, { recursive: true })
  for (const [path, content] of Object.entries(trap.files)) {
    mkdirSync(dirname(join(projects, path)), { recursive: true })
    writeFileSync(join(projects, path), content)
  }
}

export function wholeTotals(some: Partial<Totals>): Totals {
  return {
    userMessages: 0,
    assistantMessages: 0,
    calls: 0,
    failedCalls: 0,
    unansweredCalls: 0,
    commits: 0,
    responses: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    ...some,
  }
}
