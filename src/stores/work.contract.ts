import { describe, expect, it } from 'vitest'
import type { Frame } from '../domain/context.ts'
import type { BatchWords } from './batch-maker.ts'
import { WORK_COUNTS } from './work-store.ts'
import type { WorkFilter } from './work-store.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const MINUTE = 60_000
const ms = (minutes: number): number => T0 + minutes * MINUTE
const at = (minutes: number): string => new Date(ms(minutes)).toISOString()

/** A prompt and its answer a minute later, `tokens` each; records 2n and 2n + 1. */
function turn(n: number, startMinute: number, tokens: number): Pick<Required<BatchWords>, 'entries' | 'usage'> {
  const [asked, answered] = [2 * n, 2 * n + 1]
  return {
    entries: [
      { id: `p${n}`, record: asked, atMs: ms(startMinute) },
      { id: `a${n}`, record: answered, atMs: ms(startMinute + 1), role: 'assistant' },
    ],
    usage: [{ response: `m${n}`, record: answered, atMs: ms(startMinute + 1), outputTokens: tokens, cost: tokens }],
  }
}

export function workContract(begin: () => Promise<World>): void {
  describe('work by ticket', () => {
    const stand = async (
      world: World,
      sessionId: string,
      ref: string | null,
      more: object,
    ): Promise<Frame | undefined> => {
      const { store } = world
      const ticket = ref === null ? undefined : await store.tickets.ensure({ ref, kind: 'task', createdBy: 'ada' })
      const frame = ticket && { ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind: ticket.kind }
      const context = { stack: frame ? [frame] : [], optedOut: frame === undefined }
      await store.contexts.change({ sessionId, context, change: 'push', fromAt: at(0), by: 'ada', ...more })
      return frame
    }

    /** `[ticket's ref or attribution, output tokens, active minutes]` of every part, by session and period where there are several. */
    const told = async ({ store }: World, filter: WorkFilter = {}, boundaries?: string[]) => {
      const parts = await store.work.parts(filter, boundaries)
      const tickets = new Map((await store.tickets.list({}, { limit: 99 })).items.map(({ id, ref }) => [id, ref]))
      return parts
        .map(({ period, attribution, ticketId, usage, active }) => {
          const minutes = active.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / MINUTE, 0)
          const name = ticketId === null ? attribution : tickets.get(ticketId)
          return [...(boundaries ? [period] : []), name, usage.outputTokens, minutes]
        })
        .sort((a, b) => (String(a) < String(b) ? -1 : 1))
    }

    it('is unattributed where nobody said anything, and adds up to the usage there is', async () => {
      const world = await begin()
      const { entries, usage } = turn(0, 0, 100)
      await world.read(await world.register('abc'), { entries, usage, growing: { startMs: ms(0), endMs: ms(1) } })
      expect(await told(world)).toEqual([['unattributed', 100, 1]])
      expect(await told(world, { agent: 'codex' })).toEqual([])
    })

    it('counts for the ticket that was current when the request began', async () => {
      const world = await begin()
      const batch = [turn(0, 0, 1), turn(1, 10, 20), turn(2, 20, 300), turn(3, 30, 4000)]
      await world.read(await world.register('abc'), {
        entries: batch.flatMap(({ entries }) => entries),
        usage: batch.flatMap(({ usage }) => usage),
        growing: { startMs: ms(0), endMs: ms(31) },
      })
      const { id } = await world.session('abc')
      await stand(world, id, 'T-1', { fromAt: at(5) })
      expect(await told(world)).toEqual([
        ['T-1', 4320, 26],
        ['unattributed', 1, 5],
      ])
      // Asked at minute 20, answered at 21: a switch in between comes with the next request.
      await stand(world, id, 'T-2', { fromAt: at(20.5) })
      await stand(world, id, null, { fromAt: at(40) })
      expect(await told(world)).toEqual([
        ['T-1', 320, 15.5],
        ['T-2', 4000, 10.5],
        ['unattributed', 1, 5],
      ])
      expect(await told(world, { from: at(11), to: at(31) })).toEqual([
        ['T-1', 320, 9.5],
        ['T-2', 0, 10.5],
      ])
      expect(await told(world, {}, [at(0), at(15), at(60)])).toEqual([
        [0, 'T-1', 20, 10],
        [0, 'unattributed', 1, 5],
        [1, 'T-1', 300, 5.5],
        [1, 'T-2', 4000, 10.5],
      ])
    })

    it('follows file order where the call that switched lies in the transcript, whatever the clocks say', async () => {
      const world = await begin()
      const call = (id: string, record: number) => ({
        id,
        record,
        atMs: ms(9),
        call: { id: `toolu_${id}`, tool: 'attach_ticket' },
      })
      await world.read(await world.register('abc'), {
        entries: [
          { id: 'p', record: 0, atMs: ms(50) },
          // One response on two lines, the second written behind the result of the first; its numbers stand on the second.
          call('x', 1),
          { id: 'rx', record: 2, atMs: ms(8), result: { of: 'toolu_x' } },
          call('y', 3),
          { id: 'ry', record: 4, atMs: ms(7), result: { of: 'toolu_y' } },
          { id: 'a', record: 5, atMs: ms(6), role: 'assistant' },
        ],
        usage: [
          { response: 'm1', record: 3, atMs: ms(9), outputTokens: 1 },
          { response: 'm2', record: 5, atMs: ms(6), outputTokens: 20 },
        ],
      })
      const { id } = await world.session('abc')
      await stand(world, id, 'T-1', { fromAt: null })
      await stand(world, id, 'T-2', { fromAt: at(100), callId: 'toolu_x' })
      const tokens = async () => (await told(world)).map(([ref, count]) => [ref, count])
      expect(await tokens()).toEqual([
        ['T-1', 1],
        ['T-2', 20],
      ])
      // The next one switches on a line of its own, and what was counted is counted already.
      await world.read(await world.register('abc'), {
        from: 6,
        entries: [call('z', 6), { id: 'rz', record: 7, atMs: ms(5), result: { of: 'toolu_z' } }],
        usage: [
          { response: 'm3', record: 6, atMs: ms(5), outputTokens: 300 },
          { response: 'm4', record: 8, atMs: ms(4), outputTokens: 4000 },
        ],
      })
      await stand(world, id, 'T-3', { fromAt: at(110), callId: 'toolu_z' })
      expect(await tokens()).toEqual([
        ['T-1', 1],
        ['T-2', 320],
        ['T-3', 4000],
      ])
    })

    it('of a subagent counts for its session’s ticket, or for its own once it has one', async () => {
      const world = await begin()
      const sub = await world.register('agent-1', { kind: 'subagent', sessionExternalId: 'abc' })
      const main = await world.register('abc')
      await world.read(main, { ...turn(0, 0, 1), growing: { startMs: ms(0), endMs: ms(10) } })
      const one = [turn(0, 2, 20), turn(1, 6, 300)]
      await world.read(sub, {
        entries: one.flatMap(({ entries }, i) => entries.map((entry) => ({ ...entry, id: `s${i}${entry.id}` }))),
        usage: one.flatMap(({ usage }, i) => usage.map((row) => ({ ...row, response: `s${i}` }))),
        growing: { startMs: ms(2), endMs: ms(7) },
      })
      const { id } = await world.session('abc')
      await stand(world, id, 'T-1', { fromAt: null })
      expect(await told(world)).toEqual([['T-1', 321, 10]])
      await stand(world, id, 'T-9', { fromAt: at(5), transcriptId: sub })
      expect(await told(world)).toEqual([
        ['T-1', 21, 10],
        ['T-9', 300, 2],
      ])
      // What the session turns to afterwards is not the subagent's.
      await stand(world, id, 'T-1', { fromAt: at(5.5) })
      expect(await told(world)).toEqual([
        ['T-1', 21, 10],
        ['T-9', 300, 2],
      ])
      const nine = await world.store.tickets.find('T-9')
      expect(await told(world, { ticketIds: [nine[0]?.id ?? ''] })).toEqual([['T-9', 300, 2]])
    })

    it('counts entries, calls, failures, files and commits for the ticket they were made on', async () => {
      const world = await begin()
      const call = (id: string, minute: number, more: object) => [
        { id, atMs: ms(minute), call: { id: `toolu_${id}`, tool: 'Bash' } },
        { id: `r${id}`, atMs: ms(minute + 1), result: { of: `toolu_${id}`, ...more } },
      ]
      const edit = { path: '/code/a.ts', kind: 'edit' as const }
      await world.read(await world.register('abc'), {
        entries: [
          { id: 'p', atMs: ms(0) },
          ...call('x', 1, { failed: true }),
          ...call('y', 3, {}).map((entry, i) => (i === 1 ? { ...entry, changes: [edit] } : entry)),
          ...call('z', 5, { failed: true }).map((entry, i) =>
            i === 1 ? { ...entry, commits: [{ hash: 'a'.repeat(40), subject: 'Cache' }] } : entry,
          ),
        ],
      })
      const { id } = await world.session('abc')
      const told = async (filter: WorkFilter = {}, boundaries?: string[]) =>
        (await world.store.work.counts(WORK_COUNTS, filter, boundaries)).map(({ attribution, period, counts }) => [
          attribution,
          ...(boundaries ? [period] : []),
          ...Object.values(counts),
        ])
      expect(await told()).toEqual([['unattributed', 7, 3, 2, 1, 1]])
      // The call that attaches belongs to what was before, its result is where the ticket begins.
      await stand(world, id, 'T-1', { fromAt: at(99), callId: 'toolu_x' })
      expect(await told()).toEqual([
        ['unattributed', 3, 1, 1, 0, 0],
        ['ticket', 4, 2, 1, 1, 1],
      ])
      expect(await told({ from: at(4.5) })).toEqual([['ticket', 2, 1, 1, 0, 1]])
      expect(await told({}, [at(0), at(3), at(5), at(9)])).toEqual([
        ['unattributed', 0, 3, 1, 1, 0, 0],
        ['ticket', 1, 2, 1, 0, 1, 0],
        ['ticket', 2, 2, 1, 1, 0, 1],
      ])
    })

    it('is exact to the row at the ends of a range that cuts a quarter of an hour', async () => {
      const world = await begin()
      const batch = [turn(0, 0, 1), turn(1, 14, 20), turn(2, 29, 300), turn(3, 59, 4000)]
      const read = {
        entries: batch.flatMap(({ entries }) => entries),
        usage: batch.flatMap(({ usage }) => usage),
      }
      await world.read(await world.register('abc'), read)
      const sums = async (sessionId: string | undefined, from: number, to: number) =>
        (await told(world, { sessionId, from: at(from), to: at(to) })).map(([, tokens]) => tokens)
      const ranges = [
        [0, 60],
        [1, 60],
        [1.01, 60],
        [15, 30],
        [15, 30.01],
        [14, 61],
        [2, 3],
      ] as const
      const expected = [[321], [321], [320], [20], [320], [4320], []]
      for (const [i, [from, to]] of ranges.entries())
        expect(await sums(undefined, from, to), String(i)).toEqual(expected[i])
      const { id } = await world.session('abc')
      await stand(world, id, 'T-1', { fromAt: null })
      for (const [i, [from, to]] of ranges.entries()) expect(await sums(id, from, to), String(i)).toEqual(expected[i])
    })
  })
}
