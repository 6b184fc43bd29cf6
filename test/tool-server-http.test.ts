import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken, revokeToken } from '../src/config/access-tokens.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'daybook-http-'))
const data = join(home, 'data')
const children: ChildProcess[] = []
let port = 0
let token = ''

beforeAll(async () => {
  port = await start()
  token = readFileSync(join(data, 'token'), 'utf8').trim()
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

/** Starts a server and waits until it says where it serves; or what it says when it does not. */
async function start(words: string[] = ['--port', '0']): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'src/bin.ts'), 'mcp', '--http', ...words], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let said = ''
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said += part
      const found = /serving http:\/\/127\.0\.0\.1:(\d+)\/mcp; its token is in/.exec(said)
      if (found) resolve(Number(found[1]))
    })
    child.on('exit', () => reject(new Error(said)))
  })
}

interface Answer {
  status: number
  body: string
  headers: Record<string, string | string[] | undefined>
}

function ask(
  headers: Record<string, string>,
  body?: string,
  method = body === undefined ? 'GET' : 'POST',
  path = '/mcp',
) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text, headers: answer.headers }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** A token that was just made is known within a second. */
async function untilKnown(headers: Record<string, string>): Promise<void> {
  const untilMs = Date.now() + 5_000
  while (Date.now() < untilMs && (await ask(headers, initialize)).status === 401)
    await new Promise((resolve) => setTimeout(resolve, 200))
}

const good = () => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
})
const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
})
/** The message in an answer, streamed or not. */
const messageOf = ({ body }: Answer): Record<string, unknown> =>
  JSON.parse(/^data: (\{.*)$/m.exec(body)?.[1] ?? body) as Record<string, unknown>

describe('daybook mcp --http', () => {
  it('keeps its token in a file of its owner alone', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    if (process.platform !== 'win32') expect(statSync(join(data, 'token')).mode & 0o777).toBe(0o600)
  })

  it('serves a connection of the older protocol: initialize, call, delete', async () => {
    const first = await ask(good(), initialize)
    expect(messageOf(first)).toMatchObject({ result: { protocolVersion: '2025-06-18' } })
    const id = String(first.headers['mcp-session-id'])
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'session_stats', arguments: {} } }
    const within = { ...good(), 'mcp-session-id': id, 'mcp-protocol-version': '2025-06-18' }
    expect(messageOf(await ask(within, JSON.stringify(call)))).toMatchObject({
      id: 2,
      result: { structuredContent: { total: 0 } },
    })
    expect((await ask(within, undefined, 'DELETE')).status).toBe(200)
    expect((await ask(within, JSON.stringify(call))).status).toBe(404)
  })

  it('serves a request of the newer protocol by itself', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const headers = { ...good(), 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
    const answer = await ask(
      headers,
      JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta } }),
    )
    const { result } = messageOf(answer) as { result: { tools: { name: string }[] } }
    expect(result.tools.map(({ name }) => name)).toContain('list_sessions')
  })

  it('F48 F49 takes X-Session-Key for the session of a call', async () => {
    const call = async (name: string, headers: Record<string, string> = {}) => {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      }
      const head = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name }
      const body = { jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name, arguments: {}, _meta } }
      return messageOf(await ask({ ...good(), ...head, ...headers }, JSON.stringify(body)))
    }
    await call('session_start')
    await call('session_start')
    for (const key of ['SESSION-001', 'SESSION-002'])
      expect(await call('session_status', { 'x-session-key': key })).toMatchObject({
        result: { structuredContent: { session_key: key } },
      })
    expect(JSON.stringify(await call('session_status', { 'x-session-key': 'SESSION-404' }))).toContain('not_found')
  })

  it('T1 serves each token as far as it reaches, by connections of its own, until it is revoked', async () => {
    const made = (['read', 'write'] as const).map((scope) =>
      createToken(data, { name: scope, scope, expiresAt: null }, Date.now()),
    )
    const [reader, writer] = made.map(({ token }) => ({ ...good(), authorization: `Bearer ${token}` }))
    await untilKnown(reader!)
    const connected = await ask(reader!, initialize)
    const within = (headers: Record<string, string>) => ({
      ...headers,
      'mcp-session-id': String(connected.headers['mcp-session-id']),
      'mcp-protocol-version': '2025-06-18',
    })
    const send = async (headers: Record<string, string>, method: string, params: object = {}) =>
      ask(within(headers), JSON.stringify({ jsonrpc: '2.0', id: 3, method, params }))
    const { result } = messageOf(await send(reader!, 'tools/list')) as { result: { tools: { name: string }[] } }
    const names = result.tools.map(({ name }) => name)
    expect([names.includes('list_sessions'), names.includes('ticket_create')]).toEqual([true, false])
    const create = { name: 'ticket_create', arguments: { title: 'not by a reader' } }
    expect(messageOf(await send(reader!, 'tools/call', create))).toMatchObject({
      result: { isError: true, structuredContent: { error: { code: 'forbidden' } } },
    })
    expect((await send(writer!, 'tools/list')).status).toBe(404)
    const stream = ask(within({ ...reader!, accept: 'text/event-stream' }))
    revokeToken(data, 'read')
    expect(await stream.catch(() => ({ status: 200 }))).toMatchObject({ status: 200 })
    expect((await send(reader!, 'tools/list')).status).toBe(401)
  })

  const refused: [string, number, Record<string, string>][] = [
    ['no token', 401, { authorization: '' }],
    ['a wrong token', 401, { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['a token of another length', 401, { authorization: 'Bearer A' }],
    ['another kind of authorization', 401, { authorization: 'Basic QTpC' }],
    ['another Host (a name that was made to point here)', 421, { host: 'evil.example' }],
    ['another port in Host', 421, { host: '127.0.0.1:1' }],
    ['a page of another origin', 403, { origin: 'https://evil.example' }],
    ['a page without an origin', 403, { origin: 'null' }],
    ['a page of the same name on another port', 403, { origin: 'http://127.0.0.1:1' }],
    ['a request that a browser says is cross-site', 403, { 'sec-fetch-site': 'cross-site' }],
    ['a form', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', 415, { 'content-type': 'text/plain' }],
    ['text that begins like JSON', 415, { 'content-type': 'application/json-but-not' }],
  ]

  it.each(refused)('T1 T2 refuses %s with %i', async (_, status, changed) => {
    const answer = await ask({ ...good(), ...changed }, initialize)
    expect(answer.status).toBe(status)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.body).not.toContain(token)
  })

  it.each(['GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'])(
    'T1 refuses %s without a token, at every path',
    async (method) => {
      for (const path of ['/mcp', '/', '/token', '/../token', '/health']) {
        expect((await ask({}, undefined, method, path)).status).toBe(401)
      }
    },
  )

  it('T1 does not take the token from the address', async () => {
    const { authorization: _, ...without } = good()
    expect((await ask(without, initialize, 'POST', `/mcp?token=${token}`)).status).toBe(401)
  })

  it('takes the names of this machine, in any case, and pages of its own', async () => {
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `LOCALHOST:${port}`]) {
      expect((await ask({ ...good(), host }, initialize)).status).toBe(200)
    }
    expect((await ask({ ...good(), origin: `http://127.0.0.1:${port}` }, initialize)).status).toBe(200)
  })

  it('refuses a body that is too large, and answers the next', async () => {
    const large = await ask(good(), initialize.replace('test', 'x'.repeat(9 << 20))).catch(() => ({ status: 413 }))
    expect(large.status).toBe(413)
    expect((await ask(good(), initialize)).status).toBe(200)
  })

  it('says which port is taken', async () => {
    await expect(start(['--port', String(port)])).rejects.toThrow(`port ${port} is taken`)
  })

  it.skipIf(process.platform === 'win32')('does not start with a token that others may read', async () => {
    chmodSync(join(data, 'token'), 0o644)
    await expect(start()).rejects.toThrow('may be read by others')
    chmodSync(join(data, 'token'), 0o600)
    writeFileSync(join(data, 'token'), 'short\n')
    await expect(start()).rejects.toThrow('does not hold a token')
  })
})
