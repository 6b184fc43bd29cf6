import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type } from '../../src/cli/testing.ts'
import { connect } from '../../src/mcp/testing.ts'
import { FORK, HARBOUR, NOW, PLAN, operationsWorld } from '../operations-world.ts'
import { workWorld } from '../work-world.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const daybook = (line: string, more: Parameters<typeof type>[1] = {}) =>
  type(line, { opened: { context: world.context }, now: () => NOW, ...more })
const asked = async (line: string) =>
  JSON.parse((await daybook(`${line} --json`, { terminal: false })).stdout) as { items: Entry[]; total: number }
interface Entry {
  id: string
  role: string
  type: string
  tool: string | null
  at: string
  externalId: string
  sessionId: string
  agent: string
  content: { text?: string; callId?: string }
  session: { ref: string }
}

describe('sessions', () => {
  it('U1 of an agent and of a person stand in one list', async () => {
    await daybook('start', { env: {} })
    const agents = (await asked('session list')).items.map(({ agent }) => agent)
    expect(agents.toSorted()).toEqual(['claude-code', 'claude-code', 'claude-code', 'person'])
  })

  it('U2 U14 have messages with role, time, tool and the call they belong to', async () => {
    const { items } = await asked('session messages cc-1a11a1')
    expect(items.map(({ type, role, tool }) => [type, role, tool])).toEqual([
      ['message', 'user', null],
      ['message', 'assistant', null],
      ['tool_call', 'assistant', 'Edit'],
      ['tool_call', 'assistant', 'Bash'],
      ['tool_result', 'tool', null],
      ['tool_result', 'tool', null],
      ['message', 'assistant', null],
    ])
    expect(items[0]).toMatchObject({
      at: '2026-11-19T09:00:00.000Z',
      content: { text: 'Cache the tide tables on disk' },
    })
    expect(items[5]?.content.callId).toBe(items[3]?.content.callId)
  })

  it.each(['completed', 'failed', 'abandoned'])('U15 U24 end as %s, and are found by it', async (status) => {
    const work = await workWorld()
    await work.run('start')
    expect((await work.run(`end --status ${status}`)).code).toBe(0)
    const found = (await work.ask(`session list --status ${status}`)).reply as unknown as { items: { key: string }[] }
    expect(found.items.map(({ key }) => key)).toEqual(['SESSION-001'])
    const odd = await work.run('end --status active')
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('completed, failed, abandoned')])
    await work.close()
  })

  it('U20 that are not there are told so', async () => {
    const client = await connect(world.context)
    const unknown = await client.call('get_session', { session_id: 'nowhere' })
    const known = await client.call('get_session', { session_id: PLAN })
    await client.close()
    expect([unknown.failed, known.failed]).toEqual([true, false])
    expect(unknown.text).toContain('not_found')
  })

  it('U26 that are deleted stay away when their file is read again', async () => {
    await daybook('session delete cc-3c33c3 --yes')
    await world.rescan()
    const listed = (await asked('session list')).items.map(({ externalId }) => externalId)
    expect(listed).toEqual([FORK, PLAN])
    expect(listed).not.toContain(HARBOUR)
  })

  it('U34 U38 of before are read without anything asked of the agent, and its files are left alone', async () => {
    const file = join(world.home.path, '.claude/projects/-code-tidewatch', `${PLAN}.jsonl`)
    const before = readFileSync(file)
    await world.rescan()
    expect((await asked('session list')).total).toBe(3)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('U45 that branched off know where from, and how to branch again', async () => {
    const { stdout } = await daybook('session show cc-2b22b2')
    expect(stdout).toContain('cc-1a11a1')
    expect(stdout).toContain('--fork-session')
  })
})

describe('calls', () => {
  it('U35 of a session are listed', async () => {
    const { items } = await asked('session messages cc-1a11a1 --type tool_call')
    expect(items.map(({ tool }) => tool)).toEqual(['Edit', 'Bash'])
  })

  it('U36 say which session they belong to', async () => {
    const { items } = await asked('search stale --failed')
    expect(items.map(({ session }) => session.ref)).toEqual(['cc-1a11a1'])
  })

  it('U37 that a fork inherited are listed there and kept once', async () => {
    const inFork = (await asked('session messages cc-2b22b2')).items
    const own = (await asked('session messages cc-2b22b2 --own')).items
    const inPlan = (await asked('session messages cc-1a11a1')).items
    expect(inFork.length).toBe(inPlan.length + own.length)
    expect(own.length).toBe(2)
    const calls = await world.store.invocations.list({}, { limit: 10 })
    expect(calls.total).toBe(2)
  })
})

it('U33 every setting is shown with its value and where it is from', async () => {
  const home = mkdtempSync(join(tmpdir(), 'daybook-config-'))
  const env = { DAYBOOK_TIMEZONE: 'Europe/Berlin' }
  const { stdout } = await type('config --json', {
    terminal: false,
    cwd: home,
    env,
    machine: { home, platform: 'linux', variables: env },
  })
  rmSync(home, { recursive: true })
  expect(stdout).toContain('Europe/Berlin')
  expect(stdout).toContain('DAYBOOK_TIMEZONE')
})
