import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Rollout } from '../../test/codex-rollouts.ts'
import { scanHome, testScanSetup } from '../../test/reading.ts'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { Where, WorkWorld } from '../../test/work-world.ts'
import { AppError } from '../domain/errors.ts'
import { git, gitAt } from '../git/testing.ts'
import { readNewest } from '../ingest/read-newest.ts'
import type { Checked } from './check-done.ts'
import type { Done } from './done.ts'
import { readToNow } from './read-to-now.ts'
import type { Noted } from './ticket-notes.ts'
import type { TicketShown } from './ticket-show.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

async function ask<T>(words: string | readonly string[], where?: Where): Promise<T & { code: number }> {
  const { code, reply } = await world.ask(words, where)
  return { ...(reply as unknown as T), code }
}
const make = (more: object) => world.store.tickets.create({ createdBy: 'ada', kind: 'task', ...more })
const note = (text: string) => world.run(['note', text])
const ticket = (ref: string) => ask<TicketShown>(['ticket', 'show', ref])
const SUMMARY = 'Tables are cached for 7 days'

describe('words on the current ticket', () => {
  it('F27 update, note and log go to it without an id', async () => {
    await world.run('task activate T-1')
    for (const words of [
      ['update', 'The reader falls back'],
      ['note', 'The age is in the header'],
      ['log', '40 ms a table'],
    ])
      expect((await world.run(words)).code).toBe(0)
    const { notes } = await ticket('T-1')
    expect(notes.items.map(({ kind, text, by }) => ({ kind, text, by }))).toEqual([
      { kind: 'log', text: '40 ms a table', by: 'ada' },
      { kind: 'note', text: 'The age is in the header', by: 'ada' },
      { kind: 'update', text: 'The reader falls back', by: 'ada' },
    ])
    const logged = await world.store.activities.list({}, { limit: 3 })
    expect(logged.items.map(({ action }) => action)).toEqual(['ticket.logged', 'ticket.noted', 'ticket.updated_on'])
  })

  it('F27 say where they went, how many there are, and what to do next', async () => {
    await world.run('task activate T-1')
    await note('one')
    const reply = await ask<Noted>(['update', 'two'])
    expect(reply).toMatchObject({ message: 'Update on T-1', updates: 2, current: { ref: 'T-1' } })
    expect(reply.instructions.suggestedCommands.length).toBeGreaterThanOrEqual(2)
    const screen = (await note('three')).stdout
    expect(screen).toContain('Note on T-1')
    expect(screen).toContain('Session SESSION-001, used on this terminal')
  })

  it('store nothing where no task is active, not even a session, and say how to activate one', async () => {
    for (const words of [
      ['update', 'x'],
      ['note', 'x'],
      ['log', 'x'],
      ['done', SUMMARY],
    ]) {
      const refused = await world.run(words)
      expect(refused).toMatchObject({ code: 4 })
      expect(refused.stderr).toContain('no task is active here; nothing was stored')
      expect(refused.stderr).toContain('try:   daybook task activate --help')
    }
    expect((await world.store.sessions.list({}, { limit: 1 })).total).toBe(0)
    await world.run('start')
    expect((await note('x')).stderr).toContain('no task is active in SESSION-001; nothing was stored')
    expect((await world.store.tickets.notes({}, { limit: 1 })).total).toBe(0)
  })

  it('log names what was made by its whole path', async () => {
    await world.run('task activate T-1')
    await world.run(['log', 'Wrote the page', '--artifact', 'docs/tables.md'])
    const path = join(world.folder, 'docs/tables.md')
    expect((await ticket('T-1')).notes.items[0]?.text).toBe(`Wrote the page\nartifact: ${path}`)
    const [line] = (await world.store.activities.list({}, { limit: 1 })).items
    expect(line).toMatchObject({ action: 'ticket.logged', payload: { ticket: 'T-1', artifact: path } })
    expect(await world.run(['log', 'Again', '--artifact', path])).toMatchObject({ code: 0 })
    expect(await world.run(['log', '--artifact', 'data/table.bin'])).toMatchObject({ code: 0 })
    expect(await world.run('log')).toMatchObject({ code: 2 })
    expect(await world.run(['log', '--artifact', 'a\u0000b'])).toMatchObject({ code: 2 })
    expect((await world.ask('end')).reply).toMatchObject({ artifacts: 2, filesChanged: 0 })
  })

  it('of a megabyte are refused, and nothing is stored', async () => {
    await world.run('task activate T-1')
    for (const words of [['update'], ['note'], ['log'], ['done']]) {
      const refused = await world.run([...words, 'x'.repeat(1_000_000)])
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain('has 1000000 characters, above 20000')
    }
    expect(await ticket('T-1')).toMatchObject({ status: 'in_progress', summary: null, notes: { total: 0 } })
  })
})

describe('done', () => {
  it('F39 closes the current task with its summary, links the session, and steps off it', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    world.now += 10 * MINUTE
    const reply = await ask<Done>(['done', SUMMARY])
    expect(reply).toMatchObject({
      code: 0,
      valid: true,
      message: 'T-1 is done',
      forced: null,
      session: { key: 'SESSION-001' },
    })
    expect(await ticket('T-1')).toMatchObject({
      status: 'done',
      delegation: 'completed',
      summary: SUMMARY,
      closedBy: 'ada',
      closedAt: new Date(START + 10 * MINUTE).toISOString(),
      holder: null,
    })
    expect((await ticket('T-1')).sessions.map(({ action }) => action).toSorted()).toEqual(['closed', 'worked_on'])
    expect((await ask<{ stack: { ref: string }[] }>('context show')).stack.map(({ ref }) => ref)).toEqual(['SPRINT-1'])
    expect((await world.ask('status')).reply.standing.session.status).toBe('active')
  })

  it('never closes a sprint by accident', async () => {
    await world.run('sprint activate 1')
    const refused = await world.run(['done', SUMMARY])
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('no task is active in SESSION-001')
    expect(await ask<Done>(['done', 'SPRINT-1', SUMMARY])).toMatchObject({ code: 0, message: 'SPRINT-1 is done' })
  })

  it('F37 F64 FB2 is refused while something stands against it: exit 5, all of it at once, nothing changed', async () => {
    const parent = await make({ title: 'Cache tide tables' })
    await make({ title: 'Evict old tables', kind: 'subtask', parentId: parent.id })
    await world.run('task activate T-1')
    await note('one')
    const refused = await world.run(['done', 'cache works'], { types: '3\n' })
    expect(refused.code).toBe(5)
    expect(refused.stdout).toContain('error: T-1 cannot be done yet: 1 error, 3 warnings')
    expect(refused.stdout).toContain('✗  children  T-2 Evict old tables is open')
    expect(refused.stdout).toContain('!  summary   11 characters; from 20 on the next reader understands it')
    expect(refused.stdout).toContain('!  context   1 update or note; 2 are expected')
    expect(refused.stdout).toContain('daybook done T-2 "what was done"')
    expect(await ticket('T-1')).toMatchObject({ status: 'in_progress', summary: null })
    const reply = await ask<Done>(['done', 'cache works'])
    expect(reply).toMatchObject({ code: 5, valid: false, items: [{ done: false }] })
    expect(reply.instructions.requirements).toEqual(['Close or cancel what lies below it: T-2'])
  })

  it('F38 on a terminal asks which way to go: a summary now', async () => {
    await make({ title: 'Cache' })
    await world.run('task activate T-1')
    const asked = await world.run('done T-1', { types: `1\n${SUMMARY}\n` })
    expect(asked.code).toBe(0)
    expect(asked.stderr).toContain('1  say now what was done')
    expect(await ticket('T-1')).toMatchObject({ status: 'done', summary: SUMMARY })
  })

  it('F38 on a terminal asks which way to go: force with a reason, or leave it', async () => {
    const parent = await make({ title: 'Cache' })
    await make({ kind: 'subtask', parentId: parent.id })
    await world.run('task activate T-1')
    expect((await world.run(['done', SUMMARY], { types: '3\n' })).code).toBe(5)
    expect((await world.run(['done', SUMMARY], { types: '2\n\n' })).code).toBe(5)
    expect(await ticket('T-1')).toMatchObject({ status: 'in_progress' })
    expect((await world.run(['done', SUMMARY], { types: '2\nEviction moves to T-9\n' })).code).toBe(0)
    expect(await ticket('T-1')).toMatchObject({ status: 'done', summary: SUMMARY })
  })

  it('F38 elsewhere asks nothing and answers what is required', async () => {
    await make({ title: 'Cache' })
    await world.run('task activate T-1', { terminal: null, env: { DAYBOOK_SESSION: '' } })
    const refused = await world.run('done T-1', { terminal: null, types: `1\n${SUMMARY}\n` })
    expect(refused).toMatchObject({ code: 5, stderr: '' })
    expect(refused.stdout).toContain('VALID\tfalse')
    expect(refused.stdout).toContain('ERROR\tsummary\tT-1 has no summary')
  })

  it('forced is kept with the reason and who said so', async () => {
    const parent = await make({ title: 'Cache' })
    await make({ kind: 'subtask', parentId: parent.id })
    await world.run('task activate T-1')
    const reply = await ask<Done>(['done', SUMMARY, '--force', 'Eviction moves to T-9'])
    expect(reply).toMatchObject({
      code: 0,
      valid: true,
      message: 'T-1 is done, although checks failed',
      forced: { reason: 'Eviction moves to T-9', by: 'ada' },
    })
    const [line] = (await world.store.activities.list({ action: 'ticket.done' }, { limit: 1 })).items
    expect(line).toMatchObject({
      actor: 'ada',
      payload: { ticket: 'T-1', forced: 'Eviction moves to T-9', errors: ['T-2 is open'] },
    })
  })

  it('in bulk closes all or none, and what lies below one of them may be among them', async () => {
    const parent = await make({ title: 'Cache' })
    await make({ kind: 'subtask', parentId: parent.id })
    await make({ title: 'Read' })
    await make({ kind: 'subtask', parentId: (await ticket('T-3')).id })
    expect(await ask<Done>(['done', 'T-1,T-3', SUMMARY])).toMatchObject({ code: 5, valid: false })
    expect([await ticket('T-1'), await ticket('T-3')].map(({ status }) => status)).toEqual(['open', 'open'])
    expect(await ask<Done>(['done', 'T-1, T-2', SUMMARY])).toMatchObject({ code: 0, message: 'T-1, T-2 are done' })
    expect((await ticket('T-2')).summary).toBe(SUMMARY)
    const unknown = await world.run(['done', 'T-3,T-99', SUMMARY])
    expect(unknown).toMatchObject({ code: 3 })
    expect(unknown.stderr).toContain('no ticket "T-99"')
  })

  it('again changes nothing, and what is cancelled is not done', async () => {
    await make({ summary: SUMMARY })
    await world.run('done T-1')
    world.now += MINUTE
    expect(await ask<Done>('done T-1')).toMatchObject({ code: 0 })
    expect((await ticket('T-1')).closedAt).toBe(new Date(START).toISOString())
    await make({ status: 'cancelled', summary: SUMMARY })
    expect(await world.run('done T-2')).toMatchObject({ code: 4 })
  })

  it('FB11 does not count what writes itself as updates', async () => {
    await world.run('sprint activate 1')
    await world.run('task activate T-1')
    await world.run(['log', 'Measured: 40 ms a table'])
    const { details, warnings } = await ask<Checked>('check')
    expect(details.updates).toBe(0)
    expect(warnings.map(({ field }) => field)).toContain('context')
  })
})

describe('check', () => {
  it('F33 answers valid, errors, warnings, requirements, details and a checklist, and changes nothing', async () => {
    await make({ title: 'Cache', estimateMinutes: 10 })
    await world.run('task activate T-1')
    world.now += 12 * MINUTE
    await note('one')
    const checked = await ask<Checked>('check')
    expect(checked).toMatchObject({
      code: 5,
      valid: false,
      message: 'T-1 cannot be done yet',
      subject: { kind: 'task', ref: 'T-1', title: 'Cache' },
      errors: [{ field: 'summary', message: 'T-1 has no summary', refs: [] }],
      requirements: [{ field: 'summary', message: 'Say what was done, in 20 characters or more', refs: [] }],
      details: {
        summaryLength: 0,
        updates: 1,
        children: { total: 0, open: [] },
        activeMs: 12 * MINUTE,
        estimateMinutes: 10,
        variancePercent: 20,
      },
    })
    expect(checked.warnings.map(({ field }) => field)).toEqual(['context', 'estimate'])
    expect(checked.checklist[0]).toEqual({ type: 'required', label: 'A summary', completed: false })
    expect(await ask<Checked>(['check', 'T-1', '--summary', SUMMARY])).toMatchObject({ code: 0, valid: true })
    expect((await ticket('T-1')).summary).toBeNull()
  })

  it('F28 F29 F30 names what is missing of a task, each by its field', async () => {
    const parent = await make({ title: 'Cache' })
    await make({ kind: 'subtask', title: 'Evict', parentId: parent.id })
    await make({ kind: 'subtask', status: 'cancelled', parentId: parent.id })
    const said = async (...words: string[]) => {
      const { errors, warnings } = await ask<Checked>(['check', 'T-1', ...words])
      return [...errors, ...warnings].map(({ field, message }) => `${field}: ${message}`)
    }
    expect(await said()).toEqual([
      'summary: T-1 has no summary',
      'children: T-2 Evict is open',
      'context: 0 updates or notes; 2 are expected',
      'time: no time on it is recorded',
    ])
    await world.run('ticket transition T-2 cancelled')
    await world.run('task activate T-1')
    for (const words of ['one', 'two']) await note(words)
    world.now += MINUTE
    expect(await said('--summary', 'x'.repeat(19))).toEqual([
      'summary: 19 characters; from 20 on the next reader understands it',
    ])
    expect(await said('--summary', 'x'.repeat(20))).toEqual([])
  })

  it.each([
    [2, '2m of 10m, 80% under: lower the estimate'],
    [7, '7m of 10m, 30% under: lower the estimate'],
    [9, undefined],
    [11, '11m of 10m, 10% over'],
    [14, '14m of 10m, 40% significantly over: adjust the estimate'],
    [16, '16m of 10m, 60% significantly over: review scope'],
  ])('F31 F42 F43 compares %d minutes with an estimate of 10', async (minutes, said) => {
    await make({ estimateMinutes: 10 })
    await world.run('task activate T-1')
    world.now += minutes * MINUTE
    const { warnings } = await ask<Checked>('check')
    expect(warnings.find(({ field }) => field === 'estimate')?.message).toBe(said)
  })

  it('offers no second done for what is closed', async () => {
    await make({ summary: 'Tables are kept on disk for seven days' })
    await world.run('done T-1 --force "seen"')
    const { stdout } = await world.run('check T-1')
    expect(stdout).toContain('T-1 is closed')
    expect(stdout).not.toContain('daybook done')
  })

  it('F32 has a checklist of what is required and recommended', async () => {
    await make({ summary: 'short' })
    const { checklist } = await ask<Checked>('check T-1')
    expect(checklist).toEqual([
      { type: 'required', label: 'A summary', completed: true },
      { type: 'recommended', label: 'A summary of 20 characters or more', completed: false },
      { type: 'required', label: 'Everything below it is closed', completed: true },
      { type: 'recommended', label: '2 updates or notes', completed: false },
      { type: 'recommended', label: 'Time on it', completed: false },
    ])
  })

  it('F35 F36 of a sprint expects a note, and has a checklist', async () => {
    await world.run('sprint activate 1')
    const before = await ask<Checked>('check')
    expect(before.warnings.map(({ message }) => message)).toEqual(['SPRINT-1 has no notes'])
    await note('The format is agreed')
    const { checklist, warnings } = await ask<Checked>('check SPRINT-1')
    expect(warnings).toEqual([])
    expect(checklist).toEqual([
      { type: 'required', label: 'Everything below it is closed', completed: true },
      { type: 'recommended', label: 'A note', completed: true },
    ])
  })

  it('ticket transition and update do not get around it', async () => {
    await make({ title: 'Cache' })
    for (const line of ['ticket transition T-1 done', 'ticket update T-1 --status done']) {
      const refused = await world.run(line)
      expect(refused).toMatchObject({ code: 4 })
      expect(refused.stderr).toContain('T-1 cannot be done yet')
      expect(refused.stderr).toContain('T-1 has no summary')
      expect(refused.stderr).toContain('try:   daybook done T-1 "what was done"')
    }
    expect((await world.run(['ticket', 'update', 'T-1', '--status', 'done', '--summary', SUMMARY])).code).toBe(0)
    expect(await ticket('T-1')).toMatchObject({ status: 'done', summary: SUMMARY, closedBy: 'ada' })
  })

  it('F34 of a sprint names its open tasks', async () => {
    const sprint = await make({ kind: 'sprint' })
    await make({ title: 'Cache', parentId: sprint.id })
    const checked = await world.run('check SPRINT-1')
    expect(checked.code).toBe(5)
    expect(checked.stdout).toContain('SPRINT-1 cannot be done yet: 1 error, 1 warning')
    expect(checked.stdout).toContain('T-1 Cache is open')
  })

  it('F13 of a session gives advice', async () => {
    await world.run('start')
    const checked = await ask<Checked>('check SESSION-001')
    expect(checked).toMatchObject({ code: 0, valid: true, subject: { kind: 'session', ref: 'SESSION-001' } })
    expect(checked.warnings.map(({ field }) => field)).toEqual(['context', 'activities'])
  })
})

describe('evidence, from what an agent did', () => {
  const THREAD = '01935000-0000-7000-8000-0000000000e1'
  const codex: Where = { terminal: null, env: { CODEX_THREAD_ID: THREAD } }
  let rollout: Rollout
  let calls = 0
  const run = (command: string, exitCode: number | null = 0) => {
    const call_id = `call_${++calls}`
    rollout.add('response_item', {
      type: 'function_call',
      name: 'shell_command',
      arguments: JSON.stringify({ command }),
      call_id,
    })
    const head = exitCode === null ? '' : `Exit code: ${exitCode}\nWall time: 2 seconds\n`
    rollout.add('response_item', { type: 'function_call_output', call_id, output: `${head}Output:\n` })
  }
  const edit = () => {
    const call_id = `call_${++calls}`
    const input = '*** Begin Patch\n*** Update File: reader.ts\n@@\n-old\n+new\n*** End Patch'
    rollout.add('response_item', { type: 'custom_tool_call', status: 'completed', call_id, name: 'apply_patch', input })
    const output = JSON.stringify({
      output: 'Success. Updated the following files:\nM reader.ts\n',
      metadata: { exit_code: 0, duration_seconds: 0 },
    })
    rollout.add('response_item', { type: 'custom_tool_call_output', call_id, output })
  }
  function write(): void {
    const file = join(world.home, `.codex/sessions/2026/11/20/rollout-2026-11-20T15-43-00-${THREAD}.jsonl`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, rollout.lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  /** What the check finds once the transcript was read. */
  async function tests() {
    write()
    await scanHome(world.store, world.context.env, () => world.now)
    world.now += 60 * MINUTE
    const { details, code } = await ask<Checked>(['check', 'T-1', '--summary', SUMMARY])
    const found = details.evidence.find(({ name }) => name === 'tests')
    return { claim: found?.claim, ok: found?.ok, says: found?.says, code, entryId: found?.entryId }
  }
  beforeEach(async () => {
    await make({ title: 'Cache' })
    await world.run('task activate T-1', codex)
    rollout = new Rollout(THREAD, { atMs: START + MINUTE, turnIds: true, meta: { cwd: world.folder } })
    rollout.turn({ prompt: 'Cache the tables', reply: 'I will.', responses: [] })
  })

  it('a run with exit code 0 after the last edit verifies that tests passed, and names its entry', async () => {
    edit()
    run('npm test')
    const found = await tests()
    expect(found).toMatchObject({ claim: 'verified', ok: true, code: 0 })
    expect(found.says).toMatch(/^npm test passed Fri 15:43, after the last edit$/)
    expect((await world.store.entries.find(found.entryId as string)).map(({ type }) => type)).toEqual(['tool_call'])
  })

  it.each(['npm test || true', 'npm test; true', 'npm test\ntrue', 'npm test | tail -3'])(
    '%j verifies nothing: the outcome is hidden',
    async (command) => {
      edit()
      run(command)
      expect(await tests()).toMatchObject({ claim: 'inferred', ok: null })
    },
  )

  it('echo npm test is no run at all', async () => {
    edit()
    run('echo npm test')
    expect(await tests()).toMatchObject({ ok: null, says: 'no run is recorded after the last edit' })
  })

  it('a run without an exit code is inferred at most', async () => {
    edit()
    run('npm test', null)
    expect((await tests()).claim).toBe('inferred')
  })

  it('a run that failed, and one that an edit came after, say so', async () => {
    run('npm test', 1)
    edit()
    edit()
    const found = await tests()
    expect(found).toMatchObject({ claim: 'verified', ok: false })
    expect(found.says).toBe('npm test failed Fri 15:43, exit 1, and 2 edits came after')
  })

  describe('written a moment before the call', () => {
    beforeEach(async () => {
      world.context.tickets = { prefix: 'T', defaultParent: null, requireTests: 'on' }
      edit()
      run('npm test')
      await tests()
      run('npm test', 1)
      write()
    })
    const done = async () => (await ask<Done>(['done', 'T-1', SUMMARY], codex)).items[0]!.validation

    it('is read before it is judged: the run that failed just now stands against done', async () => {
      const setup = testScanSetup(world.store, world.context.env, () => world.now)
      world.context.readNewest = async (_agent, sinceMs) => void (await readNewest(setup, sinceMs))
      expect((await done()).errors.map(({ message }) => message)).toEqual(['npm test failed Fri 15:43, exit 1'])
      expect(await ticket('T-1')).toMatchObject({ status: 'in_progress' })
      const { details } = await ask<Checked>(['check', 'T-1'])
      expect(details.evidence).toMatchObject([{ name: 'tests', ok: false }, { name: 'commit' }])
    })

    it('is said to be missing where it cannot be read', async () => {
      world.context.readNewest = () => Promise.reject(new AppError('unavailable', 'the disk is full'))
      const { valid, warnings } = await done()
      expect(valid).toBe(true)
      expect(warnings).toMatchObject([
        { field: 'context' },
        { field: 'transcript', message: 'what codex wrote last is not all read: the disk is full' },
      ])
    })

    it('is waited for no longer than it may take', async () => {
      const [session] = (await world.store.sessions.list({}, { limit: 1 })).items
      const { sources } = world.context
      expect(await readToNow({ sources, readNewest: () => new Promise(() => {}) }, [session!], 10)).toBe(
        'what codex wrote last is not all read: it took longer than 0.01 seconds',
      )
    })
  })

  it('a word that tests pass is asserted, no more', async () => {
    edit()
    await world.run(['note', 'All tests pass now'], codex)
    expect(await tests()).toMatchObject({ claim: 'asserted', ok: null })
  })

  it('where nothing was edited no tests are expected', async () => {
    run('ls')
    expect(await tests()).toMatchObject({ claim: undefined })
  })

  it('tests that are required block: by configuration, or once a run of the project was verified', async () => {
    edit()
    world.context.tickets = { prefix: 'T', defaultParent: null, requireTests: 'on' }
    expect(await tests()).toMatchObject({ ok: null, code: 5 })
    world.context.tickets = { prefix: 'T', defaultParent: null, requireTests: 'off' }
    expect(await ask<Checked>(['check', 'T-1', '--summary', SUMMARY])).toMatchObject({ code: 0 })
  })

  it('tests that ran well once in a project are required from then on', async () => {
    await ask(['ticket', 'create', 'Evict', '--no-parent'], codex)
    const blocked = async () => (await ask<Checked>(['check', 'T-2', '--summary', SUMMARY])).details.requireTests
    run('npm test', 1)
    await tests()
    expect(await blocked()).toBe(false)
    run('npm test || true')
    await tests()
    expect(await blocked()).toBe(false)
    run('npm test')
    await tests()
    expect(await blocked()).toBe(true)
  })

  it('a commit and a clean work tree are read from the repository', async () => {
    world.context.env = { ...world.context.env, variables: { PATH: process.env['PATH'] } }
    git(world.folder, 'init')
    writeFileSync(join(world.folder, 'reader.ts'), 'new\n')
    writeFileSync(join(world.folder, '.gitignore'), '.daybook/\n')
    git(world.folder, 'add', '.')
    edit()
    run('npm test')
    gitAt(world.folder, new Date(START + MINUTE + 5000).toISOString(), 'commit', '-m', 'Cache the tables')
    await tests()
    const of = async () => (await ask<Checked>(['check', 'T-1', '--summary', SUMMARY])).details.evidence
    expect((await of()).filter(({ name }) => name !== 'tests')).toMatchObject([
      { name: 'commit', claim: 'verified', ok: true, says: expect.stringMatching(/^[0-9a-f]{7} Cache the tables$/) },
      { name: 'tree', claim: 'verified', ok: true, says: 'nothing is uncommitted' },
    ])
    writeFileSync(join(world.folder, 'reader.ts'), 'newer\n')
    expect((await of()).find(({ name }) => name === 'tree')).toMatchObject({ ok: false, says: '1 file not committed' })
  })
})
