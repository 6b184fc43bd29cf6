import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../test/home.ts'
import { scanHome } from '../../../test/reading.ts'
import { reindex } from '../../ingest/reindex.ts'
import { readSettings } from '../../reading.ts'
import type { Store } from '../../stores/store.ts'
import { openSqlite } from '../../stores/sqlite/open.ts'

const ID = '1a000000-0000-4000-8000-000000000001'
const EVENTS = `.copilot/session-state/${ID}/events.jsonl`
const SCHEMA = `
  CREATE TABLE sessions (id TEXT PRIMARY KEY, cwd TEXT, summary TEXT);
  CREATE TABLE turns (id INTEGER PRIMARY KEY, session_id TEXT, user_message TEXT);
  CREATE TABLE assistant_usage_events (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL, turn_index INTEGER,
    agent_id TEXT, parent_tool_call_id TEXT, model TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER,
    cache_read_tokens INTEGER, cache_write_tokens INTEGER, reasoning_tokens INTEGER, created_at TEXT)`

let home: TestHome
let store: Store
let database: DatabaseSync
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
})
afterEach(async () => {
  database.close()
  await store.close()
  home.remove()
})

const at = (minute: number): string => `2026-11-20T09:${String(minute).padStart(2, '0')}:00.000Z`
let events = 0
const event = (minute: number, type: string, data: object): string =>
  `${JSON.stringify({ type, data, id: `1a000000-0000-4000-9000-${String(++events).padStart(12, '0')}`, timestamp: at(minute) })}\n`
const start = (minute: number, copilotVersion = '1.0.89'): string =>
  event(minute, 'session.start', { sessionId: ID, copilotVersion, context: { cwd: '/code/orchard' } })
const resume = (minute: number): string => event(minute, 'session.resume', { resumeTime: at(minute) })
const shutdown = (minute: number, count: number, inputTokens: number, outputTokens: number): string => {
  const usage = { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }
  return event(minute, 'session.shutdown', { modelMetrics: { 'gpt-5.1': { requests: { count }, usage } } })
}

/** Rows as Copilot CLI writes them: `[minute, input, cache read, output]`. */
function note(...rows: [number, number, number, number][]): void {
  const insert = database.prepare(
    `INSERT INTO assistant_usage_events (session_id, model, input_tokens, cache_read_tokens, output_tokens,
       cache_write_tokens, reasoning_tokens, created_at) VALUES (?, 'gpt-5.1', ?, ?, ?, 0, 0, ?)`,
  )
  for (const [minute, input, read, output] of rows) insert.run(ID, input, read, output, at(minute))
}

function openDatabase(): void {
  database = new DatabaseSync(join(home.path, '.copilot', 'session-store.db'))
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA}`)
  database.prepare(`INSERT INTO sessions VALUES (?, '/code/orchard', 'not read')`).run(ID)
}

async function counted(): Promise<object> {
  // Later than the events' file was written: a run without a lock is not waited for.
  await scanHome(store, home.env, () => Date.now() + 120_000)
  const { responses, inputTokens, cacheReadTokens, outputTokens } = await store.usage.total({})
  return { responses, inputTokens, cacheReadTokens, outputTokens }
}

describe('requests that Copilot CLI notes in its database', () => {
  it('count where a run was killed before it told of them, though the next was closed', async () => {
    home.write(EVENTS, start(0) + resume(10) + shutdown(15, 1, 50, 5))
    openDatabase()
    note([1, 100, 80, 10], [2, 200, 150, 20], [12, 50, 0, 5])
    expect(await counted()).toEqual({ responses: 3, inputTokens: 20 + 50 + 50, cacheReadTokens: 230, outputTokens: 35 })
    expect((await store.sessions.list({}, { limit: 9 })).items).toMatchObject([
      { externalId: ID, cwd: '/code/orchard' },
    ])
  })

  it('count once where a shutdown tells of them, whenever it does', async () => {
    home.write(EVENTS, start(0))
    home.write(`.copilot/session-state/${ID}/inuse.${process.pid}.lock`, String(process.pid))
    openDatabase()
    note([1, 100, 80, 10])
    expect(await counted()).toMatchObject({ responses: 0 })
    home.write(EVENTS, start(0) + shutdown(3, 1, 100, 10))
    note([4, 1, 0, 1])
    expect(await counted()).toMatchObject({ responses: 1, outputTokens: 10 })
  })

  it('count when the process that made them is gone, though nothing else changed', async () => {
    const lock = home.write(`.copilot/session-state/${ID}/inuse.${process.pid}.lock`, String(process.pid))
    home.write(EVENTS, start(0))
    openDatabase()
    note([1, 100, 80, 10])
    expect(await counted()).toMatchObject({ responses: 0 })
    rmSync(lock)
    expect(await counted()).toMatchObject({ responses: 1, inputTokens: 20, outputTokens: 10 })
  })

  it('do not count where requests have records among the events', async () => {
    const usage = { model: 'gpt-5.1', inputTokens: 100, outputTokens: 10, apiCallId: 'call-1' }
    home.write(EVENTS, start(0) + event(1, 'session.usage_record', { usage }))
    openDatabase()
    note([1, 100, 0, 10])
    expect(await counted()).toMatchObject({ responses: 1, outputTokens: 10 })
  })

  it('are not looked for in versions that record each request, nor where the events are gone', async () => {
    home.write(EVENTS, start(0, '1.0.102'))
    openDatabase()
    note([1, 100, 0, 10])
    expect(await counted()).toMatchObject({ responses: 0 })
  })

  it('are there after a reading that found the database locked', async () => {
    home.write(EVENTS, start(0) + resume(10) + shutdown(15, 1, 50, 5))
    openDatabase()
    database.exec('PRAGMA journal_mode = DELETE')
    note([1, 100, 80, 10])
    database.exec('BEGIN EXCLUSIVE')
    expect(await counted()).toMatchObject({ responses: 1, outputTokens: 5 })
    const { items } = await store.problems.list({}, { limit: 9 })
    expect(items.map(({ reason }) => reason)).toEqual(['the database is locked by its agent'])
    database.exec('COMMIT')
    expect(await counted()).toMatchObject({ responses: 2, outputTokens: 15 })
  })

  it('are rebuilt from the archive alone', async () => {
    home.write(EVENTS, start(0) + resume(10) + shutdown(15, 1, 50, 5))
    openDatabase()
    note([1, 100, 80, 10], [12, 50, 0, 5])
    const before = await counted()
    const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] }, Date.now)
    rmSync(join(home.path, '.copilot', 'session-state'), { recursive: true })
    await reindex({ store, ...settings })
    const { responses, inputTokens, cacheReadTokens, outputTokens } = await store.usage.total({})
    expect({ responses, inputTokens, cacheReadTokens, outputTokens }).toEqual(before)
    expect(responses).toBe(2)
  })

  it('are told to be in another shape than expected', async () => {
    home.write(EVENTS, start(0) + shutdown(15, 1, 50, 5))
    openDatabase()
    database.exec('ALTER TABLE assistant_usage_events DROP COLUMN output_tokens')
    expect(await counted()).toMatchObject({ responses: 1 })
    const { items } = await store.problems.list({}, { limit: 9 })
    expect(items.map(({ reason }) => reason)).toEqual([
      'the database has another shape than expected (no assistant_usage_events.output_tokens)',
    ])
  })

  it('are no trouble where a version has no such table, or the file is none', async () => {
    home.write(EVENTS, start(0) + shutdown(15, 1, 50, 5))
    openDatabase()
    database.exec('DROP TABLE assistant_usage_events')
    expect(await counted()).toMatchObject({ responses: 1 })
    expect((await store.problems.list({}, { limit: 9 })).items).toEqual([])
    database.close()
    writeFileSync(join(home.path, '.copilot', 'session-store.db'), 'no database')
    database = new DatabaseSync(':memory:')
    expect(await counted()).toMatchObject({ responses: 1 })
  })
})
