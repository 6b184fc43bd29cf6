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
      expect(await store.bindings.find('process', ['10', '20', '30'])).toEqual([
        { value: '20', sessionId: two.id, atMs: 2 },
        { value: '10', sessionId: one.id, atMs: 1 },
      ])
      await store.bindings.unbind('process', ['20'])
      expect(await store.bindings.find('process', ['20'])).toEqual([])
      expect(await store.bindings.find('connection', [])).toEqual([])
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
