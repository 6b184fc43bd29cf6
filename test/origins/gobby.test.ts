import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type } from '../../src/cli/testing.ts'
import { connect } from '../../src/mcp/testing.ts'
import { FORK, HARBOUR, NOW, PLAN, emptyWorld, operationsWorld } from '../operations-world.ts'
import { MINUTE, workWorld } from '../work-world.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const daybook = (line: string, more: Parameters<typeof type>[1] = {}) =>
  type(line, { opened: { context: world.context }, now: () => NOW, ...more })
const asked = async (line: string) => JSON.parse((await daybook(`${line} --json`, { terminal: false })).stdout) as Shown
interface Shown {
  externalId: string
  parent: unknown
  items: { id: string; content: { text?: string } }[]
}
/** A line that HARBOUR's transcript grows by. */
const line = (type: string, uuid: string, more: object): string => {
  const place = { sessionId: HARBOUR, cwd: '/code/harbour', version: '2.1.197', timestamp: '2026-11-20T10:30:00.000Z' }
  return `${JSON.stringify({ parentUuid: null, isSidechain: false, type, uuid, ...place, ...more })}\n`
}
const prompt = (uuid: string, text: string): string => line('user', uuid, { message: { role: 'user', content: text } })

describe('sessions', () => {
  it('G1 G2 are stored once and found by the agent’s id, its beginning, ref or key', async () => {
    const [plan] = await world.store.sessions.resolve(PLAN)
    await world.store.sessions.assignKey(plan!.id)
    for (const word of [PLAN, PLAN.slice(0, 8), 'cc-1a11a1', 'SESSION-001', '1'])
      expect((await asked(`session show ${word}`)).externalId).toBe(PLAN)
  })

  it('G3 have their commands below one word', async () => {
    const { stdout } = await daybook('session')
    for (const verb of ['list', 'show', 'messages', 'search', 'delete', 'stats'])
      expect(stdout).toContain(`session ${verb} `)
  })

  it('G4 G5 have the same messages on the command line and as a tool', async () => {
    const { items } = await asked('session messages cc-1a11a1')
    const client = await connect(world.context)
    const answer = await client.call('get_session_messages', { session_id: PLAN })
    await client.close()
    const texts = (answer.structured['messages'] as { content: string }[]).map(({ content }) => content)
    expect(answer.structured['total_count']).toBe(items.length)
    expect(texts[0]).toContain('Cache the tide tables on disk')
    expect(items[0]?.content.text).toBe('Cache the tide tables on disk')
  })

  it('G6 tell what was changed, called and failed in them', async () => {
    const shown = await asked('session show cc-1a11a1')
    expect(shown).toMatchObject({
      firstPrompt: 'Cache the tide tables on disk',
      toolsUsed: ['Edit', 'Bash'],
      files: { items: [{ path: '/code/tidewatch/cache.ts', kind: 'edit' }] },
      tools: [
        { tool: 'Bash', calls: 1, failed: 1 },
        { tool: 'Edit', calls: 1, failed: 0 },
      ],
    })
  })

  it('G8 live through active, paused and ended, and an ended one takes nothing until it is resumed', async () => {
    const work = await workWorld()
    const status = async () => ((await work.ask('session show 1')).reply as unknown as { status: string }).status
    const seen: string[] = []
    for (const line of ['start', 'pause', 'resume', 'end', 'resume 1 --yes']) {
      await work.run(line)
      work.now += MINUTE
      seen.push(await status())
      if (line === 'end') {
        const refused = await work.run('attach T-4 --session 1')
        expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('daybook resume SESSION-001')])
      }
    }
    expect(seen).toEqual(['active', 'paused', 'active', 'completed', 'active'])
    await work.close()
  })

  it('G14 are deleted after a question, and only then', async () => {
    const there = async () => (await world.store.sessions.resolve(HARBOUR)).length
    const kept = await daybook('session delete cc-3c33c3', { types: 'n' })
    expect([kept.code, await there()]).toEqual([1, 1])
    const alone = await daybook('session delete cc-3c33c3', { terminal: false })
    expect([alone.code, alone.stderr, await there()]).toEqual([2, expect.stringContaining('--yes'), 1])
    expect((await daybook('session delete cc-3c33c3', { types: 'y' })).code).toBe(0)
    expect(await there()).toBe(0)
  })

  it('G37 are read on where reading stopped', async () => {
    const file = join(world.home.path, '.claude/projects/-code-harbour', `${HARBOUR}.jsonl`)
    const before = (await asked('session messages cc-3c33c3')).items
    appendFileSync(file, prompt('h-9', 'Draw the south too'))
    await world.rescan()
    const after = (await asked('session messages cc-3c33c3')).items
    expect(after.slice(0, -1)).toEqual(before)
    expect(after).toHaveLength(before.length + 1)
  })

  it('G41 know the one they came from', async () => {
    expect(await asked('session show cc-2b22b2')).toMatchObject({
      externalId: FORK,
      relation: 'forks',
      parent: { ref: 'cc-1a11a1' },
    })
    expect((await asked('session show cc-1a11a1')).parent).toBeNull()
  })

  it('G43 with empty todos, blocks without a name and lines that are no objects are read for the rest', async () => {
    const file = join(world.home.path, '.claude/projects/-code-harbour', `${HARBOUR}.jsonl`)
    const answer = (uuid: string, block: unknown): string =>
      line('assistant', uuid, {
        requestId: `r-${uuid}`,
        message: { id: `m-${uuid}`, role: 'assistant', model: 'x', content: [block], usage: {} },
      })
    appendFileSync(file, answer('o-1', { type: 'tool_use', id: 't-1', name: 'TodoWrite', input: { todos: [] } }))
    appendFileSync(file, answer('o-2', { type: 'tool_use', id: 't-2' }))
    appendFileSync(file, answer('o-3', 'no block'))
    appendFileSync(file, '[1, 2]\n')
    appendFileSync(file, prompt('o-4', 'Still here'))
    await world.rescan()
    const { items } = await asked('session messages cc-3c33c3 --newest --limit 1')
    expect(items[0]?.content.text).toBe('Still here')
    expect((await asked('session messages cc-3c33c3 --tool unknown')).items).toHaveLength(1)
  })
})

it('G39 tools answer from the context they are given, and from no other', async () => {
  const empty = await emptyWorld()
  const counted = async (context: typeof world.context) => {
    const client = await connect(context)
    const { structured } = await client.call('session_stats')
    await client.close()
    return structured['total']
  }
  expect([await counted(world.context), await counted(empty.context)]).toEqual([3, 0])
  await empty.close()
})
