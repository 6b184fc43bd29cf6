import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FORK, HARBOUR, NOW, PLAN, operationsWorld } from '../../test/operations-world.ts'
import { type } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const [plan, forked, harbour] = ['cc-1a11a1', 'cc-2b22b2', 'cc-3c33c3']
const daybook = (line: string | readonly string[], terminal = true) =>
  type(line, { opened: { context: world.context }, terminal, now: () => NOW })
/** Runs a command and answers with what `--json` gives. */
const asked = async (line: string | readonly string[]) => {
  const words = typeof line === 'string' ? line.split(' ') : line
  const { stdout, code } = await daybook([...words, '--json'], false)
  return { code, ...JSON.parse(stdout) }
}
const listed = async (flags = '') =>
  ((await asked(`session list ${flags}`.trim())).items as { externalId: string }[]).map(({ externalId }) => externalId)
const logged = async () =>
  (await world.store.activities.list({}, { limit: 50 })).items.filter(({ actor }) => actor === 'ada')

describe('tags', () => {
  it('U6 U25 list sessions that have any of them, or all of them', async () => {
    await daybook(`session tag ${plan} offline Tides`)
    await daybook(`session tag ${harbour} tides`)
    expect(await listed('--tag tides')).toEqual([PLAN, HARBOUR])
    expect(await listed('--tag tides,offline')).toEqual([PLAN, HARBOUR])
    expect(await listed('--tag tides --tag offline --all-tags')).toEqual([PLAN])
    expect(await listed('--tag tides --limit 1')).toEqual([PLAN])
    expect(await listed('--tag nobody')).toEqual([])
  })

  it('U3 stay in the order they came, each once, and say what changed', async () => {
    expect((await daybook(`session tag ${plan} offline tides`)).stdout).toBe(
      [
        'cc-1a11a1  Cache the tide tables on disk · tags: offline, tides',
        'Next',
        '  daybook session list --tag offline   all that have it',
        '  daybook session show cc-1a11a1       what it took and changed',
        '',
      ].join('\n'),
    )
    expect((await daybook(`session tag ${plan} tides`)).stdout).toContain('tags: offline, tides, as before')
    expect((await daybook(`session untag ${plan} offline`)).stdout).toContain('tags: tides\n')
    expect((await asked(`session show ${plan}`)).tags).toEqual(['tides'])
    expect((await logged()).map(({ action, payload }) => [action, payload])).toEqual([
      ['session.untagged', { tags: ['offline'] }],
      ['session.tagged', { tags: ['offline', 'tides'] }],
    ])
  })

  it('that are none are refused with the value, and nothing is changed', async () => {
    const { code, stderr } = await daybook(['session', 'tag', plan, 'good', 'a"b'])
    expect(code).toBe(2)
    expect(stderr).toContain('error: "a\\"b" is not a tag: letters, digits and . _ : / + @ - inside, 64 at most\n')
    expect((await asked(`session show ${plan}`)).tags).toEqual([])
    expect(await logged()).toEqual([])
  })
})

describe('stars', () => {
  it('are put on several sessions at once, all or none', async () => {
    expect((await daybook(`session star ${plan} ${harbour}`)).code).toBe(0)
    expect(await listed('--starred')).toEqual([PLAN, HARBOUR])
    expect((await daybook(`session unstar ${plan} nobody`)).code).toBe(3)
    expect(await listed('--starred')).toEqual([PLAN, HARBOUR])
    await daybook(`session unstar ${plan}`)
    expect(await listed('--starred')).toEqual([HARBOUR])
  })
})

describe('a title of one’s own', () => {
  it('U23 stays when the agent’s is read again, and holds no secret', async () => {
    const key = ['AKIA', 'Q3EXAMPLE7ABCDEF'].join('')
    await daybook(['session', 'rename', plan, `Plan  the cache ${key}`])
    await world.rescan()
    const shown = await asked(`session show ${plan}`)
    expect(shown.titleSource).toBe('user')
    expect(shown.title).toMatch(/^Plan the cache \[REDACTED:aws-access-key:[0-9a-f]+\]$/)
    expect((await logged())[0]).toMatchObject({
      action: 'session.renamed',
      payload: { from: 'Cache the tide tables on disk', to: shown.title },
    })
    expect((await daybook(['session', 'rename', plan, 'x'.repeat(201)])).stderr).toContain('201 characters, above 200')
  })
})

describe('the archive', () => {
  it('G23 is left out of lists unless asked for, and stays in search, sums and statistics', async () => {
    await daybook(`session archive ${plan}`)
    expect(await listed()).toEqual([FORK, HARBOUR])
    expect(await listed('--archived')).toEqual([FORK, PLAN, HARBOUR])
    expect(await listed('--status archived')).toEqual([PLAN])
    expect((await asked('search stale')).items).not.toEqual([])
    const stats = await asked('session stats')
    expect({ total: stats.total, byStatus: stats.byStatus }).toEqual({
      total: 3,
      byStatus: { archived: 1, active: 1, expired: 1 },
    })
    await daybook(`session unarchive ${plan}`)
    expect(await listed()).toEqual([FORK, PLAN, HARBOUR])
    expect((await logged()).map(({ action }) => action)).toEqual(['session.unarchived', 'session.archived'])
  })

  it('G23 takes each status, and names them all where one is wrong', async () => {
    expect(await listed('--status handoff_ready')).toEqual([])
    expect(await listed('--status expired')).toEqual([PLAN, HARBOUR])
    expect((await daybook('session list --status ready', false)).stderr).toContain(
      'one of active, paused, completed, failed, abandoned, expired, archived, handoff_ready',
    )
  })
})

describe('notes', () => {
  it('U3 give the session its key, and stand where it is shown', async () => {
    const written = await daybook(['session', 'note', plan, 'Age is read too late'])
    expect(written.stdout).toContain('SESSION-001  Cache the tide tables on disk · note 1\n')
    const [entry] = (await asked(`session messages ${plan} --role assistant`)).items
    expect((await asked(['session', 'note', '1', 'Here', '--entry', `SESSION-001#${entry.id}`])).entryId).toBe(entry.id)
    expect((await daybook('session show 1')).stdout).toContain('note       Age is read too late (ada, Fri 12:00)')
    const { items, total } = await asked('session notes 1')
    expect({ total, texts: items.map(({ text }: { text: string }) => text) }).toEqual({
      total: 2,
      texts: ['Here', 'Age is read too late'],
    })
  })

  it('on an entry of another session are refused', async () => {
    const [entry] = (await asked(`session messages ${harbour}`)).items
    const { code, stderr } = await daybook(['session', 'note', plan, 'x', '--entry', entry.id])
    expect([code, stderr]).toEqual([
      3,
      `error: no entry "${entry.id}" in cc-1a11a1\ntry:   daybook session messages cc-1a11a1\n`,
    ])
  })

  it('are gone with their words when they are deleted, from the log as well', async () => {
    await daybook(['session', 'note', plan, 'unmistakable'])
    expect((await daybook('session unnote 1 --yes')).stdout).toContain('Note 1 on SESSION-001 is deleted.')
    expect((await asked('session notes')).total).toBe(0)
    expect(JSON.stringify(await logged())).not.toContain('unmistakable')
    expect((await daybook('session unnote 1 --yes')).code).toBe(3)
    expect((await daybook('session notes')).stdout).toContain('No note is written yet.')
  })
})

describe('saved filters', () => {
  it('narrow lists and searches; what is typed stands over them', async () => {
    await daybook(`session tag ${plan} tides`)
    expect((await daybook('filter save Waters --tag tides --project tidewatch')).stdout).toContain(
      'waters · --project tidewatch --tag tides\n',
    )
    expect(await listed('--filter waters')).toEqual([PLAN])
    expect(
      (await asked('search table --filter waters')).items.map((hit: { session: { ref: string } }) => hit.session.ref),
    ).toEqual(['cc-1a11a1', 'cc-1a11a1'])
    expect(await listed('--filter waters --tag nobody')).toEqual([])
    await daybook('filter save waters --project harbour')
    expect(await listed('--filter waters')).toEqual([HARBOUR])
    expect((await asked('search zones --filter waters --project tidewatch')).items).toEqual([])
    expect((await asked('filter list')).items).toEqual([
      { name: 'waters', words: { project: 'harbour' }, savedAt: '2026-11-20T11:00:00.000Z', savedBy: 'ada' },
    ])
    expect((await logged())[0]).toMatchObject({
      action: 'filter.saved',
      payload: { before: { tag: ['tides'], project: 'tidewatch' } },
    })
  })

  it('search sessions by status, star and title as lists do', async () => {
    await daybook('filter save old --status expired --text tide')
    expect(await listed('--filter old')).toEqual([PLAN])
    const refs = async (line: string) => [
      ...new Set((await asked(line)).items.map((hit: { session: { ref: string } }) => hit.session.ref)),
    ]
    expect(await refs('search table')).toEqual([forked, plan])
    expect(await refs('search table --filter old')).toEqual([plan])
    expect(await refs('search table --starred')).toEqual([])
    await daybook(`session star ${forked}`)
    expect(await refs('search table --starred')).toEqual([forked])
  })

  it('are refused when they ask for nothing, or for what is not there', async () => {
    expect((await daybook('filter save empty')).stderr).toContain('filter "empty" asks for nothing')
    expect((await daybook('filter save x --project nowhere')).code).toBe(3)
    expect((await daybook(['filter', 'save', 'a b', '--starred'])).code).toBe(2)
    const { code, stderr } = await daybook('session list --filter lost')
    expect([code, stderr]).toEqual([3, 'error: no filter "lost"; none is saved\ntry:   daybook filter list\n'])
    expect((await daybook('filter delete lost')).code).toBe(3)
    expect((await daybook('filter list')).stdout).toContain('No filter is saved yet.')
  })
})

describe('sessions by the words of older tools', () => {
  it('G10 G22 list by project, status, source and limit', async () => {
    expect(await listed('--project tidewatch')).toEqual([FORK, PLAN])
    expect(await listed('--status active --project tidewatch')).toEqual([FORK])
    expect(await listed('--source claude --limit 2')).toEqual([FORK, PLAN])
    expect((await daybook('session list --source nobody')).code).toBe(2)
  })

  it('G24 takes claude for claude-code', async () => {
    expect(await listed('--agent claude')).toEqual([FORK, PLAN, HARBOUR])
    expect((await daybook('session list --agent claude --source gemini')).stderr).toContain('gemini')
  })

  it('G11 G20 show a session with its figures', async () => {
    expect(await asked(`session show ${plan}`)).toMatchObject({
      externalId: PLAN,
      project: 'tidewatch',
      gitBranch: 'main',
      parentId: null,
      toolsUsed: ['Edit', 'Bash'],
      resumeCommand: ['claude', '--resume', PLAN],
      forkCommand: ['claude', '--resume', PLAN, '--fork-session'],
    })
    const { stdout } = await daybook(`session show ${harbour}`)
    expect(stdout).toContain(`cd /code/harbour && claude --resume ${HARBOUR}\n`)
  })

  it('G12 G18 page through messages by offset; GB3 the total is of the role that was asked for', async () => {
    const first = await asked(`session messages ${plan} --role assistant --limit 1`)
    const second = await asked(`session messages ${plan} --role assistant --limit 1 --offset 1`)
    const all = await asked(`session messages ${plan}`)
    expect([first.total, second.total, all.total > first.total]).toEqual([
      all.items.filter((one: { role: string }) => one.role === 'assistant').length,
      first.total,
      true,
    ])
    expect(second.items[0].id).toBe(all.items.filter((one: { role: string }) => one.role === 'assistant')[1].id)
  })

  it('G13 searches in one session, in one project, up to a limit', async () => {
    const refs = async (line: string) =>
      (await asked(line)).items.map((hit: { session: { ref: string } }) => hit.session.ref)
    expect(await refs(`session search table --session ${plan} --limit 1`)).toEqual([plan])
    expect(await refs('session search table --project harbour')).toEqual([])
  })

  it('G15 G25 count a project by status and source', async () => {
    const { total, byStatus, byAgent, session } = await asked('session stats --project tidewatch')
    expect({ total, byStatus, byAgent, session }).toEqual({
      total: 2,
      byStatus: { active: 1, expired: 1 },
      byAgent: { 'claude-code': 2 },
      session: null,
    })
    for (const id of ['run-1', 'run-2']) await daybook(`session create ${id}`)
    const all = await asked('session stats')
    expect([all.byStatus, all.byAgent]).toEqual([
      { active: 3, expired: 2 },
      { 'claude-code': 3, daybook: 2 },
    ])
  })
})

describe('statistics of one session', () => {
  it('U12 U13 U28 have status, times, calls, tools in first-use order, messages, cost and tokens', async () => {
    const { session, usage, total } = await asked(`session stats ${plan}`)
    expect(total).toBe(1)
    expect(session).toMatchObject({
      externalId: PLAN,
      status: 'expired',
      startedAt: '2026-11-19T09:00:00.000Z',
      lastActivityAt: '2026-11-19T09:00:20.000Z',
      wallMs: 20_000,
      invocationCount: 2,
      toolsUsed: ['Edit', 'Bash'],
      messageCount: 3,
    })
    expect(usage).toMatchObject({ costMicrodollars: 11_640, inputTokens: 30, outputTokens: 300 })
    expect((await daybook(`session stats ${plan}`)).stdout).toContain('tools      Edit, Bash\n')
    expect((await daybook('session stats nobody')).code).toBe(3)
  })
})
