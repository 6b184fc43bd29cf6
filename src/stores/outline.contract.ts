import { describe, expect, it } from 'vitest'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

export function outlineContract(begin: () => Promise<World>): void {
  describe('what an outline is made of', () => {
    it('is each call and each response of a session by its place, and of no other session', async () => {
      const world = await begin()
      const call = (id: string, tool: string, kind: 'command' | 'edit') => ({ id, tool, kind, subject: `about ${id}` })
      await world.read(await world.register('other'), {
        entries: [{ id: 'z', atMs: T0, call: call('z', 'Read', 'command') }],
        usage: [{ response: 'z', atMs: T0, cost: 1 }],
      })
      const transcriptId = await world.register('tide')
      await world.read(transcriptId, {
        entries: [
          { id: 'a', atMs: T0, call: call('a', 'Bash', 'command') },
          { id: 'b', atMs: T0 + 1, result: { of: 'a', failed: true, exitCode: 2 } },
          { id: 'c', atMs: T0 + 2, call: call('c', 'Edit', 'edit') },
          { id: 'd', atMs: T0 + 3, result: { of: 'c' } },
        ],
        usage: [
          { response: 'r', record: 0, atMs: T0, model: 'm', cost: 10, inputTokens: 5, outputTokens: 2 },
          { response: 'q', record: 2, atMs: T0 + 2, model: 'n', cost: null, inputTokens: 5, outputTokens: 2 },
        ],
      })
      const { store } = world
      const { id } = await world.session('tide')
      const { items } = await store.invocations.list({ sessionId: id }, { limit: 9 })
      expect(await store.outline.calls(id)).toEqual([
        {
          entryId: items[0]!.id,
          transcriptId,
          record: 0,
          atMs: T0,
          kind: 'command',
          outcome: 'error',
          failure: { tool: 'Bash', subject: 'about a', exitCode: 2 },
        },
        { entryId: items[1]!.id, transcriptId, record: 2, atMs: T0 + 2, kind: 'edit', outcome: 'ok', failure: null },
      ])
      expect(await store.outline.usage(id)).toEqual([
        { transcriptId, record: 0, atMs: T0, model: 'm', costMicrodollars: 10, outputTokens: 2, unpricedTokens: 0 },
        {
          transcriptId,
          record: 2,
          atMs: T0 + 2,
          model: 'n',
          costMicrodollars: null,
          outputTokens: 2,
          unpricedTokens: 7,
        },
      ])
      expect([await store.outline.calls('nobody'), await store.outline.usage('nobody')]).toEqual([[], []])
    })
  })
}
