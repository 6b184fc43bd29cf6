import { describe, expect, it } from 'vitest'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const AT = new Date(T0).toISOString()

export function feedContract(begin: () => Promise<World>): void {
  describe('the live feed', () => {
    const act = (world: World, action: string) =>
      world.store.activities.append({
        sessionId: null,
        at: AT,
        actor: 'ada',
        action,
        target: 'x',
        payload: { said: 'secret' },
      })
    const all = async ({ store }: World, after = 0) => {
      while ((await store.feed.publish()) > 0);
      return store.feed.list(after, 1000)
    }

    it('tells what was done and what was read, in order, and nothing of what was said', async () => {
      const world = await begin()
      await act(world, 'one')
      const transcriptId = await world.register('tide')
      await world.read(transcriptId, { entries: [{ id: 'a', atMs: T0 }] })
      const session = await world.session('tide')
      const read = { entries: 1, responses: 0, transcriptId, records: { from: 0, to: 1 } }
      await world.store.presence.note(session.id, 'idle', T0, 'a prompt')
      const events = await all(world)
      expect(events.map(({ kind, sessionId, payload }) => ({ kind, sessionId, payload }))).toEqual([
        { kind: 'activity', sessionId: null, payload: { action: 'one', actor: 'ada' } },
        { kind: 'entries', sessionId: session.id, payload: read },
        { kind: 'presence', sessionId: session.id, payload: { presence: 'idle' } },
      ])
      expect(events.map(({ position }) => position)).toEqual([1, 2, 3])
      expect(await world.store.feed.list(1, 1)).toEqual([events[1]])
      expect(await world.store.feed.bounds()).toEqual({ oldest: 1, newest: 3 })
    })

    it('publishes each event once, whoever publishes at the same time', async () => {
      const world = await begin()
      for (let i = 0; i < 20; i++) await act(world, `a${i}`)
      await Promise.all(Array.from({ length: 8 }, () => world.store.feed.publish()))
      const events = await all(world)
      expect(events.map(({ payload }) => payload['action'])).toEqual(Array.from({ length: 20 }, (_, i) => `a${i}`))
      expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    })

    it('says nothing of what was rolled back', async () => {
      const world = await begin()
      const broken = world.store.transaction(async (tx) => {
        await tx.activities.append({
          sessionId: null,
          at: AT,
          actor: 'ada',
          action: 'undone',
          target: 'x',
          payload: {},
        })
        throw new Error('back')
      })
      await expect(broken).rejects.toThrow('back')
      expect(await all(world)).toEqual([])
    })
  })
}
