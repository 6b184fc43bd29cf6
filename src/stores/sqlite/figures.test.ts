import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeBatch } from '../batch-maker.ts'
import type { Store } from '../store.ts'
import { T0, register } from '../world.contract.ts'
import { openSqlite } from './open.ts'
import { statementsOf } from './testing.ts'

const SESSIONS = 60
const MODELS = ['claude-opus', 'claude-sonnet']

describe('a figure of everything', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-figures-'))
  const path = join(folder, 'daybook.db')
  let store: Store
  beforeAll(async () => {
    store = await openSqlite({ path })
    for (let n = 0; n < SESSIONS; n++) {
      const atMs = T0 + n * 3_600_000
      const usage = [0, 1, 2].map((i) => ({
        response: `${n}:${i}`,
        record: 1,
        atMs: atMs + i * 900_000,
        model: MODELS[n % 2]!,
        outputTokens: 2,
        cost: 5,
      }))
      const entries = [0, 1, 2].map((i) => ({ id: `${n}-${i}`, atMs: atMs + i * 900_000, role: 'user' as const }))
      await store.ingest(makeBatch(await register(store, `s${n}`), { entries, usage }))
    }
  })
  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  /** The statements of a piece of work, each with how SQLite goes about it. */
  async function plansOf(work: () => Promise<unknown>): Promise<{ rows: number; plan: string }[]> {
    const asked = await statementsOf(work)
    const database = new DatabaseSync(path, { readOnly: true })
    const plans = asked.map(({ sql, values, rows }) => {
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
      return { rows, plan: steps.map(({ detail }) => detail).join('; ') }
    })
    database.close()
    return plans
  }

  it('of usage reads one row for each model, whatever the sessions', async () => {
    const searched = 'SEARCH u USING PRIMARY KEY (workspace_id=?); SEARCH n USING INTEGER PRIMARY KEY (rowid=?)'
    expect(await store.usage.total({})).toMatchObject({ responses: SESSIONS * 3, costMicrodollars: SESSIONS * 15 })
    expect(await plansOf(() => store.usage.total({}))).toEqual([{ rows: 2, plan: searched }])
    expect(await plansOf(() => store.usage.by('model', {}))).toEqual([{ rows: 2, plan: searched }])
    const ends = await plansOf(() => store.usage.range({}))
    expect(ends[0]).toMatchObject({ rows: 1, plan: expect.stringMatching(/^(?!.*(SCAN [us]\b|B-TREE)).*$/) as string })
  })

  it('of sessions goes along one index: no row of a session is read and nothing is sorted', async () => {
    let total = 0
    const [groups, unasked] = await plansOf(async () => ({ total } = await store.sessions.stats({})))
    expect(total).toBe(SESSIONS)
    expect(groups?.plan).toContain('SCAN s USING COVERING INDEX session_facets')
    expect(groups?.plan).not.toContain('B-TREE')
    expect(unasked?.plan).toContain('SEARCH s USING INDEX session_last (workspace_id=? AND last_ms>? AND last_ms<?)')
    const [, count] = await plansOf(() => store.sessions.list({ archived: false }, { limit: 5 }))
    expect(count).toEqual({ rows: 1, plan: 'SCAN s USING COVERING INDEX session_facets' })
  })

  it('of sessions is not made again until somebody writes, a session expires or something else is asked', async () => {
    const HOUR_MS = 3_600_000
    let nowMs = T0 + 2 * HOUR_MS
    const own = join(folder, 'counted.db')
    const counted = await openSqlite({ path: own, now: () => nowMs })
    const put = async (id: string, atMs: number): Promise<void> => {
      const entries = [{ id: `${id}-0`, atMs, role: 'user' as const }]
      await counted.ingest(makeBatch(await register(counted, id), { entries }))
    }
    const grouped = async (filter = {}): Promise<boolean> =>
      (await statementsOf(() => counted.sessions.stats(filter))).some(({ sql }) => sql.includes('GROUP BY'))
    await put('a', T0)
    expect(await grouped()).toBe(true)
    expect(await grouped()).toBe(false)
    expect(await grouped({ agent: 'codex' })).toBe(true)
    expect(await grouped()).toBe(true)
    await put('b', T0 + HOUR_MS)
    expect(await grouped()).toBe(true)
    const before = await counted.sessions.stats({})
    expect(before).toMatchObject({ total: 2, byStatus: { active: 2 } })
    nowMs = T0 + 24 * HOUR_MS
    expect(await grouped()).toBe(false)
    nowMs += 1
    expect(await grouped()).toBe(true)
    expect((await counted.sessions.stats({})).byStatus).toEqual({ active: 1, expired: 1 })
    // A clock that goes back takes nothing for expired.
    nowMs = T0 + 2 * HOUR_MS
    expect(await counted.sessions.stats({})).toEqual(before)
    const other = await openSqlite({ path: own, now: () => nowMs })
    await other.sessions.delete((await other.sessions.list({}, { limit: 1 })).items[0]!.id, 'ada')
    await other.close()
    expect((await counted.sessions.stats({})).total).toBe(1)
    await counted.close()
  })

  it('of what belongs to nothing is told by the rows of sessions alone, in one statement', async () => {
    const asked = await statementsOf(() => store.work.unattributed({}))
    expect(asked.map(({ rows }) => rows)).toEqual([SESSIONS])
    const ids = await store.work.unattributed({})
    const { items } = await store.sessions.list({ sessionIds: ids.slice(0, 3) }, { limit: 9, sort: 'last' })
    expect(items.map(({ id }) => id)).toEqual(ids.slice(0, 3))
    expect(await store.sessions.list({ sessionIds: [] }, { limit: 9 })).toMatchObject({ items: [], total: 0 })
    // One whose work may lie in part behind the range is asked about by itself.
    const from = new Date(Date.parse(items[0]!.startedAt) + 1).toISOString()
    expect(await store.work.unattributed({ from })).toEqual([ids[0]])
  })

  it('of a session is not counted where its list is read as a whole', async () => {
    const [session] = await store.work.unattributed({})
    const filter = { sessionId: session! }
    expect((await store.usage.rows(filter, { limit: 99 })).total).toBe(3)
    expect(await statementsOf(() => store.usage.rows(filter, { limit: 99 }))).toHaveLength(1)
    expect(await statementsOf(() => store.invocations.list(filter, { limit: 99 }))).toHaveLength(1)
    expect((await store.usage.rows(filter, { limit: 2 })).total).toBe(3)
    // Nor where nobody asks how many there are.
    const uncounted = { limit: 2, uncounted: true }
    expect(await statementsOf(() => store.usage.rows(filter, uncounted))).toHaveLength(1)
    expect(await store.usage.rows(filter, uncounted)).toMatchObject({
      total: 2,
      nextCursor: expect.any(String) as string,
    })
  })

  it('of a session is not looked for beyond the page where nobody goes on from it', async () => {
    const [sessionId] = await store.work.unattributed({})
    const page = { limit: 2, alone: true }
    expect(await store.entries.list({ sessionId }, page)).toMatchObject({ total: 2, nextCursor: null })
    const asked = await statementsOf(() => store.entries.list({ sessionId }, page))
    const read = asked.filter(({ sql }) => sql.includes('FROM entry'))
    expect(read).toMatchObject([{ rows: 2, values: expect.arrayContaining([2]) as number[] }])
  })

  it('of all transcripts comes in pieces, and others are answered between them', async () => {
    const many = await openSqlite({ path: ':memory:' })
    const registrations = Array.from({ length: 2500 }, (_, n) => ({
      agent: 'claude-code',
      refPrefix: 'cc',
      path: `/home/ada/${n}.jsonl`,
      kind: 'main' as const,
      externalId: `n${n}`,
      sessionExternalId: null,
      parentCallId: null,
      title: null,
      device: 1,
      inode: n,
      sizeBytes: 0,
      modifiedAtMs: T0,
      bornAtMs: null,
    }))
    await many.transcripts.registerAll(registrations)
    const answered: number[] = []
    const asked = await statementsOf(async () => {
      setImmediate(() => answered.push(1))
      expect((await many.transcripts.known()).map(({ inode }) => inode)).toEqual(
        registrations.map(({ inode }) => inode),
      )
      answered.push(2)
    })
    expect(asked.map(({ rows }) => rows)).toEqual([512, 512, 512, 512, 452])
    expect(answered).toEqual([1, 2])
    await many.close()
  })

  it('of no more than its own responses and their copies decides whose the shared ones of a transcript are', async () => {
    const history = { entries: [{ id: 'shared', atMs: T0 }], usage: [{ response: 'shared', record: 0, atMs: T0 }] }
    await store.ingest(makeBatch(await register(store, 'parent'), history))
    const fork = makeBatch(await register(store, 'fork'), history)
    const plans = await plansOf(() => store.ingest(fork))
    const settling = plans.filter(
      ({ plan }) => plan.includes('USING INDEX usage_response') && plan.includes('SUBQUERY'),
    )
    expect(settling).toEqual([
      { rows: 2, plan: expect.stringContaining('SEARCH x USING INDEX usage_transcript') as string },
    ])
  })

  it('of an outline is two statements, whatever the calls and the responses', async () => {
    const [session] = (await store.sessions.list({}, { limit: 1 })).items
    const [usage] = await plansOf(() => store.outline.usage(session!.id))
    expect(usage).toMatchObject({ rows: 3, plan: expect.stringContaining('USING INDEX usage_transcript') as string })
    const [calls] = await plansOf(() => store.outline.calls(session!.id))
    expect(calls?.plan).toContain('SEARCH i USING INDEX invocation_call (transcript_id=?)')
  })

  it('of one session looks at no other, by whichever of its names it is asked for', async () => {
    const [session] = (await store.sessions.list({}, { limit: 1 })).items
    for (const word of [session!.id, session!.externalId, session!.ref, session!.ref.toUpperCase()]) {
      const rules = await plansOf(() => store.sessions.resolve(word))
      for (const { plan } of rules) expect(plan).not.toMatch(/SCAN s\b|SEARCH s USING INDEX session_(started|last)/)
      expect((await store.sessions.resolve(word)).map(({ id }) => id)).toEqual([session!.id])
    }
  })

  it('of a project looks at none of the sessions of others, in their order', async () => {
    const evidence = { identityKind: 'path' as const, identity: '/code/tide', name: 'tide', root: '/code/tide' }
    const { id: projectId } = await store.projects.ensure(evidence)
    const [page] = await plansOf(() => store.sessions.list({ projectId }, { limit: 5, sort: 'last' }))
    expect(page?.plan).toContain('SEARCH s USING INDEX session_project (workspace_id=? AND project_id=?)')
    expect(page?.plan).not.toContain('B-TREE')
    const [, read] = await plansOf(() => store.projects.at(['/code/tide', '/code', '/']))
    expect(read?.plan).toContain('SEARCH s USING COVERING INDEX session_project (workspace_id=? AND project_id=?)')
    expect(read?.plan).not.toMatch(/SCAN s\b/)
  })

  it('of a project that is known needs no write', async () => {
    const evidence = { identityKind: 'path' as const, identity: '/code/buoy', name: 'buoy', root: '/code/buoy' }
    const database = new DatabaseSync(path)
    const changes = () => database.prepare('PRAGMA data_version').get()?.['data_version']
    const made = await store.projects.ensure(evidence)
    const before = changes()
    expect(await store.projects.ensure(evidence)).toEqual(made)
    expect(changes()).toBe(before)
    // Another folder of the same project is written down.
    expect(await store.projects.ensure({ ...evidence, root: '/code/buoy-2' })).toMatchObject({ id: made.id })
    expect(changes()).not.toBe(before)
    database.close()
  })

  it('of work asks as often for sixty sessions as for one, and about each that stood on something five times', async () => {
    const asked = async (group: 'all' | 'project', more = {}) =>
      (await statementsOf(() => store.work.sums(group, { undivided: true, ...more }))).length
    // What is marked, asked twice, what is kept in two, four of the days that are marked, models, people; and projects.
    expect([await asked('all'), await asked('project'), await asked('all', { projectId: 'none' })]).toEqual([
      10, 11, 11,
    ])
    expect((await statementsOf(() => store.work.dearest({}, 5))).length).toBe(4)
    const { items } = await store.sessions.list({}, { limit: SESSIONS })
    const divided = async (from: number, to: number): Promise<number> => {
      for (const { id: sessionId, startedAt } of items.slice(from, to)) {
        const fromAt = new Date(Date.parse(startedAt) + 500_000).toISOString()
        await store.contexts.change({
          sessionId,
          context: { stack: [], optedOut: true },
          change: 'push',
          fromAt,
          by: 'ada',
        })
      }
      return (await statementsOf(() => store.work.sums('all', {}))).length
    }
    const [five, ten] = [await divided(0, 5), await divided(5, 10)]
    expect((ten - five) / 5).toBe(5)
  })

  it('of all work there ever was reads a row for each day and kind of session, and what was written to since', async () => {
    const many = await openSqlite({ path: ':memory:' })
    const write = async (name: string, day: number): Promise<void> => {
      const atMs = T0 - day * 86_400_000
      const usage = [{ response: name, record: 1, atMs, outputTokens: 2, cost: 5 }]
      const entries = [0, 1].map((i) => ({ id: `${name}-${i}`, atMs: atMs + i * 1000, role: 'user' as const }))
      const growing = { startMs: atMs, endMs: atMs + 1000 }
      await many.ingest(makeBatch(await register(many, name), { entries, usage, growing }))
    }
    for (let n = 0; n < 40; n++) await write(`m${n}`, n % 5)
    const rows = async (filter = {}, boundaries?: string[]) =>
      (await statementsOf(() => many.work.sums('all', filter, boundaries))).map((one) => one.rows)
    // Worked out before anybody asks, as after a scan.
    await many.work.keep()
    expect((await statementsOf(() => many.work.keep())).map((one) => one.rows)).toEqual([0])
    expect(await rows()).toEqual([0, 0, 1, 1, 0, 1, 0])
    const [first, second] = [await many.work.sums('all', {}), await many.work.sums('all', {})]
    expect(second).toEqual(first)
    expect(first.whole).toMatchObject([{ sessions: 40, usage: { responses: 40, costMicrodollars: 200 } }])
    // Nothing marked, two sums that the engine added up, nobody stood on anything, the model's name, no people.
    expect(await rows()).toEqual([0, 0, 1, 1, 0, 1, 0])
    // Of a range as well; and a sum for each of three days.
    const from = new Date(T0 - 2 * 86_400_000).toISOString()
    expect(await rows({ from })).toEqual([0, 0, 1, 1, 0, 1, 0])
    const days = [2, 1, 0, -1].map((day) => new Date(T0 - day * 86_400_000).toISOString())
    expect(await rows({}, days)).toEqual([0, 0, 3, 3, 3, 1, 0])
    // One that began before it and reaches into it is looked at by itself, with the others of its hour.
    const cut = new Date(Date.parse(from) + 500).toISOString()
    expect((await rows({ from: cut })).slice(0, 8)).toEqual([0, 0, 1, 1, 1, 1, 0, 8])
    for (let n = 40; n < 50; n++) await write(`m${n}`, 2)
    // One day is marked: its eighteen sessions, what they used, until when, and their stretches.
    expect(await rows()).toEqual([1, 1, 1, 1, 0, 18, 18, 18, 18, 1, 0])
    expect((await many.work.sums('all', {})).whole).toMatchObject([{ sessions: 50 }])
    await many.close()
  })

  it('of one day looks at no session of another', async () => {
    const plans = await plansOf(() => store.work.sums('agent', { undivided: true }))
    const ofDays = plans.filter(({ plan }) => plan.includes('session_started'))
    expect(ofDays).toHaveLength(4)
    for (const { plan } of ofDays)
      expect(plan).toMatch(
        /SEARCH s USING (COVERING )?INDEX session_started \(workspace_id=\? AND started_ms>\? AND started_ms<\?\)/,
      )
    for (const { plan } of plans) expect(plan).not.toMatch(/SCAN (s|t|a|u)\b/)
    // Nor at all that a workspace has, for each of them.
    for (const { plan } of ofDays) expect(plan).not.toMatch(/SEARCH (t|a|u) USING [^;]*\(workspace_id=\?\)/)
  })

  it('of a ticket looks at no session that never stood on it', async () => {
    const ticket = await store.tickets.ensure({ ref: 'T-1', kind: 'task', createdBy: 'ada' })
    const { id: ticketId, trackerId, ref, kind } = ticket
    const { items } = await store.sessions.list({}, { limit: 40, sort: 'last' })
    for (const { id: sessionId } of items.slice(-2))
      await store.contexts.change({
        sessionId,
        context: { stack: [{ ticketId, trackerId, ref, kind }], optedOut: false },
        change: 'push',
        fromAt: null,
        by: 'ada',
      })
    for (const about of [
      () => store.work.parts({ ticketIds: [ticketId] }),
      () => store.work.counts(['calls'], { ticketIds: [ticketId] }),
    ]) {
      const [sessions] = await plansOf(about)
      expect(sessions?.rows).toBe(2)
      expect(sessions?.plan).toContain('SEARCH s USING INTEGER PRIMARY KEY')
      expect(sessions?.plan).toContain('frame_interval_ticket (ticket_id=?)')
    }
  })

  it('is not counted where a list was read to its end', async () => {
    const counts = async (work: () => Promise<{ total: number }>) => {
      const asked = await statementsOf(work)
      return asked.filter(({ sql }) => sql.includes('COUNT(')).length
    }
    const { id: sessionId } = (await store.sessions.list({}, { limit: 1 })).items[0]!
    expect(await counts(() => store.entries.list({ sessionId }, { limit: 2 }))).toBe(1)
    expect(await store.entries.list({ sessionId }, { limit: 3 })).toMatchObject({ total: 3, nextCursor: null })
    expect(await store.entries.list({ sessionId }, { limit: 3, offset: 2 })).toMatchObject({ total: 3 })
    expect(await store.entries.list({ sessionId }, { limit: 3, offset: 9 })).toMatchObject({ total: 3, items: [] })
    expect(await counts(() => store.entries.list({ sessionId }, { limit: 3 }))).toBe(0)
    expect(await counts(() => store.sessions.list({}, { limit: SESSIONS }))).toBe(0)
  })

  it('of an index that is up to date waits for nobody who writes to it', async () => {
    const apart = mkdtempSync(join(folder, 'index-'))
    const index = await openSqlite({ path: join(apart, 'daybook.db') })
    expect(await index.search.lagging()).toEqual([])
    const other = new DatabaseSync(join(apart, 'search.db'))
    other.exec('BEGIN IMMEDIATE')
    await index.search.tidy()
    other.exec('ROLLBACK')
    other.close()
    await index.close()
  }, 5_000)

  it('is counted once for all pages of a list, and anew when somebody has written', async () => {
    const other = await openSqlite({ path })
    const write = async (to: Store, name: string) =>
      to.ingest(makeBatch(await register(to, name), { entries: [{ id: name, atMs: T0, role: 'user' }] }))
    const page = async (offset: number) => {
      let total = -1
      const asked = await statementsOf(async () => ({ total } = await store.sessions.list({}, { limit: 5, offset })))
      return { total, counted: asked.filter(({ sql }) => sql.includes('COUNT(')).length }
    }
    const { total } = await page(0)
    expect(await page(5)).toEqual({ total, counted: 0 })
    await write(other, 'one-more')
    expect([await page(5), await page(10)]).toEqual([
      { total: total + 1, counted: 1 },
      { total: total + 1, counted: 0 },
    ])
    await write(store, 'and-another')
    expect(await page(5)).toEqual({ total: total + 2, counted: 1 })
    await other.close()
  })
})
