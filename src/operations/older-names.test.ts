import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../mcp/testing.ts'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'

const HOUR = 60 * MINUTE

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const pass = (minutes: number): void => {
  world.now += minutes * MINUTE
}
const iso = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString()
const file = (): string => join(world.folder, '.daybook', 'session.json')
const state = (): Record<string, unknown> => JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>

describe('the state record of an older ticket server', () => {
  it('M1 M2 M5 M7 M9 M10 M11 M36 is written at every change: id, ticket, opt-out, last activity', async () => {
    const { session } = (await world.ask('attach T-1')).reply
    expect(state()).toEqual({
      session_id: session.id,
      current_ticket: 'T-1',
      opted_out: false,
      last_activity: iso(0),
    })
    expect(session.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    pass(3)
    await world.run('attach --none')
    expect(state()).toEqual({ session_id: session.id, current_ticket: null, opted_out: true, last_activity: iso(3) })
    await world.run('attach --clear')
    expect(state()).toMatchObject({ current_ticket: null, opted_out: false })
  })

  it('M3 M6 M37 is read as that server wrote it, with keys missing, and nothing has to be set up', async () => {
    const { session } = (await world.ask('attach T-1')).reply
    rmSync(join(world.home, '.daybook'), { recursive: true })
    writeFileSync(file(), JSON.stringify({ session_id: session.id, ticket_opted_out: false }))
    const { reply } = await world.ask('status', { terminal: 'another' })
    expect(reply).toMatchObject({ why: 'the last one used here', standing: { session: { id: session.id } } })
  })

  it('M4 M8 is gone with the session that ended, and names the new one after the old expired', async () => {
    const { session } = (await world.ask('attach T-1')).reply
    pass(31)
    const next = (await world.ask('info')).reply.session
    expect(next.id).not.toBe(session.id)
    expect(state()).toMatchObject({ session_id: next.id, current_ticket: null })
    await world.run('end')
    expect(existsSync(file())).toBe(false)
  })

  it('M40 is not made by looking: folders are left as they were', async () => {
    for (const line of ['status', 'attach --status', 'session list', 'context show']) await world.run(line)
    expect(existsSync(join(world.folder, '.daybook'))).toBe(false)
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
  })

  it('M47 M48 MB11 is told by two tools in one way, and a ticket is hidden once the session opted out', async () => {
    const client = await connect(world.context as never, { caller: { cwd: world.folder } })
    await client.call('attach_ticket', { action: 'set', ticket_id: 'T-1' })
    const none = await client.call('attach_ticket', { action: 'none' })
    const info = await client.call('get_session_info')
    const status = await client.call('attach_ticket', { action: 'status' })
    for (const { structured } of [none, info, status]) {
      expect(structured).toMatchObject({
        success: true,
        session_id: none.structured['session_id'],
        current_ticket: null,
        opted_out: true,
      })
    }
    await client.close()
  })
})

describe('the session engine of an older orchestrator', () => {
  it('F1 F2 F3 F57 F58 F59 F61 keeps the stack, the current ticket, each switch and each change of it', async () => {
    await world.run('start')
    await world.run('sprint activate 1')
    pass(10)
    await world.run('task activate T-1')
    const { standing, activities } = (await world.ask('status')).reply
    expect(standing.session.stack.map(({ ref, kind }) => [ref, kind])).toEqual([
      ['SPRINT-1', 'sprint'],
      ['T-1', 'task'],
    ])
    expect(standing.current).toMatchObject({ ref: 'T-1', status: 'in_progress' })
    expect(activities.map(({ action }) => action)).toEqual([
      'context.push',
      'ticket.begun',
      'context.push',
      'session.started',
    ])
    expect(activities[0]?.payload).toMatchObject({ pushed: ['T-1'], lastedMs: 10 * MINUTE })
    expect((await world.ask('context history')).reply.items.map(({ change }) => change)).toEqual(['push', 'push'])
  })

  it('F9 F10 F11 F12 F63 pushes and pops, and what is set once holds for every call after it', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    await world.run('context pop')
    expect((await world.ask('info')).reply.current.ref).toBe('SPRINT-1')
    await world.run('context pop')
    expect((await world.ask('info')).reply).toMatchObject({ association: 'undecided', current: null })
  })

  it('FB5 F67 counts on past 24 hours', async () => {
    const agent = { terminal: null, env: { CLAUDE_CODE_SESSION_ID: 'abc' } }
    await world.run('attach T-1', agent)
    for (let day = 0; day < 3; day++) {
      pass(20 * 60)
      await world.run('info', agent)
    }
    const { reply, code } = await world.ask('status', agent)
    expect([code, reply.wallMs]).toEqual([0, 60 * HOUR])
    expect((await world.run('status', { ...agent, terminal: 'one' })).stdout).toContain('wall 60h')
    expect((await world.ask('end', agent)).reply.message).toContain('in 60h')
  })

  it('FB3 FB13 stops the time of a task once: the reply has it, and a second stop changes nothing', async () => {
    await world.run('task activate T-1')
    pass(12)
    const { reply } = await world.ask('task deactivate')
    expect(reply).toMatchObject({ valid: true, sessionMs: 12 * MINUTE })
    expect(reply.message).toBe('T-1 is off the stack, 12m on it in this session')
    pass(5)
    expect(await world.run('task deactivate')).toMatchObject({ code: 4 })
    await world.run('task activate T-1')
    expect((await world.ask('status')).reply.standing.ticketMs).toBe(12 * MINUTE)
  })

  it('FB14 keeps every letter of every language, and what is no text at all', async () => {
    const title = 'Gezeiten für Ålesund → 潮汐表 🌊 naïve “quotes”'
    await world.run(['start', title])
    await world.run(['attach', 'ÄNDERUNG-7'])
    const { reply } = await world.ask('status')
    expect(reply.standing).toMatchObject({ session: { title }, current: { ref: 'ÄNDERUNG-7' } })
    expect((await world.ask(['attach', 'änderung-7'])).reply.current.ref).toBe('ÄNDERUNG-7')
  })

  it('F46 F47 F54 suggests at the start what to go on with, and tells at the end what was done', async () => {
    await world.run('start')
    await world.run('task activate T-1')
    pass(20)
    await world.run(['task', 'deactivate', '--summary', 'Cached', '--complete'])
    const ended = await world.ask(['end', 'All cached'])
    expect(ended.reply).toMatchObject({ ticketsCompleted: ['T-1'], activeMs: 20 * MINUTE, warnings: [] })
    expect(ended.reply.instructions.suggestedCommands).toEqual(['daybook resume SESSION-001', 'daybook start'])
    const started = await world.run('start')
    expect(started.stdout).toContain('Last: SESSION-001, daybook resume SESSION-001')
  })
})
