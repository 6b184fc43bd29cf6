import { describe, expect, it } from 'vitest'
import { addUsage, emptyUsage } from '../domain/usage.ts'
import type { UsageTotals } from '../domain/usage.ts'
import { mergeIntervals } from '../domain/slice.ts'
import { addTally, emptyTally, tallyPart } from '../domain/work-tally.ts'
import type { Tally } from '../domain/work-tally.ts'
import { WORK_COUNTS, WORK_GROUPS } from './work-store.ts'
import type { WorkCount, WorkFilter, WorkGroup, WorkPart, WorkSums } from './work-store.ts'
import type { EntryWords, UsageWords } from './batch-maker.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const MINUTE = 60_000

/** Numbers in [0, 1) that a seed decides: a case that fails can be made again. */
export function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * sides)
  }
}

/** Turns of one transcript; clocks go mostly forward. */
export function talk(name: string, roll: (sides: number) => number, startMinute: number): Talk {
  const made: Talk = { entries: [], usage: [], calls: [] }
  let atMs = T0 + startMinute * MINUTE
  for (let turn = 0; turn < 2 + roll(5); turn++) {
    const id = `${name}-${turn}`
    const step = (): number => (atMs += roll(8) === 0 ? -roll(3) * MINUTE : roll(7) * MINUTE + 1000)
    made.entries.push({ id: `${id}-p`, atMs: step() })
    const record = made.entries.length
    made.usage.push({
      response: id,
      record,
      atMs: step(),
      outputTokens: 1 + roll(900),
      cost: roll(4) === 0 ? null : roll(5000),
    })
    const changes = roll(2) === 0 ? [{ path: `/code/${roll(4)}.ts`, kind: 'edit' as const, added: 1, removed: 0 }] : []
    const commits = roll(3) === 0 ? [{ hash: id.padEnd(40, '0'), subject: 'Cache' }] : []
    made.entries.push({ id: `${id}-a`, atMs, call: { id: `toolu-${id}`, tool: 'Bash' } })
    made.entries.push({
      id: `${id}-r`,
      atMs: step(),
      result: { of: `toolu-${id}`, failed: roll(3) === 0 },
      changes,
      commits,
    })
    made.calls.push(`toolu-${id}`)
  }
  return made
}

interface Talk {
  entries: EntryWords[]
  usage: UsageWords[]
  calls: string[]
}

const both = (a: Talk, b: Talk): Talk => ({
  entries: [...a.entries, ...b.entries],
  usage: [...a.usage, ...b.usage.map((row) => ({ ...row, record: (row.record ?? 0) + a.entries.length }))],
  calls: b.calls,
})

/** Sessions side by side, subagents, a fork, stacks that change by clock and by call, and a deletion. */
async function history(world: World, seed: number): Promise<void> {
  const { store } = world
  const roll = dice(seed)
  const tickets = await Promise.all(
    ['T-1', 'T-2', 'T-3'].map((ref) => store.tickets.ensure({ ref, kind: 'task', createdBy: 'ada' })),
  )
  const names: string[] = []
  for (let n = 0; n < 3 + roll(2); n++) {
    const name = `s${n}`
    const start = roll(90)
    const main = talk(name, roll, start)
    const read = async (id: number, { entries, usage }: Talk) => {
      const times = entries.map((entry) => entry.atMs)
      await world.read(id, { entries, usage, growing: { startMs: Math.min(...times), endMs: Math.max(...times) } })
    }
    await read(await world.register(name), main)
    const transcripts: (number | null)[] = [null, null, null]
    const calls = [...main.calls]
    if (roll(2) === 0) {
      const sub = await world.register(`${name}-agent`, { kind: 'subagent', sessionExternalId: name })
      const work = talk(`${name}-agent`, roll, start + roll(10))
      await read(sub, work)
      transcripts.push(sub)
      calls.push(...work.calls)
    }
    names.push(name)
    if (roll(2) === 0) {
      const fork = talk(`${name}-fork`, roll, start + 60)
      await read(await world.register(`${name}-fork`), both(main, fork))
      names.push(`${name}-fork`)
    }
    for (let change = roll(5); change > 0; change--) {
      const { id } = await world.session(names[roll(names.length)] as string)
      const ticket = tickets[roll(4)]
      const frame = ticket && { ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind: ticket.kind }
      await store.contexts.change({
        sessionId: id,
        context: { stack: frame ? [frame] : [], optedOut: frame === undefined && roll(2) === 0 },
        change: 'switch',
        fromAt: roll(5) === 0 ? null : new Date(T0 + roll(150) * MINUTE).toISOString(),
        by: 'ada',
        callId: roll(3) === 0 ? (calls[roll(calls.length)] ?? null) : null,
        transcriptId: transcripts[roll(transcripts.length)] ?? null,
      })
    }
  }
  if (roll(2) === 0) await store.sessions.delete((await world.session(names[roll(names.length)] as string)).id, 'ada')
}

const sum = (all: readonly UsageTotals[]): UsageTotals => {
  const total = all.reduce((into, each) => addUsage(into, each), emptyUsage())
  return { ...total, unpricedModels: [...total.unpricedModels].sort() }
}

/** Tallies by key and place, comparable: sessions by number, time merged. */
export function tally() {
  const tallies = new Map<string, Tally>()
  return {
    at(
      key: string | null,
      { period, attribution, ticketId }: Pick<WorkPart, 'period' | 'attribution' | 'ticketId'>,
    ): Tally {
      const place = JSON.stringify([key, period, attribution, ticketId])
      const known = tallies.get(place) ?? emptyTally()
      tallies.set(place, known)
      return known
    },
    all: () =>
      [...tallies]
        .map(([place, { active, sessionIds, sessions, usage, ...rest }]) => ({
          place,
          ...rest,
          usage: sum([usage]),
          sessions: sessionIds.size + sessions,
          active: mergeIntervals(active),
        }))
        .sort((a, b) => (a.place < b.place ? -1 : 1)),
  }
}

export function count(into: Tally, { sessionId, counts }: WorkCount): void {
  into.sessionIds.add(sessionId)
  into.calls += counts.calls ?? 0
  into.failedCalls += counts.failedCalls ?? 0
}

/** What the engine added up, comparable with what `parts` and `counts` add up to. */
export function added({ whole, parts, counts }: WorkSums) {
  const tallies = tally()
  for (const { key, period, ...sum } of whole)
    addTally(tallies.at(key, { period, attribution: 'unattributed', ticketId: null }), sum)
  for (const part of parts) tallyPart(tallies.at(part.key, part), part)
  for (const place of counts) count(tallies.at(place.key, place), place)
  return tallies.all()
}

export function workSumsContract(begin: () => Promise<World>): void {
  describe('sums of work', () => {
    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
      'are what parts and counts add up to, by whatever they are asked (seed %i)',
      async (seed) => {
        const world = await begin()
        const { store } = world
        await history(world, seed)
        const { items } = await store.sessions.list({ includePruned: true }, { limit: 99 })
        await store.sessions.update(items[0]?.id ?? '', { userId: 'ada' })
        const [{ id: personal }] = [
          await store.sessions.create({
            agent: 'person',
            externalId: null,
            refPrefix: 'db',
            channel: 'cli',
            userId: 'bo',
          }),
        ]
        await store.contexts.addPersonTime(personal, { startMs: T0 + MINUTE, endMs: T0 + 70 * MINUTE })
        const sessions = new Map(
          (await store.sessions.list({ includePruned: true }, { limit: 99 })).items.map((session) => [
            session.id,
            session,
          ]),
        )
        const keyOf = (group: WorkGroup, id: string): string | null => {
          const session = sessions.get(id)
          if (group === 'all' || session === undefined) return null
          return { project: session.projectId, person: session.userId, agent: session.agent, session: id }[group]
        }
        const cuts = [-60, 17, 45, 60, 61, 300].map((minutes) => new Date(T0 + minutes * MINUTE + 7).toISOString())
        const one = async (told: Promise<WorkSums>) => added(await told)
        expect(await one(store.work.dearest({}, 99))).toEqual(
          await one(store.work.sums('session', { undivided: true })),
        )
        const dear = (await store.work.dearest({}, 99)).whole.map(({ usage, activeMs }) => [
          usage.costMicrodollars,
          activeMs,
        ])
        expect(dear).toEqual(dear.toSorted(([a = 0], [b = 0]) => b - a))
        expect((await store.work.dearest({}, 2)).whole.map(({ key }) => key)).toEqual(
          (await store.work.dearest({}, 99)).whole.slice(0, 2).map(({ key }) => key),
        )
        const from = cuts[1]
        for (const filter of [
          {},
          { undivided: true },
          { from },
          { from, to: cuts[3], undivided: true },
          { agent: 'person' },
        ]) {
          if (!('undivided' in filter)) {
            const parts = await store.work.parts(filter)
            const said = new Set(parts.filter((one) => one.attribution !== 'unattributed').map((one) => one.sessionId))
            const silent = [...sessions.values()].filter(
              ({ id, stack, optedOut, prunedAt }) =>
                stack.length === 0 &&
                !optedOut &&
                prunedAt === null &&
                !said.has(id) &&
                parts.some((one) => one.sessionId === id),
            )
            expect((await store.work.unattributed(filter)).toSorted()).toEqual(silent.map(({ id }) => id).toSorted())
          }
          const groups = 'undivided' in filter ? WORK_GROUPS : (['all'] as const)
          for (const [group, boundaries] of groups.flatMap((one) => [
            [one, undefined] as const,
            [one, cuts] as const,
          ])) {
            const engine = await one(store.work.sums(group, filter, boundaries))
            const plain = tally()
            for (const part of await store.work.parts(filter, boundaries))
              tallyPart(plain.at(keyOf(group, part.sessionId), part), part)
            for (const place of await store.work.counts(['calls', 'failedCalls'], filter, boundaries))
              count(plain.at(keyOf(group, place.sessionId), place), place)
            expect(engine).toEqual(plain.all())
            if (boundaries === undefined && Object.keys(filter).length === 0) expect(engine).not.toEqual([])
          }
        }
      },
    )

    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
      'by ticket, by period, by session and of all usage are one and the same, whatever happened (seed %i)',
      async (seed) => {
        const world = await begin()
        const { store } = world
        await history(world, seed)
        const all = sum([await store.usage.total({})])
        expect(all.responses).toBeGreaterThan(0)
        expect(sum((await store.usage.by('session', {})).map(({ totals }) => totals))).toEqual(all)
        // Of everything and by model there are sums of their own.
        const ever = { from: '2000-01-01T00:00:00.000Z' }
        expect(sum([await store.usage.total(ever)])).toEqual(all)
        expect(await store.usage.by('model', {})).toEqual(await store.usage.by('model', ever))
        const cuts = [-60, 17, 45, 60, 61, 300].map((minutes) => new Date(T0 + minutes * MINUTE + 7).toISOString())
        for (const filter of [{}, { undivided: true }] satisfies WorkFilter[]) {
          for (const boundaries of [undefined, cuts]) {
            const parts = await store.work.parts(filter, boundaries)
            expect(sum(parts.map(({ usage }) => usage))).toEqual(all)
            const counts = await store.work.counts(WORK_COUNTS, filter, boundaries)
            const sessions = (await store.sessions.list({}, { limit: 99 })).items
            const counted = (kind: (typeof WORK_COUNTS)[number]): number =>
              counts.reduce((total, each) => total + (each.counts[kind] ?? 0), 0)
            expect(counted('calls')).toBe(sessions.reduce((total, { invocationCount: n }) => total + n, 0))
            expect(counted('failedCalls')).toBe(sessions.reduce((total, { failedCount: n }) => total + n, 0))
            expect(counted('entries')).toBe(
              await store.entries.count({ includeSidechain: true, includeMeta: true, includeInjected: true }),
            )
            const { total } = await store.files.commits({}, { limit: 1 })
            expect(counted('commits')).toBe(total)
            expect(counted('fileChanges')).toBe((await store.files.changes({}, { limit: 1 })).total)
          }
        }
        const whole = await store.work.parts({})
        for (const [period, from] of cuts.slice(0, -1).entries()) {
          const [one, cut] = [{ from, to: cuts[period + 1] }, await store.work.parts({}, cuts)]
          const own = cut.filter((part) => part.period === period).map((part) => ({ ...part, period: 0 }))
          const order = (part: object): string => JSON.stringify(part)
          const narrowed = await store.work.parts(one)
          expect(own.map(order).sort()).toEqual(narrowed.map(order).sort())
        }
        for (const { ticketId } of whole) {
          if (ticketId === null) continue
          const asked = await store.work.parts({ ticketIds: [ticketId] })
          expect(asked).toEqual(whole.filter((part) => part.ticketId === ticketId))
        }
      },
    )
  })
}
