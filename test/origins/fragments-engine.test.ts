import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../../src/domain/session.ts'
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
const iso = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString()
const shown = async () => (await world.ask('session show 1')).reply as unknown as Session
const refs = (stack: { ref: string }[]): string[] => stack.map(({ ref }) => ref)

describe('a session', () => {
  it('F1 keeps when it was started, paused, resumed and ended, and its stack', async () => {
    await world.run('start')
    await world.run('task activate T-4')
    pass(5)
    await world.run('pause')
    pass(10)
    await world.run('resume')
    pass(5)
    await world.run('end')
    expect(await shown()).toMatchObject({
      startedAt: iso(0),
      pausedAt: iso(5),
      resumedAt: iso(15),
      endedAt: iso(20),
      stack: [{ ref: 'T-4' }],
    })
  })

  it('F4 is shown with the one before it and its figures', async () => {
    await world.run('info')
    pass(31)
    await world.run('info')
    const [newer] = (await world.store.sessions.list({}, { limit: 1, sort: 'started' })).items
    const { reply } = await world.ask(`session show ${newer?.ref}`)
    expect(reply).toMatchObject({ relation: 'continues', parent: { agent: 'person' }, wallMs: 0, invocationCount: 0 })
    await world.run('attach T-4')
    pass(4)
    await world.run('pause')
    pass(6)
    expect((await world.ask(`session show ${newer?.ref}`)).reply).toMatchObject({
      wallMs: 10 * MINUTE,
      activeMs: 4 * MINUTE,
      stack: [{ ref: 'T-4' }],
    })
  })

  it('F46 starts with what may be taken up again and what to do next', async () => {
    await world.run(['start', 'Cache tide tables'])
    pass(3)
    await world.run('end')
    const { stdout } = await world.run('start')
    expect(stdout).toContain('Last: SESSION-001, daybook resume SESSION-001')
    expect(stdout).toContain('\nNext\n')
  })

  it('F47 ends with a summary: time, tickets, commits, files', async () => {
    await world.run('start')
    await world.run('task activate T-4')
    pass(12)
    await world.run(['task', 'deactivate', '--complete', '--summary', 'Tables are kept for seven days'])
    const { reply, code } = await world.ask(['end', 'all cached'])
    expect(code).toBe(0)
    expect(reply).toMatchObject({ wallMs: 12 * MINUTE, activeMs: 12 * MINUTE, ticketsCompleted: ['T-4'], commits: 0 })
  })

  it('F56 is called by its key, the number in it or its ref', async () => {
    const { reply } = await world.ask('start')
    expect(reply.session.key).toBe('SESSION-001')
    for (const word of ['SESSION-001', '1', '001', reply.session.ref])
      expect((await world.ask(`session show ${word}`)).reply).toMatchObject({ id: reply.session.id })
  })
})

describe('the stack', () => {
  it('F9 F58 takes a frame on, and what is current stands beside it', async () => {
    await world.run('start')
    await world.run('sprint activate 1')
    const { reply } = await world.ask('task activate T-4')
    expect(refs(reply.stack)).toEqual(['SPRINT-1', 'T-4'])
    expect(reply.current.ref).toBe('T-4')
  })

  it('F17 does not take on what it has', async () => {
    await world.run('start')
    await world.run('task activate T-4')
    const before = (await world.ask('context history')).reply.items.length
    const { reply } = await world.ask('task activate T-4')
    expect(refs(reply.stack)).toEqual(['T-4'])
    expect((await world.ask('context history')).reply.items).toHaveLength(before)
  })

  it('F2 has a history: every change, from when to when', async () => {
    await world.run('start')
    await world.run('attach T-1')
    pass(5)
    await world.run('attach T-2')
    pass(5)
    await world.run('context clear')
    const { items } = (await world.ask('context history')).reply
    expect(items.map(({ change, fromAt, toAt, stack }) => [change, fromAt, toAt, refs(stack)])).toEqual([
      ['clear', iso(10), null, []],
      ['switch', iso(5), iso(10), ['T-2']],
      ['push', iso(0), iso(5), ['T-1']],
    ])
  })

  it('F57 is JSON, outermost first', async () => {
    await world.run('start')
    await world.run('sprint activate 1')
    await world.run('task activate T-4')
    const { stack } = await shown()
    expect(JSON.parse(JSON.stringify(stack))).toEqual(stack)
    expect(refs(stack)).toEqual(['SPRINT-1', 'T-4'])
  })
})

describe('every change', () => {
  it('F3 F59 is logged with who and when', async () => {
    await world.run('start')
    await world.run('attach T-1')
    pass(1)
    await world.run('pause')
    const { items } = (await world.ask('activity list --session 1')).reply
    expect(items.map(({ action, actor, at }) => [action, actor, at])).toEqual([
      ['session.paused', 'ada', iso(1)],
      ['context.push', 'ada', iso(0)],
      ['session.started', 'ada', iso(0)],
    ])
  })

  it('F54 says what to do next, differently for each case', async () => {
    const said = new Map<string, string[]>()
    const lines = ['start', 'task activate T-4', 'pause', 'resume', 'task deactivate', 'attach --none', 'end']
    for (const line of lines) {
      const { reply } = await world.ask(line)
      said.set(line, reply.instructions.suggestedCommands)
      expect(reply.instructions.nextActions.length, line).toBe(reply.instructions.suggestedCommands.length)
      pass(1)
    }
    for (const [line, commands] of said) expect(commands.length, line).toBeGreaterThanOrEqual(2)
    expect(said.get('start')).toContain('daybook attach T-1')
    expect(said.get('task activate T-4')).toContain('daybook task deactivate --summary "what you did"')
    expect(said.get('end')).toContain('daybook resume SESSION-001')
  })

  it('F60 that is only warned about is made: exit 0; --strict makes an error of it: exit 5', async () => {
    await world.run('start')
    await world.run('task activate T-4')
    const strict = await world.ask('end --strict')
    expect([strict.code, strict.reply.errors.length > 0]).toEqual([5, true])
    const ended = await world.ask('end')
    expect([ended.code, ended.reply.errors, ended.reply.warnings.length > 0]).toEqual([0, [], true])
  })

  it('F62 is made or refused without a question where nobody can answer', async () => {
    await world.run('start')
    const script = { terminal: null, env: { DAYBOOK_SESSION: '1' } }
    const refused = await world.run('session delete 1 --yes=false', script)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--yes')
    const { code, stderr } = await world.run('end', script)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('?') })
  })
})
