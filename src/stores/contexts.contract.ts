import { describe, expect, it } from 'vitest'
import type { Context, Frame } from '../domain/context.ts'
import { CONTRACT_NOW, T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }
const MINUTE = 60_000
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE).toISOString()

export function contextContract(begin: () => Promise<World>): void {
  describe('context stacks', () => {
    const frameOf = async ({ store }: World, ref: string): Promise<Frame> => {
      const { id, trackerId, kind } = await store.tickets.ensure({ ref, kind: 'task', createdBy: 'ada' })
      return { ticketId: id, trackerId, ref, kind }
    }

    it('hold from one change to the next, and the session stands on the last', async () => {
      const world = await begin()
      const { store } = world
      const { id: sessionId } = await store.sessions.create(draft)
      expect(await store.contexts.get(sessionId)).toEqual({ stack: [], optedOut: false })
      const frame = await frameOf(world, 'T-1')
      const attached: Context = { stack: [frame], optedOut: false }
      const first = await store.contexts.change({
        sessionId,
        context: attached,
        change: 'push',
        fromAt: at(0),
        by: 'ada',
        callId: 'toolu_1',
      })
      expect(first).toEqual({
        id: first.id,
        sessionId,
        transcriptId: null,
        fromAt: at(0),
        toAt: null,
        ...attached,
        change: 'push',
        source: 'declared',
        by: 'ada',
        why: null,
        callId: 'toolu_1',
      })
      expect(await store.contexts.get(sessionId)).toEqual(attached)
      const none = { stack: [], optedOut: true }
      await store.contexts.change({
        sessionId,
        context: none,
        change: 'opt_out',
        fromAt: at(9),
        by: 'ada',
        why: 'spike',
      })
      const page = await store.contexts.history({ sessionId }, { limit: 9 })
      expect(
        page.items.map(({ fromAt, toAt, stack, optedOut, why }) => [fromAt, toAt, stack.length, optedOut, why]),
      ).toEqual([
        [at(9), null, 0, true, 'spike'],
        [at(0), at(9), 1, false, null],
      ])
      expect(await store.sessions.get(sessionId)).toMatchObject(none)
    })

    it('of a subagent are its own from its first change on', async () => {
      const world = await begin()
      const { store } = world
      const transcriptId = await world.register('agent-1', { kind: 'subagent', sessionExternalId: 'abc' })
      await world.read(transcriptId, { entries: [{ id: 'a', atMs: T0 }] })
      const { id: sessionId } = await world.session('abc')
      const [main, own] = [await frameOf(world, 'T-1'), await frameOf(world, 'T-2')]
      const change = { sessionId, change: 'push' as const, fromAt: at(0), by: 'ada' }
      await store.contexts.change({ ...change, context: { stack: [main], optedOut: false } })
      expect((await store.contexts.get(sessionId, transcriptId)).stack).toEqual([main])
      await store.contexts.change({ ...change, context: { stack: [own], optedOut: false }, transcriptId })
      expect((await store.contexts.get(sessionId, transcriptId)).stack).toEqual([own])
      expect((await store.contexts.get(sessionId)).stack).toEqual([main])
      expect((await store.contexts.history({ sessionId }, { limit: 9 })).items.map(({ toAt }) => toAt)).toEqual([
        null,
        null,
      ])
    })

    it('go with their session', async () => {
      const world = await begin()
      const { store } = world
      const { id: sessionId } = await store.sessions.create(draft)
      const frame = await frameOf(world, 'T-1')
      const context = { stack: [frame], optedOut: false }
      await store.contexts.change({ sessionId, context, change: 'push', fromAt: at(0), by: 'ada' })
      await store.tickets.claim(frame.ticketId, sessionId, null, at(0))
      await store.tickets.link({ sessionId, ticketId: frame.ticketId, action: 'worked_on', at: at(0), by: 'ada' })
      await store.sessions.delete(sessionId, 'ada')
      expect((await store.tickets.get(frame.ticketId)).heldBySessionId).toBeNull()
      expect(await store.tickets.links({ ticketId: frame.ticketId })).toEqual([])
      await expect(store.contexts.get(sessionId)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('cut a person’s time where it was silent for longer than the idle limit', async () => {
      const { store } = await begin()
      const { id } = await store.sessions.create(draft)
      const idle = 30 * MINUTE
      const call = (minutes: number) => store.contexts.personCall(id, T0 + minutes * MINUTE, idle)
      expect(await call(0)).toBeNull()
      expect(await call(20)).toBeNull()
      expect(await call(50)).toBeNull()
      expect(await call(81)).toEqual({ startMs: T0 + 80 * MINUTE, endMs: T0 + 81 * MINUTE })
      await store.contexts.personStop(id, T0 + 200 * MINUTE, idle)
      await store.contexts.personStop(id, T0 + 300 * MINUTE, idle)
      const active = async () => (await store.work.parts({ sessionId: id })).map((part) => part.active)
      const stretch = (from: number, to: number) => ({ startMs: T0 + from * MINUTE, endMs: T0 + to * MINUTE })
      expect(await active()).toEqual([[stretch(0, 80), stretch(81, 111)]])
      await store.contexts.addPersonTime(id, stretch(80, 81))
      expect(await active()).toEqual([[stretch(0, 111)]])
      await call(115)
      expect(CONTRACT_NOW - T0).toBe(120 * MINUTE)
      expect(await active()).toEqual([[stretch(0, 111), stretch(115, 120)]])
    })
  })
}
