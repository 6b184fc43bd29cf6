import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HARBOUR, operationsWorld } from '../../test/operations-world.ts'
import { createToken } from '../config/access-tokens.ts'
import { type TestServer, testServer } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
const folder = mkdtempSync(join(tmpdir(), 'daybook-older-'))
beforeAll(async () => {
  world = await operationsWorld()
  mkdirSync(join(folder, 'web'), { recursive: true })
  writeFileSync(join(folder, 'web', 'index.html'), '<!doctype html><title>Daybook</title>')
  server = testServer(world.context, folder)
})
afterAll(async () => {
  server.host.feed.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(['/api/sessions', '/api/orchestration/sessions'])('sessions of work at %s', (base) => {
  it('F51 are made (201), listed, shown, paused (409 twice), resumed and ended, by key', async () => {
    const made = await server.ask(base, { body: { agent_id: 'tester', session_type: 'planning' } })
    expect(made).toMatchObject({ status: 201, json: { success: true } })
    const key = String(made.json['session_key'])
    expect(key).toMatch(/^SESSION-\d{3}$/)
    const listed = await server.ask(base)
    expect(listed.status).toBe(200)
    expect((listed.json['sessions'] as { key: string }[]).map((one) => one.key)).toContain(key)
    expect(await server.ask(`${base}/${key}/status`)).toMatchObject({
      status: 200,
      json: { session_key: key, session_type: 'planning' },
    })
    expect((await server.ask(`${base}/${key}/pause`, { body: { reason: 'lunch' } })).status).toBe(200)
    expect((await server.ask(`${base}/${key}/pause`, { body: {} })).status).toBe(409)
    expect((await server.ask(`${base}/${key}/resume`, { body: {} })).json).toMatchObject({ reopened: false })
    expect(
      await server.ask(`${base}/${key}/end`, { body: { summary: 'made, paused and taken up again' } }),
    ).toMatchObject({
      status: 200,
      json: { success: true, session_key: key },
    })
  })

  it('F51 answer 404 for a key that nobody has, and 400 for a field that is not there', async () => {
    expect((await server.ask(`${base}/SESSION-404/status`)).status).toBe(404)
    expect((await server.ask(`${base}/SESSION-404/end`, { body: {} })).status).toBe(404)
    expect((await server.ask(base, { body: { colour: 'red' } })).status).toBe(400)
  })

  it('F51 answer 422 where what is to be ended is not fit for it', async () => {
    const { json } = await server.ask(base, { body: {} })
    const key = String(json['session_key'])
    await server.ask('/v1/session/attach', { body: { ticket: 'T-1' }, headers: { 'x-session-key': key } })
    const ended = await server.ask(`${base}/${key}/end`, { body: { strict: true } })
    expect(ended).toMatchObject({ status: 422, json: { success: false } })
  })

  it('F48 F49 echo the session’s key and status', async () => {
    const { json } = await server.ask(base, { body: {} })
    const key = String(json['session_key'])
    const { headers } = await server.ask(`${base}/${key}/pause`, { body: {}, headers: { 'x-session-key': key } })
    expect([headers.get('x-session-key'), headers.get('x-session-status')]).toEqual([key, 'paused'])
  })
})

describe('recorded sessions at /sessions', () => {
  it('G22 are listed with source, limit and status, by the older fields', async () => {
    const { json } = await server.ask('/sessions?source=claude&limit=2')
    expect(json).toMatchObject({ count: 2, response_time_ms: expect.any(Number) as number })
    expect(json['sessions']).toMatchObject([{ source: 'claude' }, { source: 'claude' }])
    expect((json['sessions'] as object[])[0]).toHaveProperty('message_count')
    expect((await server.ask('/sessions?limit=1001')).status).toBe(400)
    expect((await server.ask('/sessions?project_id=all')).status).toBe(200)
  })

  it('G20 G18 are shown, with their messages, and 404 where there is none', async () => {
    const shown = await server.ask(`/sessions/${HARBOUR}`)
    expect(shown).toMatchObject({ status: 200, json: { external_id: HARBOUR, source: 'claude' } })
    const messages = await server.ask(`/sessions/${HARBOUR}/messages?limit=1&role=user`)
    expect(messages.json['messages']).toMatchObject([{ role: 'user', index: 0 }])
    expect(messages.json['total_count']).toBeGreaterThan(0)
    expect((await server.ask('/sessions/SESSION-404')).status).toBe(404)
    expect((await server.ask('/sessions/SESSION-404/messages')).status).toBe(404)
  })

  it('are found by all that names one in its agent: 400 where a part is missing, null where there is none', async () => {
    const body = { external_id: HARBOUR, machine_id: 'm', source: 'claude' }
    const find = (changed: object) => server.ask('/sessions/find_current', { body: { ...body, ...changed } })
    expect(await find({})).toMatchObject({ status: 200, json: { session: { external_id: HARBOUR } } })
    expect((await find({ source: 'gemini' })).json).toEqual({ session: null })
    expect(await find({ machine_id: undefined })).toMatchObject({
      status: 400,
      json: { detail: 'machine_id is missing' },
    })
  })

  it('are the page for a browser, at the same addresses', async () => {
    for (const path of ['/sessions', `/sessions/${HARBOUR}`]) {
      const page = await server.ask(path, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
      expect(page.text).toContain('<title>Daybook')
      expect(page.headers.get('vary')).toContain('accept')
    }
  })
})

it('T1 older addresses ask as much of a token as the operations behind them', async () => {
  const { token } = createToken(folder, { name: 'reader-two', scope: 'read', expiresAt: null }, 0)
  const asked = testServer(world.context, folder)
  const headers = { authorization: `Bearer ${token}` }
  expect((await asked.ask('/sessions', { headers })).status).toBe(200)
  expect((await asked.ask('/api/sessions', { headers, body: {} })).status).toBe(403)
  expect((await asked.ask('/api/sessions/SESSION-001/end', { headers, body: {} })).status).toBe(403)
  asked.host.feed.close()
})
