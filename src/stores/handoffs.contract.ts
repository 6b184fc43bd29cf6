import { describe, expect, it } from 'vitest'
import { CONTRACT_NOW } from './world.contract.ts'
import type { World } from './world.contract.ts'

const NOW = new Date(CONTRACT_NOW).toISOString()
const LATER = new Date(CONTRACT_NOW + 60_000).toISOString()
const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }

export function handoffContract(begin: () => Promise<World>): void {
  describe('handoffs', () => {
    const offer = ({ store }: World, sessionId: string, markdown: string) =>
      store.handoffs.create({
        sessionId,
        projectId: null,
        ticketId: null,
        version: 1,
        payload: { nextSteps: ['test it'] },
        markdown,
        offeredBy: 'ada',
      })

    it('are offered, shown and taken once', async () => {
      const world = await begin()
      const { store } = world
      const [from, to] = [await store.sessions.create(draft), await store.sessions.create(draft)]
      const made = await offer(world, from.id, 'hello')
      expect(made).toMatchObject({
        sessionId: from.id,
        payload: { nextSteps: ['test it'] },
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
        state: 'offered',
        offeredAt: NOW,
        shownAt: null,
      })
      expect((await store.sessions.get(from.id)).handoffReady).toBe(true)
      await store.handoffs.shown(made.id, to.id, NOW)
      await store.handoffs.shown(made.id, from.id, LATER)
      const takes = await Promise.all([1, 2, 3].map(() => store.handoffs.accept(made.id, 'bo', to.id, LATER)))
      expect(takes.filter(Boolean)).toHaveLength(1)
      expect(await store.handoffs.get(made.id)).toMatchObject({
        state: 'accepted',
        shownAt: NOW,
        shownToSessionId: to.id,
        acceptedAt: LATER,
        acceptedBy: 'bo',
        acceptedBySessionId: to.id,
      })
      expect((await store.sessions.get(from.id)).handoffReady).toBe(false)
    })

    it('are superseded by the next of their session and expire', async () => {
      const world = await begin()
      const { store } = world
      const [one, two] = [await store.sessions.create(draft), await store.sessions.create(draft)]
      const first = await offer(world, one.id, 'a')
      const second = await offer(world, one.id, 'b')
      const other = await offer(world, two.id, 'c')
      expect(await store.handoffs.get(first.id)).toMatchObject({ state: 'superseded', supersededById: second.id })
      const { items } = await store.handoffs.list({ states: ['offered'] }, { limit: 9 })
      expect(items.map(({ id }) => id)).toEqual([other.id, second.id])
      expect(await store.handoffs.accept(first.id, 'bo', two.id, NOW)).toBe(false)
      expect(await store.handoffs.expire(NOW, LATER)).toBe(0)
      expect(await store.handoffs.expire(LATER, LATER)).toBe(2)
      expect((await store.handoffs.list({ sessionId: one.id, states: ['expired'] }, { limit: 9 })).total).toBe(1)
      expect((await store.sessions.get(one.id)).handoffReady).toBe(false)
      await expect(store.handoffs.get('nothing')).rejects.toMatchObject({ code: 'not_found' })
    })
  })
}
