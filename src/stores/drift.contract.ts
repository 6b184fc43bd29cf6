import { describe, expect, it } from 'vitest'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const HOUR = 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

export function driftContract(begin: () => Promise<World>): void {
  describe('what readers did not know', () => {
    it('is told by agent, version and name, with how often and from when to when', async () => {
      const { store, register, read } = await begin()
      const say = async (
        name: string,
        version: string | null,
        fromMs: number,
        unknown: Record<string, number>,
        agent = 'codex',
      ) =>
        read(await register(name, { agent }), {
          agent,
          entries: [
            { id: `${name}1`, atMs: fromMs },
            { id: `${name}2`, atMs: fromMs + HOUR },
          ],
          facts: { agentVersion: version },
          unknown,
        })
      await say('a', '1.2', T0, { 'field:user.glow': 2, 'type:star': 1 })
      await say('b', '1.2', T0 + HOUR, { 'field:user.glow': 5 })
      await say('c', '1.3', T0 - HOUR, { 'field:user.glow': 1 })
      await say('d', null, T0, { odd: 4 }, 'gemini')
      await say('e', '1.3', T0 + 9 * HOUR, {})

      const row = (version: string | null, kind: string, name: string, count: number, transcripts: number) => ({
        agent: version === null ? 'gemini' : 'codex',
        agentVersion: version,
        kind,
        name,
        count,
        transcripts,
      })
      expect(await store.drift.list({})).toEqual([
        { ...row('1.2', 'field', 'user.glow', 7, 2), firstAt: iso(T0), lastAt: iso(T0 + 2 * HOUR) },
        { ...row('1.2', 'type', 'star', 1, 1), firstAt: iso(T0), lastAt: iso(T0 + HOUR) },
        { ...row(null, 'other', 'odd', 4, 1), firstAt: iso(T0), lastAt: iso(T0 + HOUR) },
        { ...row('1.3', 'field', 'user.glow', 1, 1), firstAt: iso(T0 - HOUR), lastAt: iso(T0) },
      ])
      expect((await store.drift.list({ agent: 'gemini' })).map(({ name }) => name)).toEqual(['odd'])
    })

    it('adds up over batches, and goes when the transcript is read anew', async () => {
      const { store, register, read } = await begin()
      const id = await register('a')
      await read(id, { done: false, entries: [{ id: 'a', atMs: T0 }], unknown: { 'type:star': 1 } })
      await read(id, { from: 1, entries: [{ id: 'b', atMs: T0 }], unknown: { 'type:star': 2 } })
      expect(await store.drift.list({})).toMatchObject([{ kind: 'type', name: 'star', count: 3, transcripts: 1 }])
      await store.transcripts.clearDerived(id)
      expect(await store.drift.list({})).toEqual([])
    })
  })
}
