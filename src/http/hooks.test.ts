import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest'
import { HARBOUR, operationsWorld } from '../../test/operations-world.ts'
import { createToken } from '../config/access-tokens.ts'
import { readSpool } from '../spool/spool.ts'
import { type TestServer, testServer } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
let server: TestServer
let folder: string
beforeAll(async () => {
  world = await operationsWorld()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-http-hooks-'))
  server = testServer(world.context, folder)
})
afterEach(() => {
  server.host.feed.close()
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => world.close())

const spooled = () => readSpool(server.host.spoolFolder, Date.now()).events
const NOTHING = { status: 200, type: 'application/json', text: '{}' }

describe('hooks over HTTP', () => {
  it('are kept as those of the command are, and answered with an object that stops nothing', async () => {
    const body = { hook_event_name: 'Stop', session_id: HARBOUR, cwd: '/code' }
    expect(await server.ask('/v1/hooks/claude-code', { body })).toMatchObject(NOTHING)
    expect(spooled()).toMatchObject([{ agent: 'claude-code', event: 'Stop', processId: null, payload: body }])
  })

  it('tell the event in the address where the agent does not say it', async () => {
    expect(await server.ask('/v1/hooks/copilot?event=agentStop', { body: { sessionId: 'x' } })).toMatchObject(NOTHING)
    expect(spooled()).toMatchObject([{ agent: 'copilot', event: 'agentStop' }])
  })

  it('are answered at a start with what the agent is to know, in its own form', async () => {
    const body = { hook_event_name: 'SessionStart', session_id: HARBOUR, cwd: '/code', source: 'resume' }
    const { status, json } = await server.ask('/v1/hooks/claude-code', { body })
    expect(status).toBe(200)
    const told = json['hookSpecificOutput'] as { hookEventName: string; additionalContext: string }
    expect(told.hookEventName).toBe('SessionStart')
    expect(told.additionalContext).toContain('Daybook keeps the record of this work, as session')
  })

  it.each([
    ['a body that is no JSON', '/v1/hooks/claude-code', '{'],
    ['a list', '/v1/hooks/claude-code', '[]'],
    ['no event', '/v1/hooks/claude-code', '{}'],
    ['an event that is no word', '/v1/hooks/claude-code?event=..%2f..%2fx', '{}'],
    ['an agent that is no word', '/v1/hooks/..%2f..%2fx?event=Stop', '{}'],
    ['a body of nothing', '/v1/hooks/claude-code', ''],
  ])('never fail for the agent, but tell the person who serves: %s', async (_, path, text) => {
    expect(
      await server.ask(path, { method: 'POST', text, headers: { 'content-type': 'application/json' } }),
    ).toMatchObject(NOTHING)
    expect(spooled()).toEqual([])
    expect(server.logged).toHaveLength(1)
  })

  it('keep the beginning of what is too long, and answer all the same', async () => {
    const text = JSON.stringify({ hook_event_name: 'Stop', session_id: HARBOUR, message: 'x'.repeat(3 << 20) })
    const path = '/v1/hooks/claude-code?event=Stop'
    expect(await server.ask(path, { text })).toMatchObject(NOTHING)
    const [name = ''] = readdirSync(server.host.spoolFolder)
    expect(readFileSync(join(server.host.spoolFolder, name)).length).toBeLessThan(1024 * 1024 + 100)
    expect(spooled()).toMatchObject([{ event: 'Stop', payload: { session_id: HARBOUR } }])
  })

  it('do not wait for an answer longer than agents do', async () => {
    const slow = testServer(world.context, folder, { open: () => new Promise(() => {}) })
    const body = { hook_event_name: 'SessionStart', session_id: HARBOUR, cwd: '/code' }
    expect(await slow.ask('/v1/hooks/claude-code', { body })).toMatchObject(NOTHING)
    expect(spooled()).toHaveLength(1)
    slow.host.feed.close()
  })

  it('of many at once are all kept', async () => {
    const asked = Array.from({ length: 50 }, (_, i) => ({ hook_event_name: 'Stop', session_id: `s${i}` }))
    await Promise.all(asked.map((body) => server.ask('/v1/hooks/codex', { body })))
    expect(spooled()).toHaveLength(50)
  })

  it('are taken from those who may write', async () => {
    const { token } = createToken(folder, { name: 'reader', scope: 'read', expiresAt: null }, Date.now())
    const headers = { authorization: `Bearer ${token}` }
    const body = { hook_event_name: 'Stop', session_id: HARBOUR }
    expect(await server.ask('/v1/hooks/claude-code', { body, headers })).toMatchObject({ status: 403 })
    expect(await server.ask('/v1/hooks/claude-code', { body, headers: { authorization: '' } })).toMatchObject({
      status: 401,
    })
    expect(spooled()).toEqual([])
  })

  it('of an older design’s dispatcher are the same events', async () => {
    const body = { hook_type: 'session-end', source: 'claude', input_data: { session_id: HARBOUR } }
    expect(await server.ask('/hooks/execute', { body })).toMatchObject(NOTHING)
    expect(spooled()).toMatchObject([{ agent: 'claude-code', event: 'SessionEnd', payload: { session_id: HARBOUR } }])
  })
})
