import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HARBOUR, operationsWorld } from '../../test/operations-world.ts'
import { routeOf } from '../operations/route.ts'
import { type TestServer, testServer } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
const folder = mkdtempSync(join(tmpdir(), 'daybook-http-app-'))
beforeAll(async () => {
  world = await operationsWorld()
  server = testServer(world.context, folder)
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the operations over HTTP', () => {
  it('F51 answer POST with a JSON body, and GET with a query string where they only read', async () => {
    const posted = await server.ask('/v1/session/list', { body: { limit: 2, agent: 'claude-code' } })
    const got = await server.ask('/v1/session/list?limit=2&agent=claude-code')
    expect(posted.status).toBe(200)
    expect(posted.json).toEqual(got.json)
    expect(posted.json).toMatchObject({ total: 3, items: [{}, {}] })
    const next = await server.ask(`/v1/session/list?limit=2&cursor=${String(posted.json['nextCursor'])}`)
    expect(next.json).toMatchObject({ total: 3, nextCursor: null, items: [{ externalId: HARBOUR }] })
  })

  it('say what was wrong as a problem, with its code, the value and what to do', async () => {
    const unknown = await server.ask('/v1/session/show?session=SESSION-404')
    expect(unknown).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      json: { status: 404, code: 'not_found', title: 'Not found', try: 'daybook session list' },
    })
    expect(unknown.json['detail']).toContain('"SESSION-404"')
    expect(await server.ask('/v1/session/list', { body: { limit: -5 } })).toMatchObject({
      status: 400,
      json: { code: 'invalid', detail: 'limit "-5" is not a whole number from 1 to 1000' },
    })
    expect(await server.ask('/v1/session/list', { body: { colour: 'red' } })).toMatchObject({ status: 400 })
    expect(await server.ask('/v1/session/list', { text: '[1]' })).toMatchObject({
      status: 400,
      json: { detail: 'the body is not a JSON object' },
    })
    expect(await server.ask('/v1/session/list', { text: '{' })).toMatchObject({ status: 400 })
    expect(await server.ask('/v1/no/such', { body: {} })).toMatchObject({ status: 404 })
    expect(await server.ask('/v1/session/list', { text: `{"a":"${'x'.repeat(1024 * 1024)}"}` })).toMatchObject({
      status: 413,
    })
  })

  it.each([
    ['GET', '/v1/session/start', 'POST'],
    ['PUT', '/v1/session/list', 'POST, GET, HEAD'],
    ['OPTIONS', '/v1/session/list', 'POST, GET, HEAD'],
    ['POST', '/v1/events', 'GET, HEAD'],
    ['GET', '/v1/sign-out', 'POST'],
    ['GET', '/v1/hooks/claude-code', 'POST'],
    ['DELETE', '/api/sessions/SESSION-001/status', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
    ['DELETE', '/health', 'GET, HEAD'],
  ])('say which methods an address knows: %s %s', async (method, path, allow) => {
    const answer = await server.ask(path, { method, ...(method === 'PUT' || method === 'POST' ? { text: '{}' } : {}) })
    expect(answer).toMatchObject({
      status: 405,
      type: 'application/problem+json',
      json: { status: 405, code: 'unsupported', detail: `${method} does nothing at this address` },
    })
    expect(answer.headers.get('allow')).toBe(allow)
  })

  it('T12 take no body that is nested deeper than 64, whatever stands in its texts', async () => {
    const nested = (depth: number) => `{"session":"x","name":"x","value":${'['.repeat(depth)}${']'.repeat(depth)}}`
    const answer = await server.ask('/v1/session/data/set', { text: nested(64) })
    expect(answer).toMatchObject({ status: 400, json: { detail: 'the body is nested deeper than 64' } })
    // Refused for its session, not for its depth.
    expect(await server.ask('/v1/session/data/set', { text: nested(63) })).toMatchObject({ status: 404 })
    const brackets = JSON.stringify({ session: 'x', name: 'x', value: `${'['.repeat(100)}\\"${'{'.repeat(100)}` })
    expect(await server.ask('/v1/session/data/set', { text: brackets })).toMatchObject({ status: 404 })
  })

  it('take bodies as they are: a packed one is refused, not misread', async () => {
    const packed = { text: '{}', headers: { 'content-encoding': 'gzip' } }
    expect(await server.ask('/v1/session/list', packed)).toMatchObject({ status: 415, json: { code: 'unsupported' } })
    expect(
      await server.ask('/v1/session/list', { text: '{}', headers: { 'content-encoding': 'identity' } }),
    ).toMatchObject({ status: 200 })
  })

  it('F48 F49 F50 take X-Session-Key for the session, and answer with its key and status', async () => {
    const started = await server.ask('/v1/session/start', { body: { title: 'over HTTP' } })
    const key = String(started.headers.get('x-session-key'))
    expect(key).toMatch(/^SESSION-\d{3}$/)
    expect(started.headers.get('x-session-status')).toBe('active')
    const within = { headers: { 'x-session-key': key } }
    const attached = await server.ask('/v1/session/attach', { ...within, body: { ticket: 'T-1' } })
    expect(attached).toMatchObject({ status: 200, json: { session: { key }, current: { ref: 'T-1' } } })
    const paused = await server.ask('/v1/session/pause', { ...within, body: {} })
    expect([paused.status, paused.headers.get('x-session-key'), paused.headers.get('x-session-status')]).toEqual([
      200,
      key,
      'paused',
    ])
    expect(await server.ask('/v1/session/pause', { ...within, body: {} })).toMatchObject({ status: 409 })
    const unknown = { headers: { 'x-session-key': 'SESSION-404' } }
    expect(await server.ask('/v1/session/status', unknown)).toMatchObject({ status: 404 })
    expect(await server.ask('/v1/session/pause', { body: {} })).toMatchObject({
      status: 400,
      json: { code: 'invalid', try: 'send X-Session-Key: SESSION-001, or session' },
    })
    expect(await server.ask('/v1/task/note', { body: { text: 'lost' } })).toMatchObject({ status: 400 })
  })

  it('answer a validation that failed with 422 and the whole reply', async () => {
    const started = await server.ask('/v1/session/start', { body: {} })
    const within = { headers: { 'x-session-key': String(started.headers.get('x-session-key')) } }
    await server.ask('/v1/session/attach', { ...within, body: { ticket: 'T-2' } })
    const done = await server.ask('/v1/task/done', { ...within, body: { what: 'T-2' } })
    expect(done).toMatchObject({ status: 422, json: { valid: false } })
  })

  it('are described in OpenAPI 3.1, every one of them, from the schemas that check the input', async () => {
    const { json } = await server.ask('/openapi.json')
    const paths = json['paths'] as Record<string, Record<string, { parameters: { name: string }[] }>>
    expect(json['openapi']).toBe('3.1.0')
    const beside = Object.keys(paths).filter((path) => !server.catalogue.some(({ name }) => path === routeOf(name)))
    expect(Object.keys(paths).length).toBe(server.catalogue.length + beside.length)
    expect(beside).toEqual([
      '/health',
      '/v1/events',
      '/v1/sign-out',
      '/v1/hooks/{agent}',
      '/hooks/execute',
      '/sessions/find_current',
      '/api/sessions',
      '/api/sessions/{key}/status',
      '/api/sessions/{key}/end',
      '/api/sessions/{key}/pause',
      '/api/sessions/{key}/resume',
      '/api/orchestration/sessions',
      '/api/orchestration/sessions/{key}/status',
      '/api/orchestration/sessions/{key}/end',
      '/api/orchestration/sessions/{key}/pause',
      '/api/orchestration/sessions/{key}/resume',
      '/sessions',
      '/sessions/{id}',
      '/sessions/{id}/messages',
    ])
    for (const path of beside) {
      for (const { parameters } of Object.values(paths[path]!)) {
        const named = parameters.filter((one) => (one as { in?: string }).in === 'path').map(({ name }) => name)
        expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, word]) => word))
      }
    }
    expect(paths['/api/sessions']?.['post']).toHaveProperty('responses.201')
    expect(paths['/sessions/{id}']?.['get']?.parameters.map(({ name }) => name)).not.toContain('session_id')
    expect(paths['/v1/session/list']?.['get']).toMatchObject({ operationId: 'session.list.get' })
    expect(paths['/v1/session/start']).not.toHaveProperty('get')
    const query = paths['/v1/session/list']?.['get']?.parameters
    expect(query?.find(({ name }) => name === 'limit')).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'integer', maximum: 1000 },
    })
  })
})
