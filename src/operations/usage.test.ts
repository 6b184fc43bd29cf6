import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORK, HARBOUR, PLAN, operationsWorld } from '../../test/operations-world.ts'
import { parseInput } from './input.ts'
import type { OperationContext } from './operation.ts'
import { explainUsage } from './usage-explain.ts'
import { usageDaily, usageMonthly, usageWeekly } from './usage-periods.ts'
import { usageByAgent, usageByModel, usageByProject, usageBySession, usageTotal } from './usage.ts'
import { allTokens } from '../domain/usage.ts'
import { usageView } from './usage-view.ts'

let context: OperationContext
let world: Awaited<ReturnType<typeof operationsWorld>>
beforeAll(async () => {
  world = await operationsWorld()
  context = world.context
})
afterAll(() => world.close())

const ALL = {
  inputTokens: 1135,
  outputTokens: 850,
  cacheReadTokens: 18_000,
  cacheWriteTokens: 1000,
  cacheWrite1hTokens: 0,
  reasoningTokens: 0,
  responses: 5,
  costMicrodollars: 14_805,
  costReason: 'no price is known for tern-large-9',
  unpricedTokens: 1500,
  unpricedModels: ['tern-large-9'],
}

const lists = { usageDaily, usageWeekly, usageMonthly, usageBySession, usageByModel, usageByAgent, usageByProject }
const usual = { limit: 1000 }

describe('usage total', () => {
  it('counts each response once, names what has no price, and says from when to when', async () => {
    expect(await usageTotal.handle(context, {})).toEqual({
      ...ALL,
      firstAt: '2026-10-31T23:30:00.000Z',
      lastAt: '2026-11-20T10:00:09.000Z',
      priceDate: expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
    })
  })

  it('is narrowed by days of the zone, the last one included', async () => {
    const between = async (since: string, until?: string) =>
      (await usageTotal.handle(context, { since, until })).responses
    expect(await between('2026-11-01', '2026-11-01')).toBe(1)
    expect(await between('2026-10-31', '2026-10-31')).toBe(0)
    expect(await between('today')).toBe(1)
    expect(await between('7d')).toBe(3)
    expect(await between('2026-11-19T10:00', '2026-11-19T10:00:10')).toBe(1)
  })

  it('has no cost, and says why, where nothing has a price', async () => {
    const { costMicrodollars, costReason } = await usageTotal.handle(context, { model: 'tern-large-9' })
    expect([costMicrodollars, costReason]).toEqual([null, 'no price is known for tern-large-9'])
  })

  it('has no cost, and says why, where nothing is recorded', async () => {
    const found = await usageTotal.handle(context, { since: '2027-01-01' })
    expect(found).toMatchObject({
      responses: 0,
      costMicrodollars: null,
      costReason: 'no usage is recorded',
      firstAt: null,
      lastAt: null,
    })
  })

  it.each([
    [{ agent: 'claud' }, 'agent "claud" is not one of claude-code'],
    [{ project: 'atlantis' }, 'no project "atlantis"'],
    [{ since: '2026-13-01' }, '"2026-13-01" is not a date or time'],
    [{ since: 'today', until: '2026-11-01' }, 'since "today" is not before until "2026-11-01"'],
  ])('refuses %j with the value', async (words, says) => {
    await expect(usageTotal.handle(context, words)).rejects.toThrow(says)
  })
})

describe('every view of usage', () => {
  it.each(Object.entries(lists))('has the same total: %s', async (_, operation) => {
    const found = await operation.handle(context, usual)
    expect(found.totals).toEqual(ALL)
    expect(found.total).toBe(found.items.length)
    expect(found.items.reduce((sum, item) => sum + (item.costMicrodollars ?? 0), 0)).toBe(ALL.costMicrodollars)
    expect(found.items.reduce((sum, item) => sum + allTokens(item), 0)).toBe(allTokens(ALL))
  })

  it.each(Object.entries(lists))('keeps that total on every page: %s', async (_, operation) => {
    const whole = await operation.handle(context, usual)
    const paged: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await operation.handle(context, parseInput(operation, { limit: 1, cursor }))
      expect(page.totals).toEqual(ALL)
      paged.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(paged).toEqual(whole.items)
  })

  it('refuses a cursor that no page gave', async () => {
    await expect(usageByModel.handle(context, { limit: 1, cursor: 'tide' })).rejects.toThrow('cursor "tide" is not one')
  })
})

describe('usage by period', () => {
  it('cuts days where the zone does, and leaves out days without work', async () => {
    const { items } = await usageDaily.handle(context, usual)
    expect(
      items.map(({ day, from, to, responses, costMicrodollars }) => [day, from, to, responses, costMicrodollars]),
    ).toEqual([
      ['2026-11-01', '2026-10-31T23:00:00.000Z', '2026-11-01T23:00:00.000Z', 1, null],
      ['2026-11-02', '2026-11-01T23:00:00.000Z', '2026-11-02T23:00:00.000Z', 1, 450],
      ['2026-11-19', '2026-11-18T23:00:00.000Z', '2026-11-19T23:00:00.000Z', 2, 11_640],
      ['2026-11-20', '2026-11-19T23:00:00.000Z', '2026-11-20T23:00:00.000Z', 1, 2715],
    ])
  })

  it('puts the same moment into another day, week and month in another zone', async () => {
    const inUtc = { ...context, timezone: 'UTC' }
    expect((await usageMonthly.handle(context, usual)).items.map(({ month }) => month)).toEqual(['2026-11'])
    expect((await usageMonthly.handle(inUtc, usual)).items.map(({ month }) => month)).toEqual(['2026-10', '2026-11'])
    expect((await usageDaily.handle(inUtc, usual)).items[0]?.day).toBe('2026-10-31')
  })

  it('begins weeks on Monday', async () => {
    const { items } = await usageWeekly.handle(context, usual)
    expect(items.map(({ week, from, responses }) => [week, from, responses])).toEqual([
      ['2026-W44', '2026-10-25T23:00:00.000Z', 1],
      ['2026-W45', '2026-11-01T23:00:00.000Z', 1],
      ['2026-W47', '2026-11-15T23:00:00.000Z', 3],
    ])
  })
})

describe('usage by what it was for', () => {
  it('names sessions, the dearest first', async () => {
    const { items } = await usageBySession.handle(context, usual)
    expect(
      items.map(({ ref, agent, project, costMicrodollars }) => ({ ref, agent, project, costMicrodollars })),
    ).toEqual([
      { ref: 'cc-1a11a1', agent: 'claude-code', project: 'tidewatch', costMicrodollars: 11_640 },
      { ref: 'cc-2b22b2', agent: 'claude-code', project: 'tidewatch', costMicrodollars: 2715 },
      { ref: 'cc-3c33c3', agent: 'claude-code', project: 'harbour', costMicrodollars: 450 },
    ])
  })

  it('names models, projects and agents', async () => {
    const rows = async (operation: typeof usageByModel | typeof usageByProject | typeof usageByAgent) =>
      (await operation.handle(context, usual)).items as unknown as Record<string, unknown>[]
    expect((await rows(usageByModel)).map((row) => [row['model'], row['costMicrodollars']])).toEqual([
      ['claude-sonnet-4-5-20250929', 14_805],
      ['tern-large-9', null],
    ])
    expect((await rows(usageByProject)).map((row) => [row['project'], row['responses']])).toEqual([
      ['tidewatch', 3],
      ['harbour', 2],
    ])
    expect((await rows(usageByAgent)).map((row) => [row['agent'], row['responses']])).toEqual([['claude-code', 5]])
  })
})

describe('usage explain', () => {
  it('adds its rows up to the total, and says what was left out', async () => {
    const { totals, dropped, unpriced, costSources, total } = await explainUsage.handle(context, usual)
    expect(totals).toEqual(ALL)
    expect(total).toBe(7)
    expect(unpriced).toEqual([{ model: 'tern-large-9', responses: 1, tokens: 1500 }])
    expect(costSources).toEqual({ reported: 0, computed: 4, unpriced: 1 })
    // PLAN and its copy in FORK carried msg_1 on three lines each.
    expect(dropped.repeatedLines).toBe(4)
    expect(dropped.inherited).toMatchObject({
      rows: 2,
      owners: [{ session: 'cc-1a11a1', rows: 2 }],
      usage: { responses: 2, costMicrodollars: 11_640, outputTokens: 300 },
    })
  })

  it('shows path and line of each row, and the owner of a copy', async () => {
    const { items, session, totals } = await explainUsage.handle(context, { ...usual, session: FORK })
    expect(session?.ref).toBe('cc-2b22b2')
    expect(totals).toMatchObject({ responses: 1, costMicrodollars: 2715 })
    expect(items.map(({ line, outputTokens, counted, reason }) => ({ line, outputTokens, counted, reason }))).toEqual([
      { line: 4, outputTokens: 200, counted: false, reason: 'inherited: cc-1a11a1 counts it' },
      { line: 7, outputTokens: 100, counted: false, reason: 'inherited: cc-1a11a1 counts it' },
      { line: 9, outputTokens: 40, counted: true, reason: null },
    ])
    expect(new Set(items.map(({ path }) => path.split('/').at(-1)))).toEqual(new Set([`${FORK}.jsonl`]))
  })

  it('says which row stands for several lines, and which has no price', async () => {
    const { items } = await explainUsage.handle(context, usual)
    const reasons = items.filter(({ counted }) => counted).map(({ line, reason }) => [line, reason])
    expect(reasons).toContainEqual([4, '3 lines carried this response; it counts once, with its largest output'])
    expect(reasons).toContainEqual([2, 'unpriced: no price is known for tern-large-9'])
  })

  it('is equal to the total for every filter', async () => {
    const filters = [
      { project: 'harbour' },
      { since: '2026-11-19' },
      { model: 'tern-large-9' },
      { until: '2026-11-01' },
    ]
    for (const filter of filters) {
      const explained = await explainUsage.handle(context, { ...usual, ...filter })
      expect(await usageTotal.handle(context, filter)).toMatchObject(explained.totals)
    }
  })

  it('equals the sum of its sessions', async () => {
    let cost = 0
    for (const session of [PLAN, FORK, HARBOUR]) {
      cost += (await explainUsage.handle(context, { ...usual, session })).totals.costMicrodollars ?? 0
    }
    expect(cost).toBe(ALL.costMicrodollars)
  })
})

describe('a sum as it is shown', () => {
  it('keeps a cost of zero apart from one that is not known', () => {
    const none = {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
      reasoningTokens: 0,
    }
    const sum = { ...none, responses: 1, costMicrodollars: 0, unpricedTokens: 0, unpricedModels: [] }
    expect(usageView(sum).costMicrodollars).toBe(0)
    expect(usageView({ ...sum, inputTokens: 7, unpricedTokens: 7, unpricedModels: ['a'] }).costMicrodollars).toBeNull()
    expect(usageView({ ...sum, inputTokens: 8, unpricedTokens: 7, unpricedModels: ['a'] }).costMicrodollars).toBe(0)
  })
})
