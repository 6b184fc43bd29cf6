import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { AppError } from '../domain/errors.ts'
import { operationsWorld } from '../../test/operations-world.ts'
import type { HttpHost } from './host.ts'
import { countListeners } from './listeners.ts'
import { LOOPBACK, type Listening, listen } from './listen.ts'
import { type SocketDoor, socketDoor } from './socket.ts'
import { type TestServer, testServer } from './testing.ts'

const TALK = '4d44d444-0000-4000-8000-000000000004'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
let sockets: SocketDoor
let served: Listening
const folder = mkdtempSync(join(tmpdir(), 'daybook-socket-'))
beforeAll(async () => {
  world = await operationsWorld()
  server = testServer(world.context, folder)
  sockets = socketDoor(server.host)
  served = await listen({
    host: LOOPBACK,
    port: 0,
    command: 'test',
    fetch: (request) => server.app.fetch(request),
    upgrade: (...asked) => void sockets.upgrade(...asked),
  })
})
afterAll(async () => {
  server.host.feed.close()
  sockets.close()
  await served.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Told {
  type: string
  message: Record<string, unknown>
}

/** Connects behind a position; `read` gives the next messages of a type. */
async function follow(after: number) {
  const headers = { host: '127.0.0.1:4750', authorization: `Bearer ${server.token}` }
  const client = new WebSocket(`ws://127.0.0.1:${served.port}/v1/ws?after=${after}`, { headers })
  const heard: Told[] = []
  let came = () => {}
  client.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString('utf8')) as Told)
    came()
  })
  return {
    async read(count: number): Promise<Told['message'][]> {
      const found: Told['message'][] = []
      while (found.length < count) {
        while (heard.length === 0) await new Promise<void>((resolve) => (came = resolve))
        const { type, message } = heard.shift()!
        if (type === 'session_message') found.push(message)
      }
      return found
    },
    close: () => client.close(),
  }
}

const record = (n: number, type: string, content: unknown, more: object = {}) => ({
  parentUuid: null,
  isSidechain: false,
  type,
  uuid: `t-${n}`,
  timestamp: `2026-11-20T10:30:0${n}.000Z`,
  sessionId: TALK,
  cwd: '/code/tidewatch',
  version: '2.1.197',
  message: { role: type, content, ...(type === 'assistant' ? { id: `msg_t${n}`, model: 'claude-sonnet-4-5' } : {}) },
  ...more,
})
const LINES = [
  record(1, 'user', 'When is high water'),
  record(2, 'assistant', [{ type: 'text', text: 'I will look.' }]),
  record(3, 'assistant', [{ type: 'thinking', thinking: 'The table is on disk.', signature: 'x' }]),
  record(4, 'assistant', [{ type: 'tool_use', id: 'toolu_t', name: 'Bash', input: { command: 'cat table' } }]),
  record(5, 'user', [{ type: 'tool_result', tool_use_id: 'toolu_t', content: '06:12' }]),
  record(6, 'assistant', [{ type: 'text', text: 'At 06:12.' }]),
].map((line) => `${JSON.stringify(line)}\n`)

async function readOn(lines: number): Promise<void> {
  world.home.write(`.claude/projects/-code-tidewatch/${TALK}.jsonl`, LINES.slice(0, lines).join(''))
  await world.rescan()
}
const said = (messages: Told['message'][]) => messages.map(({ index, content }) => [index, content])

describe('G9 messages of the older protocol', () => {
  it('are those a reading brought, each once, to one who listens and to one who comes back', async () => {
    const before = await server.host.feed.now()
    const first = await follow(before)
    await readOn(2)
    expect(said(await first.read(2))).toEqual([
      [0, 'When is high water'],
      [1, 'I will look.'],
    ])
    await readOn(4)
    await readOn(6)
    const rest = await first.read(2)
    expect(rest).toMatchObject([
      { index: 2, role: 'tool', content: '06:12', content_type: 'tool_result' },
      { index: 3, role: 'assistant', content: 'At 06:12.', content_type: 'text' },
    ])
    first.close()
    const again = await follow(before)
    expect(said(await again.read(4)).map(([index]) => index)).toEqual([0, 1, 2, 3])
    again.close()
  })
})

describe('a socket', () => {
  const shown = () => ({ host: '127.0.0.1:4750', authorization: `Bearer ${server.token}` })

  /** A server of its own. */
  async function serve(changed: Partial<HttpHost>) {
    const one = testServer(world.context, folder, changed)
    const door = socketDoor(one.host)
    const { port, close } = await listen({
      host: LOOPBACK,
      port: 0,
      command: 'test',
      fetch: (request) => one.app.fetch(request),
      upgrade: (...asked) => void door.upgrade(...asked),
    })
    return {
      port,
      address: `ws://127.0.0.1:${port}/v1/ws`,
      async close() {
        door.close()
        one.host.feed.close()
        await close()
      },
    }
  }
  const failure = (client: WebSocket) => new Promise((resolve) => client.on('error', ({ message }) => resolve(message)))

  it('is refused while the store cannot say where the feed is, and the server goes on', async () => {
    const feed = { ...server.host.feed, now: () => Promise.reject(new AppError('unavailable', 'the store is busy')) }
    const one = await serve({ feed })
    const client = new WebSocket(one.address, { headers: shown() })
    expect(await failure(client)).toBe('Unexpected server response: 503')
    expect((await fetch(`http://127.0.0.1:${one.port}/health`)).status).toBe(421)
    await one.close()
  })

  it('is closed when it was refused, though the client holds on', async () => {
    const one = await serve({})
    const client = connect({ port: one.port, host: LOOPBACK, allowHalfOpen: true })
    const gone = new Promise((resolve) => client.on('error', () => {}).on('close', resolve))
    client.write('GET /v1/ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    const drip = setInterval(() => client.write('x'), 200)
    client.resume()
    await gone
    clearInterval(drip)
    await one.close()
  })

  it('takes no place when it never comes about', async () => {
    const one = await serve({ listeners: countListeners(1) })
    const headers = { ...shown(), connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'none' }
    const answer = await new Promise<number | undefined>((resolve) =>
      get(`http://127.0.0.1:${one.port}/v1/ws`, { headers }, (got) => {
        got.resume().on('close', () => resolve(got.statusCode))
      }),
    )
    expect(answer).toBe(400)
    const client = new WebSocket(one.address, { headers: shown() })
    await new Promise((resolve) => client.on('message', resolve))
    expect(await failure(new WebSocket(one.address, { headers: shown() }))).toBe('Unexpected server response: 503')
    client.close()
    await one.close()
  })

  it('is refused behind a position that is none: it would miss what it asks for', async () => {
    const one = await serve({})
    expect(await failure(new WebSocket(`${one.address}?after=garbage`, { headers: shown() }))).toBe(
      'Unexpected server response: 400',
    )
    await one.close()
  })

  it('remembers what it can be told and no other names, however many are sent', async () => {
    const one = await serve({})
    const client = new WebSocket(one.address, { headers: shown() })
    const heard: unknown[] = []
    const answered = new Promise<void>((resolve) =>
      client.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8'))) === 3 && resolve()),
    )
    await new Promise((resolve) => client.on('open', resolve))
    const names = Array.from({ length: 5_000 }, (_, n) => `name-${n}`)
    client.send(JSON.stringify({ type: 'subscribe', events: [...names, 'hook_event', '*'] }))
    client.send(JSON.stringify({ type: 'unsubscribe', events: ['*', ...names] }))
    await answered
    expect(heard.slice(1)).toEqual([
      { type: 'subscribe_success', events: ['hook_event', '*'] },
      { type: 'unsubscribe_success', events: [] },
    ])
    client.close()
    await one.close()
  })

  it('that asks and asks and takes no answer is let go', { timeout: 30_000 }, async () => {
    const one = await serve({})
    const client = new WebSocket(one.address, { headers: shown() })
    await new Promise((resolve) => client.on('open', resolve))
    const gone = new Promise<void>((resolve) => client.on('close', () => resolve()).on('error', () => resolve()))
    let isOpen = true
    void gone.then(() => (isOpen = false))
    client.pause()
    // What it is answered is longer than what it asks.
    for (let asked = 0; isOpen && asked < 2_000; asked++) {
      for (let n = 0; n < 500; n++) client.send('{"type":"ping"}')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(isOpen).toBe(false)
    await one.close()
  })

  it('is told nothing more once its token counts no longer', async () => {
    let counts = true
    const { guard } = server.host
    const one = await serve({
      guard: { ...guard, accessOf: (asked) => (counts ? guard.accessOf(asked) : undefined) },
    })
    const client = new WebSocket(one.address, { headers: shown() })
    const heard: unknown[] = []
    await new Promise<void>((resolve) =>
      client
        .on('message', (data: Buffer) => {
          heard.push((JSON.parse(data.toString('utf8')) as { event?: string }).event)
          if (heard.at(-1) !== 'known') return act('known')
          counts = false
          act('secret')
        })
        .on('close', () => resolve()),
    )
    expect(heard).toEqual([undefined, 'known'])
    await one.close()
  })
})

function act(action: string): void {
  const at = '2026-11-20T11:00:00.000Z'
  void world.store.activities.append({ sessionId: null, at, actor: 'ada', action, target: 'x', payload: {} })
}
