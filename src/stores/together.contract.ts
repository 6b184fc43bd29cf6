import { describe, expect, it } from 'vitest'
import { T0 } from './world.contract.ts'
import { register } from './world.contract.ts'
import type { World } from './world.contract.ts'
import type { Store } from './store.ts'
import { makeBatch } from './batch-maker.ts'

/** What several stores on one place owe each other. */
export function togetherContract(begin: () => Promise<World>, alone: string | undefined): void {
  describe(
    alone === undefined ? 'several stores on one place' : `several stores on one place (skipped: ${alone})`,
    () => {
      it.skipIf(alone !== undefined)(
        'show who loses a ticket to another who holds it, in the same transaction',
        async () => {
          const { store, another } = await begin()
          const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }
          const ticket = await store.tickets.create({ createdBy: 'ada' })
          const claimed = async (from: Store) => {
            const { id } = await from.sessions.create(draft)
            return from.transaction(async (tx) => {
              await tx.tickets.get(ticket.id)
              const won = await tx.tickets.claim(ticket.id, id, null, '2026-11-20T12:00:00.000Z')
              return { id, won, after: (await tx.tickets.get(ticket.id)).heldBySessionId }
            })
          }
          const both = await Promise.all([store, await another()].map(claimed))
          const holder = (await store.tickets.get(ticket.id)).heldBySessionId
          expect(both.filter(({ won }) => won).map(({ id }) => id)).toEqual([holder])
          expect(both.map(({ after }) => after)).toEqual([holder, holder])
        },
      )

      it.skipIf(alone !== undefined)('see each other’s writes, and nothing half done', async () => {
        const { store, another } = await begin()
        const second = await another()
        await store.transaction(async (tx) => {
          await tx.activities.append({
            sessionId: null,
            at: '2026-11-20T12:00:00.000Z',
            actor: 'a',
            action: 'x',
            target: 'y',
            payload: {},
          })
          expect((await second.activities.list({}, { limit: 1 })).total).toBe(0)
          expect((await store.activities.list({}, { limit: 1 })).total).toBe(0)
        })
        expect((await second.activities.list({}, { limit: 1 })).total).toBe(1)
        expect(second.machineId).toBe(store.machineId)
      })

      it.skipIf(alone !== undefined)('append to one chain without a gap', async () => {
        const { store, another } = await begin()
        const stores = [store, await another(), await another()]
        const drafts = Array.from({ length: 60 }, (_, n) => ({
          sessionId: null,
          at: '2026-11-20T12:00:00.000Z',
          actor: 'a',
          action: 'x',
          target: `t${n}`,
          payload: {},
        }))
        const rows = await Promise.all(drafts.map((draft, n) => (stores[n % 3] ?? store).activities.append(draft)))
        expect(rows.map((row) => row.sequence).sort((a, b) => a - b)).toEqual(drafts.map((_, n) => n + 1))
        expect(await store.activities.verify()).toMatchObject({ rows: 60, brokenAt: null })
      })

      it.skipIf(alone !== undefined)('read one history at the same time and add nothing twice', async () => {
        const { store, another } = await begin()
        const stores = [store, await another(), await another(), await another()]
        await Promise.all(
          stores.map(async (each, reader) => {
            const ids = [await register(each, 'parent'), await register(each, 'fork')]
            for (let from = 0; from < 300; from += 100) {
              for (const [place, id] of reader % 2 === 0 ? ids.entries() : [...ids.entries()].toReversed()) {
                const own = (n: number) => (n < 200 ? `e${n}` : `${place}-${n}`)
                const entries = Array.from({ length: 100 }, (_, n) => ({
                  id: own(from + n),
                  atMs: T0 + (from + n) * 1000 + (from + n < 200 ? 0 : place),
                }))
                const usage = [{ response: own(from), record: from, atMs: T0, outputTokens: 1 }]
                await each.ingest(makeBatch(id, { from, checked: true, entries, usage }))
              }
            }
          }),
        )
        expect(await store.entries.count({})).toBe(400)
        expect(await store.usage.total({})).toMatchObject({ responses: 4, outputTokens: 4 })
        const { items } = await store.sessions.list({}, { limit: 5 })
        expect(items.map((session) => [session.externalId, session.messageCount]).sort()).toEqual([
          ['fork', 100],
          ['parent', 300],
        ])
      })

      it.skipIf(alone !== undefined)('are walled off by workspace', async () => {
        const { store, another, register: registerHere, read } = await begin()
        const other = await another('elsewhere')
        await read(await registerHere('abc'), {
          entries: [{ id: 'a', atMs: T0 }],
          usage: [{ response: 'm', atMs: T0, outputTokens: 1 }],
        })
        const there = await register(other, 'abc')
        await other.ingest(
          makeBatch(there, { entries: [{ id: 'a', atMs: T0 }], usage: [{ response: 'm', atMs: T0, outputTokens: 1 }] }),
        )
        for (const each of [store, other]) {
          expect(await each.usage.total({})).toMatchObject({ responses: 1 })
          expect(await each.entries.count({})).toBe(1)
          expect((await each.sessions.list({}, { limit: 5 })).total).toBe(1)
          expect((await each.activities.verify()).rows).toBe(1)
        }
        const [session] = (await store.sessions.list({}, { limit: 1 })).items
        expect(await other.sessions.find(session?.id ?? '')).toBeUndefined()
        await store.sessions.delete(session?.id ?? '', 'ada')
        expect(await other.entries.count({})).toBe(1)
        expect(await other.tombstones.list()).toEqual([])
      })
    },
  )
}
