import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FORK, HARBOUR, PLAN, emptyWorld, operationsWorld } from '../../test/operations-world.ts'
import { listActivities, verifyActivities } from './activities.ts'
import { listFiles } from './files.ts'
import { parseInput } from './input.ts'
import { listProblems } from './problems.ts'
import { ignoreProject, listProjects } from './projects.ts'
import { deleteSessions } from './session-delete.ts'
import { listSessions } from './session-list.ts'
import { sessionStats } from './session-stats.ts'
import { usageTotal } from './usage.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const list = (words: Record<string, unknown> = {}) =>
  listSessions.handle(world.context, parseInput(listSessions, words))
const remove = (words: Record<string, unknown>) =>
  deleteSessions.handle(world.context, parseInput(deleteSessions, words))
const refs = async (words: Record<string, unknown> = {}) => (await list(words)).items.map(({ ref }) => ref)
const cost = async () => (await usageTotal.handle(world.context, {})).costMicrodollars

describe('session list', () => {
  it('has the newest start first, with the fields that others rely on', async () => {
    const { items, total, nextCursor } = await list()
    expect({ total, nextCursor }).toEqual({ total: 3, nextCursor: null })
    expect(items.map(({ externalId }) => externalId)).toEqual([FORK, PLAN, HARBOUR])
    expect(items[1]).toMatchObject({
      key: null,
      ref: 'cc-1a11a1',
      agent: 'claude-code',
      externalId: PLAN,
      project: 'tidewatch',
      title: 'Cache the tide tables on disk',
      status: 'expired',
      startedAt: '2026-11-19T09:00:00.000Z',
      lastActivityAt: '2026-11-19T09:00:20.000Z',
      messageCount: 3,
      invocationCount: 2,
      failedCount: 1,
      usage: { responses: 2, costMicrodollars: 11_640, costReason: null },
    })
  })

  it('counts in a fork only what is its own', async () => {
    const [fork] = (await list()).items
    expect(fork).toMatchObject({ messageCount: 2, invocationCount: 0, usage: { responses: 1 }, status: 'active' })
  })

  it('is narrowed and sorted', async () => {
    expect(await refs({ project: 'tidewatch' })).toEqual(['cc-2b22b2', 'cc-1a11a1'])
    expect(await refs({ since: '2026-11-20' })).toEqual(['cc-2b22b2'])
    expect(await refs({ until: '2026-11-19' })).toEqual(['cc-1a11a1', 'cc-3c33c3'])
    expect(await refs({ text: 'HARBOUR' })).toEqual(['cc-3c33c3'])
    expect(await refs({ status: 'active' })).toEqual(['cc-2b22b2'])
    expect(await refs({ branch: 'release' })).toEqual([])
    expect(await refs({ sort: 'cost' })).toEqual(['cc-1a11a1', 'cc-2b22b2', 'cc-3c33c3'])
  })

  it('goes on where the page before stopped', async () => {
    const first = await list({ limit: 2 })
    expect([first.items.length, first.total]).toEqual([2, 3])
    const second = await list({ limit: 2, cursor: first.nextCursor })
    expect([second.items.map(({ ref }) => ref), second.nextCursor]).toEqual([['cc-3c33c3'], null])
  })
})

describe('session stats', () => {
  it('adds up to its total by status and agent', async () => {
    const stats = await sessionStats.handle(world.context, {})
    expect(stats).toMatchObject({
      total: 3,
      byStatus: { active: 1, expired: 2 },
      byAgent: { 'claude-code': 3 },
      usage: { responses: 5 },
    })
    expect(new Map(stats.byProject.map(({ project, sessions }) => [project, sessions]))).toEqual(
      new Map([
        ['tidewatch', 2],
        ['harbour', 1],
      ]),
    )
  })
})

describe('session delete', () => {
  it('says in a rehearsal what would go, and changes nothing', async () => {
    expect(await remove({ sessions: ['cc-3c'], rehearse: true })).toMatchObject({
      deleted: false,
      total: 1,
      items: [{ ref: 'cc-3c33c3' }],
      usage: { responses: 2, costMicrodollars: 450, unpricedTokens: 1500 },
      entries: null,
    })
    expect(await refs()).toHaveLength(3)
  })

  it('says by how much totals fell, and that is by how much they fell', async () => {
    const before = await cost()
    const gone = await remove({ sessions: [HARBOUR], reason: 'private' })
    expect(gone).toMatchObject({ deleted: true, transcripts: 1, tombstones: true, usage: { costMicrodollars: 450 } })
    expect(gone.entries).toBeGreaterThan(3)
    expect([before, await cost()]).toEqual([14_805, 14_355])
  })

  it('keeps a deleted session away from the next scan', async () => {
    await remove({ sessions: [HARBOUR] })
    await world.rescan()
    expect(await refs()).toEqual(['cc-2b22b2', 'cc-1a11a1'])
    expect(await world.store.tombstones.list()).toMatchObject([{ externalId: HARBOUR, deletedBy: 'ada' }])
  })

  it('passes what a fork shares to the fork, so that totals stay', async () => {
    const gone = await remove({ sessions: [PLAN] })
    expect(gone.usage).toMatchObject({ responses: 0, costMicrodollars: null })
    expect((await list()).items).toMatchObject([{ ref: 'cc-2b22b2', usage: { responses: 3 } }, { ref: 'cc-3c33c3' }])
    expect(await cost()).toBe(14_805)
  })

  it('writes one line a session into the log, with who and why', async () => {
    await remove({ sessions: [HARBOUR, FORK], reason: 'private' })
    const words = parseInput(listActivities, { action: 'session.deleted' })
    const { items, total } = await listActivities.handle(world.context, words)
    expect(total).toBe(2)
    expect(items.map(({ payload }) => payload?.['session'])).toEqual(['cc-2b22b2', 'cc-3c33c3'])
    expect(items[0]).toMatchObject({ actor: 'ada', at: '2026-11-20T11:00:00.000Z', payload: { reason: 'private' } })
    expect(await verifyActivities.handle(world.context, {})).toMatchObject({ ok: true, brokenAt: null })
  })

  it('takes all sessions of a project', async () => {
    expect(await remove({ project: 'tidewatch' })).toMatchObject({ total: 2, usage: { responses: 3 } })
    expect(await refs()).toEqual(['cc-3c33c3'])
  })

  it('refuses nothing, both, and what it does not know', async () => {
    await expect(remove({})).rejects.toMatchObject({
      message: 'no session is named',
      details: ['name sessions, or give --project or --agent'],
    })
    await expect(remove({ sessions: [PLAN], project: 'harbour' })).rejects.toThrow(
      'sessions and a filter were both given',
    )
    await expect(remove({ sessions: [PLAN, 'nobody'] })).rejects.toThrow('no session "nobody"')
    expect(await refs()).toHaveLength(3)
  })
})

describe('the word for a session', () => {
  const found = async (word: string) => (await remove({ sessions: [word], rehearse: true })).items[0]?.ref

  it('may be its ref, its beginning, the agent id, the id, the key or the number of the key', async () => {
    const { id } = await world.store.sessions.assignKey((await list()).items[1]!.id)
    const words = ['cc-1a11a1', 'CC-1a', PLAN, '1a11a', id, 'SESSION-001', 'session-1', '1', ' 1 ']
    for (const word of words) expect([word, await found(word)]).toEqual([word, 'cc-1a11a1'])
  })

  it('lists the candidates where it may mean several', async () => {
    const attempt = remove({ sessions: ['cc-'], rehearse: true })
    await expect(attempt).rejects.toMatchObject({ code: 'conflict', message: '"cc-" may mean 3 sessions' })
    const details = await attempt.catch((error: { details: string[] }) => error.details)
    expect(details).toContain('cc-1a11a1  Cache the tide tables on disk')
  })

  it('names the newest session where there is none such, and the first step where there is none', async () => {
    await expect(found('SESSION-404')).rejects.toMatchObject({
      code: 'not_found',
      message: 'no session "SESSION-404"; the newest is cc-2b22b2',
      hint: 'daybook session list',
    })
    const empty = await emptyWorld()
    const attempt = deleteSessions.handle(empty.context, parseInput(deleteSessions, { sessions: ['1'] }))
    await expect(attempt).rejects.toMatchObject({
      message: 'no session "1"; none is recorded yet',
      hint: 'daybook scan',
    })
    await empty.close()
  })
})

describe('files, problems and projects', () => {
  it('lists files with what happened to them', async () => {
    const { items, total } = await listFiles.handle(world.context, parseInput(listFiles, {}))
    expect(total).toBe(1)
    expect(items[0]).toMatchObject({ path: '/code/tidewatch/cache.ts', kind: 'edit', changes: 1, sessions: 1 })
    const ofFork = parseInput(listFiles, { session: FORK })
    expect((await listFiles.handle(world.context, ofFork)).total).toBe(0)
  })

  it('lists what could not be read, with path and line', async () => {
    const { items } = await listProblems.handle(world.context, parseInput(listProblems, {}))
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ agent: 'claude-code', line: 5 })
    expect(items[0]?.path).toContain(`${HARBOUR}.jsonl`)
  })

  it('lists projects, the one worked on last first', async () => {
    const { items } = await listProjects.handle(world.context, parseInput(listProjects, {}))
    expect(items.map(({ name, sessionCount }) => [name, sessionCount])).toEqual([
      ['tidewatch', 2],
      ['harbour', 1],
    ])
  })

  it('stops reading an ignored project, keeps what was read, and reads it again when told to', async () => {
    const ignore = (words: Record<string, unknown>) =>
      ignoreProject.handle(world.context, parseInput(ignoreProject, words))
    const answer = await ignore({ project: 'harbour' })
    expect(answer).toMatchObject({
      ignored: true,
      project: { name: 'harbour', ignoredAt: '2026-11-20T11:00:00.000Z' },
      kept: { sessions: 1, usage: { responses: 2, costMicrodollars: 450 } },
    })
    const ignored = await listProjects.handle(world.context, parseInput(listProjects, { ignored: true }))
    expect(ignored.items.map(({ name }) => name)).toEqual(['harbour'])
    expect(await ignore({ project: 'harbour', undo: true })).toMatchObject({ ignored: false })
    expect(await ignore({ project: 'harbour', undo: true })).toMatchObject({ ignored: false })
    const { items } = await listActivities.handle(world.context, parseInput(listActivities, { actor: 'ada' }))
    expect(items.map(({ action }) => action)).toEqual(['project.read_again', 'project.ignored'])
  })
})
