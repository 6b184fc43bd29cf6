import { describe, expect, it } from 'vitest'
import { ENTRY_FLAG } from '../domain/entry.ts'
import type { EntryWords, UsageWords } from './batch-maker.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

/** What each transcript of a family holds, by name. */
type Files = Record<string, { entries: EntryWords[]; usage: UsageWords[] }>

const turn = (name: string, place: number, shiftMs = 0): { entries: EntryWords[]; usage: UsageWords[] } => ({
  entries: [
    { id: `${name}-u`, atMs: T0 + place * 60_000 + shiftMs },
    {
      id: `${name}-a`,
      atMs: T0 + place * 60_000 + 1000 + shiftMs,
      role: 'assistant',
      call: { id: `${name}-c`, tool: 'Bash' },
    },
    { id: `${name}-r`, atMs: T0 + place * 60_000 + 2000 + shiftMs, result: { of: `${name}-c`, failed: true } },
  ],
  usage: [
    { response: `${name}-m`, atMs: T0 + place * 60_000 + 1000, outputTokens: 10 ** place, cost: 100 * 10 ** place },
  ],
})

/** A copy of a response in a subagent's transcript. */
const side = (request: string, outputTokens: number) => ({ request, outputTokens, sidechain: true })

const talk = (...turns: ReturnType<typeof turn>[]): Files[string] => ({
  entries: turns.flatMap((each) => each.entries),
  usage: turns.flatMap((each) => each.usage),
})

/** Reads the transcripts in one order and tells what every session ends up with. */
async function outcome(world: World, files: Files, order: string[]): Promise<Record<string, unknown>> {
  for (const name of order) {
    const transcript = await world.register(name)
    await world.read(transcript, files[name] as Files[string])
  }
  const sessions: Record<string, unknown> = {}
  for (const name of Object.keys(files)) {
    const session = await world.session(name)
    const { messageCount, invocationCount, failedCount, usage, startedAt } = session
    const parent = session.parentId === null ? null : (await world.store.sessions.get(session.parentId)).externalId
    const { outputTokens, costMicrodollars, responses } = usage
    const entries = await world.store.entries.count({ sessionId: session.id })
    const listed = await world.store.entries.count({ sessionId: session.id, includeInherited: true })
    sessions[name] = {
      counts: [entries, listed, messageCount, invocationCount, failedCount],
      usage: [responses, outputTokens, costMicrodollars],
      startedAt,
      parent,
    }
  }
  sessions['total'] = (await world.store.usage.total({})).outputTokens
  return sessions
}

function orders(names: string[]): string[][] {
  if (names.length <= 1) return [names]
  return names.flatMap((name) => orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest]))
}

const at = (place: number) => new Date(T0 + place * 60_000).toISOString()

export function sharedHistoryContract(begin: () => Promise<World>): void {
  describe('history that several transcripts hold', () => {
    it.each(orders(['parent', 'fork', 'fork-of-fork']))(
      'belongs to the parent, read %s then %s then %s',
      async (...order) => {
        const files: Files = {
          parent: talk(turn('one', 0), turn('two', 1)),
          fork: talk(turn('one', 0), turn('two', 1), turn('three', 2)),
          'fork-of-fork': talk(turn('one', 0), turn('two', 1), turn('three', 2), turn('four', 3)),
        }
        expect(await outcome(await begin(), files, order)).toEqual({
          parent: { counts: [6, 6, 2, 2, 2], usage: [2, 11, 1100], startedAt: at(0), parent: null },
          fork: { counts: [3, 9, 1, 1, 1], usage: [1, 100, 10_000], startedAt: at(2), parent: 'parent' },
          'fork-of-fork': { counts: [3, 12, 1, 1, 1], usage: [1, 1000, 100_000], startedAt: at(3), parent: 'fork' },
          total: 1111,
        })
      },
    )

    it.each(orders(['parent', 'fork']))(
      'belongs to the one that went its own way first, read %s then %s',
      async (...order) => {
        const files: Files = {
          parent: talk(turn('one', 0), turn('two', 1)),
          fork: talk(turn('one', 0), turn('three', 2)),
        }
        expect(await outcome(await begin(), files, order)).toMatchObject({
          parent: { counts: [6, 6, 2, 2, 2], usage: [2, 11, 1100], parent: null },
          fork: { counts: [3, 6, 1, 1, 1], usage: [1, 100, 10_000], parent: 'parent' },
        })
      },
    )

    const HOUR = 3_600_000
    // The parent goes on after the fork began: its first entry of its own is the later one.
    const continued: Files = {
      parent: talk(turn('one', 0), turn('two', 9)),
      fork: talk(turn('one', 0), turn('three', 5)),
    }
    const owned = {
      parent: { counts: [6, 6, 2, 2, 2], usage: [2, 1_000_000_001, 100_000_000_100], startedAt: at(0), parent: null },
      fork: { counts: [3, 6, 1, 1, 1], usage: [1, 100_000, 10_000_000], startedAt: at(5), parent: 'parent' },
    }

    it.each(orders(['parent', 'fork']))(
      'belongs to the file that was there when it was said, read %s then %s',
      async (...order) => {
        const world = await begin()
        await world.register('parent', { bornAtMs: T0 + 100_000 })
        await world.register('fork', { bornAtMs: T0 + 5 * 60_000 })
        expect(await outcome(world, continued, order)).toMatchObject(owned)
      },
    )

    it.each(orders(['parent', 'fork']))(
      'belongs to the one whose lines say so, whenever files were copied, read %s then %s',
      async (...order) => {
        const world = await begin()
        for (const name of order) {
          const id = await world.register(name, { bornAtMs: name === 'parent' ? T0 + HOUR : T0 })
          await world.read(id, {
            ...continued[name],
            facts: { openedAtMs: name === 'parent' ? T0 - 10 : T0 + 5 * 60_000 },
          })
        }
        expect(await outcome(world, continued, [])).toMatchObject(owned)
      },
    )

    it.each([
      ['both files were made late', T0 + HOUR, T0 + 2 * HOUR],
      ['both files were made early', T0, T0 + 1000],
      ['nobody knows when', null, null],
    ])('belongs to the one that went its own way first where %s', async (_why, parentMs, forkMs) => {
      const world = await begin()
      await world.register('parent', { bornAtMs: parentMs })
      await world.register('fork', { bornAtMs: forkMs })
      expect(await outcome(world, continued, ['fork', 'parent'])).toMatchObject({
        parent: { parent: 'fork' },
        fork: { parent: null },
      })
    })

    it.each(orders(['parent', 'fork']))(
      'is not the fork’s because its copies carry its own times, read %s then %s',
      async (...order) => {
        const files: Files = { parent: talk(turn('one', 0)), fork: talk(turn('one', 0, HOUR), turn('two', 1, HOUR)) }
        const world = await begin()
        await world.register('parent', { bornAtMs: T0 + 3 * HOUR })
        await world.register('fork', { bornAtMs: T0 + HOUR })
        expect(await outcome(world, files, order)).toMatchObject({
          parent: { parent: null },
          fork: { parent: 'parent' },
        })
      },
    )

    it.each(orders(['parent', 'fork']))(
      'is recognised when the copy carries other times, read %s then %s',
      async (...order) => {
        const files: Files = {
          parent: talk(turn('one', 0)),
          fork: talk(turn('one', 0, 3_600_000), turn('two', 1, 3_600_000)),
        }
        expect(await outcome(await begin(), files, order)).toMatchObject({
          parent: { counts: [3, 3, 1, 1, 1], usage: [1, 1, 100], parent: null },
          fork: { counts: [3, 6, 1, 1, 1], usage: [1, 10, 1000], parent: 'parent' },
          total: 11,
        })
      },
    )

    it.each(orders(['parent', 'fork']))(
      'belongs to the one the fork names, although it went on later and copies carry other times, read %s then %s',
      async (...order) => {
        const files: Files = {
          parent: talk(turn('one', 0), turn('two', 9)),
          fork: talk(turn('one', 0, 3_600_000), turn('three', 5)),
        }
        const world = await begin()
        for (const name of order) {
          const facts = name === 'fork' ? { parentExternalId: 'parent', relation: 'forks' } : {}
          await world.read(await world.register(name), { ...files[name], facts })
        }
        expect(await outcome(world, files, [])).toMatchObject({
          parent: { counts: [6, 6, 2, 2, 2], usage: [2, 1_000_000_001, 100_000_000_100], parent: null },
          fork: { counts: [3, 6, 1, 1, 1], usage: [1, 100_000, 10_000_000], parent: 'parent' },
        })
      },
    )

    it('is one session where one conversation lies under two paths', async () => {
      const { store, register, read, session } = await begin()
      for (const path of ['/a/abc.jsonl', '/b/abc.jsonl']) {
        const id = await register('abc', { path })
        await read(id, talk(turn('one', 0), ...(path === '/b/abc.jsonl' ? [turn('two', 1)] : [])))
      }
      expect((await store.sessions.list({}, { limit: 5 })).total).toBe(1)
      expect(await session('abc')).toMatchObject({
        messageCount: 2,
        invocationCount: 2,
        usage: { outputTokens: 11 },
        parentId: null,
      })
    })

    it('keeps its parent where the fork was copied to another folder', async () => {
      for (const order of orders(['parent', 'fork', 'copy'])) {
        const { register, read, session } = await begin()
        for (const name of order) {
          const id = await register(name === 'copy' ? 'fork' : name, { path: `/${name}/x.jsonl` })
          const own = { parent: [], fork: [turn('two', 1)], copy: [turn('two', 1), turn('three', 2)] }[name] ?? []
          await read(id, talk(turn('one', 0), ...own))
        }
        const parent = await session('parent')
        expect(await session('fork'), order.join()).toMatchObject({ parentId: parent.id, relation: 'forks' })
      }
    })

    it.each(orders(['parent', 'fork']))(
      'counts a response with the best numbers any copy has, read %s then %s',
      async (...order) => {
        const partial = {
          ...turn('one', 0),
          usage: [{ response: 'm', atMs: T0, outputTokens: 2, inputTokens: 7, cost: 1 }],
        }
        const final = {
          ...turn('one', 0),
          usage: [{ response: 'm', atMs: T0, outputTokens: 50, inputTokens: 7, cost: 9, request: 'q' }],
        }
        const world = await begin()
        const found = await outcome(world, { parent: talk(partial), fork: talk(final, turn('two', 1)) }, order)
        expect(found).toMatchObject({ parent: { usage: [1, 50, 9] }, fork: { usage: [1, 10, 1000] }, total: 60 })
      },
    )

    describe('and a copy that knows more of a response', () => {
      const response = { response: 'm', request: 'q', inputTokens: 7 }
      const partial = { ...turn('one', 0), usage: [{ ...response, atMs: T0, outputTokens: 2, cost: 1 }] }
      const final = { ...turn('one', 0), usage: [{ ...response, atMs: T0 + 9000, outputTokens: 50, cost: 9 }] }
      const rowOf = async ({ store }: World) =>
        (await store.usage.rows({}, { limit: 9 })).items.find(({ responseId }) => responseId === 'm')

      it('lends its numbers until it is cut off', async () => {
        const world = await begin()
        const files: Files = { parent: talk(partial), fork: talk(final, turn('two', 1)) }
        expect(await outcome(world, files, ['parent', 'fork'])).toMatchObject({ parent: { usage: [1, 50, 9] } })
        expect(await rowOf(world)).toMatchObject({ outputTokens: 50, at: at(0) })
        await world.read(await world.register('fork'), { from: 6, base: 6, restarted: true, ...turn('two', 1) })
        expect(await rowOf(world)).toMatchObject({ outputTokens: 2, costMicrodollars: 1, at: at(0) })
        expect(await world.store.usage.total({})).toMatchObject({ outputTokens: 12, costMicrodollars: 1001 })
      })

      it('lends its numbers until its owner has them', async () => {
        const world = await begin()
        await outcome(world, { parent: talk(partial), fork: talk(final, turn('two', 1)) }, ['parent', 'fork'])
        const parent = await world.register('parent')
        const more = (from: number, outputTokens: number) =>
          world.read(parent, {
            from,
            usage: [{ ...response, atMs: T0 + from * 1000, record: from, line: from, outputTokens, cost: 5 }],
          })
        await more(3, 20)
        expect(await rowOf(world)).toMatchObject({ outputTokens: 50, costMicrodollars: 9, record: 3 })
        await more(4, 50)
        expect(await rowOf(world)).toMatchObject({ outputTokens: 50, costMicrodollars: 5, record: 4, line: 4 })
        await more(5, 50)
        expect(await rowOf(world)).toMatchObject({ outputTokens: 50, costMicrodollars: 5, record: 4, lines: 4 })
        expect(await world.store.usage.total({})).toMatchObject({ outputTokens: 60, costMicrodollars: 1005 })
      })
    })

    describe.each([
      // `m` came under two request ids: two responses, of 50 and 20 tokens. What copies say of it differs.
      ['without request ids', [{ outputTokens: 50 }]],
      ['in a subagent, under the same request ids', [side('p', 50), side('q', 20)]],
      ['in a subagent, under request ids of its own', [side('x', 50), side('y', 20)]],
      ['in a subagent that holds the smaller one alone', [side('q', 20)]],
    ])('and two responses of one message id, copied %s', (_how, copy) => {
      it.each(orders(['parent', 'fork']))('count once each, read %s then %s', async (...order) => {
        const files: Files = {
          parent: {
            ...turn('one', 0),
            usage: [
              { response: 'm', request: 'p', atMs: T0, outputTokens: 50, inputTokens: 7, cost: 9 },
              { response: 'm', request: 'q', atMs: T0, outputTokens: 20, inputTokens: 7, cost: 4 },
            ],
          },
          fork: talk(
            { ...turn('one', 0), usage: copy.map((row) => ({ response: 'm', atMs: T0, inputTokens: 7, ...row })) },
            turn('two', 1),
          ),
        }
        expect(await outcome(await begin(), files, order)).toMatchObject({
          parent: { usage: [2, 70, 13] },
          fork: { usage: [1, 10, 1000] },
          total: 80,
        })
      })
    })

    it.each(orders(['main', 'aside']))(
      'belongs to the conversation, not to a subagent whose file begins with a copy of it, read %s then %s',
      async (...order) => {
        const { store, register, read, session } = await begin()
        const files: Files = {
          main: talk(turn('one', 0), turn('two', 9)),
          aside: talk(turn('one', 0), turn('three', 5)),
        }
        for (const name of order) {
          const more = name === 'main' ? {} : { kind: 'subagent' as const, sessionExternalId: 'main' }
          await read(await register(name, more), files[name] as Files[string])
        }
        expect(await session('main')).toMatchObject({ messageCount: 2, invocationCount: 3, usage: { responses: 3 } })
        const { items } = await store.usage.rows({}, { limit: 9 })
        expect(items.map(({ responseId }) => responseId).sort()).toEqual(['one-m', 'three-m', 'two-m'])
      },
    )

    it('moves when a transcript grows, and the totals stay', async () => {
      const world = await begin()
      const files: Files = { parent: talk(turn('one', 0)), fork: talk(turn('one', 0), turn('three', 2)) }
      await outcome(world, files, ['parent', 'fork'])
      const parent = await world.register('parent')
      await world.read(parent, { from: 3, ...turn('two', 1) })
      expect(await world.session('parent')).toMatchObject({ messageCount: 2, usage: { outputTokens: 11 } })
      expect(await world.session('fork')).toMatchObject({ messageCount: 1, usage: { outputTokens: 100 } })
    })

    it('has no active time in a fork before its own first entry', async () => {
      const { register, read, session } = await begin()
      const [parent, fork] = [await register('parent'), await register('fork')]
      await read(parent, { ...turn('one', 0), growing: { startMs: T0, endMs: T0 + 2000 } })
      await read(fork, { ...talk(turn('one', 0), turn('two', 1)), growing: { startMs: T0, endMs: T0 + 62_000 } })
      expect(await session('parent')).toMatchObject({ activeMs: 2000 })
      expect(await session('fork')).toMatchObject({ activeMs: 2000, wallMs: 2000 })
    })

    it('passes to the fork when the parent is deleted, and only the rest leaves the totals', async () => {
      const world = await begin()
      const files: Files = {
        parent: talk(turn('one', 0), turn('two', 1)),
        fork: talk(turn('one', 0), turn('three', 2)),
      }
      await outcome(world, files, ['parent', 'fork'])
      const { store } = world
      const before = await store.usage.total({})
      const fell = await store.sessions.delete((await world.session('parent')).id, 'ada', 'private')
      expect(fell).toMatchObject({
        entries: 3,
        transcripts: 1,
        usage: { outputTokens: 10, costMicrodollars: 1000, responses: 1 },
      })
      const after = await store.usage.total({})
      expect(before.costMicrodollars - after.costMicrodollars).toBe(fell.usage.costMicrodollars)
      expect(await world.session('fork')).toMatchObject({
        messageCount: 2,
        invocationCount: 2,
        usage: { outputTokens: 101 },
        startedAt: at(0),
        parentId: null,
      })
      const entries = await store.entries.list({ sessionId: (await world.session('fork')).id }, { limit: 20 })
      expect(entries.items.every((entry) => (entry.flags & ENTRY_FLAG.inherited) === 0)).toBe(true)
    })
  })
}
