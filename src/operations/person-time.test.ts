import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const pass = (minutes: number): void => {
  world.now += minutes * MINUTE
}
const minutes = async (): Promise<number> => (await world.ask('status')).reply.activeMs / MINUTE

describe('the time of a person', () => {
  it('F67 F41 of a lunch of 45 minutes counts 30; the next call offers the rest, and one flag takes it, once', async () => {
    await world.run('start')
    await world.run('attach T-1')
    pass(10)
    await world.run('info')
    pass(45)
    const { reply } = await world.ask('attach T-2')
    expect(reply.warnings).toEqual([
      '45m since the last call, of which 30m count; daybook resume --count-idle counts the other 15m too',
    ])
    expect(await minutes()).toBe(40)
    const counted = await world.ask('resume --count-idle')
    expect(counted.reply.warnings).toEqual(['15m between calls counted as work'])
    expect(await minutes()).toBe(55)
    // It counts toward what was current then.
    await world.run('attach T-1')
    expect((await world.ask('status')).reply.standing.ticketMs).toBe(55 * MINUTE)
    expect((await world.ask('resume --count-idle')).reply.warnings).toEqual(['no time between calls is left to count'])
    expect(await minutes()).toBe(55)
  })

  it('goes on without an offer while calls come within the limit, and through a pause that was said', async () => {
    await world.run('start')
    pass(30)
    expect((await world.ask('attach T-1')).reply.warnings).toEqual([])
    await world.run(['pause', 'lunch'])
    pass(45)
    expect((await world.ask('resume')).reply.warnings).toEqual([])
    expect(await minutes()).toBe(30)
  })

  it('is the same in every view', async () => {
    await world.run('start')
    pass(10)
    await world.run('attach T-1')
    const told = async () => {
      const [status, shown, listed] = await Promise.all(
        ['status', 'session show 1', 'session list'].map(async (line) => (await world.ask(line)).reply),
      )
      const [item] = listed!.items as unknown as { activeMs: number }[]
      expect(shown!.wallMs).toBe(shown!.activeMs)
      return [status!.activeMs, shown!.activeMs, item!.activeMs]
    }
    expect(await told()).toEqual([10 * MINUTE, 10 * MINUTE, 10 * MINUTE])
    pass(5)
    expect(await told()).toEqual([15 * MINUTE, 15 * MINUTE, 15 * MINUTE])
    await world.run('end')
    pass(60)
    expect((await told()).slice(1)).toEqual([15 * MINUTE, 15 * MINUTE])
  })

  it('runs once on a terminal: a session that is started takes the place of one that a first call made', async () => {
    await world.run(['ticket', 'create', 'Cache', '--no-parent'])
    await world.run('start')
    await world.run('attach T-1')
    pass(30)
    const { reply } = await world.ask('report')
    const { totals, items } = reply as unknown as { totals: object; items: { place: string; label: string }[] }
    expect(totals).toMatchObject({ activeMs: 30 * MINUTE, elapsedMs: 30 * MINUTE })
    expect(items.map(({ place, label }) => [place, label])).toEqual([['value', 'T-1']])
  })

  it('runs beside that of another terminal', async () => {
    await world.run('start')
    await world.run('start', { terminal: 'two' })
    pass(20)
    const listed = (await world.ask('session list')).reply.items as unknown as { activeMs: number }[]
    expect(listed.map(({ activeMs }) => activeMs)).toEqual([20 * MINUTE, 20 * MINUTE])
  })
})
