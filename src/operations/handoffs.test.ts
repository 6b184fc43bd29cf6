import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW, emptyWorld } from '../../test/operations-world.ts'
import { type } from '../cli/testing.ts'
import { git, gitAt } from '../git/testing.ts'
import { connect } from '../mcp/testing.ts'
import type { OperationContext } from './operation.ts'

let world: Awaited<ReturnType<typeof emptyWorld>>
let context: OperationContext
let shop: string

beforeEach(async () => {
  world = await emptyWorld()
  shop = join(realpathSync(world.home.path), 'code', 'shop')
  mkdirSync(shop, { recursive: true })
  const env = { ...world.context.env, variables: { PATH: process.env['PATH'] } }
  context = { ...world.context, env, caller: { ...world.context.caller, cwd: shop } }
})
afterEach(() => world.close())

const daybook = (line: string | readonly string[], terminal = true) =>
  type(line, { opened: { context }, terminal, now: () => NOW, cwd: shop })
const asked = async (line: string | readonly string[]) => {
  const words = typeof line === 'string' ? line.split(' ') : line
  const { stdout, stderr, code } = await daybook([...words, '--json'], false)
  return { code, ...JSON.parse(stdout || stderr) }
}

const ID = 'aaaaaaaa-0000-4000-8000-000000000001'

/** Minutes of Friday morning before the tests' noon, each with what was said or called, and what came back. */
function transcript(
  id: string,
  lines: [minute: number, said: string | object[], type?: 'user' | 'assistant', more?: object][],
): void {
  const text = lines.map(([minute, content, type = 'user', more = {}], i) =>
    JSON.stringify({
      sessionId: id,
      cwd: shop,
      version: '2.1.197',
      isSidechain: false,
      uuid: `${id}-${i}`,
      timestamp: `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`,
      type,
      message: type === 'user' ? { role: 'user', content } : { id: `m${i}`, role: 'assistant', model: 'x', content },
      ...more,
    }),
  )
  world.home.write(`.claude/projects/-code-shop/${id}.jsonl`, `${text.join('\n')}\n`)
}
const use = (id: string, name: string, input: unknown) => ({ type: 'tool_use', id, name, input })
const result = (id: string, content: string, failed = false) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  is_error: failed,
})
const ran = (minute: number, id: string, command: string, output: string, failed = false) =>
  [
    [minute, [use(id, 'Bash', { command })], 'assistant'],
    [minute, [result(id, output, failed)]],
  ] as [number, object[], 'user' | 'assistant'][]
const edited = (minute: number, id: string, path: string) =>
  [
    [minute, [use(id, 'Edit', { file_path: join(shop, path), old_string: 'a', new_string: 'b' })], 'assistant'],
    [minute, [result(id, 'ok')]],
  ] as [number, object[], 'user' | 'assistant'][]

/** A session with everything a handoff can say, in a repository with one commit of its own and two dirty files. */
async function work(): Promise<string> {
  git(shop, 'init')
  for (const path of ['tide.ts', 'port.ts', 'README.md']) writeFileSync(join(shop, path), 'a\n')
  git(shop, 'add', '.')
  gitAt(shop, '2026-11-19T08:00:00Z', 'commit', '-m', 'Begin')
  writeFileSync(join(shop, 'port.ts'), 'b\n')
  git(shop, 'add', '.')
  gitAt(shop, '2026-11-20T10:06:00Z', 'commit', '-m', 'Open the port | at last')
  const hash = git(shop, 'rev-parse', 'HEAD')
  writeFileSync(join(shop, 'tide.ts'), 'b\n')
  writeFileSync(join(shop, 'new.ts'), 'b\n')
  transcript(ID, [
    [0, '<command-name>/init</command-name>', 'user', { isMeta: true }],
    [1, 'Cache the tide tables on disk'],
    [1, [{ type: 'text', text: 'I decided to keep one file instead of a database. Let me look.' }], 'assistant'],
    ...edited(2, 't1', 'tide.ts'),
    ...edited(3, 't2', 'port.ts'),
    ...ran(4, 't3', 'npm test', 'Error: 3 failed', true),
    ...ran(5, 't4', 'make', 'Error: no', true),
    ...ran(6, 't5', 'git commit -qm "Open the port | at last"', `[main ${hash.slice(0, 7)}] Open the port | at last`),
    ...ran(7, 't6', 'make', 'fine'),
    [8, [use('t7', 'TodoWrite', { todos: [{ content: 'old', status: 'pending', activeForm: 'x' }] })], 'assistant'],
    [8, [result('t7', 'ok')]],
    [
      9,
      [
        use('t8', 'TodoWrite', {
          todos: [
            { content: 'read', status: 'completed', activeForm: 'x' },
            { content: 'write {it}', status: 'in_progress', activeForm: 'x' },
          ],
        }),
      ],
      'assistant',
    ],
    [9, [result('t8', 'ok')]],
    [9, 'This session is being continued from a previous conversation', 'user', { isCompactSummary: true }],
  ])
  await world.rescan()
  return hash
}

describe('daybook session handoff', () => {
  it('G45 reads first what the agent has written until now: it hands over in the middle of a turn', async () => {
    transcript(ID, [[1, 'Cache the tide tables']])
    await world.rescan()
    transcript(ID, [[1, 'Cache the tide tables'], ...edited(2, 't1', 'tide.ts'), ...ran(3, 't2', 'make', 'no', true)])
    const asked: unknown[] = []
    context.readNewest = async (agent, sinceMs) => {
      asked.push([agent, new Date(sinceMs).toISOString()])
      await world.rescan()
    }
    const markdown = async () => (await daybook('session handoff --json', false)).stdout
    const told = JSON.parse(await markdown()) as { record: { files: object[]; failures: object[] } }
    expect(told.record).toMatchObject({ files: [{ path: 'tide.ts' }], failures: [{ command: 'make' }] })
    expect(asked).toEqual([['claude-code', '2026-11-20T10:01:00.000Z']])
    context.readNewest = async () => {
      throw new Error('the disk is full')
    }
    expect(await markdown()).toContain('tide.ts')
  })

  it('G7 G16 G27 G28 G29 G30 G31 G32 G45 says what the record, the ticket and git know of the project’s active session', async () => {
    const hash = await work()
    const reply = await asked(['session', 'handoff', 'Mind the moon'])
    expect(reply).toMatchObject({ code: 0, session: { key: 'SESSION-001' }, leftOut: [] })
    expect(reply.why).toBe('the active session of shop that was active last')
    expect(reply.handoff.markdown).toBe(
      [
        `### Worktree\n\n- Branch: \`main\`\n- Path: \`${shop}\`\n- Commit: \`${hash.slice(0, 7)}\``,
        '### Plan\n\n- [x] read\n- [ ] (in progress) write {it}',
        `### Commits This Session\n\n- \`${hash.slice(0, 7)}\` Open the port | at last`,
        '### Uncommitted Changes\n\n```\n?? new.ts\n M tide.ts\n```',
        '### Files Being Modified\n\n- `tide.ts`\n- 1 more changed and not dirty any more: `daybook files --session SESSION-001`',
        '### Original Goal\n\n> Cache the tide tables on disk',
        '### Failures\n\n- `npm test` · failed',
        '### Decisions\n\n- I decided to keep one file instead of a database.',
        [
          '### Recent Activity\n',
          '- Updated the plan',
          '- Updated the plan',
          '- Ran: make',
          '- Ran: git commit -qm "Open the port | at last"',
          '- Ran: make (failed)',
        ].join('\n'),
        '### Notes\n\n- Mind the moon',
      ].join('\n\n'),
    )
    const shown = await asked('session show SESSION-001')
    expect(shown.compactMarkdown).toBe(reply.handoff.markdown)
    expect(shown.handoffReady).toBe(true)
    expect(reply.handoff.payload.record.files).toEqual([
      { path: 'port.ts', dirty: false },
      { path: 'tide.ts', dirty: true },
    ])
  })

  it('is listed with what it is about: what was said, else what was asked, else its ticket', async () => {
    await work()
    const about = async () => (await asked('handoff list')).items[0].firstLine
    await daybook('session handoff')
    expect(await about()).toBe('Cache the tide tables on disk')
    await daybook(['session', 'handoff', 'Mind the moon'])
    expect(await about()).toBe('Mind the moon')
    await daybook(['session', 'handoff', '--next-steps', 'Test it'])
    expect(await about()).toBe('Test it')
    await daybook(['start'])
    await daybook(['ticket', 'create', 'Evict old tables', '--ref', 'T-8', '--no-parent'])
    await daybook('task activate T-8')
    await daybook('session handoff')
    expect(await about()).toBe('Evict old tables')
    expect((await daybook('handoff list')).stdout).toContain('Evict old tables')
  })

  it('G27 names the ticket the session is on, and what it lies within', async () => {
    await work()
    await daybook('attach T-9 --session aaaaaaaa')
    const { handoff } = await asked('session handoff --session-id aaaaaaaa')
    expect(handoff.markdown).toMatch(/^### Active Ticket\n\n\*\*T-9\*\* · ticket\nState: open\n\n### Worktree/)
    expect(handoff.ticketId).not.toBeNull()
  })

  it('takes what is said with it, without secrets, and refuses blanks and a state without next steps', async () => {
    await work()
    const secret = ['AKIA', 'Q3EXAMPLE7ABCDEF'].join('')
    const said = ['session', 'handoff', '--session-id', 'aaaaaaaa', '--current-state', `Half, key ${secret}`]
    const refused = await daybook(said)
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('error: a handoff with currentState needs nextSteps, at least one'),
    ])
    expect((await daybook([...said, '--next-steps', ' '])).code).toBe(2)
    expect((await asked('handoff list')).total).toBe(0)
    const { handoff } = await asked([...said, '--next-steps', 'Test it, all', '--next-steps', 'Ask Ann'])
    expect(handoff.markdown).toMatch(
      /^### Current State\n\n> Half, key \[REDACTED:aws-access-key:[0-9a-f]+\]\n\n### Next Steps\n\n- Test it, all\n- Ask Ann\n/,
    )
  })

  it('G43 an empty plan, damaged tool blocks and text without turns are no harm', async () => {
    transcript(ID, [
      [1, [{ type: 'text', text: 'Hello' }, 7 as unknown as object, { type: 'tool_use' }]],
      [2, [{ type: 'tool_use', name: 'Edit' }, null as unknown as object, use('t1', 'Edit', 'none')], 'assistant'],
      [3, [use('t2', 'TodoWrite', { todos: [] }), use('t3', 'Edit', {})], 'assistant'],
      [
        4,
        [use('t4', 'TodoWrite', { todos: 'x' }), use('t5', 'MultiEdit', { file_path: 'x.ts', edits: [{}, {}] })],
        'assistant',
      ],
    ])
    await world.rescan()
    const { handoff, record } = await asked('session handoff --session-id aaaaaaaa')
    expect(record).toMatchObject({ plan: [], commits: [], uncommitted: [], failures: [], goal: 'Hello' })
    expect(handoff.markdown).toContain('### Original Goal\n\n> Hello')
    expect(handoff.markdown).not.toContain('### Plan')
  })

  it('of a session without record says nothing and offers nothing', async () => {
    const { store } = world
    const draft = { agent: 'person', externalId: null, refPrefix: 'db', channel: 'cli' as const }
    const { ref } = await store.sessions.create(draft)
    const reply = await asked(`session handoff --session-id ${ref}`)
    expect(reply).toMatchObject({ code: 0, handoff: null, tokens: 0 })
    expect((await asked('handoff list')).total).toBe(0)
    expect(await asked(`handoff show ${ref}`)).toMatchObject({ handoff: null, markdown: null })
  })

  it.each(['4', 'SESSION-004', 'session-4'])('takes no session for what somebody says of it: %s', async (word) => {
    const { stderr, code } = await daybook(`session handoff ${word}`)
    expect(code).toBe(2)
    expect(stderr).toBe(
      `error: "${word}" names a session and says nothing of it\ntry:   daybook session handoff --session-id ${word}\n`,
    )
  })

  it('names the project where nothing is active, and the way out', async () => {
    const { stderr, code } = await daybook('session handoff')
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /error: no session is active in .*shop; name the one\s+to hand over\ntry:   daybook session list/,
    )
  })
})

describe('daybook handoff accept', () => {
  it('G40 G41 G45 takes it once, by a session that goes on from there', async () => {
    await work()
    const { handoff } = await asked('session handoff')
    await daybook('start --title Next')
    const taken = await daybook('handoff accept 1', false)
    expect(taken.stdout).toMatch(
      /^SESSION-002 goes on from SESSION-001\.\nRecorded data between the two marks (recorded-[0-9a-f]{12}): .*\n\[\1\n> ### Worktree\n[\s\S]*\n\1\]\n$/,
    )
    expect(await asked('session show 2')).toMatchObject({ relation: 'hands_off', parent: { key: 'SESSION-001' } })
    expect((await asked('session show 1')).handoffReady).toBe(false)
    const again = await daybook('handoff accept 1')
    expect([again.code, again.stderr]).toEqual([
      4,
      expect.stringMatching(
        /^error: the handoff of SESSION-001 was taken by SESSION-002 at\s+2026-11-20T11:00:00.000Z/,
      ),
    ])
    const [listed] = (await asked('handoff list --state accepted')).items
    expect(listed).toMatchObject({ id: handoff.id, sha256: handoff.sha256, session: { key: 'SESSION-001' } })
    const log = (await world.store.activities.list({}, { limit: 9 })).items.map(({ action }) => action)
    expect(log.slice(0, 2)).toEqual(['handoff.taken', 'handoff.accepted'])
    expect((await world.store.activities.verify()).brokenAt).toBeNull()
  })

  it('of twenty at once one takes it', async () => {
    await work()
    await daybook('session handoff')
    await daybook('start')
    const codes = await Promise.all(Array.from({ length: 20 }, async () => (await daybook('handoff accept 1')).code))
    expect(codes.toSorted()).toEqual([0, ...Array<number>(19).fill(4)])
  })

  it('a newer one supersedes it, and what was said never changes', async () => {
    transcript(ID, [[1, 'Cache the tides']])
    await world.rescan()
    const first = (await asked(['session', 'handoff', 'one'])).handoff
    const second = (await asked(['session', 'handoff', 'two'])).handoff
    const superseded = await daybook(`handoff accept ${first.id}`)
    expect([superseded.code, superseded.stderr]).toEqual([4, expect.stringContaining('was superseded at')])
    expect((await asked(`handoff show ${first.id}`)).markdown).toBe(first.markdown)
    expect((await asked('handoff show 1')).handoff.id).toBe(second.id)
    expect((await asked('handoff list')).items.map(({ state }: { state: string }) => state)).toEqual([
      'offered',
      'superseded',
    ])
    await daybook('start')
    expect(await daybook('handoff accept')).toMatchObject({
      stderr: '',
      stdout: expect.stringContaining('SESSION-002 goes on from SESSION-001.'),
    })
    expect((await daybook('handoff accept')).stderr).toContain('error: no handoff is offered here')
  })
})

describe('a session that starts', () => {
  beforeEach(async () => {
    transcript(ID, [[1, 'Cache the tides']])
    await world.rescan()
  })

  it('G40 is told what is offered in the project, and takes nothing by that', async () => {
    await daybook(['session', 'handoff', 'Mind the moon'])
    const started = await daybook('start', false)
    expect(started.stdout).toMatch(
      /SESSION-001 \(claude-code, by ada, just now\) offers a handoff\. [^\n]*accept SESSION-001\.\nRecorded data[\s\S]*> - Mind the moon\n/,
    )
    const [listed] = (await asked('handoff list')).items
    expect(listed).toMatchObject({ state: 'offered', shownAt: '2026-11-20T11:00:00.000Z' })
    expect((await daybook('start')).stdout).toContain('nothing is taken until you call')
  })

  it('G41 takes what is offered for the ticket it attaches, and is told to read it', async () => {
    await daybook('attach T-1 --session aaaaaaaa')
    await daybook('session handoff --session-id aaaaaaaa')
    await daybook('start')
    await daybook('attach T-2 --session 2')
    expect((await asked('handoff list')).items[0].state).toBe('offered')
    const { instructions, message } = await asked('attach T-1 --session 2')
    expect(message).toBe('Work session now associated with ticket: T-1')
    expect(instructions.nextActions[0]).toBe('Read the handoff of SESSION-001, which you took over')
    expect(instructions.suggestedCommands[0]).toBe('daybook handoff show SESSION-001')
    expect((await asked('handoff list')).items[0].state).toBe('accepted')
    expect(await asked('session show 2')).toMatchObject({ relation: 'hands_off', parent: { key: 'SESSION-001' } })
    expect((await daybook('handoff accept 1')).code).toBe(4)
  })

  it('takes what it offered itself when it goes on', async () => {
    await daybook('session handoff --session-id aaaaaaaa')
    await daybook('resume aaaaaaaa')
    expect((await asked('handoff list')).items[0]).toMatchObject({ state: 'accepted', acceptedBy: 'ada' })
    expect(await asked('session show 1')).toMatchObject({ handoffReady: false, parent: null })
  })
})

describe('the tools', () => {
  it('G26 G33 G44 create_handoff, get_handoff_context and accept_handoff answer under their names', async () => {
    const hash = await work()
    const client = await connect(context)
    const none = await client.call('get_handoff_context', { session_id: 'aaaaaaaa' })
    expect(none.structured).toMatchObject({ compact_markdown: null, has_context: false })
    // What an older program left in the session is context too, though nothing was offered.
    const { id } = (await asked('session show aaaaaaaa')) as unknown as { id: string }
    await context.store.sessions.update(id, { compactMarkdown: '### Active Task\n\nTides' })
    expect((await client.call('get_handoff_context', { session_id: 'aaaaaaaa' })).structured).toMatchObject({
      compact_markdown: '### Active Task\n\nTides',
      has_context: true,
      handoff_id: null,
    })
    const made = await client.call('create_handoff', {
      session_id: 'aaaaaaaa',
      notes: 'Mind the moon',
      next_steps: ['Test'],
    })
    expect(made.structured).toMatchObject({
      success: true,
      session_key: 'SESSION-001',
      context: {
        active_task: null,
        todo_state: [
          { content: 'read', status: 'completed' },
          { content: 'write {it}', status: 'in_progress' },
        ],
        files_modified: ['port.ts', 'tide.ts'],
        git_commits: [{ hash, message: 'Open the port | at last', timestamp: '2026-11-20T10:06:00.000Z' }],
        git_status: '?? new.ts\n M tide.ts',
        initial_goal: 'Cache the tide tables on disk',
        unresolved_failures: [{ command: 'npm test', times: 1 }],
      },
    })
    const read = await client.call('get_handoff_context', { session_id: 'aaaaaaaa' })
    const markdown = read.structured['compact_markdown'] as string
    expect(read.structured).toMatchObject({ has_context: true, state: 'offered', session_key: 'SESSION-001' })
    expect(markdown.length).toBe(made.structured['markdown_length'])
    expect(markdown).toContain('### Next Steps\n\n- Test')
    const taken = await client.call('accept_handoff', { handoff: 'SESSION-001' })
    expect(taken.structured).toMatchObject({ success: true, from_session: 'SESSION-001', session_key: 'SESSION-002' })
    expect(taken.structured['recorded_context']).toMatch(
      /^Recorded data between the two marks[\s\S]*\n> ### Next Steps/,
    )
    expect((await client.call('accept_handoff', { handoff: 'SESSION-001' })).structured).toMatchObject({
      error: { code: 'conflict' },
    })
    await client.close()
  })
})
