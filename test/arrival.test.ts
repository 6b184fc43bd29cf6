import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { makeClaudeHistory, type MadeHistory, type SessionTruth } from './claude-history.ts'
import { testHome, type TestHome } from './home.ts'
import { random, type Random } from './random.ts'
import { scanHome } from './reading.ts'

const opened: { store: Store; home: TestHome }[] = []
afterEach(async () => {
  for (const { store, home } of opened.splice(0)) {
    await store.close()
    home.remove()
  }
})

async function machine(): Promise<{ store: Store; home: TestHome }> {
  const one = { store: await openSqlite({ path: ':memory:' }), home: testHome() }
  opened.push(one)
  return one
}

/** Reveals a history's files in random order, in random pieces cut anywhere, with scans in between. */
async function arrive(history: MadeHistory, random: Random, home: TestHome, store: Store): Promise<void> {
  const waiting = [...history.files].map(([path, text]) => ({
    path: join(home.path, '.claude/projects', path),
    rest: Buffer.from(text),
  }))
  while (waiting.length > 0) {
    const file = random.pick(waiting)
    const length = random.chance(0.5) ? file.rest.length : random.int(0, file.rest.length)
    mkdirSync(dirname(file.path), { recursive: true })
    appendFileSync(file.path, file.rest.subarray(0, length))
    file.rest = file.rest.subarray(length)
    if (file.rest.length === 0) waiting.splice(waiting.indexOf(file), 1)
    if (random.chance(0.4)) await scanHome(store, home.env)
  }
  await scanHome(store, home.env)
}

async function found(store: Store): Promise<SessionTruth[]> {
  const { items } = await store.sessions.list({}, { limit: 1000 })
  return items.map((session) => ({
    externalId: session.externalId,
    responses: session.usage.responses,
    inputTokens: session.usage.inputTokens,
    outputTokens: session.usage.outputTokens,
    cacheReadTokens: session.usage.cacheReadTokens,
    cacheWriteTokens: session.usage.cacheWriteTokens,
    messages: session.messageCount,
    calls: session.invocationCount,
    failed: session.failedCount,
  }))
}

const byId = (a: SessionTruth, b: SessionTruth): number => a.externalId.localeCompare(b.externalId)

describe('a history with forks, copies, partial outputs and broken lines', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('is counted right however its files arrive (seed %i)', async (seed) => {
    const rolls = random(seed)
    const history = makeClaudeHistory(rolls, { sessions: 4, turns: 4 })
    const { store, home } = await machine()
    await arrive(history, rolls, home, store)
    expect((await found(store)).sort(byId)).toEqual(history.sessions.sort(byId))
  })

  it('gives every view the same total, and the same sessions as one scan at the end', async () => {
    const rolls = random(77)
    const history = makeClaudeHistory(rolls, { sessions: 6, turns: 4 })
    const early = await machine()
    await arrive(history, rolls, early.home, early.store)
    const total = await early.store.usage.total({})
    for (const group of ['session', 'model', 'agent', 'project'] as const) {
      const rows = await early.store.usage.by(group, {})
      expect(rows.reduce((sum, row) => sum + row.totals.costMicrodollars, 0)).toBe(total.costMicrodollars)
      expect(rows.reduce((sum, row) => sum + row.totals.outputTokens, 0)).toBe(total.outputTokens)
    }
    const late = await machine()
    for (const [path, text] of history.files) late.home.write(`.claude/projects/${path}`, text)
    await scanHome(late.store, late.home.env)
    expect((await found(late.store)).sort(byId)).toEqual((await found(early.store)).sort(byId))
    expect(await late.store.usage.total({})).toEqual(total)
  })
})
