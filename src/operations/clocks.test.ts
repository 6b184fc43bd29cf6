import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'

const HOUR = 60 * MINUTE

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const pass = (ms: number): void => {
  world.now += ms
}
const iso = (ms: number): string => new Date(START + ms).toISOString()

describe('the idle limit', () => {
  it('M13 is kept by lists, stats and status alike: alive at exactly 30 minutes, expired a millisecond later', async () => {
    await world.run('attach T-1')
    const told = async () => ({
      list: (await world.ask('session list')).reply.items.map((session) => (session as never as Told).status),
      active: (await world.ask('session list --status active')).reply.items.length,
      expired: (await world.ask('session list --status expired')).reply.items.length,
      stats: (await world.ask('session stats')).reply as unknown as { byStatus: object },
      shown: (await world.ask('session show 1')).reply as unknown as Told,
    })
    pass(30 * MINUTE)
    const alive = await told()
    expect(alive).toMatchObject({ list: ['active'], active: 1, expired: 0, stats: { byStatus: { active: 1 } } })
    expect(alive.shown).toMatchObject({ status: 'active', endedAt: null })
    pass(1)
    const after = await told()
    expect(after).toMatchObject({ list: ['expired'], active: 0, expired: 1, stats: { byStatus: { expired: 1 } } })
    expect(after.shown).toMatchObject({ status: 'expired', endedAt: iso(0) })
    // Looking has renewed nothing.
    expect((await world.ask('status')).reply.standing.session.status).toBe('expired')
  })

  it('M44 is what was configured', async () => {
    await world.close()
    world = await workWorld({ idleMinutes: 5 })
    const { reply } = await world.ask('attach T-1')
    expect((await world.ask('info')).reply).toMatchObject({ sessionTimeoutMinutes: 5, expiresAt: iso(5 * MINUTE) })
    pass(5 * MINUTE + 1)
    const next = (await world.ask('info')).reply
    expect(next.session.id).not.toBe(reply.session.id)
    expect(next.warnings).toEqual([
      'SESSION-001 with T-1 was silent for more than 5 minutes and was put away; daybook resume SESSION-001 restores it',
    ])
    // A person's time ends with it.
    expect((await world.ask('status --session 1')).reply).toMatchObject({ activeMs: 5 * MINUTE })
  })

  it('does not count while a session is paused: what was paused on purpose is kept', async () => {
    await world.run('attach T-1')
    await world.run(['pause', 'lunch'])
    pass(45 * MINUTE)
    expect((await world.ask('status')).reply.standing).toMatchObject({
      session: { status: 'paused' },
      current: { ref: 'T-1' },
    })
  })

  it('leaves alone what is named after it was put away, and says how to take it up', async () => {
    await world.run('attach T-1')
    pass(31 * MINUTE)
    const refused = await world.run('attach T-2 --session 1')
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('SESSION-001 has ended (expired), so no ticket can be attached')
    expect(refused.stderr).toContain('daybook resume SESSION-001')
    expect((await world.ask('resume SESSION-001')).reply).toMatchObject({ current: { ref: 'T-1' }, idleMinutes: 31 })
  })

  it('MB9 keeps what an expired session stood on, in its history and in the log', async () => {
    await world.run('attach --none')
    pass(7 * 24 * HOUR)
    const { reply } = await world.ask('info')
    expect(reply).toMatchObject({ association: 'undecided', session: { relation: 'continues' } })
    const first = (await world.store.sessions.get(reply.session.parentId as string)) as { ref: string }
    const log = await world.ask(`activity list --session ${first.ref}`)
    expect(log.reply.items.map(({ action }) => action)).toEqual([
      'session.expired',
      'context.opt_out',
      'session.started',
    ])
    expect((await world.ask(`context history --session ${first.ref}`)).reply.items).toMatchObject([{ optedOut: true }])
  })
})

interface Told {
  status: string
  endedAt: string | null
}

describe('staleness', () => {
  it('comes strictly after 24 hours, and its owner revives the session under the same id', async () => {
    await world.run('start')
    await world.run('attach T-1')
    const status = async () => ((await world.ask('session show 1')).reply as unknown as Told).status
    pass(24 * HOUR)
    expect(await status()).toBe('active')
    pass(1)
    expect(await status()).toBe('expired')
    expect((await world.ask('session list --status expired')).reply.items).toHaveLength(1)
    const { reply } = await world.ask('attach T-2')
    expect(reply).toMatchObject({
      session: { key: 'SESSION-001', status: 'active', endedAt: null },
      why: 'used on this terminal',
      current: { ref: 'T-2' },
    })
    expect((await world.store.sessions.list({}, { limit: 5 })).total).toBe(1)
  })

  it('is over for an agent that comes back, with its stack', async () => {
    const agent = { terminal: null, env: { CLAUDE_CODE_SESSION_ID: 'abc-1' } }
    await world.run('attach T-1', agent)
    pass(25 * HOUR)
    expect((await world.ask('status', agent)).reply.standing.session.status).toBe('expired')
    expect((await world.ask('context pop', agent)).reply).toMatchObject({ session: { status: 'active' }, stack: [] })
  })
})

describe('a clock that jumps', () => {
  const problems = async () =>
    (await world.store.problems.list({}, { limit: 5 })).items.map(({ reason, line, at }) => ({ reason, line, at }))

  it('MB7 back makes nothing immortal, adds no time, and is a Problem', async () => {
    pass(48 * HOUR)
    await world.run('attach T-1')
    pass(10 * MINUTE)
    await world.run('info')
    pass(-48 * HOUR)
    await world.run('info')
    expect(await problems()).toEqual([
      {
        reason: 'the clock was set back by 48h between two calls in SESSION-001',
        line: null,
        at: iso(10 * MINUTE),
      },
    ])
    pass(5 * MINUTE)
    expect((await world.ask('status')).reply).toMatchObject({ activeMs: 15 * MINUTE, wallMs: 0 })
    pass(31 * MINUTE)
    expect((await world.ask('info')).reply.warnings[0]).toContain('SESSION-001 with T-1 was silent')
  })

  it('MB7 forward kills nothing for good: one command brings it back, with what it stood on', async () => {
    await world.run('attach T-1')
    pass(48 * HOUR)
    expect((await world.ask('info')).reply.association).toBe('undecided')
    pass(-48 * HOUR)
    expect((await world.ask('resume SESSION-001')).reply).toMatchObject({ current: { ref: 'T-1' }, idleMinutes: 0 })
    pass(20 * MINUTE)
    expect((await world.ask('status')).reply.standing.session).toMatchObject({ key: 'SESSION-001', status: 'active' })
  })

  it('by less than a minute is a clock that is kept right', async () => {
    await world.run('attach T-1')
    pass(-30_000)
    await world.run('info')
    expect(await problems()).toEqual([])
  })
})
