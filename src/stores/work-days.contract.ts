import { describe, expect, it } from 'vitest'
import type { Session } from '../domain/session.ts'
import { tallyPart } from '../domain/work-tally.ts'
import type { WorkFilter, WorkGroup } from './work-store.ts'
import { added, count, dice, tally, talk } from './work-sums.contract.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const DAY = 24 * 60
const MINUTE = 60_000

/** Everything that may change what a day's sessions did, one thing at a time, on days that lie apart. */
function changes(world: World, roll: (sides: number) => number) {
  const { store } = world
  const names: string[] = []
  const read = new Map<string, { id: number; records: number; startMinute: number }>()
  const all = async (): Promise<Session[]> =>
    (await store.sessions.list({ includePruned: true }, { limit: 99 })).items.toSorted((a, b) =>
      a.ref < b.ref ? -1 : 1,
    )
  const one = async (): Promise<Session | undefined> => {
    const found = (await all()).filter(({ externalId }) => !externalId.startsWith('kept-'))
    return found[roll(found.length)]
  }
  const ingest = async (name: string, id: number, from: number, startMinute: number, silent = false) => {
    const { entries, usage } = talk(`${name}-${from}`, roll, startMinute)
    const times = entries.map(({ atMs }) => atMs)
    await world.read(id, {
      from,
      entries,
      usage: silent ? [] : usage.map((row) => ({ ...row, record: from + (row.record ?? 0) })),
      growing: { startMs: Math.min(...times), endMs: Math.max(...times) },
    })
    read.set(name, { id, records: from + entries.length, startMinute })
  }
  const isThere = async (id: number): Promise<boolean> =>
    (await store.transcripts.list({})).some((transcript) => transcript.id === id)
  const project = async (): Promise<string> => {
    const root = `/code/${roll(3)}`
    return (await store.projects.ensure({ identityKind: 'path', identity: root, name: root, root })).id
  }
  const begin = async () => {
    const name = `d${names.length}`
    names.push(name)
    await ingest(name, await world.register(name), 0, -roll(9) * DAY + roll(90), roll(4) === 0)
    const { id } = await world.session(name)
    if (roll(2) === 0) await store.sessions.update(id, { projectId: await project() })
  }
  const some = () => [...read][roll(read.size)] as [string, { id: number; records: number; startMinute: number }]
  const kinds: Record<string, () => Promise<unknown>> = {
    begin,
    begins: begin,
    'go on': async () => {
      const [name, { id, records, startMinute }] = some()
      if (await isThere(id)) await ingest(name, id, records, startMinute + 100 + roll(2000))
    },
    'be read again': async () => {
      const [, { id }] = some()
      if (await isThere(id)) await store.transcripts.clearDerived(id)
    },
    subagent: async () => {
      const [name, { startMinute }] = some()
      if ((await store.sessions.resolve(name)).length === 0) return
      const sub = `${name}-agent-${read.size}`
      await ingest(
        sub,
        await world.register(sub, { kind: 'subagent', sessionExternalId: name }),
        0,
        startMinute - roll(1500),
        roll(2) === 0,
      )
    },
    'a copy that tells more of a response': async () => {
      const [name, { startMinute }] = some()
      const copy = `${name}-copy-${read.size}`
      const atMs = T0 + (startMinute + 3 * DAY) * MINUTE
      const id = await world.register(copy)
      const usage = [{ response: `${name}-0-0`, record: 1, atMs, outputTokens: 5000 + roll(999), cost: 9000 }]
      await world.read(id, { entries: [{ id: copy, atMs }], usage, done: false })
      read.set(copy, { id, records: 1, startMinute })
    },
    stand: async () => {
      const session = await one()
      if (session === undefined) return
      const {
        id: ticketId,
        trackerId,
        ref,
        kind,
      } = await store.tickets.ensure({ ref: `T-${roll(3)}`, kind: 'task', createdBy: 'ada' })
      await store.contexts.change({
        sessionId: session.id,
        context:
          roll(3) === 0
            ? { stack: [], optedOut: true }
            : { stack: [{ ticketId, trackerId, ref, kind }], optedOut: false },
        change: 'switch',
        fromAt: roll(2) === 0 ? null : session.lastActivityAt,
        by: 'ada',
      })
    },
    person: async () => {
      const session = await one()
      if (session !== undefined)
        await store.sessions.update(session.id, { userId: ['ada', 'bo', null][roll(3)] ?? null })
    },
    project: async () => {
      const session = await one()
      if (session !== undefined)
        await store.sessions.update(session.id, { projectId: roll(3) === 0 ? null : await project() })
    },
    'projects become one': async () => {
      const [into, other] = [await project(), await project()]
      if (into !== other) await store.projects.merge(into, other)
    },
    'time by hand': async () => {
      const session = await one()
      if (session !== undefined) await store.contexts.addPersonTime(session.id, { startMs: T0, endMs: T0 + 9 * MINUTE })
    },
    merge: async () => {
      const [into, other] = [await one(), await one()]
      if (into !== undefined && other !== undefined && into.id !== other.id)
        await store.sessions.merge(into.id, other.id)
    },
    prune: async () => {
      const session = await one()
      if (session !== undefined) await store.sessions.prune(session.id)
    },
    delete: async () => {
      const session = await one()
      if (session !== undefined) await store.sessions.delete(session.id, 'ada')
    },
  }
  const kindNames = Object.keys(kinds)
  let turn = roll(kindNames.length)
  return {
    all,
    begin,
    /** Has every day kept: whoever asks keeps them where four or more are marked. */
    async keep(): Promise<void> {
      for (let n = 0; n < 4; n++) {
        const known = (await store.sessions.resolve(`kept-${n}`))[0]
        if (known === undefined) await ingest(`kept-${n}`, await world.register(`kept-${n}`), 0, -(20 + n) * DAY)
        else await store.sessions.update(known.id, { userId: known.userId })
        read.delete(`kept-${n}`)
      }
      await store.work.sums('all', {})
    },
    /** Each kind in its turn, so that none is left out. */
    async happen(): Promise<string> {
      const kind = kindNames[turn++ % kindNames.length] as string
      await (kinds[kind] as () => Promise<unknown>)()
      return kind
    },
  }
}

export function workDaysContract(begin: () => Promise<World>): void {
  describe('sums of work that are kept', () => {
    it.each([1, 2, 3, 4])(
      'are those over rows, whatever happened since they were last asked for (seed %i)',
      async (seed) => {
        const world = await begin()
        const { store } = world
        const history = changes(world, dice(seed))
        for (let n = 0; n < 8; n++) await history.begin()
        const told: string[] = []
        for (let step = 0; step < 24; step++) {
          const sessions = new Map((await history.all()).map((session) => [session.id, session]))
          const keyOf = (group: WorkGroup, id: string): string | null => {
            const { projectId = null, userId = null, agent = null } = sessions.get(id) ?? {}
            return { all: null, project: projectId, person: userId, agent, session: id }[group]
          }
          const projectId = [...sessions.values()].find((session) => session.projectId !== null)?.projectId ?? undefined
          // One of these after each change: with every day that is kept, and those that were marked meanwhile.
          const at = (days: number, minutes = 0): string => new Date(T0 + (days * DAY + minutes) * MINUTE).toISOString()
          const days = Array.from({ length: 14 }, (_, n) => at(n - 11, 14 * 60))
          const [filter, group, boundaries] = (
            [
              [{}, 'all'],
              [{ undivided: true }, 'project'],
              [{ undivided: true }, 'person'],
              [{ projectId, undivided: true }, 'agent'],
              [{ from: at(-6, 7), undivided: true }, 'project'],
              [{}, 'all', days],
              [{ from: at(-7), to: at(-1, 33) }, 'person'],
              [{ projectId, undivided: true }, 'all', days],
            ] as const
          )[step % 8] as readonly [WorkFilter, 'all' | 'project' | 'person' | 'agent', string[]?]
          const plain = tally()
          for (const part of await store.work.parts(filter, boundaries))
            tallyPart(plain.at(keyOf(group, part.sessionId), part), part)
          for (const place of await store.work.counts(['calls', 'failedCalls'], filter, boundaries))
            count(plain.at(keyOf(group, place.sessionId), place), place)
          expect(
            added(await store.work.sums(group, filter, boundaries)),
            `${told.join(', ')}: ${group} ${JSON.stringify(filter)}`,
          ).toEqual(plain.all())
          await history.keep()
          told.push(await history.happen())
        }
      },
      60_000,
    )
  })
}
