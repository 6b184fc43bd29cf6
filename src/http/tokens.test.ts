import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operationsWorld } from '../../test/operations-world.ts'
import { type TestServer, testServer } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
let nowMs = Date.parse('2026-11-20T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'daybook-tokens-'))
beforeAll(async () => {
  world = await operationsWorld()
  server = testServer({ ...world.context, installDir: folder, clock: { now: () => nowMs } }, folder)
})
afterAll(async () => {
  server.host.feed.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` })
const names = async () => ((await server.ask('/v1/token/list')).json['items'] as { name: string }[]).map((t) => t.name)

describe('tokens, over HTTP', () => {
  it('are told once, count at once, and count no longer when they were revoked', async () => {
    const made = await server.ask('/v1/token/create', { body: { name: 'ci', scope: 'write', expires: '30d' } })
    expect(made.json).toMatchObject({ name: 'ci', scope: 'write', expiresAt: '2026-12-20T12:00:00.000Z' })
    const headers = bearer(made.json['token'])
    nowMs += 1_001
    expect((await server.ask('/v1/about', { headers })).status).toBe(200)
    const list = await server.ask('/v1/token/list')
    expect(list.json['items']).toEqual([
      { name: 'ci', scope: 'write', createdAt: '2026-11-20T12:00:00.000Z', expiresAt: '2026-12-20T12:00:00.000Z' },
    ])
    expect((await server.ask('/v1/token/revoke', { body: { name: 'ci' } })).json).toEqual({ name: 'ci', revoked: true })
    nowMs += 1_001
    expect((await server.ask('/v1/about', { headers })).status).toBe(401)
    expect(await names()).toEqual([])
    const log = await server.ask('/v1/activity/list?limit=2')
    expect(log.json['items']).toMatchObject([
      { action: 'token.revoked', target: 'ci' },
      { action: 'token.created', target: 'ci' },
    ])
    expect(log.text).not.toContain(String(made.json['token']))
  })

  it('are made and revoked by nobody who may not do all', async () => {
    const { json } = await server.ask('/v1/token/create', { body: { name: 'ana', scope: 'write' } })
    nowMs += 1_001
    const headers = bearer(json['token'])
    const made = await server.ask('/v1/token/create', { headers, body: { name: 'more', scope: 'destroy' } })
    expect(made.status).toBe(403)
    expect((await server.ask('/v1/token/revoke', { headers, body: { name: 'ana' } })).status).toBe(403)
    expect(await names()).toEqual(['ana'])
  })

  it.each([
    [{ name: 'Über' }, 400, '"Über" cannot name a token'],
    [{ name: 'local' }, 400, '"local" cannot name a token'],
    [{ name: 'b', expires: 'soon' }, 400, 'expires "soon" is no length of time'],
    [{ name: 'ana' }, 409, 'there is a token ana already'],
  ])('are refused with what was wrong: %j', async (body, status, detail) => {
    const answer = await server.ask('/v1/token/create', { body })
    expect([answer.status, answer.json['detail']]).toEqual([status, detail])
    expect(await names()).toEqual(['ana'])
  })
})
