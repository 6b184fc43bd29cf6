import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const pass = (minutes: number): void => {
  world.now += minutes * MINUTE
}
const refs = (stack: { ref: string }[]): string[] => stack.map(({ ref }) => ref)
const make = (more: object) => world.store.tickets.create({ createdBy: 'ada', ...more })
const two = { terminal: 'two' }

describe('activating', () => {
  it('F24 a sprint by number pushes it and says how it stands', async () => {
    const sprint = await make({ kind: 'sprint', title: 'Offline tables' })
    await make({ kind: 'task', parentId: sprint.id, status: 'done' })
    await make({ kind: 'task', parentId: sprint.id })
    const { reply } = await world.ask('sprint activate 1')
    expect(reply).toMatchObject({ current: { ref: 'SPRINT-1', kind: 'sprint' }, tickets: { total: 2, closed: 1 } })
    expect(reply.message).toBe('On SPRINT-1 Offline tables: 1 of 2 tickets closed')
  })

  it('F25 F61 a task sets it in progress, takes it up, and brings its sprint along', async () => {
    const sprint = await make({ kind: 'sprint' })
    await make({ kind: 'task', title: 'Cache', parentId: sprint.id })
    const { reply } = await world.ask('task activate t-1')
    expect(reply).toMatchObject({
      message: 'On T-1 Cache · open -> in progress',
      current: {
        ref: 'T-1',
        status: 'in_progress',
        delegation: 'in_progress',
        heldSince: new Date(START).toISOString(),
      },
    })
    expect(refs(reply.stack)).toEqual(['SPRINT-1', 'T-1'])
    expect(reply.current.heldBySessionId).toBe(reply.session.id)
  })

  it('FB6 twice pushes nothing twice; another task takes the place of the first and names it', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    expect(refs((await world.ask('task activate T-1')).reply.stack)).toEqual(['SPRINT-1', 'T-1'])
    const { reply } = await world.ask('task activate T-2')
    expect(refs(reply.stack)).toEqual(['SPRINT-1', 'T-2'])
    expect(reply.message).toBe('On T-2 · open -> in progress, off T-1')
    expect((await world.store.tickets.find('T-1'))[0]?.heldBySessionId).toBeNull()
    expect(refs((await world.ask('sprint activate 2')).reply.stack)).toEqual(['SPRINT-2'])
  })

  it('a closed task is refused until it is reopened', async () => {
    await make({ kind: 'task', status: 'done' })
    const refused = await world.run('task activate T-1')
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('T-1 is done')
    expect(refused.stderr).toContain('daybook task activate T-1 --reopen')
    const { reply } = await world.ask('task activate T-1 --reopen')
    expect(reply.current).toMatchObject({ status: 'in_progress', closedAt: null })
  })

  it('a task that another live session holds is refused with who and since when, unless taken', async () => {
    await world.run('start')
    await world.run('task activate T-1')
    pass(3)
    await world.run('start', two)
    const refused = await world.run('task activate T-1', two)
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain(`T-1 is held by SESSION-001 since ${new Date(START).toISOString()}`)
    const { reply } = await world.ask('task activate T-1 --take', two)
    expect(reply.current.heldBySessionId).toBe(reply.session.id)
    await world.run('end', two)
    expect((await world.store.tickets.find('T-1'))[0]?.heldBySessionId).toBeNull()
  })

  it('one that somebody takes in the same moment is refused with who was faster', async () => {
    const [faster, slower] = [(await world.ask('start')).reply.session, (await world.ask('start', two)).reply.session]
    const { id } = await make({ kind: 'task' })
    // Between its first look at the ticket and its claim, as two connections of a server may have it.
    const { transaction } = world.store
    world.context.store = {
      ...world.store,
      transaction: (work) =>
        transaction((tx) => {
          const find: typeof tx.tickets.find = async (ref) => {
            const found = await tx.tickets.find(ref)
            await tx.tickets.claim(id, faster.id, null, new Date(world.now).toISOString())
            return found
          }
          return work({ ...tx, tickets: { ...tx.tickets, find } })
        }),
    }
    const refused = await world.run('task activate T-1', two)
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain(`T-1 is held by SESSION-001 since ${new Date(START).toISOString()}`)
    const { reply } = await world.ask('task activate T-1 --take', two)
    expect(reply.current.heldBySessionId).toBe(slower.id)
  })

  it('one task from 8 sessions at once gives it to one', async () => {
    const terminals = Array.from({ length: 8 }, (_, i) => ({ terminal: `t${i}` }))
    for (const at of terminals) await world.run('start', at)
    const codes = await Promise.all(terminals.map(async (at) => (await world.run('task activate T-1', at)).code))
    expect(codes.toSorted()).toEqual([0, 4, 4, 4, 4, 4, 4, 4])
  })
})

describe('deactivating', () => {
  it('F26 F41 F67 pops the task, keeps the summary as a note and says how long it took', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    pass(12)
    const { reply } = await world.ask(['task', 'deactivate', '--summary', 'Reader falls back'])
    expect(reply).toMatchObject({
      message: 'T-1 is off the stack, 12m on it in this session',
      sessionMs: 12 * MINUTE,
      completed: false,
    })
    expect(refs(reply.stack)).toEqual(['SPRINT-1'])
    const { items } = await world.store.tickets.notes({ ticketId: reply.ticket.id }, { limit: 5 })
    expect(items).toMatchObject([{ kind: 'note', text: 'Reader falls back', by: 'ada' }])
    expect(reply.ticket.status).toBe('in_progress')
  })

  it('F26 FB8 completes it: done, who and when, linked as closed', async () => {
    await world.run('task activate T-1')
    const { reply } = await world.ask(['task', 'deactivate', '--complete', '--summary', 'Cached for 7 days'])
    expect(reply).toMatchObject({
      completed: true,
      ticket: {
        status: 'done',
        summary: 'Cached for 7 days',
        closedBy: 'ada',
        closedAt: new Date(START).toISOString(),
        heldBySessionId: null,
      },
    })
    expect((await world.ask('end')).reply.ticketsCompleted).toEqual(['T-1'])
  })

  it('F30 F37 completes nothing without a summary or with open tickets below it: exit 5, nothing changed', async () => {
    const task = await make({ kind: 'task' })
    await make({ kind: 'subtask', parentId: task.id })
    await make({ kind: 'subtask', parentId: task.id, status: 'cancelled' })
    await world.run('task activate T-1')
    const { code, reply } = await world.ask('task deactivate --complete')
    expect([code, reply.errors]).toEqual([5, ['T-1 has no summary', 'T-2 is open']])
    expect(reply.instructions.requirements).toEqual(reply.errors)
    expect((await world.ask('status')).reply.standing.current).toMatchObject({ ref: 'T-1', status: 'in_progress' })
  })

  it('with nothing active stores nothing and says how to activate', async () => {
    await world.run('start')
    const refused = await world.run('task deactivate --summary x')
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('no task is active in SESSION-001; nothing was stored')
    expect(refused.stderr).toContain('try:   daybook task activate --help')
    await make({ ref: 'TIDE 7', status: 'done' })
    await make({ ref: 'TIDE 8' })
    expect((await world.run('task deactivate')).stderr).toContain("try:   daybook task activate 'TIDE 8'")
    expect((await world.run('attach')).stderr).toContain("try:   daybook attach 'TIDE 8'")
  })
})

describe('the context stack', () => {
  it('F14 F16 F18 F19 shows its frames outermost first', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    const { reply } = await world.ask('context show')
    expect(refs(reply.stack)).toEqual(['SPRINT-1', 'T-1'])
    const shown = await world.run('context show')
    expect(shown.stdout).toContain('SPRINT-1 > T-1')
  })

  it('F10 F14 F15 pops the deepest, or a kind with everything below it', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    expect(refs((await world.ask('context pop')).reply.stack)).toEqual(['SPRINT-1'])
    await world.run('task activate T-2')
    const { reply } = await world.ask('context pop sprint')
    expect([reply.message, reply.stack]).toEqual(['SESSION-001, off SPRINT-1 and T-2', []])
    expect((await world.ask('context pop')).reply.message).toBe('The stack is empty; nothing changed')
  })

  it('F20 is cleared', async () => {
    await world.run('attach T-1')
    expect((await world.ask('context clear')).reply).toMatchObject({ association: 'undecided', stack: [] })
  })

  it('F52 offers on a sprint what a sprint takes: its open tasks, a note, and to be done when they are', async () => {
    const next = async (line: string | string[]) => (await world.ask(line)).reply.instructions.suggestedCommands
    const create = 'daybook ticket create "what is to do"'
    const note = 'daybook note "what you decided"'
    expect(await next('sprint activate 1')).toEqual([create, note, 'daybook status'])
    await world.run(['ticket', 'create', 'Cache'])
    await world.run(['ticket', 'create', 'Evict'])
    expect(await next('context pop')).not.toContain('daybook task activate T-1')
    expect(await next('sprint activate 1')).toEqual(['daybook task activate T-1', note, 'daybook status'])
    expect(await next('resume')).toEqual(['daybook status', 'daybook task activate T-1', 'daybook end "what you did"'])
    await world.run('task activate T-1')
    expect(await next(['done', 'Tables are cached for 7 days'])).toEqual([
      'daybook task activate T-2',
      note,
      'daybook status',
    ])
    await world.run('task activate T-2')
    const done = 'daybook done SPRINT-1 "what you did"'
    expect(await next(['done', 'Old tables are evicted'])).toEqual([done, note, 'daybook status'])
    expect((await world.run(['done', 'SPRINT-1', 'what you did'])).code).toBe(0)
  })

  it('F52 F53 F55 tells after every change what to do next, for the face that asked', async () => {
    for (const line of [
      'start',
      'attach T-1',
      'sprint activate 1',
      'task activate T-2',
      'context pop',
      'pause',
      'resume',
      'end',
    ]) {
      const { reply } = await world.ask(line)
      const { nextActions, suggestedCommands, contextReminder } = reply.instructions
      expect(nextActions.length, line).toBeGreaterThanOrEqual(2)
      expect(nextActions.length, line).toBeLessThanOrEqual(3)
      expect(suggestedCommands, line).toHaveLength(nextActions.length)
      expect(
        suggestedCommands.every((typed) => typed.startsWith('daybook ')),
        line,
      ).toBe(true)
      expect(contextReminder, line).not.toBe('')
    }
    expect((await world.ask('status')).reply.instructions).toBeUndefined()
  })
})
