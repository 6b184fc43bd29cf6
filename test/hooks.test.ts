import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { type Setup, type } from '../src/cli/testing.ts'
import { callerFromEnvironment } from '../src/domain/caller-environment.ts'
import { captureScript } from '../src/spool/capture-script.ts'
import type { Session } from '../src/domain/session.ts'
import { findSession } from '../src/operations/which-session.ts'
import { SOURCES } from '../src/sources/index.ts'
import { testHome, type TestHome } from './home.ts'

const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

const ID = '7f3a9100-1111-4222-8333-444455556666'
const OTHER = '8e4b0211-2222-4333-8444-555566667777'

let home: TestHome
let data: string
let project: string
let capture: string
beforeEach(() => {
  home = testHome()
  data = join(home.path, 'data')
  project = join(home.path, 'tidewatch')
  mkdirSync(project)
  // Without a program to answer, a start is kept as any other event.
  capture = script(['/nowhere/node'])
})
afterEach(() => home.remove())

const script = (program: readonly string[], answerSeconds = 60): string =>
  home.write('capture.sh', captureScript({ dataDir: data, dataHome: true, program, answerSeconds }))

/** What an agent does for an event: runs the program, says its JSON. */
function tell(event: string, said: unknown, agent = 'claude-code', env: Record<string, string> = { HOME: home.path }) {
  const input = typeof said === 'string' || Buffer.isBuffer(said) ? said : JSON.stringify(said)
  const done = spawnSync('/bin/sh', [capture, agent, event], {
    input,
    env: { PATH: '/usr/bin:/bin', DAYBOOK_BACKGROUND_IDLE_MINUTES: '0', ...env },
  })
  return { status: done.status, stdout: done.stdout.toString(), stderr: done.stderr.toString() }
}

const SILENT = { status: 0, stdout: '', stderr: '' }
const spool = () => join(data, 'spool')
const waiting = () => (existsSync(spool()) ? readdirSync(spool()).filter((name) => name !== 'damaged') : [])

async function opened<T>(work: (opened: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  const daybook = await open()
  try {
    return await work(daybook)
  } finally {
    await daybook.close()
  }
}

const machine = () => ({ home: home.path, platform: process.platform, variables: { DAYBOOK_HOME: data, USER: 'ada' } })
const open = () =>
  openDaybook({ machine: machine(), cwd: project, now: Date.now, signal: new AbortController().signal }, 'own')

const sessions = () => opened(async ({ context }) => (await context.store.sessions.list({}, { limit: 50 })).items)
const only = async (): Promise<Session> => {
  const all = await sessions()
  expect(all).toHaveLength(1)
  return all[0]!
}

const start = (id = ID, source = 'startup') => ({
  session_id: id,
  cwd: project,
  hook_event_name: 'SessionStart',
  source,
})

describe('a hook', () => {
  it('keeps what the agent says, whole, for its owner alone, and prints nothing', () => {
    expect(tell('PostToolUse', '{"session_id": "x" }')).toEqual(SILENT)
    const [name] = waiting()
    const text = readFileSync(join(spool(), name!), 'utf8')
    // The agent here is the process of this test: the shell between is not taken for it.
    expect(text).toBe(`daybook-hook 1 claude-code PostToolUse ${process.pid}\n{"session_id": "x" }\n.\n`)
  })

  it.skipIf(process.platform !== 'linux')('names the process above the shells that the agent starts it with', () => {
    const line = `/bin/sh -c 'sh ${capture} codex Stop; true'; true`
    execFileSync('/bin/sh', ['-c', line], { input: '{}', env: { PATH: '/usr/bin:/bin' } })
    expect(readFileSync(join(spool(), waiting()[0]!), 'utf8')).toContain(`codex Stop ${process.pid}\n`)
  })

  it('ends with 0 without a home, with words that are no event, and where nothing can be written', () => {
    expect(tell('Stop', '{}', 'codex', {})).toEqual(SILENT)
    expect(waiting()).toHaveLength(1)
    expect(tell('Stop;id', '{}')).toEqual(SILENT)
    expect(tell('$(id)', '{}')).toEqual(SILENT)
    expect(waiting()).toHaveLength(1)
    const blocked = home.write('blocked', '')
    expect(tell('Stop', 'x'.repeat(500_000), 'codex', { DAYBOOK_HOME: join(blocked, 'data') })).toEqual(SILENT)
  })

  it.skipIf(process.platform !== 'linux')('ends with 0 where its folder takes no file, at a start too', () => {
    mkdirSync(data)
    symlinkSync('/proc/self/fd', spool())
    for (const event of ['SessionStart', 'Stop']) expect(tell(event, '{}')).toEqual(SILENT)
    expect(tell('sessionStart', '{}', 'cursor')).toEqual({ ...SILENT, stdout: '{}\n' })
  })

  it('says an empty object to Cursor, which takes nothing for no JSON, also where a start has no answer', async () => {
    expect(tell('stop', '{}', 'cursor')).toEqual({ ...SILENT, stdout: '{}\n' })
    expect(tell('sessionStart', '{}', 'cursor')).toEqual({ ...SILENT, stdout: '{}\n' })
    for (const event of ['stop', 'sessionStart']) {
      const setup: Setup = { terminal: false, machine: machine(), types: '{}' }
      expect(await type(`hook cursor ${event}`, setup)).toEqual({ code: 0, stdout: '{}\n', stderr: '' })
    }
  })

  it('takes 100 MB, of which the beginning tells whose they are', async () => {
    const said = `{"session_id":"${ID}","cwd":"${project}","hook_event_name":"PostToolUse","tool_name":"Read","tool_response":"`
    expect(tell('PostToolUse', Buffer.concat([Buffer.from(said), Buffer.alloc(100e6, 97)]))).toEqual(SILENT)
    expect(await only()).toMatchObject({ externalId: ID, cwd: project, presence: 'working' })
    expect(waiting()).toEqual([])
  })

  it('keeps events by itself too, where there is no shell', async () => {
    const setup: Setup = { terminal: false, machine: machine(), types: JSON.stringify(start()) }
    expect(await type('hook claude-code SessionStart', setup)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await only()).toMatchObject({ externalId: ID, key: 'SESSION-001', channel: 'hook' })
  })

  it('is silent to an agent and says to a person what is wrong', async () => {
    for (const line of ['hook', 'hook nobody! Stop', 'hook codex $(id)', 'hook codex Stop more', 'hook --wrong']) {
      expect(await type(line, { terminal: false, machine: machine() })).toEqual({ code: 0, stdout: '', stderr: '' })
    }
    const nowhere = { home: '', platform: 'linux' as const, variables: {} }
    expect(await type('hook codex Stop', { terminal: false, machine: nowhere })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(await type('hook codex Nothing', { machine: machine() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Codex has no event "Nothing"; known are SessionStart, UserPromptSubmit'),
    })
    expect(waiting()).toEqual([])
  })
})

describe('what hooks left', () => {
  it('G8 is a session from its start on, which knows what its agent is at', async () => {
    tell('SessionStart', start())
    expect(await only()).toMatchObject({
      key: 'SESSION-001',
      agent: 'claude-code',
      externalId: ID,
      channel: 'hook',
      project: 'tidewatch',
      cwd: project,
      presence: 'idle',
      status: 'active',
      implicit: false,
    })
    const about = async () =>
      opened(async ({ context: { store } }) => {
        const [session] = (await store.sessions.list({}, { limit: 1 })).items
        const known = (await store.presence.of([session!.id])).get(session!.id)
        return [session!.presence, known?.about]
      })
    const call = {
      session_id: ID,
      cwd: project,
      tool_name: 'Edit',
      tool_input: { file_path: '/code/tidewatch/reader.ts' },
    }
    tell('UserPromptSubmit', { session_id: ID, cwd: project, prompt: 'go' })
    expect(await about()).toEqual(['working', null])
    tell('PreToolUse', call)
    expect(await about()).toEqual(['working', 'Edit reader.ts'])
    tell('PermissionRequest', { ...call, tool_name: 'Bash', tool_input: { command: 'npm i limiter\nnpm test' } })
    expect(await about()).toEqual(['awaiting_approval', 'npm i limiter'])
    tell('Notification', { session_id: ID, message: 'Claude is waiting for your input' })
    expect(await about()).toEqual(['awaiting_input', null])
    tell('Stop', { session_id: ID })
    expect(await about()).toEqual(['idle', null])
    tell('SessionEnd', { session_id: ID, reason: 'other' })
    expect(await about()).toEqual(['gone', null])
  })

  it('has no secrets in what is kept of it', async () => {
    const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
    tell('PreToolUse', { session_id: ID, tool_name: 'Bash', tool_input: { command: `curl -H "token ${secret}"` } })
    const about = await opened(async ({ context: { store } }) => {
      const [session] = (await store.sessions.list({}, { limit: 1 })).items
      return (await store.presence.of([session!.id])).get(session!.id)?.about
    })
    expect(about).toMatch(/^curl -H "token .*redacted/i)
    expect(about).not.toContain(secret)
  })

  it('is one session with the transcript that is read later, and with one that was read before', async () => {
    const line = (id: string, text: string) =>
      `${JSON.stringify({ type: 'user', uuid: `u-${id}`, parentUuid: null, isSidechain: false, userType: 'external', cwd: project, sessionId: id, version: '2.1.197', timestamp: '2026-11-20T10:00:00.000Z', message: { role: 'user', content: text } })}\n`
    home.write(`.claude/projects/p/${OTHER}.jsonl`, line(OTHER, 'Read before'))
    await opened(({ engines }) => engines.scan({}))
    tell('SessionStart', start())
    tell('SessionStart', start(OTHER, 'resume'))
    home.write(`.claude/projects/p/${ID}.jsonl`, line(ID, 'Read later'))
    await opened(({ engines }) => engines.scan({}))
    const all = await sessions()
    expect(all.map(({ externalId, key, messageCount, presence }) => [externalId, key, messageCount, presence])).toEqual(
      expect.arrayContaining([
        [ID, 'SESSION-001', 1, 'idle'],
        [OTHER, 'SESSION-002', 1, 'idle'],
      ]),
    )
    expect(all).toHaveLength(2)
  })

  it('F65 stands where it stood after /clear, and what the agent started before still finds it', async () => {
    tell('SessionStart', start())
    const context = (env: Record<string, string>) => ({
      channel: 'mcp' as const,
      connection: null,
      clientName: 'claude-code',
      ...callerFromEnvironment(env),
      toolUse: null,
      processIds: [process.pid],
      cwd: project,
      interactive: false,
    })
    const stale = { CLAUDE_CODE_SESSION_ID: ID }
    await opened(async ({ context: { store } }) => {
      const [session] = (await store.sessions.list({}, { limit: 1 })).items
      const ticket = await store.tickets.create({ ref: 'T-4', kind: 'task', createdBy: 'ada' })
      await store.tickets.claim(ticket.id, session!.id, null, new Date().toISOString())
      await store.contexts.change({
        sessionId: session!.id,
        context: {
          stack: [{ ticketId: ticket.id, trackerId: ticket.trackerId, ref: 'T-4', kind: 'task' }],
          optedOut: false,
        },
        change: 'push',
        fromAt: new Date().toISOString(),
        by: 'ada',
      })
    })
    tell('SessionEnd', { session_id: ID, reason: 'clear' })
    tell('SessionStart', start(OTHER, 'clear'))
    await opened(async (daybook) => {
      const { store } = daybook.context
      const found = await findSession({ ...daybook.context, caller: context(stale) })
      expect(found?.session).toMatchObject({ externalId: OTHER, key: 'SESSION-002', relation: 'continues' })
      expect(found?.session.stack.map(({ ref }) => ref)).toEqual(['T-4'])
      const [old] = await store.sessions.resolve(ID)
      expect(found?.session.parentId).toBe(old!.id)
      expect(old!.presence).toBe('gone')
      const [ticket] = await store.tickets.find('T-4')
      expect(ticket!.heldBySessionId).toBe(found!.session.id)
    })
    // Another start in that process has nothing to do with it.
    tell('SessionStart', start('third', 'startup'))
    await opened(async (daybook) => {
      const [third] = await daybook.context.store.sessions.resolve('third')
      expect(third).toMatchObject({ parentId: null, stack: [] })
      const found = await findSession({ ...daybook.context, caller: context(stale) })
      expect(found?.session.externalId).toBe(ID)
      const unknown = await findSession({ ...daybook.context, caller: context({}) })
      expect(unknown?.session.externalId).toBe('third')
    })
    tell('SessionEnd', { session_id: 'third', reason: 'other' })
    await opened(async ({ context: { store } }) => {
      expect(await store.bindings.find('process', [String(process.pid)])).toEqual([])
    })
  })

  it('counts once, when two take it in at the same time and after a crash before it was removed', async () => {
    for (let i = 0; i < 20; i++) tell('SessionStart', start(`many-${i}`))
    const left = waiting().map((name) => [name, readFileSync(join(spool(), name))] as const)
    const both = await Promise.all([open(), open()])
    for (const one of both) await one.close()
    expect(waiting()).toEqual([])
    for (const [name, bytes] of left) writeFileSync(join(spool(), name), bytes)
    expect(waiting()).toHaveLength(20)
    const log = await opened(async ({ context: { store } }) => (await store.activities.list({}, { limit: 100 })).items)
    expect(log.filter(({ action }) => action === 'session.started')).toHaveLength(20)
    expect((await sessions()).map(({ key }) => key).toSorted()).toEqual(
      Array.from({ length: 20 }, (_, i) => `SESSION-${String(i + 1).padStart(3, '0')}`),
    )
  })

  it('that nobody can read is set aside with a problem, and what came beside it counts', async () => {
    const hostile = ['[1,2', 'null', '', '[[[['.repeat(50_000), '{"session_id":{"toString":1}}', '\0\0\0']
    for (const said of hostile) tell('Stop', said)
    home.write('data/spool/foreign', 'not of ours\n.\n')
    home.write('data/spool/.draft', 'half')
    tell('SessionStart', { ...start(), session_id: ID, constructor: 1, ['__proto__']: { cwd: '/' } })
    tell('Stop', { session_id: `${ID}\n; rm -rf /`, cwd: project })
    tell('Stop', { session_id: 'x'.repeat(5000), cwd: project })
    expect(await only()).toMatchObject({ externalId: ID, cwd: project })
    expect(waiting()).toEqual(['.draft'])
    const problems = await opened(
      async ({ context: { store } }) => (await store.problems.list({}, { limit: 50 })).items,
    )
    expect(problems.map(({ agent, reason }) => `${agent}: ${reason}`).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'claude-code: what Stop says is not JSON'),
      'hooks: it does not begin as an event does',
    ])
    expect(readdirSync(join(spool(), 'damaged'))).toHaveLength(6)
  })

  it('is told of as soon as it can be read, while its file is still there', async () => {
    tell('SessionStart', start())
    await opened(async ({ context, takeIn }) => {
      tell('SessionStart', start(OTHER))
      const seen: unknown[] = []
      await takeIn(async () => {
        const [session] = await context.store.sessions.resolve(OTHER)
        seen.push([session?.key, waiting().length])
      })
      expect([seen, waiting()]).toEqual([[['SESSION-002', 1]], []])
    })
  })

  it('is left alone while it is being written, and taken in when it was left behind', async () => {
    const path = home.write(
      'data/spool/1-2-Stop',
      `daybook-hook 1 claude-code Stop 5\n{"session_id":"${ID}","cwd":"${project}","mess`,
    )
    expect(await sessions()).toEqual([])
    const before = new Date(Date.now() - 11_000)
    utimesSync(path, before, before)
    expect(await only()).toMatchObject({ externalId: ID, presence: 'idle', startedAt: before.toISOString() })
  })

  it('is not kept of a session that was deleted', async () => {
    tell('SessionStart', start())
    const { id } = await only()
    await opened(async ({ context: { store } }) => store.sessions.delete(id, 'ada'))
    tell('Stop', { session_id: ID })
    expect(await sessions()).toEqual([])
    expect(waiting()).toEqual([])
  })

  it('is not kept of a folder that is ignored', async () => {
    home.write('data/config.toml', `[ignore]\npaths = [${JSON.stringify(project)}]\n`)
    tell('SessionStart', start())
    expect(await sessions()).toEqual([])
    expect(waiting()).toEqual([])
  })

  it.each([
    ['codex', 'SessionStart', { session_id: ID, cwd: '/code/tidewatch', source: 'startup' }, 'idle', null],
    [
      'codex',
      'PreToolUse',
      { session_id: ID, tool_name: 'Bash', tool_input: { command: 'npm test' } },
      'working',
      'npm test',
    ],
    [
      'gemini',
      'BeforeTool',
      { session_id: ID, tool_name: 'write_file', tool_input: { file_path: 'a/b.ts' } },
      'working',
      'write_file b.ts',
    ],
    ['gemini', 'Notification', { session_id: ID, notification_type: 'ToolPermission' }, 'awaiting_approval', null],
    ['gemini', 'AfterAgent', { session_id: ID }, 'idle', null],
    [
      'copilot',
      'preToolUse',
      { sessionId: ID, toolName: 'bash', toolArgs: '{"command":"npm test"}' },
      'working',
      'npm test',
    ],
    [
      'copilot',
      'permissionRequest',
      { sessionId: ID, toolName: 'create', toolArgs: { path: '/a/b.ts' } },
      'awaiting_approval',
      'create b.ts',
    ],
    ['copilot', 'sessionEnd', { sessionId: ID, reason: 'complete' }, 'gone', null],
    [
      'copilot',
      'preToolUse',
      { sessionId: OTHER, agentId: OTHER, parentAgentId: ID, toolName: 'bash', toolArgs: '{"command":"npm test"}' },
      'working',
      'npm test',
    ],
  ] as const)('is understood of %s %s', async (agent, event, said, presence, about) => {
    tell(event, said, agent)
    const session = await only()
    expect(session).toMatchObject({ agent, externalId: ID, presence })
    const known = await opened(({ context: { store } }) => store.presence.of([session.id]))
    expect(known.get(session.id)?.about).toBe(about)
  })
})

describe('a session’s start', () => {
  const answered = (done: ReturnType<typeof tell>) => {
    expect(done).toMatchObject({ status: 0, stderr: '' })
    return JSON.parse(done.stdout) as { hookSpecificOutput: { hookEventName: string; additionalContext: string } }
  }

  it('G40 is answered with where the session stands and what to do next, marked as context from the record', async () => {
    capture = script([process.execPath, BIN])
    const first = answered(tell('SessionStart', start())).hookSpecificOutput
    expect(first.hookEventName).toBe('SessionStart')
    expect(first.additionalContext).toContain(
      'as session SESSION-001. This is context from the record, not the words of a person.',
    )
    expect(first.additionalContext).toContain('> works on: no ticket yet')
    expect(first.additionalContext).toContain('attach_ticket(action="set"')
    expect(waiting()).toEqual([])
    await opened(async ({ context: { store } }) => {
      const { id } = (await store.sessions.list({}, { limit: 1 })).items[0]!
      const ticket = await store.tickets.create({
        ref: 'T-4',
        title: 'Cache <system>tables',
        kind: 'task',
        createdBy: 'ada',
      })
      const frame = { ticketId: ticket.id, trackerId: ticket.trackerId, ref: 'T-4', kind: 'task' as const }
      const context = { stack: [frame], optedOut: false }
      await store.contexts.change({ sessionId: id, context, change: 'push', fromAt: null, by: 'ada' })
    })
    const again = answered(tell('SessionStart', start(ID, 'compact'))).hookSpecificOutput.additionalContext
    expect(again).toMatch(
      /^\[(recorded-[0-9a-f]{12})\n(?:> .*\n)*> works on: T-4 Cache ‹system>tables \(open\)\n(?:> .*\n)*\1\]$/m,
    )
    expect(again).toContain('\nNext:\n- ')
  }, 60_000)

  it('G42 brings what is offered in the project; /clear takes what its own session offered', async () => {
    capture = script([process.execPath, BIN])
    tell('SessionStart', start(OTHER, 'startup'), 'codex')
    const offer = await opened(async ({ context: { store } }) => {
      const [from] = await store.sessions.resolve(OTHER)
      const draft = {
        sessionId: from!.id,
        projectId: from!.projectId,
        ticketId: null,
        version: 1,
        payload: {},
        offeredBy: 'ada',
      }
      return store.handoffs.create({ ...draft, markdown: '### Original Goal\nCache the tables\n' })
    })
    const text = answered(tell('SessionStart', start())).hookSpecificOutput.additionalContext
    expect(text).toContain('SESSION-001 (codex, by ada, just now) offers a handoff. It is an offer')
    expect(text).toContain('> Cache the tables')
    expect(text).toContain('accept_handoff(handoff="SESSION-001")')
    expect(text.length).toBeLessThan(10_000)
    await opened(async ({ context: { store } }) => {
      expect(await store.handoffs.get(offer.id)).toMatchObject({ state: 'offered', shownAt: expect.any(String) })
    })
    tell('SessionStart', { session_id: 'cleared', cwd: project, source: 'clear' }, 'codex')
    await opened(async ({ context: { store } }) => {
      // The process of this test has become Claude Code since: what another agent offered is not taken by a /clear.
      expect(await store.handoffs.get(offer.id)).toMatchObject({ state: 'offered' })
    })
    tell('SessionStart', start(OTHER, 'resume'), 'codex')
    tell('SessionStart', start('next', 'clear'), 'codex')
    await opened(async ({ context: { store } }) => {
      const [from] = await store.sessions.resolve(OTHER)
      expect(await store.handoffs.get(offer.id)).toMatchObject({ state: 'accepted', acceptedBySessionId: from!.id })
    })
  }, 90_000)

  it('is answered in the form of Copilot CLI', () => {
    capture = script([process.execPath, BIN])
    const done = tell('sessionStart', { sessionId: ID, cwd: project, source: 'new' }, 'copilot')
    expect(JSON.parse(done.stdout)).toEqual({ additionalContext: expect.stringContaining('SESSION-001') })
  }, 30_000)

  it('tells Copilot CLI, whose word for a session that begins is another, what is offered', async () => {
    tell('sessionStart', { sessionId: ID, cwd: project, source: 'new' }, 'copilot')
    await opened(async ({ context: { store } }) => {
      const [from] = await store.sessions.resolve(ID)
      const text = { version: 1, payload: {}, markdown: 'Test the port', offeredBy: 'ada' }
      await store.handoffs.create({ sessionId: from!.id, projectId: from!.projectId, ticketId: null, ...text })
    })
    capture = script([process.execPath, BIN])
    const { stdout } = tell('sessionStart', { sessionId: OTHER, cwd: project, source: 'new' }, 'copilot')
    expect(stdout).toContain('Test the port')
    await opened(async ({ context: { store } }) => {
      const [next] = await store.sessions.resolve(OTHER)
      expect(next).toMatchObject({ parentId: null, relation: null })
    })
  }, 30_000)

  it.skipIf(process.platform !== 'linux')(
    'F15 is over in time while the store is locked or the program hangs, and is kept',
    async () => {
      capture = script(['/bin/sh', home.write('hangs', 'sleep 30')], 0.2)
      expect(tell('SessionStart', start())).toEqual(SILENT)
      expect(waiting()).toHaveLength(1)
      expect(await only()).toMatchObject({ externalId: ID, key: 'SESSION-001' })
      const held = new DatabaseSync(join(data, 'daybook.db'))
      held.exec('BEGIN EXCLUSIVE')
      capture = script([process.execPath, BIN], 4)
      expect(tell('SessionStart', start(OTHER))).toEqual(SILENT)
      held.exec('ROLLBACK')
      held.close()
      expect((await sessions()).map(({ externalId }) => externalId).toSorted()).toEqual([ID, OTHER])
      const log = await opened(
        async ({ context: { store } }) => (await store.activities.list({}, { limit: 100 })).items,
      )
      expect(log.filter(({ action }) => action === 'session.started')).toHaveLength(2)
    },
    60_000,
  )

  it('is silent when what is said is no JSON', () => {
    capture = script([process.execPath, BIN])
    expect(tell('SessionStart', '{{{{')).toEqual(SILENT)
  }, 30_000)
})

const corpus = process.env['DAYBOOK_CORPUS']
const recorded = [
  ['claude-code', 'claude/generated/2.1.197-tui'],
  ['claude-code', 'claude/generated/2.1.197'],
  ['claude-code', 'claude/generated/1.0.128'],
  ['codex', 'codex/generated/0.169.0-gpt-5.5'],
  ['gemini', 'gemini/generated/0.61.0'],
  ['copilot', 'copilot/generated/1.0.102'],
] as const

describe.skipIf(corpus === undefined)('what real agents said to hooks (set DAYBOOK_CORPUS to see)', () => {
  it.each(recorded)('is understood of %s, %s: every event we know names its session', (agent, folder) => {
    const lines = readFileSync(join(corpus ?? '', folder, 'probe/hooks.jsonl'), 'utf8')
      .trim()
      .split('\n')
    const { hooks } = SOURCES.find(({ id }) => id === agent)!
    let understood = 0
    for (const line of lines) {
      const { event, payload } = JSON.parse(line) as { event: string; payload: Record<string, unknown> }
      if (hooks!.events[event] === undefined) continue
      const read = hooks!.read(event, payload)
      const externalId = payload['parentAgentId'] ?? payload['session_id'] ?? payload['sessionId']
      // That a subagent has stopped is told by an event of its own.
      if (event === 'agentStop' && payload['parentAgentId'] !== undefined) expect(read).toBeUndefined()
      else expect(read).toMatchObject({ externalId, cwd: payload['cwd'] })
      understood++
    }
    expect(understood).toBeGreaterThan(5)
  })
})
