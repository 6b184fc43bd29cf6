import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../../sqlite/open.ts'
import { T0 } from '../../world.contract.ts'
import { migrations } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-schema-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const NOW = new Date(T0).toISOString()

/** One imported session as the first schema held it: later code knows columns that are not there yet. */
const IMPORTED = `
  INSERT INTO session (id, workspace_id, uid, ref, agent, external_id, machine_id, title, kind, channel, tags, status,
    started_ms, last_ms, created_at, message_count) SELECT 7, w.id, 'u-7', 'cc-abc', 'claude-code', 'abc', m.id, 'Tide', 'work',
    'import', '["x"]', 'active', ${T0}, ${T0}, '${NOW}', 3 FROM workspace w JOIN machine m;
  INSERT INTO name (id, workspace_id, text) SELECT 1, id, 'claude-sonnet' FROM workspace;
  INSERT INTO usage_quarter SELECT id, 7, ${Math.floor(T0 / 900_000)}, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;`

/** A store of the first `steps` steps of the schema with rows in it, opened by this build. */
async function upgraded(steps: number, rows: string) {
  const path = join(folder, 'daybook.db')
  const now = () => T0
  await (await openSqlite({ path, now, migrations: migrations.slice(0, steps) })).close()
  const old = new DatabaseSync(path)
  old.exec(rows)
  old.close()
  const store = await openSqlite({ path, now })
  const { damage, schemaVersion } = await store.inspect({ integrity: true })
  expect({ damage, schemaVersion }).toEqual({ damage: [], schemaVersion: migrations.length })
  expect(await store.sessions.get('u-7')).toMatchObject({
    externalId: 'abc',
    ref: 'cc-abc',
    title: 'Tide',
    tags: ['x'],
    messageCount: 3,
    usage: { outputTokens: 7, costMicrodollars: 30 },
  })
  expect(await store.usage.by('model', {})).toMatchObject([{ key: 'claude-sonnet', totals: { outputTokens: 7 } }])
  return store
}

describe('a store of an earlier schema', () => {
  it('of step 1 keeps its sessions, which have no star and take notes', async () => {
    const store = await upgraded(1, IMPORTED)
    expect(await store.sessions.get('u-7')).toMatchObject({ starredAt: null })
    const note = { sessionId: 'u-7', entryId: null, text: 'Kept', at: NOW, by: 'ada' }
    expect(await store.notes.add(note)).toMatchObject(note)
    expect(await store.sessions.update('u-7', { starredAt: NOW })).toMatchObject({ starredAt: NOW })
    await store.close()
  })

  it('of step 3 keeps stars and notes; its sessions stand on nothing and take tickets', async () => {
    const store = await upgraded(
      3,
      `${IMPORTED} UPDATE session SET starred_at = '${NOW}';
       INSERT INTO session_note (workspace_id, session_id, text, at, by_whom) SELECT id, 7, 'Kept', '${NOW}', 'ada' FROM workspace`,
    )
    expect(await store.sessions.get('u-7')).toMatchObject({
      starredAt: NOW,
      customMetadata: {},
      implicit: false,
      optedOut: false,
      stack: [],
      openedAt: null,
      calledAt: null,
    })
    expect(await store.work.parts({})).toMatchObject([{ attribution: 'unattributed', usage: { outputTokens: 7 } }])
    const ticket = await store.tickets.create({ createdBy: 'ada' })
    await store.tickets.link({ sessionId: 'u-7', ticketId: ticket.id, action: 'mentioned', at: NOW, by: 'ada' })
    expect(await store.tickets.links({ sessionId: 'u-7' })).toHaveLength(1)
    await store.close()
  })

  it('of step 6 keeps titles that wait, and nothing of it is pruned', async () => {
    const waiting = `INSERT INTO pending_title (workspace_id, agent, record_hash, title) SELECT id, 'claude-code', 9, 'Waits' FROM workspace`
    const store = await upgraded(6, `${IMPORTED} ${waiting};`)
    expect(await store.sessions.get('u-7')).toMatchObject({ prunedAt: null })
    expect(await store.sessions.prune('u-7')).toEqual({ sizeBytes: 0, transcriptIds: [] })
    expect(await store.sessions.get('u-7')).toMatchObject({ prunedAt: NOW, title: null, usage: { outputTokens: 7 } })
    await store.scrub({ whole: true })
    await store.close()
  })

  it('of step 7 keeps sessions, none of which came in a file', async () => {
    const store = await upgraded(7, IMPORTED)
    expect(await store.sessions.get('u-7')).toMatchObject({ quarantined: false })
    expect((await store.sessions.list({ accepted: true }, { limit: 5 })).total).toBe(1)
    const made = await store.imports.create({ file: 'a.json', format: 'bundle', at: NOW, by: 'ada' })
    expect(made).toMatchObject({ id: 'I-1', state: 'waiting', sessions: 0, by: 'ada', decidedBy: null })
    await store.close()
  })

  it('of step 4 keeps what sessions were called for; of no agent is it known what it is at', async () => {
    const store = await upgraded(4, `${IMPORTED} UPDATE session SET called_ms = ${T0}, presence = 'idle';`)
    expect(await store.sessions.get('u-7')).toMatchObject({ calledAt: NOW, presence: 'idle' })
    expect(await store.presence.of(['u-7'])).toEqual(new Map())
    await store.presence.note('u-7', 'working', T0, 'npm test')
    expect(await store.presence.of(['u-7'])).toEqual(new Map([['u-7', { sinceMs: T0, about: 'npm test' }]]))
    await store.close()
  })

  it('of step 5 keeps its sessions; ids that programs choose are unique ignoring case from then on', async () => {
    const store = await upgraded(5, IMPORTED)
    const draft = { agent: 'daybook', externalId: 'Run', refPrefix: 'db', channel: 'api' as const }
    await store.sessions.create(draft)
    await expect(store.sessions.create({ ...draft, externalId: 'run' })).rejects.toMatchObject({ code: 'conflict' })
    await store.close()
  })

  it('of step 7 has what each session used in all its quarters', async () => {
    const quarter = Math.floor(T0 / 900_000)
    const store = await upgraded(
      7,
      `${IMPORTED} UPDATE usage_quarter SET output_tokens = 4, cost_microdollars = 10;
       INSERT INTO usage_quarter SELECT id, 7, ${quarter + 5}, 1, 2, 0, 3, 0, 0, 0, 0, 20, 0, 0 FROM workspace`,
    )
    expect(await store.usage.total({})).toMatchObject({ responses: 3, inputTokens: 10, outputTokens: 7 })
    await store.close()
  })

  it('of step 11 keeps what sessions are known by; calls are known by their subagent from then on', async () => {
    const store = await upgraded(
      11,
      `${IMPORTED} INSERT INTO usage_session SELECT id, 7, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;
       INSERT INTO binding SELECT w.id, m.id, 'process', '42', 7, ${T0} FROM workspace w JOIN machine m`,
    )
    const found = { sessionId: 'u-7', atMs: T0 }
    expect(await store.bindings.find('process', ['42'])).toEqual([{ ...found, value: '42', subagent: null }])
    await store.bindings.bind('call', ['toolu_1'], 'u-7', T0, 'a1')
    expect(await store.bindings.find('call', ['toolu_1'])).toEqual([{ ...found, value: 'toolu_1', subagent: 'a1' }])
    await store.close()
  })

  it('of step 12 has what every model took', async () => {
    const store = await upgraded(
      12,
      `${IMPORTED} INSERT INTO usage_session SELECT id, 7, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;
       INSERT INTO usage_session SELECT id, 8, 1, 1, 5, 0, 0, 0, 0, 0, 1, 0, 0 FROM workspace`,
    )
    expect(await store.usage.total({})).toMatchObject({ responses: 2, inputTokens: 15, costMicrodollars: 31 })
    await store.close()
  })

  it('U45 of step 15 knows which sessions came from one', async () => {
    const store = await upgraded(
      15,
      `${IMPORTED} INSERT INTO usage_session SELECT id, 7, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;
       INSERT INTO usage_model SELECT id, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace`,
    )
    const draft = { agent: 'daybook', externalId: 'b', refPrefix: 'db', channel: 'api' as const }
    const { id } = await store.sessions.create({ ...draft, parentId: 'u-7', relation: 'forks' })
    const children = await store.sessions.list({ parentId: 'u-7' }, { limit: 9 })
    expect(children.items.map((session) => session.id)).toEqual([id])
    await store.close()
  })

  it.each([16, 17])('of step %i works out what its sessions did on the days they began', async (step) => {
    const store = await upgraded(
      step,
      `${IMPORTED} UPDATE session SET invocation_count = 4, active_ms = 60000;
       INSERT INTO usage_session SELECT id, 7, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;
       INSERT INTO usage_model SELECT id, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace`,
    )
    const { whole } = await store.work.sums('agent', { undivided: true })
    expect(whole).toMatchObject([
      { key: 'claude-code', sessions: 1, calls: 4, activeMs: 60_000, usage: { outputTokens: 7, costMicrodollars: 30 } },
    ])
    await store.close()
  })

  it('of step 18 counts what it counted, before any copy lends its numbers', async () => {
    const store = await upgraded(
      18,
      `${IMPORTED} INSERT INTO usage_session SELECT id, 7, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;
       INSERT INTO usage_model SELECT id, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace`,
    )
    expect(await store.usage.total({})).toMatchObject({ responses: 1, inputTokens: 10, costMicrodollars: 30 })
    await store.close()
  })

  it('U46 of step 13 keeps its sessions, and keeps templates from then on', async () => {
    const store = await upgraded(
      13,
      `${IMPORTED} INSERT INTO usage_session SELECT id, 7, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace;
       INSERT INTO usage_model SELECT id, 1, 1, 10, 7, 0, 0, 0, 0, 30, 0, 0 FROM workspace`,
    )
    expect(await store.templates.list()).toEqual([])
    const empty = { purpose: null, kind: null, tags: [], stack: [], checklist: ['test'] }
    await store.templates.create({ name: 'a', ...empty, savedAt: NOW, savedBy: 'ada' })
    expect(await store.templates.list()).toMatchObject([{ name: 'a', checklist: ['test'] }])
    await store.close()
  })

  it('without a feed keeps its sessions, and tells of what happens from then on', async () => {
    const store = await upgraded(7, IMPORTED)
    expect(await store.feed.publish()).toBe(0)
    await store.presence.note('u-7', 'idle', T0, null)
    expect(await store.feed.publish()).toBe(1)
    expect(await store.feed.list(0, 9)).toMatchObject([{ position: 1, kind: 'presence', sessionId: 'u-7' }])
    await store.close()
  })
})
