import { describe, expect, it } from 'vitest'
import { CONTRACT_NOW, T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const NOW = new Date(CONTRACT_NOW).toISOString()
const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }

export function startedSessionContract(begin: () => Promise<World>): void {
  describe('sessions that were started here', () => {
    it('have what the caller said, and are worked on from now', async () => {
      const { store } = await begin()
      const made = await store.sessions.create({
        ...draft,
        title: 'Tide tables',
        kind: 'planning',
        userId: 'ada',
        agentName: 'planner',
        clientName: 'shell',
        tags: ['tide'],
        customMetadata: { team: 'north' },
        implicit: true,
        cwd: '/code/tide',
        gitBranch: 'main',
      })
      expect(made).toMatchObject({
        key: null,
        title: 'Tide tables',
        titleSource: 'user',
        kind: 'planning',
        agent: 'person',
        externalId: made.id,
        channel: 'cli',
        status: 'active',
        userId: 'ada',
        agentName: 'planner',
        clientName: 'shell',
        tags: ['tide'],
        customMetadata: { team: 'north' },
        implicit: true,
        optedOut: false,
        stack: [],
        presence: null,
        startedAt: NOW,
        lastActivityAt: NOW,
        openedAt: NOW,
        calledAt: NOW,
        cwd: '/code/tide',
        gitBranch: 'main',
      })
      expect(made.ref).toMatch(/^db-[0-9a-f]{6}$/)
      await expect(store.sessions.create({ ...draft, externalId: made.id })).rejects.toMatchObject({ code: 'conflict' })
    })

    it('are told from history that was only read', async () => {
      const { store, register, read } = await begin()
      await read(await register('abc'), { entries: [{ id: 'a', atMs: T0 }] })
      const made = await store.sessions.create(draft)
      expect((await store.sessions.list({ worked: true }, { limit: 9 })).items.map(({ id }) => id)).toEqual([made.id])
    })

    it('change in every field they have', async () => {
      const { store } = await begin()
      const parent = await store.sessions.create(draft)
      const { id } = await store.sessions.create(draft)
      const change = {
        purpose: 'p',
        kind: 'review' as const,
        userId: 'u',
        agentName: 'n',
        clientName: 'c',
        customMetadata: { a: { b: 1 } },
        presence: 'idle' as const,
        implicit: true,
        handoffReady: true,
        status: 'paused' as const,
        pausedAt: NOW,
        resumedAt: NOW,
        endedAt: NOW,
        archivedAt: NOW,
        summaryMarkdown: '# s',
        compactMarkdown: '# c',
        parentId: parent.id,
        relation: 'continues' as const,
      }
      expect(await store.sessions.update(id, change)).toMatchObject(change)
    })

    it('are kept alive by calls, written down once in 20 seconds', async () => {
      const { store } = await begin()
      const { id } = await store.sessions.create(draft)
      const calledAt = async () => Date.parse((await store.sessions.get(id)).calledAt ?? '') - CONTRACT_NOW
      await store.sessions.touch(id, CONTRACT_NOW + 19_999)
      expect(await calledAt()).toBe(0)
      await store.sessions.touch(id, CONTRACT_NOW + 20_000)
      expect(await calledAt()).toBe(20_000)
      expect((await store.sessions.get(id)).lastActivityAt).toBe(new Date(CONTRACT_NOW + 20_000).toISOString())
      await store.sessions.touch(id, CONTRACT_NOW - 3_600_000)
      expect(await calledAt()).toBe(-3_600_000)
    })

    it('are the session of the transcript that their agent writes later', async () => {
      const { store, register, read } = await begin()
      const made = await store.sessions.create({ ...draft, agent: 'claude-code', externalId: 'abc', refPrefix: 'cc' })
      await read(await register('abc'), {
        entries: [
          { id: 'a', atMs: T0 },
          { id: 'b', atMs: CONTRACT_NOW + 60_000 },
        ],
      })
      expect(await store.sessions.get(made.id)).toMatchObject({
        externalId: 'abc',
        messageCount: 2,
        startedAt: new Date(T0).toISOString(),
        lastActivityAt: new Date(CONTRACT_NOW + 60_000).toISOString(),
      })
      expect((await store.sessions.list({}, { limit: 9 })).total).toBe(1)
    })

    it('become one with the session that turns out to be the same, and its names stand for both', async () => {
      const { store, register, read, session } = await begin()
      const made = await store.sessions.assignKey((await store.sessions.create(draft)).id)
      await read(await register('abc'), {
        entries: [{ id: 'a', atMs: T0 }],
        usage: [{ response: 'm', atMs: T0, outputTokens: 7, cost: 30 }],
        facts: { title: 'Tide', titleSource: 'agent', cwd: '/code/tide' },
        growing: { startMs: T0, endMs: T0 + 60_000 },
      })
      const read1 = await session('abc')
      const noted = { at: NOW, actor: 'ada', action: 'x', target: 't', payload: {} }
      await store.activities.append({ ...noted, sessionId: read1.id })
      const one = await store.sessions.merge(made.id, read1.id)
      expect(one).toMatchObject({
        id: made.id,
        key: 'SESSION-001',
        ref: made.ref,
        agent: 'claude-code',
        externalId: 'abc',
        title: 'Tide',
        cwd: '/code/tide',
        messageCount: 1,
        activeMs: 60_000,
        startedAt: new Date(T0).toISOString(),
        lastActivityAt: NOW,
        usage: { responses: 1, outputTokens: 7, costMicrodollars: 30 },
      })
      for (const word of [made.id, read1.id, 'abc', read1.ref, made.externalId, 'session-001']) {
        expect(
          (await store.sessions.resolve(word)).map(({ id }) => id),
          word,
        ).toEqual([made.id])
      }
      expect((await store.sessions.get(read1.id)).id).toBe(made.id)
      expect((await store.activities.list({ sessionId: made.id }, { limit: 9 })).total).toBe(2)
      expect((await store.activities.verify()).brokenAt).toBeNull()
      // What its transcript brings later belongs to it, in a new file too.
      await read(await register('abc'), { from: 1, usage: [{ response: 'n', atMs: T0 + 1, outputTokens: 5 }] })
      await read(await register('abc-2', { externalId: 'abc' }), { entries: [{ id: 'c', atMs: T0 + 2 }] })
      expect(await store.sessions.get(made.id)).toMatchObject({ messageCount: 2, usage: { outputTokens: 12 } })
      expect((await store.sessions.list({}, { limit: 9 })).total).toBe(1)
      await expect(store.sessions.merge(made.id, read1.id)).rejects.toMatchObject({ code: 'conflict' })
    })

    it('become one with the session in whose transcript their tool calls lie, and count by its lines', async () => {
      const { store, register, read, session } = await begin()
      const made = await store.sessions.assignKey((await store.sessions.create({ ...draft, channel: 'mcp' })).id)
      const { id: ticketId, trackerId } = await store.tickets.create({ createdBy: 'ada' })
      await store.contexts.change({
        sessionId: made.id,
        context: { stack: [{ ticketId, trackerId, ref: 'T-1', kind: 'ticket' }], optedOut: false },
        change: 'push',
        fromAt: NOW,
        by: 'ada',
        callId: 'toolu_1',
      })
      expect(await store.sessions.unite()).toBe(0)
      await read(await register('abc'), {
        entries: [
          { id: 'p', atMs: T0 },
          { id: 'c', atMs: T0, call: { id: 'toolu_1', tool: 'attach_ticket' } },
          { id: 'r', atMs: T0, result: { of: 'toolu_1' } },
        ],
        usage: [
          { response: 'm', record: 1, atMs: T0, outputTokens: 7 },
          { response: 'n', record: 3, atMs: T0, outputTokens: 20 },
        ],
      })
      const id = (await session('abc')).id
      expect(await store.sessions.unite()).toBe(1)
      expect(await store.sessions.get(id)).toMatchObject({ id: made.id, key: 'SESSION-001', externalId: 'abc' })
      expect(await store.sessions.unite()).toBe(0)
      const parts = await store.work.parts({ sessionId: made.id })
      expect(parts.map((part) => [part.ticketId, part.usage.outputTokens])).toEqual([
        [null, 7],
        [ticketId, 20],
      ])
    })

    it('keep their stack when a subagent changes its own: its change applies to its transcript alone', async () => {
      const { store, register, read, session } = await begin()
      const spends = (call: string, [before, after]: [number, number], response: string) => ({
        entries: [
          { id: `${call}p`, atMs: T0 },
          { id: `${call}c`, atMs: T0 + 1_000, call: { id: call, tool: 'attach_ticket' } },
          { id: `${call}r`, atMs: T0 + 2_000, result: { of: call } },
        ],
        usage: [
          { response: `${response}1`, record: 1, atMs: T0 + 1_000, outputTokens: before },
          { response: `${response}2`, record: 3, atMs: T0 + 3_000, outputTokens: after },
        ],
      })
      await read(await register('abc'), spends('toolu_main', [1, 2], 'm'))
      const sub = await register('agent-1', { kind: 'subagent', sessionExternalId: 'abc' })
      const { id: sessionId } = await session('abc')
      const tickets = []
      for (const callId of ['toolu_main', 'toolu_sub']) {
        const { id: ticketId, trackerId, ref } = await store.tickets.create({ createdBy: 'ada' })
        tickets.push(ticketId)
        const stack = [{ ticketId, trackerId, ref, kind: 'ticket' as const }]
        const fromAt = new Date(T0 + 1_500).toISOString()
        await store.contexts.change({
          sessionId,
          context: { stack, optedOut: false },
          change: 'push',
          fromAt,
          by: 'a',
          callId,
        })
      }
      await read(sub, spends('toolu_sub', [10, 20], 's'))
      await store.sessions.unite()
      expect((await store.sessions.get(sessionId)).stack.map(({ ticketId }) => ticketId)).toEqual([tickets[0]])
      expect((await store.contexts.get(sessionId)).stack.map(({ ticketId }) => ticketId)).toEqual([tickets[0]])
      expect((await store.contexts.get(sessionId, sub)).stack.map(({ ticketId }) => ticketId)).toEqual([tickets[1]])
      const { items } = await store.contexts.history({ sessionId }, { limit: 5 })
      expect(items.map(({ transcriptId, toAt }) => [transcriptId, toAt])).toEqual([
        [sub, null],
        [null, null],
      ])
      const parts = await store.work.parts({ sessionId })
      const tokens = (ticketId: string | null) =>
        parts.filter((part) => part.ticketId === ticketId).reduce((sum, { usage }) => sum + usage.outputTokens, 0)
      // The subagent's first response was asked for before either change.
      expect([tokens(tickets[0]!), tokens(tickets[1]!), tokens(null)]).toEqual([2, 20, 11])
    })

    it('that both have transcripts become one, whose second agent id finds it too', async () => {
      const { store, register, read, session } = await begin()
      for (const [i, name] of ['one', 'two'].entries()) {
        const usage = [{ response: name, atMs: T0 + i, outputTokens: 10 + i, model: 'm' }]
        await read(await register(name), { entries: [{ id: name, atMs: T0 + i }], usage })
      }
      const [one, two] = [await session('one'), await session('two')]
      const merged = await store.sessions.merge(one.id, two.id)
      expect(merged).toMatchObject({ externalId: 'one', messageCount: 2, usage: { outputTokens: 21, responses: 2 } })
      await read(await register('two-b', { externalId: 'two' }), { entries: [{ id: 'x', atMs: T0 + 9 }] })
      expect((await store.sessions.get(one.id)).messageCount).toBe(3)
      expect((await store.usage.by('session', {})).map(({ key, totals }) => [key, totals.outputTokens])).toEqual([
        [one.id, 21],
      ])
    })
  })
}
