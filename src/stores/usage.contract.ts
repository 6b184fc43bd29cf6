import { describe, expect, it } from 'vitest'
import { addUsage, dearestFirst, emptyUsage } from '../domain/usage.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const MINUTE = 60_000
const iso = (ms: number) => new Date(ms).toISOString()

export function usageContract(begin: () => Promise<World>): void {
  describe('the usage ledger', () => {
    it('counts a response once: the row with the largest output, as a whole', async () => {
      const { store, register, read } = await begin()
      const id = await register('abc')
      const counted = await read(id, {
        done: false,
        usage: [
          { response: 'm', request: 'q', record: 0, atMs: T0, inputTokens: 9, outputTokens: 3, cost: 3, lines: 2 },
          { response: 'm', record: 2, atMs: T0, inputTokens: 9, outputTokens: 40, cacheReadTokens: 5, cost: 40 },
        ],
      })
      expect(counted).toMatchObject({ usageAdded: 1, usageRepeated: 1 })
      await read(id, {
        from: 3,
        usage: [{ response: 'm', request: 'q', record: 3, atMs: T0, inputTokens: 99, outputTokens: 8, cost: 99 }],
      })
      await read(id, {
        from: 4,
        usage: [{ response: 'm', request: 'other', record: 4, atMs: T0, outputTokens: 1, cost: 1 }],
      })
      expect(await store.usage.total({})).toMatchObject({
        responses: 2,
        inputTokens: 9,
        outputTokens: 41,
        cacheReadTokens: 5,
        costMicrodollars: 41,
      })
      const { items } = await store.usage.rows({}, { limit: 5 })
      expect(items).toMatchObject([
        {
          record: 2,
          line: 3,
          lines: 4,
          responseId: 'm',
          requestId: 'q',
          outputTokens: 40,
          inherited: false,
          ownerSessionId: null,
        },
        { record: 4, requestId: 'other' },
      ])
    })

    it('names what has no price, and never calls it zero', async () => {
      const { store, register, read } = await begin()
      await read(await register('abc'), {
        usage: [
          {
            response: 'a',
            atMs: T0,
            model: 'tern-large-9',
            inputTokens: 5,
            outputTokens: 6,
            cacheReadTokens: 7,
            reasoningTokens: 2,
            cost: null,
          },
          { response: 'b', atMs: T0, model: 'claude-sonnet', inputTokens: 1, outputTokens: 1, cost: 18 },
        ],
      })
      expect(await store.usage.total({})).toMatchObject({
        costMicrodollars: 18,
        unpricedTokens: 18,
        unpricedModels: ['tern-large-9'],
      })
    })

    it('has the same total in every view', async () => {
      const { store, register, read } = await begin()
      for (const [i, name] of ['abc', 'def', 'ghi'].entries()) {
        await read(await register(name), {
          usage: Array.from({ length: 40 }, (_, n) => ({
            response: `${name}-${n}`,
            record: n,
            atMs: T0 + i * 1000 + n * 7 * MINUTE,
            model: n % 3 === 0 ? 'claude-opus' : 'claude-sonnet',
            outputTokens: n + 1,
            cost: n % 5 === 0 ? null : n,
          })),
        })
      }
      const total = await store.usage.total({})
      expect(total.responses).toBe(120)
      for (const group of ['session', 'model', 'agent', 'project'] as const) {
        const parts = await store.usage.by(group, {})
        expect(
          parts.reduce((sum, part) => sum + part.totals.outputTokens, 0),
          group,
        ).toBe(total.outputTokens)
        expect(
          parts.reduce((sum, part) => sum + part.totals.unpricedTokens, 0),
          group,
        ).toBe(total.unpricedTokens)
      }
      // Boundaries inside quarters of an hour, as no calendar has them, and on them.
      for (const step of [15 * MINUTE, 7 * MINUTE + 1234, 60 * MINUTE, 1000 * MINUTE]) {
        const boundaries = Array.from({ length: 80 }, (_, n) => iso(T0 - 3 * MINUTE + n * step))
        const periods = await store.usage.byPeriod(boundaries, {})
        expect(periods).toHaveLength(79)
        const inside = await store.usage.total({ from: boundaries[0], to: boundaries.at(-1) })
        expect(
          periods.reduce((sum, part) => sum + part.outputTokens, 0),
          String(step),
        ).toBe(inside.outputTokens)
      }
      const rows = await store.usage.rows({}, { limit: 1000 })
      expect(rows.items.reduce((sum, row) => sum + row.outputTokens, 0)).toBe(total.outputTokens)
      expect(await store.usage.range({})).toEqual({ firstAt: iso(T0), lastAt: iso(T0 + 2000 + 39 * 7 * MINUTE) })
      // A period's range is that of the rows in it, wherever it cuts the quarters.
      for (const [from, to] of [
        [1, 200],
        [1, 16],
        [6.5, 7.5],
        [31, 32],
        [8, undefined],
        [undefined, 100],
      ] as const) {
        const period = { from: minutesIn(from), to: minutesIn(to) }
        const times = (await store.usage.rows(period, { limit: 1000 })).items.map((row) => row.at).sort()
        const range = times.length === 0 ? null : { firstAt: times[0], lastAt: times.at(-1) }
        expect(await store.usage.range(period), JSON.stringify([from, to])).toEqual(range)
      }
    })

    it('names the sessions that cost most, as many as asked for, as all of them in order would', async () => {
      const { store, register, read, session } = await begin()
      // Of a few costs and tokens, so that many are alike; some without a price, some of two models.
      for (let i = 0; i < 12; i++) {
        const agent = i % 4 === 0 ? 'codex' : 'claude-code'
        const cost = i % 6 === 5 ? null : 10 * (i % 3)
        const usage = [
          { response: `r${i}`, record: 0, atMs: T0 + i * 9 * MINUTE, model: 'x', outputTokens: 5 * (i % 2), cost },
        ]
        if (i % 5 === 0) usage.push({ ...usage[0]!, response: `q${i}`, record: 1, model: 'y' })
        await read(await register(`s${i}`, { agent, title: `title ${(i * 7) % 5}` }), { usage })
      }
      await register('idle')
      for (const filter of [
        {},
        { agent: 'codex' },
        { model: 'y' },
        { agent: 'gemini' },
        { sessionId: (await session('s5')).id },
        { from: iso(T0 + 30 * MINUTE), to: iso(T0 + 100 * MINUTE) },
        { from: iso(T0 + 30 * MINUTE), model: 'x' },
      ]) {
        const all = (await store.usage.by('session', filter)).sort(dearestFirst)
        const totals = all.reduce((sum, one) => addUsage(sum, one.totals), emptyUsage())
        totals.unpricedModels.sort()
        for (const limit of [1, 3, 4, 11, 12, 99]) {
          expect(await store.usage.dearest(filter, limit), JSON.stringify([filter, limit])).toEqual({
            items: all.slice(0, limit),
            total: all.length,
            totals,
          })
        }
      }
    })

    it('is told by quarter of an hour, those that have any', async () => {
      const { store, register, read } = await begin()
      const used = (response: string, atMs: number) => ({ response, atMs, outputTokens: 10, cost: 3 })
      await read(await register('abc'), {
        usage: [used('a', T0), used('b', T0 + 14 * MINUTE), used('c', T0 + 15 * MINUTE), used('d', T0 + 95 * MINUTE)],
      })
      const told = async (filter: Parameters<typeof store.usage.byQuarter>[0]) =>
        (await store.usage.byQuarter(filter)).map(({ startMs, totals }) => [
          (startMs - T0) / MINUTE,
          totals.responses,
          totals.costMicrodollars,
        ])
      expect(await told({})).toEqual([
        [0, 2, 6],
        [15, 1, 3],
        [90, 1, 3],
      ])
      expect(await told({ from: iso(T0 + 20 * MINUTE), to: iso(T0 + 91 * MINUTE) })).toEqual([
        [15, 1, 3],
        [90, 1, 3],
      ])
      expect(await told({ agent: 'codex' })).toEqual([])
    })

    it('is filtered by session, model and time to the millisecond', async () => {
      const { store, register, read, session } = await begin()
      await read(await register('abc'), {
        usage: [0, 1, 2, 3].map((n) => ({
          response: `r${n}`,
          record: n,
          atMs: T0 + n,
          model: n < 2 ? 'x' : 'y',
          outputTokens: 10 ** n,
        })),
      })
      await read(await register('def'), { usage: [{ response: 's', atMs: T0, model: 'x', outputTokens: 5 }] })
      const sum = async (filter: Parameters<typeof store.usage.total>[0]) =>
        (await store.usage.total(filter)).outputTokens
      expect(await sum({ sessionId: (await session('abc')).id })).toBe(1111)
      expect(await sum({ model: 'x' })).toBe(16)
      expect(await sum({ from: iso(T0 + 1), to: iso(T0 + 3) })).toBe(110)
      expect(await sum({ from: iso(T0 + 3) })).toBe(1000)
      expect(await sum({ agent: 'codex' })).toBe(0)
      expect(await store.usage.range({ model: 'none' })).toBeNull()
      expect(await store.usage.range({ model: 'y', from: iso(T0 + 3) })).toEqual({
        firstAt: iso(T0 + 3),
        lastAt: iso(T0 + 3),
      })
      expect(await store.usage.range({ model: 'x', from: iso(T0 + 2) })).toBeNull()
    })
  })
}

function minutesIn(minutes: number | undefined): string | undefined {
  return minutes === undefined ? undefined : iso(T0 + minutes * MINUTE)
}
