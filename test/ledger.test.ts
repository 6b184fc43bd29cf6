import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { UsageRow } from '../src/stores/usage-store.ts'
import { testHome, type TestHome } from './home.ts'
import { scanHome } from './reading.ts'

/**
 * Real clients, run against a scripted model: in step i of a scenario every response has 100 + i input, 1,000 + 10i cached and
 * 20 + i output tokens, Anthropic's 50 + i written to the cache, and where it thinks 5 + i for that.
 */
const corpus = process.env['DAYBOOK_CORPUS'] ?? ''
const present = corpus !== '' && existsSync(join(corpus, 'INDEX.tsv'))

interface Run {
  /** Steps of each conversation with the model that the client recorded, in the order of the script that ran it. */
  steps: number[]
  /** Which responses thought, as `[run, step]`. */
  thinking?: [number, number][]
  /** Anthropic's API tells what was written to the cache. */
  writes?: true
  /** Google's API has thinking outside output; the others have it inside. */
  thinkingOnTop?: true
}

/** Nine steps are the longest scenario, two a resume, a fork, a helper, a listing; one where a tool was not offered. */
const RUNS: Record<string, Run> = {
  'claude/generated/1.0.128': { steps: [9, 2, 2, 2, 2, 2, 2, 2], writes: true },
  'claude/generated/2.1.197': { steps: [9, 2, 2, 2, 2, 2, 2, 2], writes: true },
  'claude/generated/2.1.197-tui': { steps: [8, 2, 2, 2], writes: true },
  'codex/generated/0.98.0': {
    steps: [9, 1, 1, 1, 1, 2, 2, 2, 1],
    thinking: [
      [0, 0],
      [0, 8],
      [5, 0],
    ],
  },
  'codex/generated/0.169.0-gpt-5.5': {
    steps: [6, 2, 1, 1, 2, 1, 2, 2],
    thinking: [
      [0, 0],
      [0, 5],
      [4, 0],
    ],
  },
  'copilot/generated/1.0.102': {
    steps: [9, 2, 2, 2, 2, 2],
    thinking: [
      [0, 0],
      [0, 8],
      [2, 0],
    ],
  },
  'gemini/generated/0.61.0': {
    steps: [9, 2, 2, 2, 1, 2, 2],
    thinking: [
      [0, 0],
      [0, 8],
      [2, 0],
    ],
    thinkingOnTop: true,
  },
  'opencode/generated/1.18.33': {
    steps: [9, 2, 2, 2, 2, 2, 2],
    thinking: [
      [0, 0],
      [0, 8],
      [2, 0],
    ],
  },
}

type Row = [input: number, cacheRead: number, cacheWrite: number, output: number, reasoning: number]

const homes: TestHome[] = []
afterEach(() => homes.splice(0).forEach((home) => home.remove()))

describe.skipIf(!present)('the ledger, row by row against the scripted model (skipped without DAYBOOK_CORPUS)', () => {
  it.each(Object.entries(RUNS))('has every response of %s once, to the digit', async (folder, run) => {
    expect((await rowsOf(folder)).sort(byNumbers)).toEqual(rowsOfScript(run).sort(byNumbers))
  })
})

function rowsOfScript({ steps, thinking = [], writes, thinkingOnTop }: Run): Row[] {
  return steps.flatMap((count, run) =>
    Array.from({ length: count }, (_, step): Row => {
      const thought = thinking.some(([inRun, at]) => inRun === run && at === step)
      const reasoning = thought ? 5 + step : 0
      return [
        100 + step,
        1000 + 10 * step,
        writes ? 50 + step : 0,
        20 + step + (thinkingOnTop ? reasoning : 0),
        reasoning,
      ]
    }),
  )
}

async function rowsOf(folder: string): Promise<Row[]> {
  const home = testHome()
  homes.push(home)
  cpSync(join(corpus, folder, 'home'), home.path, { recursive: true })
  const store = await openSqlite({ path: ':memory:' })
  try {
    await scanHome(store, home.env)
    const { items, total } = await store.usage.rows({}, { limit: 1000 })
    expect(items).toHaveLength(total)
    return items.map(numbers)
  } finally {
    await store.close()
  }
}

function numbers(row: UsageRow): Row {
  return [row.inputTokens, row.cacheReadTokens, row.cacheWriteTokens, row.outputTokens, row.reasoningTokens]
}

function byNumbers(a: Row, b: Row): number {
  const at = a.findIndex((value, place) => value !== b[place])
  return at < 0 ? 0 : a[at]! - b[at]!
}
