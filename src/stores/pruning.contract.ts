import { describe, expect, it } from 'vitest'
import type { BatchWords } from './batch-maker.ts'
import { CONTRACT_NOW, T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const data = new Uint8Array([1, 2, 3])
const frame = {
  firstRecord: 0,
  recordCount: 3,
  sourceOffset: 0,
  sourceBytes: 30,
  part: null,
  rawBytes: 30,
  data,
  blobs: [],
  replacesTail: false,
}

const READ: BatchWords = {
  entries: [
    { id: 'a', atMs: T0 },
    {
      id: 'b',
      atMs: T0 + 1000,
      call: { id: 'c1', tool: 'Bash', subject: 'npm test' },
      commits: [{ hash: 'abc', subject: 'Cache', branch: 'tides' }],
      changes: [{ path: '/code/cache.ts', kind: 'edit' }],
    },
    { id: 'c', atMs: T0 + 2000, plan: [{ text: 'Cut it', status: 'pending' }], type: 'plan' },
  ],
  usage: [{ response: 'r1', atMs: T0 + 1000, record: 1, outputTokens: 7, cost: 30, lines: 3 }],
  intervals: [{ startMs: T0, endMs: T0 + 2000 }],
  facts: { title: 'Cache the tides', titleSource: 'agent', cwd: '/code' },
  frames: [frame],
}

async function pruned(world: World): Promise<number> {
  const id = await world.register('abc')
  await world.read(id, READ)
  const { id: sessionId } = await world.session('abc')
  expect(await world.store.sessions.prune(sessionId)).toEqual({ sizeBytes: 3, transcriptIds: [id] })
  return id
}

const ONE = { limit: 10 }

export function pruningContract(begin: () => Promise<World>, alone?: string): void {
  describe('a session that was pruned', () => {
    it('keeps what was counted and says nothing any more', async () => {
      const world = await begin()
      const { store } = world
      const id = await pruned(world)
      const session = await world.session('abc')
      expect(session).toMatchObject({
        prunedAt: new Date(CONTRACT_NOW).toISOString(),
        title: null,
        messageCount: 1,
        invocationCount: 1,
        activeMs: 2000,
        usage: { responses: 1, outputTokens: 7, costMicrodollars: 30 },
      })
      const of = { sessionId: session.id }
      expect((await store.sessions.list({}, ONE)).items).toEqual([])
      expect((await store.sessions.list({ includePruned: true }, ONE)).total).toBe(1)
      expect(await store.entries.list(of, ONE)).toMatchObject({ items: [], total: 0 })
      expect((await store.files.list(of, ONE)).items).toEqual([])
      expect((await store.files.commits(of, ONE)).items).toEqual([])
      expect((await store.invocations.list(of, ONE)).items).toMatchObject([{ tool: 'Bash', subject: '' }])
      expect(await store.archive.size()).toMatchObject({ storedBytes: 0, frames: 0 })
      expect(await store.transcripts.cursor(id)).toBeUndefined()
      expect((await store.usage.rows(of, ONE)).items).toMatchObject([{ lines: 3, outputTokens: 7 }])
      expect(await store.work.parts({})).toMatchObject([{ usage: { outputTokens: 7 }, sessionId: session.id }])
    })

    it('stays without content when its source is read from the start again, and counts nothing twice', async () => {
      const world = await begin()
      const id = await pruned(world)
      await world.read(id, READ)
      const session = await world.session('abc')
      expect(session).toMatchObject({ title: null, messageCount: 1, usage: { responses: 1 } })
      expect(session.prunedAt).not.toBeNull()
      expect(await world.store.archive.size()).toMatchObject({ frames: 0 })
      expect((await world.store.entries.list({ sessionId: session.id }, ONE)).items).toEqual([])
      expect((await world.store.usage.rows({}, ONE)).items).toMatchObject([{ lines: 3 }])
      expect((await world.store.invocations.list({}, ONE)).items).toMatchObject([{ subject: '' }])
    })

    it('comes back with what is done later, from there on', async () => {
      const world = await begin()
      const id = await pruned(world)
      await world.read(id, READ)
      const later = CONTRACT_NOW + 60_000
      await world.read(id, {
        from: 3,
        entries: [{ id: 'd', atMs: later }],
        usage: [{ response: 'r2', atMs: later, record: 3, outputTokens: 5, cost: 20 }],
        facts: { title: 'Go on', titleSource: 'agent' },
      })
      const session = await world.session('abc')
      expect(session).toMatchObject({ prunedAt: null, title: 'Go on', messageCount: 2, usage: { outputTokens: 12 } })
      const listed = await world.store.entries.list({ sessionId: session.id }, ONE)
      expect(listed.items.map(({ record }) => record)).toEqual([3])
      expect(await world.store.transcripts.position(id)).toMatchObject({ prunedRecords: 3 })
    })

    it('is old once it was imported and last active before a time', async () => {
      const { store, register, read } = await begin()
      await read(await register('abc'), READ)
      const old = async (at: number): Promise<number> =>
        (await store.sessions.list({ oldBefore: new Date(at).toISOString() }, ONE)).total
      expect([await old(T0 + 3000), await old(CONTRACT_NOW), await old(CONTRACT_NOW + 1)]).toEqual([0, 0, 1])
    })
  })

  describe('after a deletion', () => {
    it('words that no row names any more are gone, and whoever remembers them makes them anew', async () => {
      const { store, another, register, read, session } = await begin()
      const bash = (id: string, tool: string): BatchWords => ({
        entries: [{ id, atMs: T0, call: { id: `call-${id}`, tool } }],
      })
      await read(await register('abc'), bash('a', 'mcp__tides__go'))
      const second = alone ? store : await another()
      await second.sessions.delete((await session('abc')).id, 'ada')
      await second.scrub({ whole: true })
      await read(await register('def'), bash('b', 'Bash'))
      await read(await register('ghi'), bash('c', 'mcp__tides__go'))
      const tools = (await store.entries.list({}, ONE)).items.map(({ tool }) => tool)
      expect(tools.toSorted()).toEqual(['Bash', 'mcp__tides__go'])
    })
  })
}
