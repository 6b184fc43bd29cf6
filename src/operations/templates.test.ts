import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW, emptyWorld } from '../../test/operations-world.ts'
import { type } from '../cli/testing.ts'
import { connect } from '../mcp/testing.ts'

let world: Awaited<ReturnType<typeof emptyWorld>>
beforeEach(async () => {
  world = await emptyWorld()
})
afterEach(() => world.close())

const daybook = (words: readonly string[], terminal = true) =>
  type(words, { opened: { context: world.context }, terminal, now: () => NOW, cwd: '/code/tidewatch' })
const ask = async (...words: string[]) => {
  const { stdout, stderr, code } = await daybook([...words, '--json'], false)
  return { code, ...JSON.parse(stdout || stderr) }
}
const RELEASE = ['template', 'create', 'release', '--purpose', 'Cut a release', '--tags', 'release']
const release = () =>
  ask(...RELEASE, '--kind', 'review', '--checklist', 'run the tests', '--checklist', 'write notes, then tag')

describe('U46 templates', () => {
  it('are created, listed, shown and deleted by name', async () => {
    const made = await release()
    expect(made).toEqual({
      code: 0,
      name: 'release',
      purpose: 'Cut a release',
      kind: 'review',
      tags: ['release'],
      stack: [],
      checklist: ['run the tests', 'write notes, then tag'],
      savedAt: '2026-11-20T11:00:00.000Z',
      savedBy: 'ada',
    })
    expect((await ask('template', 'list')).items).toEqual([{ ...made, code: undefined }])
    expect(await ask('template', 'show', 'Release')).toEqual(made)
    expect(await ask('template', 'delete', 'release')).toEqual(made)
    expect((await ask('template', 'list')).items).toEqual([])
    expect((await ask('activity', 'list')).items.map(({ action }: { action: string }) => action)).toEqual([
      'template.deleted',
      'template.created',
    ])
  })

  it('begin a session: purpose, kind, tags and checklist; what is said beside stands over them', async () => {
    await release()
    const { session, instructions } = await ask('start', '--template', 'release', '--tags', 'tides', '--purpose', 'Now')
    expect(session).toMatchObject({ purpose: 'Now', kind: 'review', tags: ['release', 'tides'] })
    expect(instructions.suggestions).toEqual(['Checklist, 2 open: run the tests; write notes, then tag'])
    expect((await ask('session', 'checklist', '1')).items).toEqual([
      { number: 1, text: 'run the tests', done: false },
      { number: 2, text: 'write notes, then tag', done: false },
    ])
  })

  it('put a session on their tickets, outermost first, or on the one that is said beside', async () => {
    await world.store.tickets.create({ kind: 'sprint', title: 'Offline', createdBy: 'ada' })
    await world.store.tickets.create({ kind: 'task', title: 'Cache', createdBy: 'ada' })
    await world.store.tickets.create({ kind: 'task', title: 'Other', createdBy: 'ada' })
    await ask('template', 'create', 'cache', '--stack', 'SPRINT-1,T-1')
    const refs = async (...more: string[]) =>
      (await ask('start', '--template', 'cache', ...more)).stack.map(({ ref }: { ref: string }) => ref)
    expect(await refs()).toEqual(['SPRINT-1', 'T-1'])
    expect(await refs('--ticket', 'T-2')).toEqual(['T-2'])
  })

  it('begin a session that a program keeps', async () => {
    await release()
    const made = await ask('session', 'create', 'nightly-1', '--template', 'release', '--tags', 'tides')
    expect(made).toMatchObject({ purpose: 'Cut a release', kind: 'review', tags: ['release', 'tides'] })
    expect((await ask('session', 'checklist', 'nightly-1')).open).toBe(2)
  })

  it('give a checklist that is ticked off, opened again, and checked', async () => {
    await release()
    await ask('start', '--template', 'release')
    const open = async (...words: string[]) => (await ask('session', 'checklist', '1', ...words)).open
    expect([await open('--done', '1,2'), await open('--undo', '2'), await open()]).toEqual([0, 1, 1])
    const checked = await ask('check', 'SESSION-001')
    expect(checked.valid).toBe(true)
    expect(checked.warnings).toContainEqual(
      expect.objectContaining({ field: 'checklist', message: 'step 2 is open: write notes, then tag' }),
    )
    expect(await ask('session', 'checklist', '1', '--done', '3')).toMatchObject({
      code: 3,
      error: { message: 'no step 3; the last is 2' },
    })
    expect((await daybook(['session', 'checklist', '1'])).stdout).toContain(
      '   1. [x] run the tests\n   2. [ ] write notes, then tag\nNext\n',
    )
    await ask('end', 'done')
    expect(await ask('session', 'checklist', '1', '--done', '2')).toMatchObject({ code: 4 })
    expect(await open()).toBe(1)
  })

  it('do not change sessions that began with them', async () => {
    await release()
    await ask('start', '--template', 'release')
    await ask('template', 'delete', 'release')
    expect((await ask('session', 'checklist', '1')).items.length).toBe(2)
  })

  it('refuse what is taken, unknown, empty or too much, and make nothing', async () => {
    await release()
    expect(await release()).toMatchObject({ code: 4, error: { message: 'there is a template "release" already' } })
    expect(await ask('template', 'create', 'none')).toMatchObject({
      code: 2,
      error: { message: 'template "none" has nothing in it' },
    })
    expect(await ask('template', 'create', 'a/b', '--purpose', 'x')).toMatchObject({ code: 2 })
    const many = Array.from({ length: 51 }, (_, i) => ['--checklist', `step ${i}`]).flat()
    expect(await ask('template', 'create', 'many', ...many)).toMatchObject({
      error: { code: 'too_large', message: 'a template has 50 steps at most; these are 51' },
    })
    expect(await ask('start', '--template', 'nope')).toMatchObject({
      code: 3,
      error: { message: 'no template "nope"; there is release' },
    })
    expect((await ask('session', 'list')).items).toEqual([])
    expect((await ask('template', 'list')).total).toBe(1)
  })

  it('are tools for agents', async () => {
    const client = await connect(world.context)
    const made = await client.call('template_create', { name: 'release', checklist: ['run the tests'] })
    expect([made.failed, made.structured['checklist']]).toEqual([false, ['run the tests']])
    await client.call('create_session', { session_id: 'n-1', template: 'release' })
    const ticked = await client.call('session_checklist', { session: 'n-1', done: [1] })
    expect(ticked.structured).toMatchObject({ open: 0 })
    const started = await client.call('session_start', { title: 'Cut 1.2', template: 'release' })
    expect(started.structured).toMatchObject({
      success: true,
      session_key: 'SESSION-002',
      checklist: ['run the tests'],
    })
    expect((await client.call('session_checklist', {})).structured).toMatchObject({ open: 1 })
    await client.close()
  })
})
