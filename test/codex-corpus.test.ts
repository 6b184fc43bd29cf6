import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPriceTable } from '../src/prices/price-table.ts'
import { codex } from '../src/sources/codex/index.ts'
import { threadOf } from '../src/sources/codex/discover.ts'
import { fileIdentity } from '../src/sources/source-file.ts'
import type { Batch } from '../src/sources/batch.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { countRollout } from './oracle/codex-totals.mjs'
import type { RolloutCounts } from './oracle/codex-totals.mjs'
import { productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

/** Needs `DAYBOOK_CORPUS`, a folder of published and generated transcripts; without it these are skipped. */
const corpus = join(process.env.DAYBOOK_CORPUS ?? 'none', 'codex')

const NOW = Date.UTC(2026, 11, 31)

function rollouts(): string[] {
  if (!existsSync(corpus)) return []
  const paths = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith('.jsonl') && !path.includes('/probe/') && !path.includes('stream-basic'))
    .sort()
}

async function read(path: string): Promise<Batch[]> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const ref = {
    agent: 'codex',
    path,
    kind: 'main' as const,
    externalId: threadOf(name)!,
    file: fileIdentity(statSync(path)),
  }
  const batches: Batch[] = []
  for await (const batch of codex.read(ref, undefined, { redact: (lines) => lines, now: () => NOW }))
    batches.push({ ...batch, records: { chunks: [] } })
  return batches
}

/** The same counts, of what the source brought. */
function counted(batches: Batch[]): RolloutCounts {
  const entries = batches.flatMap((batch) => batch.entries)
  const usage = batches.flatMap((batch) => batch.usage)
  const codes = new Map<string, number>()
  for (const { callId, exitCode } of batches.flatMap((batch) => batch.results))
    if (exitCode !== undefined) codes.set(callId, exitCode)
  const sum = (field: keyof RolloutCounts): number =>
    usage.reduce((total, row) => total + (row[field as 'inputTokens'] ?? 0), 0)
  return {
    badLines: batches.flatMap((batch) => batch.problems).filter(({ reason }) => reason.startsWith('not JSON')).length,
    prompts: entries.filter((entry) => entry.opens === 'prompt').length,
    answers: entries.filter((entry) => entry.type === 'message' && entry.role === 'assistant').length,
    reasoning: entries.filter((entry) => entry.type === 'thinking').length,
    calls: batches.flatMap((batch) => batch.invocations).length,
    exitCodes: [...codes.values()].sort((a, b) => a - b),
    commits: batches.flatMap((batch) => batch.commits).map((commit) => commit.hash),
    responses: usage.length,
    inputTokens: sum('inputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
  }
}

describe.skipIf(!existsSync(corpus))('the corpus of Codex rollouts (set DAYBOOK_CORPUS)', () => {
  it.each(rollouts())('adds up to the independent count: %s', async (path) => {
    const batches = await read(join(corpus, path))
    const thrown = batches
      .flatMap((batch) => batch.problems)
      .filter(({ reason }) => reason.startsWith('unexpected shape'))
    expect(thrown).toEqual([])
    expect(counted(batches)).toEqual(countRollout(join(corpus, path)))
  })

  it('has only models that are priced, or known to be without a price', async () => {
    const table = createPriceTable([])
    const models = new Set<string>()
    for (const path of rollouts())
      for (const batch of await read(join(corpus, path))) for (const { model } of batch.usage) models.add(model)
    const unpriced = [...models].filter((model) => table.find(model, NOW) === undefined)
    expect(unpriced.sort()).toEqual(['gpt-4.5-turbo', 'unknown'])
  })

  // 0.98: nine steps of the basic run (216), two of the resumed one (41), four more runs; 0.169: six steps, as it offers less.
  // A scripted scenario spends 20 + i output, 100 + i fresh and 1000 + 10 i cached input tokens in its step i.
  it.each([
    ['0.98.0', { responses: 20, outputTokens: 216 + 41 + 4 * 20 + 20 + 41 + 41, messages: 19 }],
    ['0.169.0-gpt-5.5', { responses: 17, outputTokens: 135 + 41 + 2 * 20 + 41 + 20 + 41 + 41, messages: 20 }],
  ])('gives the exact figures of the scripted runs of %s', async (version, expected) => {
    const home = join(corpus, 'generated', version, 'home')
    const store = await openSqlite({ path: ':memory:' })
    await scanHome(store, { home, platform: 'linux', variables: {} })
    const totals = await productTotals(store)
    await store.close()
    expect(totals).toMatchObject({ ...expected, commits: 1, failedCalls: 1, unansweredCalls: 0 })
    expect(totals.inputTokens - totals.outputTokens).toBe(80 * expected.responses)
    expect(totals.cacheReadTokens).toBe(
      1000 * expected.responses + 10 * (totals.outputTokens - 20 * expected.responses),
    )
  })
})
