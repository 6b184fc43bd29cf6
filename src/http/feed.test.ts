import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HARBOUR, operationsWorld } from '../../test/operations-world.ts'
import { AppError } from '../domain/errors.ts'
import { countListeners } from './listeners.ts'
import { type TestServer, testServer } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
const folder = mkdtempSync(join(tmpdir(), 'daybook-feed-'))
beforeAll(async () => {
  world = await operationsWorld()
  server = testServer(world.context, folder)
})
afterAll(async () => {
  server.host.feed.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const act = (action: string, sessionId: string | null = null) =>
  world.store.activities.append({
    sessionId,
    at: '2026-11-20T11:00:00.000Z',
    actor: 'ada',
    action,
    target: 'x',
    payload: {},
  })

interface Heard {
  id: number
  event: string
  data: { payload?: Record<string, unknown>; sessionId?: string | null }
}

/** Opens a stream of events; `read` gives those that come, `count` of them. */
async function listen(query = '', headers: Record<string, string> = {}, asked = server) {
  const gone = new AbortController()
  const all = { host: '127.0.0.1:4750', authorization: `Bearer ${server.token}`, ...headers }
  const answer = await asked.app.request(`/v1/events${query}`, { headers: all, signal: gone.signal })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const reader = answer.body!.getReader()
  return {
    async read(count: number): Promise<Heard[]> {
      const found: Heard[] = []
      while (found.length < count) {
        const { value, done } = await reader.read()
        if (done) throw new Error('the stream ended')
        const told = /^id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n$/.exec(Buffer.from(value).toString('utf8'))
        if (told) found.push({ id: Number(told[1]), event: told[2]!, data: JSON.parse(told[3]!) as Heard['data'] })
      }
      return found
    },
    async close() {
      await reader.cancel()
      gone.abort()
    },
  }
}
const actions = (heard: Heard[]) => heard.map(({ data }) => data.payload?.['action'])

describe('U48 events as they happen', () => {
  it('are told from now on, and to one who comes back from where it was: nothing twice, nothing missed', async () => {
    const first = await listen()
    await act('one')
    const [one] = await first.read(1)
    expect(one).toMatchObject({ event: 'activity', data: { payload: { action: 'one', actor: 'ada' } } })
    await first.close()
    await act('two')
    await act('three')
    const again = await listen('', { 'last-event-id': String(one!.id) })
    expect(actions(await again.read(2))).toEqual(['two', 'three'])
    await act('four')
    expect(actions(await again.read(1))).toEqual(['four'])
    await again.close()
  })

  it('are narrowed by kind and session', async () => {
    const [session] = await world.store.sessions.resolve(HARBOUR)
    const { newest } = await world.store.feed.bounds()
    const one = await listen(`?session=${HARBOUR}&kind=activity&after=${newest}`)
    await act('elsewhere')
    await world.store.presence.note(session!.id, 'idle', 0, null)
    await act('here', session!.id)
    const [heard] = await one.read(1)
    expect(heard?.data).toMatchObject({ sessionId: session!.id, payload: { action: 'here' } })
    await one.close()
    expect(await server.ask('/v1/events?kind=weather')).toMatchObject({ status: 400 })
    expect(await server.ask('/v1/events?after=-1')).toMatchObject({ status: 400 })
    expect(await server.ask('/v1/events?session=SESSION-404')).toMatchObject({ status: 404 })
  })

  it('tell one who comes from a position that is not kept to look at everything again', async () => {
    const beyond = await listen('?after=999999')
    expect(await beyond.read(1)).toMatchObject([{ event: 'reset' }])
    await beyond.close()
  })

  it('F13 reach a listener while fifty others take nothing, and those miss nothing when they do', async () => {
    const { newest } = await world.store.feed.bounds()
    const stalled = await Promise.all(Array.from({ length: 50 }, () => listen(`?after=${newest}`)))
    const awake = await listen(`?after=${newest}`)
    await world.store.transaction(async (tx) => {
      for (let i = 0; i < 1500; i++)
        await tx.activities.append({
          sessionId: null,
          at: '2026-11-20T11:00:00.000Z',
          actor: 'ada',
          action: `n${i}`,
          target: 'x',
          payload: {},
        })
    })
    const names = Array.from({ length: 1500 }, (_, i) => `n${i}`)
    expect(actions(await awake.read(1500))).toEqual(names)
    expect(actions(await stalled[49]!.read(1500))).toEqual(names)
    for (const one of [awake, ...stalled]) await one.close()
    const entered = server.host.listeners.enter()
    entered.leave()
  })

  it('end for one whose token counts no longer', async () => {
    let counts = true
    const { guard } = server.host
    const accessOf: typeof guard.accessOf = (shown) => (counts ? guard.accessOf(shown) : undefined)
    const one = await listen('', {}, testServer(world.context, folder, { guard: { ...guard, accessOf } }))
    await act('known')
    expect(actions(await one.read(1))).toEqual(['known'])
    counts = false
    await act('secret')
    await expect(one.read(1)).rejects.toThrow('the stream ended')
  })

  it('make room when the store fails under them', async () => {
    const listeners = countListeners(1)
    // oxlint-disable-next-line require-yield
    const follow = async function* () {
      throw new AppError('unavailable', 'the store is busy')
    }
    const feed = { ...server.host.feed, follow }
    const failing = testServer(world.context, folder, { feed, listeners })
    for (let i = 0; i < 2; i++) {
      const one = await listen('', {}, failing)
      await expect(one.read(1)).rejects.toThrow('the store is busy')
    }
  })

  it('are told to so many at once, and to one more when one has left', () => {
    const listeners = countListeners(2)
    const one = listeners.enter()
    listeners.enter()
    expect(() => listeners.enter()).toThrow('2 streams are open')
    one.leave()
    one.leave()
    listeners.enter()
    expect(() => listeners.enter()).toThrow('2 streams are open')
  })
})
