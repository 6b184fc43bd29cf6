import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
const iso = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString()
const pointer = (): string => join(world.folder, '.daybook', 'session.json')

describe('a session', () => {
  it('F5 F21 F56 M46 starts with the next key and says what to do next', async () => {
    const first = await world.run(['start', 'Cache tide tables'])
    expect(first.code).toBe(0)
    expect(first.stdout).toContain('Started SESSION-001 in tidewatch')
    expect(first.stdout).toContain('daybook attach T-1')
    pass(1)
    const second = await world.run('start', { terminal: 'two' })
    expect(second.stdout).toContain('Last: SESSION-001, daybook resume SESSION-001')
    const { reply } = await world.ask('session show 1')
    expect(reply).toMatchObject({
      title: 'Cache tide tables',
      channel: 'cli',
      kind: 'work',
      agent: 'person',
      userId: 'ada',
    })
  })

  it('shows the checklist of the template that it begins with', async () => {
    await world.run(['template', 'create', 'release', '--checklist', 'run the tests', '--checklist', 'tag'])
    const start = (title: string, more: object = {}) => world.run(['start', title, '--template', 'release'], more)
    expect((await start('Cut 1.2')).stdout).toContain('Checklist: 2 steps\n   1. [ ] run the tests\n   2. [ ] tag\n')
    expect((await start('Cut 1.3', { terminal: null })).stdout).toContain('\nSTEP\trun the tests\nSTEP\ttag\n')
    expect((await world.run(['start', 'Cut 1.4'], { terminal: 'two' })).stdout).not.toContain('Checklist')
  })

  it('names a way out that runs as it is pasted, also for a ref with a quote and a space', async () => {
    const ref = "ana's 1"
    await world.run(['ticket', 'create', 'Cache', '--ref', ref, '--no-parent'])
    const wayOut = async (line: string[]): Promise<string[]> => {
      const { code, stderr } = await world.run(line)
      expect(code, line.join(' ')).not.toBe(0)
      const hint = /^try: +daybook (.*)$/m.exec(stderr)?.[1] ?? ''
      const words = spawnSync('sh', ['-c', `printf '%s\\0' ${hint}`], { encoding: 'utf8' })
        .stdout.split('\0')
        .slice(0, -1)
      expect((await world.run(words)).code, `${line.join(' ')}: ${hint}`).toBe(0)
      return words
    }
    expect(await wayOut(['ticket', 'create', 'Other', '--ref', ref, '--no-parent'])).toEqual(['attach', ref])
    await world.run(['done', ref, '--summary', 'Tables are kept for seven days'])
    expect(await wayOut(['task', 'activate', ref])).toEqual(['task', 'activate', ref, '--reopen'])
    await world.run(['task', 'deactivate'])
    await world.run(['attach', ref, '--tracker', "bo's jira"])
    expect((await wayOut(['attach', ref]))[0]).toBe('attach')
    expect((await wayOut(['ticket', 'show', ref]))[0]).toBe('ticket')
  })

  it('is the one that a first call of this terminal made, where nothing was said in that', async () => {
    const { reply: first } = await world.ask('info')
    pass(1)
    const { reply: begun } = await world.ask('start Tides')
    const { items } = await world.store.sessions.list({}, { limit: 9 })
    expect(items.map(({ id }) => id)).toEqual([begun.session.id])
    expect((await world.ask(`session show ${first.session.id}`)).reply).toMatchObject({
      id: begun.session.id,
      key: 'SESSION-001',
      title: 'Tides',
      implicit: false,
    })
  })

  it('stands beside what a first call made once a ticket was said there', async () => {
    const { reply: first } = await world.ask('attach T-1')
    const { reply: begun } = await world.ask('start')
    expect([first.session.key, begun.session.key]).toEqual(['SESSION-001', 'SESSION-002'])
    expect((await world.ask('session show 1')).reply).toMatchObject({ id: first.session.id, stack: [{ ref: 'T-1' }] })
  })

  it('keeps no secret that stands in what is said of it', async () => {
    world.context.redact = async (text) => text.replaceAll('hunter2', '[REDACTED]')
    await world.run(['start', 'hunter2', '--purpose', 'hunter2', '--agent-name', 'hunter2'])
    await world.run('task activate T-1')
    await world.run(['task', 'deactivate', '--summary', 'half, with hunter2'])
    await world.run('task activate T-1')
    await world.run(['task', 'deactivate', '--complete', '--summary', 'done with hunter2, twenty characters'])
    await world.run(['pause', 'hunter2'])
    await world.run('resume')
    await world.run(['end', 'hunter2'])
    const kept = [
      await world.store.sessions.list({}, { limit: 9 }),
      await world.store.tickets.list({}, { limit: 9 }),
      await world.store.tickets.notes({}, { limit: 9 }),
    ]
    await world.run('start')
    await world.run(['session', 'delete', '1', '--reason', 'hunter2', '--yes'])
    await world.run(['forget', '2', '--reason', 'hunter2', '--yes'])
    const gone = await world.store.tombstones.list()
    const log = await world.store.activities.list({}, { limit: 99 })
    expect(log.items.filter(({ action }) => /paused|ended|noted|deleted|forgotten/.test(action))).toHaveLength(6)
    expect(JSON.stringify(kept).match(/\[REDACTED\]/g)).toHaveLength(7)
    expect(JSON.stringify([...kept, gone, log])).not.toContain('hunter2')
  })

  it('F5 started 20 times at once gets 20 keys', async () => {
    const started = await Promise.all(Array.from({ length: 20 }, (_, i) => world.ask('start', { terminal: `t${i}` })))
    const keys = started.map(({ reply }) => reply.session.key).sort()
    expect(keys).toEqual(Array.from({ length: 20 }, (_, i) => `SESSION-${String(i + 1).padStart(3, '0')}`))
  })

  it('F23 shows key, kind, status, stack and its last 5 activities', async () => {
    await world.run(['start', '--kind', 'planning'])
    await world.run('attach T-1')
    for (const ref of ['T-2', 'T-3', 'T-4', 'T-5', 'T-6']) await world.run(`attach ${ref}`)
    pass(10)
    const { reply } = await world.ask('status')
    expect(reply).toMatchObject({
      why: 'used on this terminal',
      wallMs: 10 * MINUTE,
      activeMs: 10 * MINUTE,
      standing: { session: { key: 'SESSION-001', kind: 'planning', status: 'active' }, association: 'attached' },
    })
    expect(reply.standing.stack.map((ticket) => ticket.ref)).toEqual(['T-6'])
    expect(reply.activities.map((row) => row.action)).toEqual(Array(5).fill('context.switch'))
    const shown = await world.run('status')
    expect(shown.stdout).toContain('planning · active · active 10m · wall 10m')
    expect((await world.ask('status --limit 20')).reply.activities).toHaveLength(7)
  })

  it('F7 F8 FB4 pauses and resumes without counting the pause twice', async () => {
    await world.run('start')
    pass(10)
    expect((await world.run(['pause', 'lunch'])).stdout).toContain('Paused SESSION-001')
    expect(await world.run('pause')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('SESSION-001 is paused already'),
    })
    pass(60)
    expect((await world.ask('status')).reply).toMatchObject({ activeMs: 10 * MINUTE, wallMs: 70 * MINUTE })
    const { reply } = await world.ask('resume')
    expect(reply).toMatchObject({
      idleMinutes: 60,
      reopened: false,
      session: { status: 'active', pausedAt: iso(10), resumedAt: iso(70) },
    })
    pass(5)
    await world.run('pause')
    pass(60)
    await world.run('resume')
    pass(5)
    expect((await world.ask('status')).reply).toMatchObject({ activeMs: 20 * MINUTE, wallMs: 140 * MINUTE })
    const { items } = (await world.ask('activity list --session 1')).reply
    const resumed = items.filter(({ action }) => action === 'session.resumed').map(({ payload }) => payload)
    expect(resumed).toEqual([
      { from: 'paused', pausedMs: 60 * MINUTE },
      { from: 'paused', pausedMs: 60 * MINUTE },
    ])
  })

  it('F6 F22 FB1 ends while it is active, with its durations; open tickets are warnings', async () => {
    await world.run('start')
    await world.run('attach T-1')
    pass(25)
    const { code, reply } = await world.ask(['end', 'Tables are cached'])
    expect(code).toBe(0)
    expect(reply).toMatchObject({
      message: 'Ended SESSION-001: completed, 25m active in 25m',
      wallMs: 25 * MINUTE,
      activeMs: 25 * MINUTE,
      warnings: ['T-1 is still open'],
      session: { status: 'completed', endedAt: iso(25), summaryMarkdown: 'Tables are cached' },
    })
    expect(existsSync(pointer())).toBe(false)
    const again = await world.run('end --session 1')
    expect(again).toMatchObject({ code: 4 })
    expect(again.stderr).toContain('SESSION-001 has ended (completed), so it cannot end again')
    expect(again.stderr).toContain('daybook resume SESSION-001')
  })

  it('F6 ends not with --strict while a ticket is open: a reply with what stands against it, exit 5', async () => {
    await world.run('start')
    await world.run('attach T-1')
    const { code, reply } = await world.ask('end --strict')
    expect([code, reply.valid, reply.errors]).toEqual([5, false, ['T-1 is still open']])
    expect((await world.ask('status')).reply.standing.session.status).toBe('active')
  })

  it('that was silent for a day is alive again with a note on its ticket', async () => {
    await world.ask('start')
    await world.ask('attach T-1')
    pass(25 * 60)
    expect((await world.ask('session show 1')).reply).toMatchObject({ status: 'expired' })
    expect((await world.ask(['note', 'The tables are late'])).code).toBe(0)
    expect((await world.ask('session show 1')).reply).toMatchObject({ status: 'active', endedAt: null })
  })

  it('F65 is taken up after a crash with its stack, the minutes since, and the last 3 activities', async () => {
    await world.run('start')
    await world.run('attach T-1')
    await world.run('attach T-2')
    pass(42)
    const { reply } = await world.ask('resume SESSION-001', { terminal: 'another' })
    expect(reply).toMatchObject({ idleMinutes: 42, current: { ref: 'T-2' }, session: { key: 'SESSION-001' } })
    expect(reply.activities.map((row) => [row.action, row.at])).toEqual([
      ['context.switch', iso(0)],
      ['context.push', iso(0)],
      ['session.started', iso(0)],
    ])
    expect(reply.instructions.nextActions).toHaveLength(3)
    expect(reply.instructions.nextActions[0]).toBe('Read what was done last on T-2, 42 minutes ago')
    expect((await world.ask('status', { terminal: 'another' })).reply.why).toBe('used on this terminal')
  })

  it('is reopened by resume after it ended, and takes nothing before that', async () => {
    await world.run('start')
    await world.run('attach T-1')
    await world.run('end')
    const refused = await world.run('attach T-2 --session 1')
    expect(refused).toMatchObject({ code: 4 })
    expect(refused.stderr).toContain('SESSION-001 has ended (completed), so no ticket can be attached')
    const { reply } = await world.ask('resume 1 --yes')
    expect(reply).toMatchObject({
      reopened: true,
      session: { status: 'active', endedAt: null },
      current: { ref: 'T-1' },
    })
    expect((await world.run('attach T-2')).code).toBe(0)
  })

  it('F8 asks a person before it opens again what was completed; elsewhere --yes answers', async () => {
    await world.run('start')
    await world.run('end')
    const status = async () => (await world.store.sessions.resolve('1'))[0]?.status
    const no = await world.run('resume 1', { types: 'n\n' })
    expect(no.code).toBe(1)
    expect(no.stderr).toContain('SESSION-001 was completed. Open it again? [y/N] (--yes answers yes)')
    expect(no.stderr).toContain('Nothing was changed.')
    const script = await world.run('resume 1', { terminal: null })
    expect(script.code).toBe(2)
    expect(script.stderr).toContain('Here is no terminal to ask on')
    expect(script.stderr).toContain('daybook resume 1 --yes')
    expect(await status()).toBe('completed')
    expect((await world.run('resume 1', { types: 'y\n' })).code).toBe(0)
    expect(await status()).toBe('active')
    await world.run('end --status abandoned')
    expect((await world.run('resume 1')).code).toBe(0)
  })

  it('is changed for another by switch, from this terminal on', async () => {
    await world.run('start')
    await world.run('start', { terminal: 'two' })
    const { reply } = await world.ask('switch 1', { terminal: 'two' })
    expect(reply.message).toBe('Switched to SESSION-001, from SESSION-002')
    expect((await world.ask('status', { terminal: 'two' })).reply.standing.session.key).toBe('SESSION-001')
    expect(await world.run('switch SESSION-404')).toMatchObject({ code: 3 })
  })
})

describe('which session is meant', () => {
  it('follows the word given, then DAYBOOK_SESSION, then the agent’s own id', async () => {
    await world.run('start')
    await world.run('start', { terminal: 'two' })
    const claude = { terminal: null, env: { CLAUDE_CODE_SESSION_ID: 'abc-1' } }
    await world.run('start', claude)
    const key = async (line: string, where: object) => (await world.ask(line, where)).reply.standing.session.key
    expect(await key('status', claude)).toBe('SESSION-003')
    expect(await key('status', { ...claude, env: { ...claude.env, DAYBOOK_SESSION: '2' } })).toBe('SESSION-002')
    expect(await key('status --session 1', { ...claude, env: { DAYBOOK_SESSION: '2' } })).toBe('SESSION-001')
    const wrong = await world.run('status', { env: { DAYBOOK_SESSION: 'SESSION-404' } })
    expect(wrong).toMatchObject({ code: 3 })
  })

  it('FB10 is an error that lists the candidates when several are live, never a guess', async () => {
    await world.run('start')
    await world.run('attach T-1')
    await world.run('start', { terminal: 'two' })
    const asked = await world.run('status', { terminal: null })
    expect(asked.code).toBe(4)
    expect(asked.stderr).toContain('2 live sessions here, and nothing says which one you mean')
    expect(asked.stderr).toContain('SESSION-001 on T-1')
    expect(asked.stderr).toContain('SESSION-002 no ticket')
    const lone = /daybook status --session SESSION-\d+/.exec(asked.stderr)?.[0] ?? ''
    expect((await world.run(lone.replace('daybook ', ''), { terminal: null })).code).toBe(0)
  })

  it('F44 F45 M6 is on a new terminal the last one used here, a paused one too', async () => {
    await world.run('start')
    await world.run('pause')
    pass(120)
    const { reply } = await world.ask('status', { terminal: 'fresh' })
    expect(reply).toMatchObject({ why: 'the last one used here', standing: { session: { key: 'SESSION-001' } } })
    expect((await world.ask('status', { terminal: null })).reply.standing).toBeNull()
  })

  it('is none in another project', async () => {
    await world.run('start')
    expect((await world.ask('status', { terminal: 'fresh', cwd: world.home })).reply.standing).toBeNull()
  })
})

describe('pointer files', () => {
  it('M32 M33 say in plain JSON which session works in the folder, and git does not see them', async () => {
    const { reply } = await world.ask('attach T-1')
    expect(JSON.parse(readFileSync(pointer(), 'utf8'))).toEqual({
      session_id: reply.session.id,
      current_ticket: 'T-1',
      opted_out: false,
      last_activity: iso(0),
    })
    expect(readFileSync(join(world.folder, '.daybook', '.gitignore'), 'utf8')).toContain('session.json')
  })

  it.each([['{"half'], ['[]'], ['"text"'], ['{"session_id": 5}'], ['']])(
    'M34 that are damaged (%j) are set aside, and work goes on',
    async (text) => {
      await world.run('start')
      writeFileSync(pointer(), text)
      rmSync(join(world.home, '.daybook'), { recursive: true })
      expect((await world.ask('status', { terminal: 'fresh' })).code).toBe(0)
      expect(readFileSync(`${pointer()}.damaged`, 'utf8')).toBe(text)
      expect((await world.ask('attach T-1')).reply.session.key).toBe('SESSION-001')
    },
  )

  it('M35 that are deleted put the implicit session away: the next unbound call begins anew', async () => {
    const script = { terminal: null }
    const first = (await world.ask('attach T-1', script)).reply.session.id
    expect((await world.ask('info', script)).reply.session.id).toBe(first)
    rmSync(pointer())
    const { reply } = await world.ask('info', script)
    expect(reply.session.id).not.toBe(first)
    expect(reply.association).toBe('undecided')
  })

  it('MB8 that cannot be written are a warning in the reply, and the change is kept', async () => {
    writeFileSync(join(world.folder, '.daybook'), 'in the way')
    const { code, reply } = await world.ask('attach T-1')
    expect(code).toBe(0)
    expect(reply.warnings).toEqual([`${pointer()} cannot be written: a file is in its place`])
    expect((await world.ask('status')).reply.standing.current.ref).toBe('T-1')
  })
})
