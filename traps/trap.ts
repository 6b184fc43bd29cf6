import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a history truly holds. `README.md` says what each of them counts. */
export const TOTALS = [
  'sessions',
  'prompts',
  'answers',
  'calls',
  'failedCalls',
  'unansweredCalls',
  'commits',
  'responses',
  'inputTokens',
  'outputTokens',
  'reasoningTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'costMicrodollars',
  'unreadableLines',
] as const

export type Total = (typeof TOTALS)[number]

/** Totals that are known; a cost is not where a price is not public. */
export type Totals = Partial<Record<Total, number>>

/** A small history with a way to count it wrong. */
export interface Trap {
  /** Folder name of the agent: `claude-code`. */
  agent: string
  /** Folder name of the trap. */
  slug: string
  name: string
  /** What happened, what is true, and how it comes to be counted wrong. */
  story: string
  /** Where it is publicly known or was seen. */
  known: string[]
  expected: Totals
  /** Its folder, with `home/` in it. */
  folder: string
}

const HISTORIES = fileURLToPath(new URL('histories', import.meta.url))

/** All traps, by agent and folder name. */
export function readTraps(histories = HISTORIES): Trap[] {
  return folders(histories).flatMap((agent) =>
    folders(join(histories, agent)).map((slug) => readTrap(agent, slug, join(histories, agent, slug))),
  )
}

function readTrap(agent: string, slug: string, folder: string): Trap {
  const file = JSON.parse(readFileSync(join(folder, 'trap.json'), 'utf8')) as {
    name: string
    story: string
    known?: string[]
    expected: Record<string, number | number[]>
  }
  const { name, story, known = [] } = file
  const expected: Totals = {}
  for (const [total, terms] of Object.entries(file.expected)) {
    if (!TOTALS.includes(total as Total)) throw new Error(`${agent}/${slug}: no total is named ${total}`)
    expected[total as Total] = sum([terms].flat())
  }
  return { agent, slug, name, story, known, expected, folder }
}

/** What one home with all these histories holds. A total that one of them does not know is not known of all. */
export function totalsOf(traps: readonly Trap[]): Totals {
  const all: Totals = {}
  for (const total of TOTALS) {
    const known = traps.map((trap) => trap.expected[total]).filter((term) => term !== undefined)
    if (known.length === traps.length) all[total] = sum(known)
  }
  return all
}

const sum = (terms: number[]): number => terms.reduce((total, term) => total + term, 0)

function folders(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}
