import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW, PLAN, operationsWorld } from '../../test/operations-world.ts'
import { type } from '../cli/testing.ts'
import { estimateTokens } from '../domain/markdown-text.ts'
import { connect } from '../mcp/testing.ts'
import { parseInput } from './input.ts'
import { recallContext } from './recall.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const recall = (query: string, more: object = {}) =>
  recallContext.handle(world.context, parseInput(recallContext, { query, ...more }))
const cited = async (query: string, more: object = {}) =>
  (await recall(query, more)).items.map(({ kind, who, text }) => [kind, who, text])
const daybook = (line: string | readonly string[], terminal = true) =>
  type(line, { opened: { context: world.context }, terminal, now: () => NOW, cwd: '/code/tidewatch' })

async function written() {
  const { store } = world
  const [session] = await store.sessions.resolve(PLAN)
  const at = '2026-11-19T13:00:00.000Z'
  const ticket = await store.tickets.create({ title: 'Cache tides', description: 'Ebb in the cache', createdBy: 'ada' })
  await store.notes.add({ sessionId: session!.id, entryId: null, text: 'The ebb needs its own file', at, by: 'ada' })
  const note = { ticketId: ticket.id, sessionId: session!.id, kind: 'note' as const, at, by: 'ada' }
  await store.tickets.addNote({ ...note, text: 'We decided: ebb before flood' })
  await store.handoffs.create({
    sessionId: session!.id,
    projectId: session!.projectId,
    ticketId: ticket.id,
    version: 1,
    payload: {},
    markdown: '### Next Steps\n- measure the ebb',
    offeredBy: 'ada',
  })
  return { session: session!, ticket }
}

describe('U47 recall', () => {
  it('finds what was said and done, a note, a ticket, what was written on it and a handoff', async () => {
    await written()
    expect(new Set((await cited('ebb')).map(([kind, who]) => `${kind}: ${who}`))).toEqual(
      new Set(['note: note', 'ticket: ticket, open', 'ticket_note: note on T-1', 'handoff: handoff']),
    )
    const kinds = (await recall('cache tide tables')).items
    expect(kinds[0]).toMatchObject({
      kind: 'entry',
      session: 'cc-1a11a1',
      who: 'user',
      text: 'Cache the tide tables on disk',
      at: '2026-11-19T09:00:00.000Z',
    })
    expect(kinds[0]!.citation).toBe(`cc-1a11a1#${kinds[0]!.entryId}`)
    expect(kinds.map(({ who }) => who)).toContain('call of Edit')
  })

  it('names the ticket that the work was for at that moment', async () => {
    const { session, ticket } = await written()
    const frame = { ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind: ticket.kind }
    const context = { stack: [frame], optedOut: false }
    const asked = async () => (await recall('cache tide tables')).items[0]!.ticket
    expect(await asked()).toBe(null)
    await world.store.contexts.change({ sessionId: session.id, context, change: 'push', fromAt: null, by: 'ada' })
    expect(await asked()).toBe('T-1')
  })

  it('finds what has a part of the words where nothing has all', async () => {
    const [, who, text] = (await cited('why did the tide tables of the submarine need a cache'))[0]!
    expect([who, text]).toEqual(['user', 'Cache the tide tables on disk'])
  })

  it('names files of a call from the folder of the work, which itself is no answer', async () => {
    const edit = (await recall('cache tide tables')).items.find(({ who }) => who === 'call of Edit')
    expect(edit!.text).toMatch(/^cache\.ts\b/)
    expect((await cited('tidewatch')).filter(([, who]) => who!.startsWith('call of'))).toEqual([])
  })

  it('says the same twice, but for the marks', async () => {
    await written()
    const { quotation: first, ...rest } = await recall('ebb cache tide')
    const { quotation: second, ...again } = await recall('ebb cache tide')
    const unmarked = (text: string | null) => text!.replaceAll(/recorded-[0-9a-f]{12}/g, 'MARK')
    expect(again).toEqual(rest)
    expect(unmarked(second)).toBe(unmarked(first))
    expect(second).not.toBe(first)
  })

  it('is narrowed by session, project, agent and time', async () => {
    const { session } = await written()
    expect(await cited('ebb', { project: 'harbour' })).toEqual([])
    expect(await cited('ebb', { until: '2026-11-18' })).toEqual([])
    expect((await cited('ebb', { session: session.ref })).map(([kind]) => kind).toSorted()).toEqual([
      'handoff',
      'note',
      'ticket_note',
    ])
    expect(await cited('tide', { agent: 'codex' })).toEqual([])
  })

  it('leaves out what Daybook itself told an agent', async () => {
    const line = (content: string, uuid: string) => ({
      sessionId: PLAN,
      cwd: '/code/tidewatch',
      version: '2.1.197',
      uuid,
      timestamp: '2026-11-19T15:00:00.000Z',
      type: 'user',
      message: { role: 'user', content },
    })
    const told = [
      line('<daybook-record>\nlagoon\n</daybook-record>', 'u1'),
      line('Recorded data between the two marks recorded-0123456789ab: a quotation\n> lagoon', 'u2'),
      line('the lagoon of ours', 'u3'),
    ]
    world.home.write('.claude/projects/-code-tidewatch/9.jsonl', told.map((one) => `${JSON.stringify(one)}\n`).join(''))
    await world.rescan()
    expect(await cited('lagoon')).toEqual([['entry', 'user', 'the lagoon of ours']])
  })

  it('refuses what asks nothing, and what is too long', async () => {
    await expect(recall('?!')).rejects.toMatchObject({
      code: 'invalid',
      message: 'the query "?!" has no letter or digit',
    })
    await expect(recall('x'.repeat(1025))).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('U47 daybook context WORDS', () => {
  it('shows excerpts, how many tokens they are, and where to read on', async () => {
    const { stdout, code } = await daybook('context tide tables on disk --budget 300')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^cc-1a11a1#\w+ {2}user · /)
    expect(stdout).toContain('\n  Cache the tide tables on disk\n')
    expect(stdout).toMatch(/\nAbout \d+ tokens of 300/)
    expect(stdout).toContain('daybook session messages cc-1a11a1')
  })

  it('gives a pipe the quotation, within the budget', async () => {
    const { stdout } = await daybook('context tide tables --budget 250', false)
    expect(stdout).toMatch(/^Recorded data between the two marks recorded-/)
    expect(estimateTokens(stdout.trimEnd())).toBeLessThanOrEqual(250)
  })

  it('says that nothing is about it', async () => {
    expect((await daybook('context submarine')).stdout).toMatch(/^Nothing recorded is about submarine\.\nNext\n/)
    expect((await daybook('context submarine', false)).stdout).toBe('')
  })

  it('is the stack without words, and a word of its own after --', async () => {
    expect((await daybook('context')).stderr).toContain('you are in no session here')
    expect((await daybook('context -- pop')).stdout).toContain('Nothing recorded is about pop.')
  })

  it('refuses a budget that nothing fits in', async () => {
    const { stderr, code } = await daybook('context tide --budget 5')
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: --budget "5" is not a whole number from 200 to 10000'])
  })
})

describe('U47 recall_context', () => {
  it('answers an agent with cited excerpts within the budget', async () => {
    await written()
    const client = await connect(world.context)
    const { structured, failed } = await client.call('recall_context', { query: 'tide cache ebb', budget: 200 })
    await client.close()
    expect(failed).toBe(false)
    expect(structured).toMatchObject({ query: 'tide cache ebb', budget: 200, partial: false })
    const excerpts = structured['excerpts'] as string[]
    expect(excerpts.length).toBe(structured['count'])
    expect(excerpts[0]).toMatch(/^\[(T-1|cc-1a11a1(#\w+)?)\] /)
    expect(estimateTokens(excerpts.join('\n'))).toBeLessThanOrEqual(200)
    expect(structured['left_out']).toBeGreaterThan(0)
  })
})
