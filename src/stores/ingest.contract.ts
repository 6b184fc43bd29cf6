import { describe, expect, it } from 'vitest'
import { ENTRY_FLAG } from '../domain/entry.ts'
import { entryId } from '../domain/ids.ts'
import { wordHash } from './batch-maker.ts'
import type { InvocationFilter } from './entry-store.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const REPLY = { role: 'assistant' } as const

export function ingestContract(begin: () => Promise<World>): void {
  describe('ingest', () => {
    it('makes a session of the first entry, with its counters', async () => {
      const { store, register, read, session } = await begin()
      const id = await register('7f3a91c2-0000-4000-8000-000000000001')
      const ingested = await read(id, {
        entries: [
          { id: 'u1', atMs: T0 },
          { id: 'a1', atMs: T0 + 1000, ...REPLY },
          { id: 'a2', atMs: T0 + 2000, call: { id: 'c1', tool: 'Bash', subject: 'npm test' } },
          { id: 'u2', atMs: T0 + 5000, result: { of: 'c1', failed: true, exitCode: 1, durationMs: 2500 } },
          { id: 'u3', atMs: T0 + 6000, flags: ENTRY_FLAG.meta },
        ],
        growing: { startMs: T0, endMs: T0 + 6000 },
        facts: {
          title: 'Fix the tests',
          titleSource: 'prompt',
          cwd: '/work',
          gitBranch: 'main',
          agentVersion: '2.1.197',
        },
      })
      expect(ingested).toMatchObject({ entriesAdded: 5, entriesInherited: 0, entriesRepeated: 0, stale: false })
      expect(await session('7f3a91c2-0000-4000-8000-000000000001')).toMatchObject({
        id: ingested.sessionId,
        ref: 'cc-7f3a91',
        key: null,
        title: 'Fix the tests',
        titleSource: 'prompt',
        status: 'active',
        startedAt: '2026-11-20T10:00:00.000Z',
        lastActivityAt: '2026-11-20T10:00:06.000Z',
        messageCount: 2,
        invocationCount: 1,
        failedCount: 1,
        toolMs: 2500,
        activeMs: 6000,
        wallMs: 6000,
        cwd: '/work',
        gitBranch: 'main',
        agentVersion: '2.1.197',
      })
      const calls = await store.invocations.list({}, { limit: 5 })
      expect(calls.items).toMatchObject([
        {
          tool: 'Bash',
          subject: 'npm test',
          outcome: 'error',
          exitCode: 1,
          durationMs: 2500,
          record: 2,
          resultRecord: 3,
        },
      ])
      const evidence = { identityKind: 'path', identity: '/work', root: '/work', name: 'work' } as const
      const { id: projectId } = await store.projects.ensure(evidence)
      await store.sessions.update(ingested.sessionId as string, { projectId })
      const calledFor = async (filter: InvocationFilter) => (await store.invocations.list(filter, { limit: 5 })).total
      expect(await calledFor({ projectId, exitCode: 1 })).toBe(1)
      expect(await calledFor({ projectId, exitCode: 0 })).toBe(0)
      expect(await calledFor({ projectId: 'another', exitCode: 1 })).toBe(0)
      const [own] = (await store.entries.list({ transcriptId: id, record: 2 }, { limit: 10 })).items
      expect(own).toMatchObject({ record: 2, type: 'tool_call' })
      const inRecords = async (from: number, to: number) => {
        const filter = { transcriptId: id, records: { from, to } }
        const [said, called] = [store.entries.list(filter, { limit: 10 }), calledFor(filter)]
        return [(await said).items.map(({ record }) => record), await called]
      }
      // A call is of the records it was made and answered in.
      expect(await inRecords(0, 2)).toEqual([[0, 1], 0])
      expect(await inRecords(2, 3)).toEqual([[2], 1])
      expect(await inRecords(3, 9)).toEqual([[3], 1])
      const entries = await store.entries.list({ transcriptId: id, includeMeta: true }, { limit: 10 })
      expect(entries.items.map((entry) => [entry.record, entry.type, entry.tool, entry.flags])).toEqual([
        [0, 'message', null, 0],
        [1, 'message', null, 0],
        [2, 'tool_call', 'Bash', ENTRY_FLAG.failed],
        [3, 'tool_result', null, ENTRY_FLAG.failed],
        [4, 'message', null, ENTRY_FLAG.meta],
      ])
    })

    it('makes no session of titles alone, and gives it what they said once there is one', async () => {
      const { store, register, read, session } = await begin()
      const id = await register('abc')
      expect((await read(id, { facts: { title: 'Early', titleSource: 'agent', cwd: '/work' } })).sessionId).toBeNull()
      expect((await store.sessions.list({}, { limit: 5 })).total).toBe(0)
      await read(id, { entries: [{ id: 'u1', atMs: T0 }] })
      expect(await session('abc')).toMatchObject({ title: 'Early', titleSource: 'agent', cwd: '/work' })
    })

    it('keeps the answer of a call whose record comes again behind it, read at once or in parts', async () => {
      const call = { id: 'a', atMs: T0, call: { id: 'c', tool: 'Edit' } }
      const result = { id: 'b', atMs: T0 + 500, result: { of: 'c', failed: true } }
      const copy = { ...call, id: 'other' }
      for (const [name, sizes] of Object.entries({ whole: [4], halves: [2, 2], parts: [1, 1, 1, 1], late: [1, 3] })) {
        const { store, register, read, session } = await begin()
        const id = await register(name)
        const entries = [call, result, call, copy]
        let from = 0
        for (const size of sizes) {
          await read(id, { from, entries: entries.slice(from, from + size), done: from + size === entries.length })
          from += size
        }
        expect(await session(name), name).toMatchObject({ invocationCount: 2, failedCount: 1, toolMs: 500 })
        const { items } = await store.invocations.list({ outcome: 'error' }, { limit: 5 })
        expect(items, name).toMatchObject([{ id: entryId(T0, wordHash('claude-code', 'a')), durationMs: 500 }])
      }
    })

    it('says the same of a session in two files, whichever is read first and grows last', async () => {
      const early = { title: 'first asked', titleSource: 'prompt', cwd: '/code/tides', gitBranch: 'main' }
      const late = { title: 'asked later', titleSource: 'prompt', cwd: '/code/tides/web', gitBranch: 'fix' }
      const files = { '/a/abc.jsonl': [early, T0], '/b/abc.jsonl': [late, T0 + 60_000] } as const
      for (const order of [Object.keys(files), Object.keys(files).toReversed()]) {
        const { register, read, session } = await begin()
        for (const path of order) {
          const [facts, atMs] = files[path as keyof typeof files]
          const id = await register('abc', { path })
          await read(id, { facts, entries: [{ id: `${path}-1`, atMs }], done: false })
          await read(id, { from: 1, facts, entries: [{ id: `${path}-2`, atMs: atMs + 1 }] })
        }
        expect(await session('abc')).toMatchObject({ title: 'first asked', cwd: '/code/tides', gitBranch: 'fix' })
      }
    })

    it('answers a call of an earlier batch, once', async () => {
      const { store, register, read, session } = await begin()
      const id = await register('abc')
      await read(id, { done: false, entries: [{ id: 'a', atMs: T0, call: { id: 'c', tool: 'Edit' } }] })
      expect(await session('abc')).toMatchObject({ invocationCount: 1, failedCount: 0 })
      await read(id, {
        from: 1,
        entries: [
          {
            id: 'b',
            atMs: T0 + 1,
            result: { of: 'c', failed: true },
            changes: [{ path: '/code/a.ts', kind: 'edit', added: 3, removed: 1 }],
            commits: [{ hash: 'a1b2c3d', subject: 'Cut the cache', branch: 'main' }],
          },
        ],
      })
      expect(await session('abc')).toMatchObject({ invocationCount: 1, failedCount: 1 })
      const [call] = (await store.invocations.list({ outcome: 'error' }, { limit: 5 })).items
      expect(call).toMatchObject({ id: entryId(T0, wordHash('claude-code', 'a')), resultRecord: 1 })
      expect((await store.files.changes({ path: '/code/a.ts' }, { limit: 5 })).items).toMatchObject([
        { kind: 'edit', linesAdded: 3, linesRemoved: 1, entryId: call?.id },
      ])
      expect((await store.files.commits({}, { limit: 5 })).items).toMatchObject([
        { hash: 'a1b2c3d', subject: 'Cut the cache', branch: 'main', entryId: call?.id },
      ])
      const [entry] = await store.entries.find(call?.id ?? '')
      expect(entry?.flags).toBe(ENTRY_FLAG.failed)
    })

    it('tells changes below a directory, each with the commit that its session was seen to make next', async () => {
      const { store, register, read } = await begin()
      const edit = (n: number, path: string, commit?: string) => [
        { id: `c${n}`, atMs: T0 + n * 10, call: { id: `call${n}`, tool: 'Edit' } },
        {
          id: `r${n}`,
          atMs: T0 + n * 10 + 1,
          result: { of: `call${n}` },
          changes: [{ path, kind: 'edit' as const, added: n, removed: 0 }],
          commits: commit === undefined ? [] : [{ hash: commit, subject: `Take ${n}`, branch: 'main' }],
        },
      ]
      await read(await register('abc'), {
        entries: [
          ...edit(1, '/code/a/x.ts'),
          ...edit(2, '/code/a b/x.ts', 'aaaaaaa'),
          ...edit(3, '/code/a', 'bbbbbbb'),
        ],
      })
      await read(await register('xyz'), { entries: edit(5, '/code/a/x.ts') })
      const changes = async (...within: string[]) =>
        (await store.files.changes({ within }, { limit: 9 })).items.map(({ path, linesAdded, commit }) => [
          path,
          linesAdded,
          commit?.hash ?? null,
        ])
      // The commit of the very call that made a change came before it or with it: it is not known to have taken it.
      expect(await changes('/code/a')).toEqual([
        ['/code/a/x.ts', 5, null],
        ['/code/a', 3, null],
        ['/code/a/x.ts', 1, 'aaaaaaa'],
      ])
      expect(await changes('/code/a b', '/nowhere')).toEqual([['/code/a b/x.ts', 2, 'bbbbbbb']])
      expect(await changes('/code/a%')).toEqual([])
      expect(await changes()).toEqual([])
      const touched = await store.files.list({ within: ['/code/a'] }, { limit: 9 })
      expect(touched.items.map(({ path, changes: times }) => [path, times])).toEqual([
        ['/code/a/x.ts', 2],
        ['/code/a', 1],
      ])
    })

    it.each(['parent first', 'subagent first'])('joins a subagent with the call that started it, %s', async (order) => {
      const { store, register, read } = await begin()
      const main = await register('abc')
      const kind = 'subagent' as const
      const child = await register('agent-1', { kind, externalId: '1' })
      const told = await register('agent-2', { kind, externalId: '2', parentCallId: 'told' })
      const stranger = await register('other/agent-1', { kind, externalId: '1' })
      const facts = { sessionExternalId: 'abc' }
      const subagents = [
        { externalId: '1', callId: 'c' },
        { externalId: '1', callId: 'later' },
        { externalId: '2', callId: 'c' },
      ]
      const readings = [
        () => read(main, { entries: [{ id: 'a', atMs: T0, call: { id: 'c', tool: 'Task' } }], facts: { subagents } }),
        () => read(child, { entries: [{ id: 'x', atMs: T0 + 1 }], facts }),
        () => read(told, { entries: [{ id: 'y', atMs: T0 + 2 }], facts }),
        () => read(stranger, { entries: [{ id: 'z', atMs: T0 + 3 }], facts: { sessionExternalId: 'xyz' } }),
      ]
      for (const reading of order === 'parent first' ? readings : readings.toReversed()) await reading()
      const parents = await Promise.all(
        [child, told, stranger].map(async (id) => (await store.transcripts.get(id)).parentCallId),
      )
      expect(parents).toEqual(['c', 'told', null])
    })

    it('takes a transcript for a subagent when its own lines say so, also later on', async () => {
      const { store, register, read, session } = await begin()
      const main = await register('abc')
      const child = await register('child')
      await read(main, { entries: [{ id: 'a', atMs: T0 }] })
      const facts = { kind: 'subagent' as const, sessionExternalId: 'abc', title: 'Count the trees' }
      await read(child, { entries: [{ id: 'x', atMs: T0 + 1, flags: ENTRY_FLAG.sidechain }], facts })
      await read(child, { from: 1, entries: [{ id: 'y', atMs: T0 + 2, flags: ENTRY_FLAG.sidechain }] })
      expect((await store.transcripts.get(child)).kind).toBe('subagent')
      expect(await session('abc')).toMatchObject({ messageCount: 1, title: null })
      expect((await store.sessions.list({}, { limit: 5 })).total).toBe(1)
    })

    it('moves a subagent to the session that its own lines name, and leaves none that only lines it copied named', async () => {
      const { store, register, read, session } = await begin()
      const child = await register('agent-1', { kind: 'subagent', externalId: '1' })
      const usage = [{ response: 'm', atMs: T0, outputTokens: 5, cost: 50 }]
      await read(child, { entries: [{ id: 'x', atMs: T0 }], usage, facts: { sessionExternalId: 'old' } })
      expect(await session('old')).toMatchObject({ usage: { outputTokens: 5 } })
      await read(child, { from: 1, entries: [{ id: 'y', atMs: T0 + 1000 }], facts: { sessionExternalId: 'abc' } })
      const { items } = await store.sessions.list({}, { limit: 5 })
      expect(items).toMatchObject([{ externalId: 'abc', subagentCount: 1, usage: { outputTokens: 5, responses: 1 } }])
      expect(await store.usage.total({})).toMatchObject({ outputTokens: 5, costMicrodollars: 50 })
      expect(await store.usage.by('session', {})).toMatchObject([{ totals: { outputTokens: 5 } }])
      await read(await register('old'), { entries: [{ id: 'a', atMs: T0 }] })
      expect(await session('old')).toMatchObject({ messageCount: 1, subagentCount: 0, usage: { outputTokens: 0 } })
    })

    it('leaves a subagent where it is when it is made anew from the archive', async () => {
      const { store, register, read } = await begin()
      const child = await register('agent-1', { kind: 'subagent', externalId: '1' })
      await read(child, { entries: [{ id: 'x', atMs: T0 }], facts: { sessionExternalId: 'folder' } })
      await store.transcripts.clearDerived(child)
      await read(child, { entries: [{ id: 'x', atMs: T0 }], facts: { sessionExternalId: 'lines' } })
      const { items } = await store.sessions.list({}, { limit: 5 })
      expect(items).toMatchObject([{ externalId: 'folder', subagentCount: 1 }])
    })

    it.each(['one batch', 'a batch each'])('keeps a call once whose record stands three times, in %s', async (how) => {
      const { store, register, read, session } = await begin()
      const id = await register('abc')
      const call = { id: 'a', atMs: T0, call: { id: 'c', tool: 'Bash' } }
      const said = [call, { id: 'b', atMs: T0 + 2000, result: { of: 'c', failed: true } }, call, call]
      const batches = how === 'one batch' ? [said] : said.map((entry) => [entry])
      let from = 0
      for (const entries of batches) {
        await read(id, { from, entries })
        from += entries.length
      }
      const { items } = await store.invocations.list({}, { limit: 5 })
      expect(items).toMatchObject([{ outcome: 'error', durationMs: 2000, resultRecord: 1 }])
      expect(await session('abc')).toMatchObject({ invocationCount: 1, failedCount: 1 })
    })

    it.each(['one batch', 'a batch each'])(
      'keeps the outcome of a call whose record and result come again under other times, in %s',
      async (how) => {
        const { store, register, read } = await begin()
        const id = await register('abc')
        const said = [0, 3_600_000].flatMap((shiftMs) => [
          { id: 'a', atMs: T0 + shiftMs, call: { id: 'c', tool: 'Bash' } },
          { id: 'b', atMs: T0 + shiftMs + 2000 + shiftMs, result: { of: 'c', failed: shiftMs === 0 } },
        ])
        const batches = how === 'one batch' ? [said] : said.map((entry) => [entry])
        for (const [n, entries] of batches.entries()) await read(id, { from: n, entries })
        const { items } = await store.invocations.list({}, { limit: 5 })
        const newest = await store.invocations.list({}, { limit: 1, descending: true })
        expect(newest.items).toEqual(items.slice(-1))
        expect(items).toMatchObject([{ outcome: 'error', durationMs: 2000, resultRecord: 1 }])
      },
    )

    it.each(['one batch', 'two batches'])(
      'times a call from its line to its result where the agent states nothing, in %s',
      async (how) => {
        const { store, register, read, session } = await begin()
        const id = await register('abc')
        const calls = [
          { id: 'a', atMs: T0, call: { id: 'slow', tool: 'Bash' } },
          { id: 'b', atMs: T0 + 40, call: { id: 'backwards', tool: 'Read' } },
          { id: 'c', atMs: T0 + 80, call: { id: 'stated', tool: 'Task' } },
          { id: 'd', atMs: T0 + 90, call: { id: 'lost', tool: 'Bash' } },
        ]
        const results = [
          { id: 'e', atMs: T0 + 8400, result: { of: 'slow' } },
          { id: 'f', atMs: T0 + 10, result: { of: 'backwards' } },
          { id: 'g', atMs: T0 + 9000, result: { of: 'stated', durationMs: 7000 } },
        ]
        if (how === 'one batch') await read(id, { entries: [...calls, ...results] })
        else {
          await read(id, { done: false, entries: calls })
          await read(id, { from: 4, entries: results })
        }
        const { items } = await store.invocations.list({}, { limit: 5 })
        expect(items.map((call) => call.durationMs).toSorted()).toEqual([0, 7000, 8400, null])
        expect(await session('abc')).toMatchObject({ toolMs: 15_400 })
      },
    )

    it('lets a stronger title replace a weaker one, never the other way', async () => {
      const { register, read, session } = await begin()
      const id = await register('abc')
      await read(id, { entries: [{ id: 'u', atMs: T0 }], facts: { title: 'Typed', titleSource: 'prompt' } })
      await read(id, { from: 1, facts: { title: 'Chosen', titleSource: 'custom' } })
      await read(id, { from: 1, facts: { title: 'Made up', titleSource: 'agent' } })
      expect(await session('abc')).toMatchObject({ title: 'Chosen', titleSource: 'custom' })
    })

    it.each(['title first', 'conversation first'])(
      'joins a title with the conversation that ends at its record: %s',
      async (order) => {
        const { register, read, session } = await begin()
        const [talk, titles] = [await register('abc'), await register('titles')]
        const reads = [
          () => read(talk, { entries: [{ id: 'u', atMs: T0 }], facts: { lastRecordHash: 4711 } }),
          () => read(titles, { facts: { titlesFor: [{ recordHash: 4711, title: 'About tides' }] } }),
        ]
        for (const each of order === 'title first' ? reads.toReversed() : reads) await each()
        expect((await session('abc')).title).toBe('About tides')
      },
    )

    it('keeps 10,000 entries of one moment, and finds every one of them again', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      const all = Array.from({ length: 10_000 }, (_, i) => ({ id: `r${i}`, atMs: T0 }))
      let added = 0
      for (let from = 0; from < all.length; from += 2500) {
        added += (await read(id, { from, done: from === 7500, entries: all.slice(from, from + 2500) })).entriesAdded
      }
      expect(added).toBe(10_000)
      // Moments that the long one ran over into still take theirs.
      expect((await read(id, { from: 10_000, entries: [{ id: 'next', atMs: T0 + 1 }] })).entriesAdded).toBe(1)
      const copy = await register('def')
      const again = await read(copy, { entries: [...all.slice(0, 3), ...all.slice(-3), { id: 'next', atMs: T0 + 1 }] })
      expect(again).toMatchObject({ entriesAdded: 0, entriesInherited: 7 })
      expect((await read(id, { from: 10_001, entries: all.slice(4000, 6000) })).entriesRepeated).toBe(2000)
      expect(await store.entries.count({ transcriptId: id, includeInherited: true })).toBe(10_001)
    })

    it('finds a copy behind a slot that a deletion freed', async () => {
      const { store, register, read, session } = await begin()
      const [first, second, third] = [await register('abc'), await register('def'), await register('ghi')]
      await read(first, { entries: [{ id: 'a', atMs: T0 }] })
      await read(second, { entries: [{ id: 'b', atMs: T0 }] })
      await store.sessions.delete((await session('abc')).id, 'ada')
      expect(
        await read(third, {
          entries: [
            { id: 'c', atMs: T0 - 1 },
            { id: 'b', atMs: T0 },
          ],
        }),
      ).toMatchObject({
        entriesAdded: 1,
        entriesInherited: 1,
      })
      expect(await store.entries.count({})).toBe(2)
    })

    it('keeps one entry of an id that a transcript lists twice, also under another time', async () => {
      const { store, register, read, session } = await begin()
      const id = await register('abc')
      await read(id, {
        entries: [
          { id: 'a', atMs: T0 },
          { id: 'a', atMs: T0 },
          { id: 'a', atMs: T0 + 9 },
        ],
      })
      await read(id, { from: 3, entries: [{ id: 'a', atMs: T0 + 50 }] })
      expect(await store.entries.count({})).toBe(1)
      expect((await session('abc')).messageCount).toBe(1)
    })

    it('lists entries in file order, not in that of their times', async () => {
      const { store, register, read, session } = await begin()
      const main = await register('abc')
      const helper = await register('agent-1', { kind: 'subagent', sessionExternalId: 'abc' })
      const side = { flags: ENTRY_FLAG.sidechain }
      await read(helper, {
        entries: [
          { id: 's1', atMs: T0 - 5, ...side },
          { id: 's2', atMs: T0 - 4, ...side },
        ],
      })
      await read(main, {
        entries: [
          { id: 'a', atMs: T0 + 9 },
          { id: 'b', atMs: T0 },
          { id: 'c', atMs: T0 + 1 },
        ],
      })
      const { id: sessionId } = await session('abc')
      const seen: string[] = []
      for (let cursor: string | undefined; ;) {
        const page = await store.entries.list({ sessionId, includeSidechain: true }, { limit: 2, cursor })
        seen.push(...page.items.map((entry) => `${entry.transcriptId === main ? 'main' : 'side'} ${entry.record}`))
        expect(page.total).toBe(5)
        if (page.nextCursor === null) break
        cursor = page.nextCursor
      }
      expect(seen).toEqual(['main 0', 'main 1', 'main 2', 'side 0', 'side 1'])
      for (let offset = 0; offset <= 5; offset++) {
        const page = await store.entries.list({ sessionId, includeSidechain: true }, { limit: 2, offset })
        const names = page.items.map((entry) => `${entry.transcriptId === main ? 'main' : 'side'} ${entry.record}`)
        expect(names).toEqual(seen.slice(offset, offset + 2))
      }
      expect(await session('abc')).toMatchObject({ subagentCount: 1, messageCount: 3 })
      const last = await store.entries.list({ sessionId }, { limit: 1, descending: true })
      expect(last.items[0]?.record).toBe(2)
    })

    it('withdraws records that were taken back, and brings them back when they come again', async () => {
      const { store, register, read, session } = await begin()
      const id = await register('abc')
      const said = (name: string, record: number) => ({ id: name, record, atMs: T0 + Number.parseInt(name, 36) })
      await read(id, {
        entries: [said('a', 0), said('b', 1), said('c', 2), said('d', 3)],
        usage: [{ response: 'm1', record: 2, atMs: T0, outputTokens: 5, cost: 50 }],
      })
      const listed = async () =>
        (await store.entries.list({ transcriptId: id }, { limit: 9 })).items.map(({ record, flags }) => [record, flags])
      // `b` came again before its older state was taken back: only `c` goes.
      await read(id, { from: 4, entries: [said('b', 4)], withdrawn: [1, 2] })
      expect(await listed()).toEqual([
        [0, 0],
        [3, 0],
        [4, 0],
      ])
      expect(await session('abc')).toMatchObject({ messageCount: 3, usage: { outputTokens: 5 } })
      await read(id, { from: 5, entries: [said('c', 5)], withdrawn: [0, 2, 99] })
      expect(await listed()).toEqual([
        [3, 0],
        [4, 0],
        [5, 0],
      ])
      expect(await session('abc')).toMatchObject({ messageCount: 3, usage: { outputTokens: 5 } })
    })

    it('keeps plans as they stood', async () => {
      const { store, register, read } = await begin()
      const items = [{ text: 'Measure the tide', status: 'in_progress' as const }]
      const id = await register('abc')
      await read(id, { entries: [{ id: 'p', atMs: T0, type: 'plan', plan: items }] })
      const [entry] = (await store.entries.list({ types: ['plan'] }, { limit: 1 })).items
      expect(await store.entries.plans([entry?.rowId ?? 0])).toEqual(new Map([[entry?.rowId, items]]))
    })

    it('notes problems once, and drops what names no call with a problem', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      const words = {
        entries: [{ id: 'a', atMs: T0, result: { of: 'gone' }, changes: [{ path: '/x', kind: 'edit' as const }] }],
        problems: [{ line: 7, reason: 'is not JSON' }],
      }
      await read(id, words)
      await read(id, { ...words, from: 1 })
      const { items } = await store.problems.list({}, { limit: 5 })
      expect(items.map((problem) => [problem.line, problem.reason]).sort()).toEqual([
        [null, 'names a tool call that is not in it: a changed file or a commit is not shown'],
        [7, 'is not JSON'],
      ])
    })

    it('leaves out a batch of a reader that was overtaken', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      const words = {
        checked: true,
        entries: [{ id: 'a', atMs: T0 }],
        usage: [{ response: 'r', atMs: T0, outputTokens: 5 }],
      }
      expect((await read(id, words)).stale).toBe(false)
      expect(await read(id, words)).toMatchObject({ stale: true, entriesAdded: 0, entriesRepeated: 0 })
      const [row] = (await store.usage.rows({}, { limit: 5 })).items
      expect(row).toMatchObject({ lines: 1 })
    })

    it('stores the cursor with what it covers', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      expect(await store.transcripts.cursor(id)).toBeUndefined()
      await read(id, {
        entries: [
          { id: 'a', atMs: T0 },
          { id: 'b', atMs: T0 },
        ],
      })
      expect(await store.transcripts.cursor(id)).toBe('{"record":2}')
      expect(await store.transcripts.position(id)).toMatchObject({
        offset: 200,
        nextRecord: 2,
        baseRecord: 0,
        nextLine: 2,
      })
      expect(await store.transcripts.known()).toMatchObject([{ id, offset: 200, sizeBytes: 200, gone: false }])
      expect(await store.transcripts.oldest()).toEqual([{ agent: 'claude-code', modifiedAtMs: 0 }])
      await store.transcripts.markGone([id], '2026-11-20T12:00:00.000Z')
      expect(await store.transcripts.oldest()).toEqual([])
    })

    it('stores nothing of a batch that fails', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      const frame = {
        firstRecord: 0,
        recordCount: 1,
        sourceOffset: 0,
        sourceBytes: 1,
        part: null,
        rawBytes: 1,
        data: new Uint8Array([1]),
        blobs: [[0, 'missing']] as [number, string][],
        replacesTail: false,
      }
      await expect(read(id, { entries: [{ id: 'a', atMs: T0 }], frames: [frame] })).rejects.toThrow('blob')
      expect(await store.entries.count({})).toBe(0)
      expect(await store.transcripts.cursor(id)).toBeUndefined()
      expect((await read(id, { entries: [{ id: 'a', atMs: T0 }] })).entriesAdded).toBe(1)
    })
  })
}
