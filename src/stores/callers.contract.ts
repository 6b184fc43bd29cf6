import { describe, expect, it } from 'vitest'
import { CONTRACT_NOW } from './world.contract.ts'
import type { World } from './world.contract.ts'

const NOW = new Date(CONTRACT_NOW).toISOString()
const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }

export function callerContract(begin: () => Promise<World>): void {
  describe('what sessions are known by and carry', () => {
    it('binds connections and processes to one session each, the last word counting', async () => {
      const { store } = await begin()
      const [one, two] = [await store.sessions.create(draft), await store.sessions.create(draft)]
      await store.bindings.bind('process', ['10', '20'], one.id, 1)
      await store.bindings.bind('process', ['20'], two.id, 2)
      await store.bindings.bind('connection', ['10'], two.id, 3)
      const both = [
        { value: '20', sessionId: two.id, atMs: 2, subagent: null },
        { value: '10', sessionId: one.id, atMs: 1, subagent: null },
      ]
      expect(await store.bindings.find('process', ['10', '20', '30'])).toEqual(both)
      expect(await store.bindings.of('process', [one.id, two.id])).toEqual(both)
      expect(await store.bindings.of('connection', [one.id])).toEqual([])
      await store.bindings.unbind('process', ['20'])
      expect(await store.bindings.find('process', ['20'])).toEqual([])
      expect(await store.bindings.find('connection', [])).toEqual([])
    })

    it('binds calls to sessions and their subagents, for a day', async () => {
      const { store } = await begin()
      const { id } = await store.sessions.create(draft)
      const day = 24 * 3_600_000
      await store.bindings.bind('process', ['10'], id, 1)
      await store.bindings.bind('call', ['toolu_1'], id, 1)
      await store.bindings.bind('call', ['toolu_2'], id, 2, 'agent-7')
      const found = async () => (await store.bindings.of('call', [id])).map(({ value, subagent }) => [value, subagent])
      expect(await found()).toEqual([
        ['toolu_2', 'agent-7'],
        ['toolu_1', null],
      ])
      await store.bindings.bind('call', ['toolu_3'], id, day + 2)
      expect(await found()).toEqual([
        ['toolu_3', null],
        ['toolu_2', 'agent-7'],
      ])
      expect(await store.bindings.find('process', ['10'])).toHaveLength(1)
    })

    it('keeps data of any shape by name', async () => {
      const { store } = await begin()
      const { id } = await store.sessions.create(draft)
      await store.sessionData.set(id, 'b', { list: [1, null] })
      await store.sessionData.set(id, 'a', 1)
      await store.sessionData.set(id, 'a', 'two')
      expect(await store.sessionData.get(id, 'b')).toEqual({ list: [1, null] })
      expect(await store.sessionData.get(id, 'none')).toBeUndefined()
      expect(await store.sessionData.all(id)).toEqual({ a: 'two', b: { list: [1, null] } })
      expect(await store.sessionData.remove(id, 'a')).toBe(1)
      expect(await store.sessionData.remove(id)).toBe(1)
      expect(await store.sessionData.all(id)).toEqual({})
    })

    it('takes each event of a hook once, and forgets its name after seven days', async () => {
      const { store } = await begin()
      const day = 24 * 3_600_000
      expect(await store.presence.take(['a', 'b'], CONTRACT_NOW)).toEqual(['a', 'b'])
      expect(await store.presence.take(['b', 'c'], CONTRACT_NOW + day)).toEqual(['c'])
      expect(await store.presence.take(['d'], CONTRACT_NOW + 8 * day - 1)).toEqual(['d'])
      expect(await store.presence.take(['a', 'c'], CONTRACT_NOW + 8 * day - 1)).toEqual(['a'])
      const failed = store.transaction(async (tx) => {
        await tx.presence.take(['e'], CONTRACT_NOW)
        throw new Error('what was done for it was not')
      })
      await expect(failed).rejects.toThrow('was not')
      expect(await store.presence.take(['e'], CONTRACT_NOW)).toEqual(['e'])
    })

    it('has what is done on an event in bulk for everybody at once, and once only when it is settled', async () => {
      const { store } = await begin()
      const session = await store.sessions.create(draft)
      const taken = await store.transaction(async (tx) => {
        await tx.presence.note(session.id, 'working', 1000, null)
        return tx.presence.take(['a'], CONTRACT_NOW)
      }, 'bulk')
      expect(taken).toEqual(['a'])
      expect((await store.sessions.get(session.id)).presence).toBe('working')
      expect(await store.presence.take(['a'], CONTRACT_NOW)).toEqual([])
      await store.presence.settle(['a', 'never taken'])
      expect(await store.presence.take(['a', 'never taken'], CONTRACT_NOW)).toEqual(['never taken'])
    })

    it('knows what an agent is at and since when, until its session is deleted or becomes one with another', async () => {
      const { store } = await begin()
      const [one, two, three] = [
        await store.sessions.create(draft),
        await store.sessions.create(draft),
        await store.sessions.create(draft),
      ]
      await store.presence.note(one.id, 'working', 1000, 'Edit reader.ts')
      await store.presence.note(one.id, 'awaiting_approval', 2000, 'npm i limiter')
      await store.presence.note(two.id, 'idle', 3000, null)
      expect(await store.sessions.get(one.id)).toMatchObject({ presence: 'awaiting_approval' })
      expect(await store.presence.of([one.id, two.id, three.id])).toEqual(
        new Map([
          [one.id, { sinceMs: 2000, about: 'npm i limiter' }],
          [two.id, { sinceMs: 3000, about: null }],
        ]),
      )
      await store.sessions.merge(one.id, two.id)
      await store.sessions.merge(three.id, one.id)
      expect(await store.presence.of([three.id])).toEqual(
        new Map([[three.id, { sinceMs: 2000, about: 'npm i limiter' }]]),
      )
      await store.sessions.delete(three.id, 'ada')
      expect(await store.presence.of([three.id])).toEqual(new Map())
    })

    it('knows a session from when it began, though that is told later', async () => {
      const { store } = await begin()
      const began = CONTRACT_NOW - 60_000
      const session = await store.sessions.create({ ...draft, startedAtMs: began })
      expect(session).toMatchObject({
        startedAt: new Date(began).toISOString(),
        calledAt: new Date(began).toISOString(),
      })
    })

    it('remembers what people said to suggestions', async () => {
      const { store } = await begin()
      const { id } = await store.sessions.create(draft)
      const decision = { sessionId: id, ref: 't-5', at: NOW, by: 'ada', why: null }
      await store.suggestions.decide({ ...decision, decision: 'refused' })
      await store.suggestions.decide({ ...decision, decision: 'accepted', why: 'branch' })
      expect(await store.suggestions.decisions({ sessionIds: [id] })).toEqual([
        { ...decision, decision: 'accepted', why: 'branch' },
      ])
    })
  })
}
