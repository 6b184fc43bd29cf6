import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyWorld, operationsWorld } from '../../../test/operations-world.ts'
import { SOURCES } from '../../sources/index.ts'
import { makeBatch } from '../../stores/batch-maker.ts'
import { register, T0 } from '../../stores/world.contract.ts'
import { type } from '../testing.ts'

const FIXTURES = join(import.meta.dirname, '../../sources/copilot/fixtures/session-state')

type World = Awaited<ReturnType<typeof operationsWorld>>
let world: World
afterEach(() => world.close())

const typed = async (line: string, more: object = {}) => {
  const ran = await type(line, { opened: { context: world.context }, ...more })
  expect(ran.stdout.split('\n').filter((text) => [...text].length > 80)).toEqual([])
  return ran
}

/** Rows of these two, whatever other agents are read. */
const ours = (items: Record<string, unknown>[]) =>
  ['claude-code', 'copilot'].map((agent) => items.find((item) => item.agent === agent)!)

const json = async (line: string): Promise<{ items: Record<string, unknown>[] }> =>
  JSON.parse((await type(`${line} --json`, { opened: { context: world.context } })).stdout) as never

describe('daybook agents where no agent is', () => {
  beforeEach(async () => {
    world = await emptyWorld()
  })

  it('teaches where each was looked for and what its transcripts would give', async () => {
    const { code, stdout } = await typed('agents')
    expect(code).toBe(0)
    expect(stdout).toContain('Claude Code  no         –         0       –         0  30 days\n')
    expect(stdout).toContain('looked in ~/.claude/projects, ~/.config/claude/projects\n')
    expect(stdout).toContain('looked in ~/.copilot/session-state, ~/.copilot/history-session-state\n')
    expect(stdout).toMatch(/^AGENT +TOKENS +COST +EXIT +TIMES +EDITS +COMMIT +PLAN +TITLE +SUBS +FORK$/m)
    expect(stdout).toMatch(/^Copilot CLI +part +no +yes +yes +yes +yes +yes +yes +yes +part$/m)
    expect(stdout).toMatch(/Next\n {2}daybook demo .*\n {2}daybook agents claude-code .*\n$/)
  })

  it('gives null for what is not known, not 0', async () => {
    const { items } = await json('agents')
    expect(ours(items)[0]).toMatchObject({
      agent: 'claude-code',
      found: false,
      files: null,
      newestAt: null,
      sessions: 0,
    })
  })
})

describe('daybook agents', () => {
  beforeEach(async () => {
    world = await operationsWorld()
    cpSync(FIXTURES, join(world.home.path, '.copilot/session-state'), { recursive: true })
  })

  it('counts files, sessions, problems and unknown names by agent', async () => {
    expect(ours((await json('agents')).items)[1]).toMatchObject({
      agent: 'copilot',
      found: true,
      files: 4,
      sessions: 0,
    })
    expect((await typed('agents')).stdout).toContain('daybook scan ')
    await world.rescan()
    const { items } = await json('agents')
    expect(ours(items)).toMatchObject([
      { agent: 'claude-code', found: true, files: 3, sessions: 3, problems: 1, unknownNames: 0, vendorKeepsDays: 30 },
      { agent: 'copilot', found: true, files: 4, sessions: 4, problems: 9, unknownNames: 2, vendorKeepsDays: null },
    ])
    expect(ours(items)[1]).toMatchObject({
      roots: [
        { path: join(world.home.path, '.copilot/session-state'), present: true },
        { path: join(world.home.path, '.copilot/history-session-state'), present: false },
      ],
      gives: { exitCodes: { given: 'yes' }, cost: { given: 'no' }, forks: { given: 'partly' } },
    })
    expect((await typed('agents')).stdout).toMatch(
      /Next\n {2}daybook problems .*\n {2}daybook drift .*\n {2}daybook agents claude-code /,
    )
  })

  it.each(['copilot', 'Copilot CLI', 'cp'])(
    'shows one by %j, with what each answer means and how it is known',
    async (word) => {
      const { stdout } = await type(['agents', word], { opened: { context: world.context } })
      expect(stdout).toMatch(
        /^Copilot CLI {2}copilot\n {2}found +~\/\.copilot\/session-state\n {2}not there +~.*\n {2}files +4, newest /,
      )
      expect(stdout).toContain('  deletes    nothing by itself\n')
      expect(stdout).toMatch(/^ {2}exit codes +yes {2}from 1\.0\.12 on$/m)
      expect(stdout).toMatch(/^ {2}1\.0\.102 +run and read$/m)
      expect(stdout).not.toContain('Claude Code')
    },
  )

  it('gives a pipe one line an agent, with the path and every answer', async () => {
    const { stdout } = await type('agents', { opened: { context: world.context }, terminal: false })
    const [head, claude] = stdout.split('\n').map((line) => line.split('\t'))
    expect(head).toContain('GIVES_EXIT_CODES')
    expect(new Set(head).size).toBe(head!.length)
    expect(claude![head!.indexOf('GIVES_EXIT_CODES')]).toBe('partly')
    expect(claude![head!.indexOf('ROOTS')]).toContain(join(world.home.path, '.claude/projects'))
  })

  it('says which are ignored, and does not ask to scan them', async () => {
    const ignore = { paths: [], projects: [], agents: ['copilot'] }
    const { stdout } = await type('agents', { opened: { context: { ...world.context, ignore } } })
    expect(stdout).toMatch(/^Copilot CLI +ignored +4 +0 /m)
    expect(stdout).not.toContain('daybook scan')
  })

  it('names agents in the record that it has no reader for', async () => {
    const id = await register(world.store, 'old', { agent: 'kimi' })
    await world.store.ingest(makeBatch(id, { agent: 'kimi', entries: [{ id: 'a', atMs: T0 }] }))
    expect((await typed('agents')).stdout).toContain(
      'Also recorded: 1 session of kimi, which this build does not read.',
    )
  })

  it('refuses an agent that it does not know', async () => {
    const refused = await typed('agents nope')
    for (const { id } of SOURCES) expect(refused.stderr).toContain(id)
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: agent "nope" is not one of (.|\n)*\ntry: {3}daybook agents\n$/),
    })
  })
})

describe('daybook drift', () => {
  beforeEach(async () => {
    world = await operationsWorld()
  })

  it('says so where nothing is unknown', async () => {
    expect((await typed('drift')).stdout).toBe(
      '✓ Nothing unknown: every record type and field that was read is known.\n',
    )
    expect((await typed('doctor')).stdout).toMatch(/^ok +formats +every record type and field that was read is known$/m)
  })

  it('names what a newer version writes, with version, times and transcripts, and nothing of its content', async () => {
    cpSync(FIXTURES, join(world.home.path, '.copilot/session-state'), { recursive: true })
    await world.rescan()
    const { stdout } = await typed('drift')
    expect(stdout).toMatch(/^2 names not known to this build; /)
    expect(stdout).toMatch(/^Copilot CLI +1\.0\.102 +field +assistant\.message\.newField +1 +1 +Fri 11:30$/m)
    expect(stdout).toMatch(/^Copilot CLI +1\.0\.102 +type +session\.starlight +1 +1 +/m)
    expect(stdout).not.toContain('bright')
    expect((await json('drift')).items).toEqual([
      {
        agent: 'copilot',
        agentVersion: '1.0.102',
        kind: 'field',
        name: 'assistant.message.newField',
        count: 1,
        transcripts: 1,
        firstAt: '2026-11-20T09:00:00.150Z',
        lastAt: '2026-11-20T10:30:09.100Z',
      },
      expect.objectContaining({ kind: 'type', name: 'session.starlight' }),
    ])
    expect((await typed('drift --agent claude-code')).stdout).toMatch(/^✓ Nothing unknown/)
    const doctor = await typed('doctor')
    expect(doctor.stdout).toMatch(/^ok +formats +2 names not known, kept in the archive$/m)
    expect(doctor.stdout).toContain('try: daybook drift')
  })

  it('refuses an agent that it does not know', async () => {
    expect(await typed('drift --agent nope')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('agent "nope"'),
    })
  })
})
