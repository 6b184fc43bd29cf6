import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationContext } from '../../src/operations/operation.ts'
import { connect } from '../../src/mcp/testing.ts'
import { catalogue } from '../../src/operations/index.ts'
import { TOOLSETS, toolShapes } from '../../src/operations/tool.ts'
import { MINUTE, START, workWorld } from '../work-world.ts'
import type { WorkWorld } from '../work-world.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const pass = (minutes: number): void => {
  world.now += minutes * MINUTE
}
const pointer = (): string => join(world.folder, '.daybook', 'session.json')
const pointed = (): Record<string, unknown> => JSON.parse(readFileSync(pointer(), 'utf8')) as Record<string, unknown>
const iso = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString()
const id = async (): Promise<string> => (await world.ask('info')).reply.session.id

describe('the state of a session', () => {
  it('M1 is its id, ticket, opt-out and last activity', async () => {
    await world.run('attach T-4')
    const { reply } = await world.ask('info')
    expect(reply).toMatchObject({
      session: { lastActivityAt: iso(0), optedOut: false },
      current: { ref: 'T-4' },
      sessionTimeoutMinutes: 30,
    })
    expect(reply.session.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })

  it('M5 M36 moves its last activity with every call, in UTC', async () => {
    await world.run('attach T-4')
    pass(7)
    await world.run('attach T-5')
    expect((await world.ask('info')).reply.session.lastActivityAt).toBe(iso(7))
    expect(pointed()['last_activity']).toBe(iso(7))
  })

  it('M2 is written as plain JSON, and M3 read back with fields missing or under their older name', async () => {
    const first = await id()
    expect(pointed()).toEqual({ session_id: first, current_ticket: null, opted_out: false, last_activity: iso(0) })
    await world.run('start', { terminal: 'two' })
    writeFileSync(pointer(), JSON.stringify({ session_id: first, ticket_opted_out: true }))
    const { reply } = await world.ask('info', { terminal: 'three' })
    expect(reply.session.id).toBe(first)
  })

  it('M4 says when it expires; one that was started on purpose does not', async () => {
    await world.run('info')
    expect((await world.ask('info')).reply.expiresAt).toBe(iso(30))
    await world.run('start', { terminal: 'two' })
    expect((await world.ask('info', { terminal: 'two' })).reply.expiresAt).toBeNull()
  })

  it('M6 is made by the first call, M7 kept, and found again from another terminal', async () => {
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
    const first = await id()
    const { reply } = await world.ask('info', { terminal: 'two' })
    expect([reply.session.id, reply.why]).toEqual([first, 'the last one used here'])
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(1)
  })

  it('M8 is put away by ending it: the pointer goes, and the next call begins anew', async () => {
    const first = await id()
    await world.run(['end', 'done for today'])
    expect(existsSync(pointer())).toBe(false)
    expect(await id()).not.toBe(first)
  })

  it.each(['{"session_id": ', '[]', '"text"', ''])('M34 survives a damaged file: %s', async (text) => {
    await world.run('info')
    writeFileSync(pointer(), text)
    const { code, reply } = await world.ask('attach T-4', { terminal: 'two' })
    expect(code).toBe(0)
    expect(readFileSync(`${pointer()}.damaged`, 'utf8')).toBe(text)
    expect(pointed()).toMatchObject({ session_id: reply.session.id, current_ticket: 'T-4' })
  })
})

describe('the ticket of a session', () => {
  it('M10 is set, which ends an opt-out', async () => {
    await world.run('attach --none')
    const { reply } = await world.ask('attach T-4')
    expect(reply).toMatchObject({ association: 'attached', current: { ref: 'T-4' }, session: { optedOut: false } })
  })

  it('M9 is none after M11 opting out', async () => {
    await world.run('attach T-4')
    expect((await world.ask('attach --status')).reply.current.ref).toBe('T-4')
    await world.run('attach --none')
    expect((await world.ask('attach --status')).reply).toMatchObject({ current: null, session: { optedOut: true } })
  })

  it('M46 can be given at the start', async () => {
    const { reply } = await world.ask(['start', 'Cache tide tables', '--ticket', 'T-4'])
    expect(reply).toMatchObject({ association: 'attached', current: { ref: 'T-4' } })
  })

  it('M47 is told by status, which changes nothing', async () => {
    await world.run('attach T-4')
    const logged = async () => (await world.store.activities.list({}, { limit: 1 })).total
    const before = await logged()
    expect((await world.run('status')).stdout).toContain('\n  T-4\n')
    expect(await logged()).toBe(before)
  })

  it('M48 that was declined on purpose is told apart from one that nobody named', async () => {
    await world.run('start')
    expect((await world.run('status')).stdout).toContain('no ticket: work counts as unattributed')
    await world.run('attach --none')
    expect((await world.run('status')).stdout).toContain('no ticket, on purpose')
  })
})

describe('without any setting up', () => {
  it('M37 the tools are there and the first one works', async () => {
    const client = await connect(world.context as OperationContext, { caller: { cwd: world.folder } })
    const { tools } = (await client.request('tools/list')) as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['attach_ticket', 'get_session_info']))
    expect((await client.call('get_session_info')).structured).toMatchObject({ success: true, current_ticket: null })
    await client.close()
  })

  it('M37 every tool that an operation declares is there, whichever it is', async () => {
    const declared = await Promise.all((await catalogue()).map((operation) => toolShapes(operation)))
    const client = await connect(world.context as OperationContext, { toolsets: TOOLSETS })
    const { tools } = (await client.request('tools/list')) as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(declared.flat().map(({ name }) => name)))
    await client.close()
  })

  it('M40 reading makes no session and needs none', async () => {
    for (const line of ['session list', 'usage total', 'activity list', 'project list', 'status', 'context show'])
      await world.run(line)
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
    expect(existsSync(join(world.folder, '.daybook'))).toBe(false)
  })
})
