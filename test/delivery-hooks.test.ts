import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Handoff } from '../src/domain/handoff.ts'
import { buildProgram } from './faults/daybook.ts'
import { AGENTS, type Agent, type Installed, installed } from './installed-agents.ts'

const STEP = 'Test the eviction'
const OFFERS = 'offers a handoff. It is an offer'
const LONGEST_MS = 240_000

beforeAll(buildProgram, 120_000)

/** Real processes that call what `daybook setup` wrote for each agent. */
describe.skipIf(process.platform === 'win32').each(['with the background process', 'without it'])(
  'a handoff through installed hooks, %s',
  (how) => {
    let machine: Installed
    beforeAll(async () => {
      machine = installed()
      if (how.startsWith('with ')) await machine.background()
    }, 60_000)
    afterAll(() => machine.remove())

    const handoffs = (project: string) =>
      (
        machine.ask(project, 'handoff', 'list', '--project', project) as {
          items: (Handoff & { session: { key: string } })[]
        }
      ).items
    const idOf = (project: string, { session }: Agent) =>
      (machine.ask(project, 'session', 'show', session) as { id: string }).id
    const handOver = async (agent: Agent) =>
      expect((await agent.daybook('session', 'handoff', '--next-steps', STEP)).code).toBe(0)

    it.each(AGENTS.map((id, i) => [id, AGENTS.slice(i + 1).concat(AGENTS.slice(0, i))] as const))(
      'G40 G41 of %s goes to the one of two parallel sessions that takes its ticket, past an empty and an unrelated one, once',
      async (id, others) => {
        const project = machine.project(`offers-${id}`)
        const [first, second, empty, unrelated] = others.map((other) => machine.agent(other, project)) as [
          Agent,
          Agent,
          Agent,
          Agent,
        ]
        const from = machine.agent(id, project)
        expect(await from.start('startup')).toContain('works on: no ticket yet')
        expect((await from.daybook('attach', `T-${id}`)).code).toBe(0)
        await handOver(from)
        // A crash: it tells nothing of its end.
        await from.kill()
        for (const told of await Promise.all([first.start('startup'), second.start('startup')])) {
          expect(told).toContain(`(${id}, by ada, on T-${id}, `)
          expect(told).toContain(OFFERS)
          expect(told).toContain(`> - ${STEP}`)
        }
        await empty.start('startup')
        await empty.end()
        await unrelated.start('startup')
        expect((await unrelated.daybook('attach', `T-other-${id}`)).code).toBe(0)
        await unrelated.tool('npm test')
        if (unrelated.id !== 'copilot' && unrelated.id !== 'gemini') await unrelated.start('compact')
        expect(handoffs(project)).toMatchObject([{ state: 'offered', acceptedBySessionId: null }])
        expect((await second.daybook('attach', `T-${id}`)).code).toBe(0)
        const taken = { state: 'accepted', acceptedBySessionId: idOf(project, second) }
        expect(handoffs(project)).toMatchObject([taken])
        expect((await first.daybook('handoff', 'accept', from.session)).code).toBe(4)
        expect(await machine.agent(first.id, project).start('startup')).not.toContain(OFFERS)
        expect(handoffs(project)).toMatchObject([taken])
      },
      LONGEST_MS,
    )

    it.each(['claude-code', 'codex', 'gemini'])(
      'G42 of %s goes to the session after /clear, which is told it whole',
      async (id) => {
        const project = machine.project(`clear-${id}`)
        const [agent, beside] = [machine.agent(id, project), machine.agent('copilot', project)]
        await agent.start('startup')
        await handOver(agent)
        await beside.start('startup')
        const told = await agent.start('clear')
        expect(told).toContain('is taken over: this session goes on from it.')
        expect(told).toContain(`> - ${STEP}`)
        expect(told).not.toContain(OFFERS)
        expect(handoffs(project)).toMatchObject([{ state: 'accepted', acceptedBySessionId: idOf(project, agent) }])
      },
      LONGEST_MS,
    )

    it.each(['claude-code', 'codex', 'opencode'])(
      'G42 of %s stays with its session over a compaction',
      async (id) => {
        const project = machine.project(`compact-${id}`)
        const agent = machine.agent(id, project)
        await agent.start('startup')
        await handOver(agent)
        expect(await agent.start('compact')).toContain(`> - ${STEP}`)
        expect(handoffs(project)).toMatchObject([{ state: 'accepted', acceptedBySessionId: idOf(project, agent) }])
        expect(await machine.agent('gemini', project).start('startup')).not.toContain(OFFERS)
      },
      LONGEST_MS,
    )

    it.each(AGENTS)(
      'F65 a crash of %s before any end is told to the next session, and its own resume takes its handoff',
      async (id) => {
        const project = machine.project(`crash-${id}`)
        const agent = machine.agent(id, project)
        await agent.start('startup')
        await handOver(agent)
        await agent.tool('npm test')
        await agent.kill()
        const other = machine.agent(id === 'gemini' ? 'codex' : 'gemini', project)
        const told = await other.start('startup')
        // OpenCode's plugin is not waited for: what it was about to tell can die with it.
        const at = id === 'opencode' ? '(?:, npm test)?' : ', npm test'
        expect(told).toMatch(
          new RegExp(`> left: SESSION-\\d+ \\([a-z-]+${at}\\) ended without a word .*session_resume\\(`),
        )
        expect(told).toContain(OFFERS)
        const again = machine.agent(id, project)
        again.session = agent.session
        expect(await again.start('resume')).toContain(`> - ${STEP}`)
        expect(handoffs(project)).toMatchObject([{ state: 'accepted', acceptedBySessionId: idOf(project, agent) }])
      },
      LONGEST_MS,
    )
  },
)
