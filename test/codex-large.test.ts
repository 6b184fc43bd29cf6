import { statSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { codex } from '../src/sources/codex/index.ts'
import { fileIdentity } from '../src/sources/source-file.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { Rollout } from './codex-rollouts.ts'
import { testHome, type TestHome } from './home.ts'
import { productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

const THREAD = 'aaaaaaaa-0000-7000-8000-000000000001'
const ATMS = Date.parse('2026-03-01T10:00:00Z')
const TURNS = 300
const COPIES = 12

const homes: TestHome[] = []
afterEach(() => homes.splice(0).forEach((home) => home.remove()))

/** A rollout that grew by copies of itself (openai/codex#29531): each resume wrote the history so far once more. */
function grown(turnIds: boolean): { home: TestHome; path: string } {
  const home = testHome()
  homes.push(home)
  const first = new Rollout(THREAD, { atMs: ATMS, turnIds })
  for (let i = 0; i < TURNS; i++)
    first.turn({
      prompt: `Count row ${i}.`,
      reply: `Row ${i}. `.repeat(300),
      responses: [[900 + i, 10, 1]],
      exitCode: i % 2,
    })
  const rollout = new Rollout(THREAD, { atMs: ATMS + 86_400_000, turnIds })
  for (let i = 0; i < COPIES; i++) rollout.copy(first)
  return { home, path: home.write(first.path, first.text + rollout.text) }
}

it.each([true, false])(
  'a rollout of copies of itself is read batch by batch with a small state (turn ids: %s)',
  async (turnIds) => {
    const { path } = grown(turnIds)
    expect(statSync(path).size).toBeGreaterThan(15_000_000)
    const ref = { agent: 'codex', path, kind: 'main' as const, externalId: THREAD, file: fileIdentity(statSync(path)) }
    const [records, responses] = [new Set<string>(), new Map<string, number>()]
    let batches = 0
    for await (const batch of codex.read(ref, undefined, { redact: (lines) => lines, now: Date.now })) {
      batches++
      expect(JSON.stringify(batch.cursor.state).length).toBeLessThan(32_768)
      expect(batch.records.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(
        2 * 1024 * 1024,
      )
      for (const { recordId } of batch.entries) records.add(recordId)
      // Whatever copy is looked at, a response has the same numbers.
      for (const { responseId, inputTokens } of batch.usage) {
        expect(responses.get(responseId) ?? inputTokens).toBe(inputTokens)
        responses.set(responseId, inputTokens)
      }
    }
    expect(batches).toBeGreaterThan(6)
    expect([records.size, responses.size]).toEqual([TURNS * 4, TURNS])
  },
)

it('a rollout of copies of itself counts once', async () => {
  const { home } = grown(true)
  const store = await openSqlite({ path: ':memory:' })
  await scanHome(store, home.env)
  const totals = await productTotals(store)
  await store.close()
  expect(totals).toMatchObject({
    messages: TURNS * 2,
    calls: TURNS,
    failedCalls: TURNS / 2,
    unansweredCalls: 0,
    responses: TURNS,
    outputTokens: TURNS,
  })
})
