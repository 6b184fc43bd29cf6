import { afterEach, describe, expect, it } from 'vitest'
import { NOW, operationsWorld } from '../../test/operations-world.ts'
import { MINUTE, workWorld } from '../../test/work-world.ts'
import { type } from './testing.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function work() {
  const world = await workWorld()
  open.push(world)
  return world
}

async function history() {
  const world = await operationsWorld()
  open.push(world)
  return world
}

describe('daybook alone', () => {
  it('F24 F66 shows the session one stands on: its stack, time, notes, and what to do next', async () => {
    const world = await work()
    const sprint = await world.store.tickets.create({ kind: 'sprint', title: 'Offline tables', createdBy: 'ada' })
    const task = { kind: 'task', title: 'Cache tide tables', parentId: sprint.id, estimateMinutes: 60 } as const
    await world.store.tickets.create({ ...task, createdBy: 'ada' })
    await world.run('start')
    await world.run('task activate T-1')
    world.now += 20 * MINUTE
    await world.run(['session', 'note', '1', 'The lifetime lives in the header'])
    world.now += 5 * MINUTE
    const { stdout } = await world.run('')
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'SESSION-001 · tidewatch                                               active 25m',
      '  SPRINT-1 Offline tables > T-1 Cache tide tables                    in progress',
      '  T-1 so far: 25m of 1h · 1 session',
      'Recent',
      '         5m  note   The lifetime lives in the header',
      'Next',
    ])
    expect(stdout).not.toContain('No session')
  })

  it('says that a ticket is over its estimate, and that a session is paused', async () => {
    const world = await work()
    await world.store.tickets.create({ kind: 'task', estimateMinutes: 10, createdBy: 'ada' })
    await world.run('start')
    await world.run('task activate T-1')
    world.now += 12 * MINUTE
    await world.run('pause')
    world.now += MINUTE
    const { stdout } = await world.run('')
    expect(stdout).toContain('paused · active 12m')
    expect(stdout).toContain('! T-1 so far: 12m of 10m')
    expect(stdout).toContain('  daybook resume SESSION-001 ')
  })

  it('shows failed calls of an agent’s session, newest first, and its cost', async () => {
    const { context, store } = await history()
    const [plan] = await store.sessions.resolve('1a11a111')
    await store.sessions.assignKey(plan!.id)
    const setup = { opened: { context }, now: () => NOW, env: { DAYBOOK_SESSION: '1' } }
    await type('resume 1', setup)
    const { stdout } = await type('', setup)
    expect(stdout).toContain('SESSION-001 · Claude Code · tidewatch (main)')
    expect(stdout).toContain('$0.01')
    expect(stdout).toContain('\n  Thu 10:00  fail   npm test · exit 1\n')
    expect(stdout).toContain('At API list prices of')
  })

  it('shows what is recorded where no session is at hand, and both with --json', async () => {
    const { context } = await history()
    const shown = await type('', { opened: { context }, now: () => NOW })
    expect(shown.stdout.split('\n')[0]).toMatch(/^3 sessions · /)
    const world = await work()
    expect(JSON.parse((await world.run('--json')).stdout)).toMatchObject({ sessions: 0, here: null })
    await world.run('attach T-4')
    expect(JSON.parse((await world.run('--json')).stdout)).toMatchObject({
      sessions: 1,
      here: { current: { ref: 'T-4' }, association: 'attached', recent: [] },
    })
  })

  it('shows what is recorded where several sessions could be meant', async () => {
    const world = await work()
    await world.run('start', { terminal: 'one' })
    await world.run('start', { terminal: 'two' })
    const { stdout, code } = await world.run('', { terminal: null })
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: 'SESSIONS\t2' })
    const other = await world.run('', { terminal: null, env: { DAYBOOK_SESSION: 'SESSION-404' } })
    expect({ code: other.code, stderr: other.stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('what was done, on screen', () => {
  it('F23 is told in words: the last five, newest first', async () => {
    const world = await work()
    await world.store.tickets.create({ kind: 'task', createdBy: 'ada' })
    await world.run('start')
    await world.run('task activate T-1')
    world.now += 20 * MINUTE
    await world.run('attach T-9')
    world.now += 2 * MINUTE
    await world.run('attach --none')
    await world.run(['pause', '--reason', 'lunch'])
    world.now += 30 * MINUTE
    const { stdout } = await world.run('status')
    expect(stdout.split('\n').filter((line) => /^ {3,}\d+m {2}/.test(line))).toEqual([
      '        30m  paused: lunch',
      '        30m  no ticket, on purpose',
      '        32m  from T-1 to T-9 after 20m',
      '        52m  on T-1',
      '        52m  T-1 open -> in progress',
    ])
  })

  it('F59 names no field of ours in the log, however it is called, and a pipe gets all of it', async () => {
    const world = await work()
    await world.run('start')
    await world.run('session star 1')
    await world.run(['session', 'rename', '1', 'Tide tables'])
    await world.run('session tag 1 offline')
    await world.run('attach T-4')
    await world.run(['end', 'all is cached'])
    const { stdout } = await world.run('activity list')
    const said = stdout.split('\n').flatMap((line) => /SESSION-001 {2}(.*)$/.exec(line)?.[1] ?? [])
    expect(said).toEqual([
      'ended: all is cached',
      'on T-4',
      'tagged offline',
      "renamed to 'Tide tables'",
      'got a star',
      'started',
    ])
    expect(stdout).not.toMatch(/lastedMs|implicit|continues|channel|null|\b[a-z]+\.[a-z]+\b/)
    const piped = await world.run('activity list', { terminal: null })
    expect(piped.stdout.split('\n')[0]).toBe('AT\tWHO\tDID\tON\tPAYLOAD')
    expect(piped.stdout).toContain('\tcontext.push\t')
  })
})
