import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operationsWorld } from '../../test/operations-world.ts'
import { SCOPES, createToken, revokeToken } from '../config/access-tokens.ts'
import { SIGNED_IN_MS, makeCookie, readCookie } from './cookie.ts'
import { type TestAsk, type TestServer, testServer } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
const folder = mkdtempSync(join(tmpdir(), 'daybook-guard-'))
beforeAll(async () => {
  world = await operationsWorld()
  mkdirSync(join(folder, 'web', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'web', 'index.html'), '<!doctype html><title>Daybook</title>')
  writeFileSync(join(folder, 'web', 'assets', 'app-1a2b.js'), 'export {}')
  writeFileSync(join(folder, 'secret.js'), 'not of the page')
  server = testServer(world.context, folder)
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A path that fits a route's pattern. */
const pathOf = (pattern: string) => pattern.replace(/:\w+/g, 'x').replace(/\*$/, 'x')

const OPEN = ['GET /health', 'GET /sign-in/:code']

describe('the guard', () => {
  const refused: [string, number, Record<string, string>][] = [
    ['no token', 401, { authorization: '' }],
    ['a wrong token', 401, { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['a token of another length', 401, { authorization: 'Bearer A' }],
    [
      'a cookie that was not made here',
      401,
      { authorization: '', cookie: `daybook-4750=${makeCookie('other', 1e15)}` },
    ],
    ['another Host (a name that was made to point here)', 421, { host: 'evil.example' }],
    ['another port in Host', 421, { host: '127.0.0.1:1' }],
    ['no Host', 421, { host: '' }],
    ['a page of another origin', 403, { origin: 'https://evil.example' }],
    ['a page without an origin', 403, { origin: 'null' }],
    ['a page of the same name on another port', 403, { origin: 'http://127.0.0.1:3000' }],
    ['a request that a browser says is cross-site', 403, { 'sec-fetch-site': 'cross-site' }],
    ['one from another port of this machine, which is the same site', 403, { 'sec-fetch-site': 'same-site' }],
  ]

  it.each(refused)('refuses %s on every route there is', async (_, status, headers) => {
    const routes = server.app.routes.filter(({ method, path }) => !(method === 'ALL' && path === '/*'))
    expect(routes.length).toBeGreaterThan(100)
    const answered: string[] = []
    for (const { method, path } of routes) {
      for (const one of method === 'ALL' ? ['GET', 'POST', 'DELETE', 'PUT'] : [method]) {
        if (status === 401 && OPEN.includes(`${one} ${path}`)) continue
        const asked: TestAsk = { method: one, headers, ...(one === 'POST' ? { text: '{}' } : {}) }
        const answer = await server.ask(pathOf(path), asked)
        if (answer.status !== status) answered.push(`${answer.status} ${one} ${path}`)
        expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      }
    }
    expect(answered).toEqual([])
  })

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', ''])(
    'takes no body of type "%s": a form could be made to send it',
    async (type) => {
      for (const path of ['/v1/session/list', '/mcp', '/v1/sign-out']) {
        expect(await server.ask(path, { text: '{}', headers: { 'content-type': type } })).toMatchObject({ status: 415 })
      }
    },
  )

  it('answers the liveness question to anybody on this machine, and says no more than that', async () => {
    expect(await server.ask('/health', { headers: { authorization: '' } })).toMatchObject({
      status: 200,
      text: '{"ok":true}',
    })
  })

  it('tells a browser that is not signed in what to type, and shows it nothing', async () => {
    const page = await server.ask('/sessions', { headers: { authorization: '', accept: 'text/html,*/*' } })
    expect(page).toMatchObject({ status: 401, type: 'text/html; charset=utf-8' })
    expect(page.text).toContain('daybook open')
  })

  it('forbids framing, guessing at types and keeping what is not the page', async () => {
    const page = await server.ask('/sessions/SESSION-001', { headers: { accept: 'text/html' } })
    expect(page.text).toContain('<title>Daybook')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/)
    for (const path of ['/v1/doctor', '/sessions', '/health', '/v1/nothing']) {
      const { headers } = await server.ask(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    }
    expect((await server.ask('/v1/session/stats')).headers.get('cache-control')).toBe('no-store')
    expect((await server.ask('/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable')
  })

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.js',
    '/assets/..%5csecret.js',
  ])('gives out files of the page alone: %s', async (path) => {
    expect((await server.ask(path)).text).not.toContain('not of the page')
  })
})

describe('tokens that were made', () => {
  const HOUR = 3_600_000
  let nowMs = Date.parse('2026-11-20T12:00:00Z')
  const made = mkdtempSync(join(tmpdir(), 'daybook-tokens-'))
  let asked: TestServer
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const make = (name: string, scope: (typeof SCOPES)[number], expiresAt: string | null = null) =>
    createToken(made, { name, scope, expiresAt }, nowMs).token
  const at = (ms: number) => new Date(ms).toISOString()
  beforeAll(() => {
    asked = testServer({ ...world.context, clock: { now: () => nowMs } }, made)
  })
  afterAll(() => rmSync(made, { recursive: true, force: true }))
  /** Files are looked at again every second. */
  const later = (ms = 1_000) => void (nowMs += ms)

  it.each(SCOPES)('reach as far as their scope on every operation: %s', async (scope) => {
    const token = make(`all-${scope}`, scope)
    later()
    const catalogue = asked.catalogue.map((entry) => ({
      ...entry,
      load: async () => ({ ...(await entry.load()), handle: async () => ({ ran: entry.effect }) }),
    }))
    const server = testServer({ ...world.context, clock: { now: () => nowMs } }, made, { catalogue })
    const wrong: string[] = []
    for (const { name, effect } of catalogue) {
      const answer = await server.ask(`/v1/${name.replaceAll('.', '/')}`, { ...bearer(token), text: '{}' })
      const isAllowed = SCOPES.indexOf(effect) <= SCOPES.indexOf(scope)
      // Without its input an operation may be 400: then it was let in.
      if (isAllowed !== (answer.status !== 403)) wrong.push(`${answer.status} ${name}`)
      if (!isAllowed) expect(answer.json['try']).toBe(`daybook token create NAME --scope ${effect}`)
    }
    expect(wrong).toEqual([])
    expect((await server.ask('/v1/events?kind=weather', bearer(token))).status).toBe(400)
    expect((await server.ask('/openapi.json', bearer(token))).status).toBe(200)
  })

  it('are told once: only a hash is kept, where others cannot read', () => {
    const token = make('told', 'read')
    expect(token).toMatch(/^daybook_[\w-]{43}$/)
    const file = join(made, 'tokens', 'told.json')
    expect(readFileSync(file, 'utf8')).not.toContain(token.slice('daybook_'.length))
    expect([statSync(file).mode & 0o777, statSync(join(made, 'tokens')).mode & 0o777]).toEqual([0o600, 0o700])
  })

  it('count until they end or are revoked, known within a second', async () => {
    const [short, long] = [make('short', 'read', at(nowMs + HOUR)), make('long', 'read')]
    later()
    const status = async (token: string) => (await asked.ask('/v1/session/stats', bearer(token))).status
    expect([await status(short), await status(long)]).toEqual([200, 200])
    later(HOUR - 2_000)
    expect(await status(short)).toBe(200)
    later(1_000)
    expect([await status(short), await status(long)]).toEqual([401, 200])
    revokeToken(made, 'long')
    later()
    expect(await status(long)).toBe(401)
    expect((await asked.ask('/v1/session/stats')).status).toBe(200)
  })

  it('end their streams with them, though nothing is told', async () => {
    const token = make('stream', 'read')
    later()
    const headers = { host: '127.0.0.1:4750', authorization: `Bearer ${token}` }
    const reader = (await asked.app.request('/v1/events', { headers })).body!.getReader()
    expect((await reader.read()).done).toBe(false)
    revokeToken(made, 'stream')
    later()
    expect((await reader.read()).done).toBe(true)
  })

  it('say in the log who did it', async () => {
    const token = make('robot', 'write')
    later()
    await asked.ask('/v1/session/start', { ...bearer(token), body: {} })
    const { json } = await asked.ask('/v1/activity/list?actor=robot')
    expect(json).toMatchObject({ items: [{ action: 'session.started' }] })
  })
})

describe('signing in', () => {
  const browser = { authorization: '', 'sec-fetch-site': 'none' }

  it('takes a link once, leaves no code in the address, and keeps the browser in by a strict cookie', async () => {
    const code = server.code()
    const first = await server.ask(`/sign-in/${code}?to=${encodeURIComponent('/sessions/SESSION-001?panel=files')}`, {
      headers: browser,
    })
    expect(first.status).toBe(303)
    expect(first.headers.get('location')).toBe('/sessions/SESSION-001?panel=files')
    const set = first.headers.get('set-cookie') ?? ''
    expect(set).toMatch(/^daybook-4750=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/)
    expect((await server.ask(`/sign-in/${code}`, { headers: browser })).status).toBe(401)
    const cookie = set.slice(0, set.indexOf(';'))
    const signedIn = { authorization: '', cookie }
    expect((await server.ask('/v1/session/list', { headers: signedIn })).status).toBe(200)
    expect((await server.ask('/', { headers: signedIn })).text).toContain('<title>Daybook')
    const out = await server.ask('/v1/sign-out', { body: {}, headers: signedIn })
    expect(out.headers.get('set-cookie')).toMatch(/^daybook-4750=; Path=\/; Max-Age=0/)
  })

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b'])(
    'ends at an address of its own, not at %s',
    async (to) => {
      const answer = await server.ask(`/sign-in/${server.code()}?to=${encodeURIComponent(to)}`, { headers: browser })
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    },
  )

  it('lets two that race for one link in once', async () => {
    const path = `/sign-in/${server.code()}`
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.ask(path, { headers: browser })))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
  })

  it('is not used up by a browser that looks ahead', async () => {
    const path = `/sign-in/${server.code()}`
    expect((await server.ask(path, { headers: { ...browser, 'sec-purpose': 'prefetch' } })).status).toBe(503)
    expect((await server.ask(path, { headers: browser })).status).toBe(303)
  })

  it('is not used up by a program that asks for the head alone, to show what a link leads to', async () => {
    const path = `/sign-in/${server.code()}`
    const head = await server.ask(path, { method: 'HEAD', headers: browser })
    expect([head.status, head.headers.get('set-cookie')]).toEqual([503, null])
    expect((await server.ask(path, { headers: browser })).status).toBe(303)
  })

  it.each(['x', '../token', 'A'.repeat(43), ''])('takes no code that was not made: "%s"', async (code) => {
    expect((await server.ask(`/sign-in/${encodeURIComponent(code)}`, { headers: browser })).status).toBe(401)
  })

  it('ends after thirty days, and at once with another token', () => {
    const value = makeCookie('token', 1000)
    expect(readCookie('token', value, 1000 + SIGNED_IN_MS - 1)).toMatch(/^[\w-]{22}$/)
    expect(readCookie('token', value, 1000 + SIGNED_IN_MS)).toBeUndefined()
    expect(readCookie('other', value, 1000)).toBeUndefined()
    expect(readCookie('token', value.replace(/^\d/, '9'), 1000)).toBeUndefined()
  })
})
