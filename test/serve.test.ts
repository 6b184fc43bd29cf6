import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'daybook-serve-'))
const data = join(home, 'data')
const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: data }
const children: ChildProcess[] = []
let url = ''
let token = ''

beforeAll(async () => {
  url = await start()
  token = readFileSync(join(data, 'token'), 'utf8').trim()
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

function start(words: string[] = ['--port', '0', '--no-watch']): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'src/bin.ts'), 'serve', ...words], { cwd: home, env })
  children.push(child)
  let said = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        said += part
        const found = /^Serving (\S+)$/m.exec(said)
        if (found) resolve(found[1]!)
      })
    }
    child.on('exit', () => reject(new Error(said)))
  })
}

const run = (...words: string[]) =>
  execFileSync(process.execPath, [join(root, 'src/bin.ts'), ...words], {
    cwd: home,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  })
const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const good = () => ({ authorization: `Bearer ${token}` })

describe('daybook serve', () => {
  it('answers on this machine with its token, and says where without saying how to get in', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ ok: true })
    expect((await fetch(`${url}/v1/session/stats`)).status).toBe(401)
    const answer = await fetch(`${url}/v1/session/stats`, { headers: good() })
    expect(await answer.json()).toMatchObject({ total: 0 })
    const second = await fetch(`${url.replace('127.0.0.1', '[::1]')}/health`)
    expect(second.status).toBe(200)
  })

  it('serves tools at /mcp with the same token', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    })
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    expect((await fetch(`${url}/mcp`, { method: 'POST', headers, body })).status).toBe(401)
    const answer = await fetch(`${url}/mcp`, { method: 'POST', headers: { ...headers, ...good() }, body })
    expect(await answer.text()).toContain('"protocolVersion":"2025-06-18"')
  })

  it('is found by daybook open, whose link signs a browser in once', async () => {
    const { link } = JSON.parse(run('open', '/reports?by=ticket', '--json')) as { link: string }
    expect(link.startsWith(`${url}/sign-in/`)).toBe(true)
    const first = await fetch(link, { redirect: 'manual' })
    expect([first.status, first.headers.get('location')]).toEqual([303, '/reports?by=ticket'])
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await fetch(`${url}/v1/session/stats`, { headers: { cookie } })).status).toBe(200)
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401)
    for (const name of ['token', 'server.json']) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600)
  })

  it('G36 keeps what a hook tells over HTTP where command, tools and older addresses find it', async () => {
    const id = '7f3a9100-1111-4222-8333-444455556666'
    const headers = { ...good(), 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const body = JSON.stringify({ hook_event_name: 'SessionStart', session_id: id, cwd: home, source: 'startup' })
    const told = await fetch(`${url}/v1/hooks/claude-code`, { method: 'POST', headers, body })
    const { hookSpecificOutput } = (await told.json()) as { hookSpecificOutput: { additionalContext: string } }
    const [key = ''] = /SESSION-\d{3}/.exec(hookSpecificOutput.additionalContext) ?? []
    expect(await (await fetch(`${url}/sessions/${key}`, { headers: good() })).json()).toMatchObject({ external_id: id })
    expect(JSON.parse(run('session', 'show', key, '--json'))).toMatchObject({ externalId: id, agent: 'claude-code' })
    const params = { name: 'get_session', arguments: { session_id: key } }
    const asked = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta: MODERN } }
    const called = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'get_session' }
    const tool = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { ...headers, ...called },
      body: JSON.stringify(asked),
    })
    expect(await tool.text()).toContain(`"external_id":"${id}"`)
  })

  it('signs everybody out when the token is another', async () => {
    const { link } = JSON.parse(run('open', '--json')) as { link: string }
    const cookie = (await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? ''
    const before = readFileSync(join(data, 'token'), 'utf8')
    writeFileSync(join(data, 'token'), `${'B'.repeat(43)}\n`)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect((await fetch(`${url}/v1/session/stats`, { headers: { cookie } })).status).toBe(401)
    expect((await fetch(`${url}/v1/session/stats`, { headers: good() })).status).toBe(401)
    writeFileSync(join(data, 'token'), before)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect((await fetch(`${url}/v1/session/stats`, { headers: { cookie } })).status).toBe(200)
  })

  it('G9 U48 tells clients of the older protocol what happens, those who show the token', async () => {
    const address = `${url.replace('http', 'ws')}/v1/ws`
    const refused = await new Promise((resolve) =>
      new WebSocket(address).on('error', ({ message }) => resolve(message)),
    )
    expect(refused).toBe('Unexpected server response: 401')
    const elsewhere = { headers: { ...good(), origin: 'https://evil.example' } }
    const foreign = await new Promise((resolve) =>
      new WebSocket(address, elsewhere).on('error', ({ message }) => resolve(message)),
    )
    expect(foreign).toBe('Unexpected server response: 403')
    const client = new WebSocket(address, { headers: good() })
    const heard: Record<string, unknown>[] = []
    let waiting = () => {}
    client.on('message', (data) => {
      heard.push(JSON.parse(String(data)) as Record<string, unknown>)
      waiting()
    })
    const until = async (type: string) => {
      for (;;) {
        const found = heard.find((message) => message['type'] === type)
        if (found) return found
        await new Promise<void>((resolve) => (waiting = resolve))
      }
    }
    await until('connection_established')
    client.send('{"type":"ping"}')
    await until('pong')
    client.send('what')
    await until('error')
    client.send('{"type":"subscribe","events":["session_update","hook_event"]}')
    expect(await until('subscribe_success')).toEqual({
      type: 'subscribe_success',
      events: ['session_update', 'hook_event'],
    })
    client.send('{"type":"unsubscribe","events":["hook_event"]}')
    expect(await until('unsubscribe_success')).toEqual({ type: 'unsubscribe_success', events: ['session_update'] })
    // Another process writes: it is seen all the same.
    const { session } = JSON.parse(run('start', 'seen', '--json')) as { session: { id: string } }
    expect(await until('session_update')).toMatchObject({ session_id: session.id, event: 'session.started' })
    client.close()
  })

  it('T12 answers others while 200 connections send their headers a byte at a time, and lets these go', async () => {
    const { port } = new URL(url)
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect(Number(port), '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nHost: ')
      socket.on('error', () => {})
      return socket
    })
    const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('x')), 500)
    const gone = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve))))
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const headers = { ...good(), 'content-type': 'application/json' }
    const made = await fetch(`${url}/v1/session/start`, { method: 'POST', headers, body: '{}' })
    expect(made.status).toBe(200)
    await gone
    clearInterval(drip)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('says which port is taken, and how to go on', async () => {
    const { port } = new URL(url)
    await expect(start(['--port', port])).rejects.toThrow(
      new RegExp(`port ${port} is taken[\\s\\S]*daybook serve --port ${Number(port) + 1}`),
    )
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'F14 is found again when another on the same data has ended (%s)',
    async (signal) => {
      const second = await start()
      const noted = () => (JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { url: string }).url
      expect(noted()).toBe(second)
      const child = children.at(-1)!
      const ended = new Promise((resolve) => child.on('exit', resolve))
      child.kill(signal)
      await ended
      await expect.poll(() => noted(), { timeout: 10_000 }).toBe(url)
    },
  )

  it('ends at once when it is stopped, and leaves no note behind', async () => {
    const child = children[0]!
    const ended = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGTERM')
    await ended
    expect(() => statSync(join(data, 'server.json'))).toThrow('ENOENT')
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
  })
})
