import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import { makeBatch } from '../stores/batch-maker.ts'
import type { BatchWords } from '../stores/batch-maker.ts'
import { register } from '../stores/world.contract.ts'
import { REPORT_GROUPS } from './work-report.ts'
import type { WorkReport } from './work-report.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

const T0 = Date.parse('2026-11-20T09:00:00Z')
const at = (minutes: number): string => new Date(T0 + minutes * MINUTE).toISOString()

interface Told {
  name: string
  /** Minutes after nine, from and to. */
  from: number
  to: number
  tokens: number
  cost?: number | null
  failed?: number
  model?: string
  agent?: string
}

/** An agent's session that was read: one response, some failed calls, active throughout. */
async function read({ name, from, to, tokens, cost = tokens * 1000, failed = 0, model, agent }: Told): Promise<string> {
  const id = await register(world.store, name, { agent: agent ?? 'claude-code' })
  const [startMs, endMs] = [T0 + from * MINUTE, T0 + to * MINUTE]
  const calls = Array.from({ length: failed }, (_, i) => [
    { id: `${name}-c${i}`, atMs: startMs + 1000, call: { id: `${name}-${i}`, tool: 'Bash' } },
    { id: `${name}-r${i}`, atMs: startMs + 2000, result: { of: `${name}-${i}`, failed: true } },
  ])
  const words: BatchWords = {
    agent: agent ?? 'claude-code',
    entries: [{ id: `${name}-p`, atMs: startMs }, ...calls.flat(), { id: `${name}-a`, atMs: endMs, role: 'assistant' }],
    usage: [{ response: name, record: 2 * failed + 1, atMs: endMs, outputTokens: tokens, cost, model }],
    growing: { startMs, endMs },
  }
  await world.store.ingest(makeBatch(id, words))
  return (await world.store.sessions.resolve(name))[0]?.id ?? ''
}

const make = (more: object) => world.store.tickets.create({ kind: 'task', createdBy: 'ada', ...more })

async function stand(sessionId: string, ref: string | null, fromAt: string | null = null): Promise<void> {
  const [ticket] = ref === null ? [] : await world.store.tickets.find(ref)
  const frame = ticket && { ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind: ticket.kind }
  const context = { stack: frame ? [frame] : [], optedOut: frame === undefined }
  await world.store.contexts.change({ sessionId, context, change: 'push', fromAt, by: 'ada' })
}

const report = async (words = ''): Promise<WorkReport> => {
  const { stdout } = await world.run(`report ${words} --json`)
  return JSON.parse(stdout) as WorkReport
}

/** `[name, active minutes, micro-dollars, sessions, failed calls]` of each row. */
const rows = ({ items }: WorkReport) =>
  items.map(({ label, place, depth, total }) => [
    `${'>'.repeat(depth)}${label ?? place}`,
    (total.activeMs ?? 0) / MINUTE,
    total.costMicrodollars,
    total.sessions,
    total.failedCalls,
  ])

/** The story of one morning: an epic with two tasks, one ticket without parent, work for none, and what nobody placed. */
async function morning(): Promise<void> {
  const epic = await make({ kind: 'epic', title: 'Offline' })
  const sprint = await make({ kind: 'sprint', parentId: epic.id })
  await make({ title: 'Cache tide tables', parentId: sprint.id, estimateMinutes: 20 })
  await make({ title: 'Evict old tables', parentId: sprint.id })
  await make({ title: 'Rate limit', estimateMinutes: 60 })
  await stand(await read({ name: 'plan', from: 0, to: 10, tokens: 7, failed: 1 }), 'EPIC-1')
  const cache = await read({ name: 'cache', from: 5, to: 30, tokens: 40, failed: 3 })
  await stand(cache, 'T-1')
  await stand(await read({ name: 'evict', from: 20, to: 40, tokens: 2, agent: 'codex' }), 'T-2')
  await stand(await read({ name: 'limit', from: 50, to: 60, tokens: 9, cost: null, model: 'tern-9' }), 'T-3')
  await stand(await read({ name: 'notes', from: 60, to: 64, tokens: 1 }), null)
  await read({ name: 'loose', from: 70, to: 75, tokens: 3, failed: 1 })
}

describe('daybook report', () => {
  it('F41 lists tickets with what lies below them once, none and unattributed, and adds up to the foot', async () => {
    await morning()
    const told = await report()
    expect(rows(told)).toEqual([
      ['EPIC-1', 55, 49_000, 3, 4],
      ['T-3', 10, null, 1, 0],
      ['none', 4, 1000, 1, 0],
      ['unattributed', 5, 3000, 1, 1],
    ])
    expect(told.items[0]?.own).toMatchObject({ activeMs: 10 * MINUTE, costMicrodollars: 7000, sessions: 1 })
    expect(told.totals).toMatchObject({
      activeMs: 74 * MINUTE,
      elapsedMs: 59 * MINUTE,
      costMicrodollars: 53_000,
      unpricedModels: ['tern-9'],
      sessions: 6,
      failedCalls: 5,
      outputTokens: 62,
    })
  })

  it('unfolds children, and the foot counts what each took by itself', async () => {
    await morning()
    const told = await report('--children')
    expect(rows(told)).toEqual([
      ['EPIC-1', 55, 49_000, 3, 4],
      ['>T-1', 25, 40_000, 1, 3],
      ['>T-2', 20, 2000, 1, 0],
      ['T-3', 10, null, 1, 0],
      ['none', 4, 1000, 1, 0],
      ['unattributed', 5, 3000, 1, 1],
    ])
    expect(told.totals).toEqual((await report()).totals)
  })

  it('F66 by epic and by sprint puts work under the ticket of that kind above it, the rest in one row', async () => {
    await morning()
    expect(rows(await report('--by epic'))).toEqual([
      ['EPIC-1', 55, 49_000, 3, 4],
      ['rest', 10, null, 1, 0],
      ['none', 4, 1000, 1, 0],
      ['unattributed', 5, 3000, 1, 1],
    ])
    expect(rows(await report('--by sprint --children'))).toEqual([
      ['SPRINT-1', 45, 42_000, 2, 3],
      ['>T-1', 25, 40_000, 1, 3],
      ['>T-2', 20, 2000, 1, 0],
      ['rest', 20, 7000, 2, 1],
      ['none', 4, 1000, 1, 0],
      ['unattributed', 5, 3000, 1, 1],
    ])
  })

  it.each(REPORT_GROUPS)('U49 has the same total by %s as all usage has, and its rows add up to it', async (by) => {
    await morning()
    for (const children of by === 'ticket' || by === 'epic' || by === 'sprint' ? ['', '--children'] : ['']) {
      const { items, totals, ...page } = await report(`--by ${by} ${children}`)
      expect(totals).toMatchObject({ outputTokens: 62, costMicrodollars: 53_000, responses: 6, unpricedTokens: 9 })
      expect(page.nextCursor).toBeNull()
      const sum = (of: (row: (typeof items)[number]) => number | null) =>
        items.reduce((total, row) => total + (of(row) ?? 0), 0)
      const figures = (row: (typeof items)[number]) => (children === '' ? row.total : row.own)
      expect(sum((row) => figures(row).costMicrodollars)).toBe(totals.costMicrodollars)
      expect(sum((row) => figures(row).outputTokens)).toBe(62)
      expect(sum((row) => figures(row).unpricedTokens)).toBe(9)
      if (by === 'model') expect(totals).toMatchObject({ activeMs: null, sessions: null, failedCalls: null })
      else
        expect([sum((row) => figures(row).activeMs), sum((row) => figures(row).failedCalls)]).toEqual([74 * MINUTE, 5])
    }
  })

  it('tells agents, sessions, projects and people apart, and says what is not recorded', async () => {
    await morning()
    expect(rows(await report('--by agent'))).toEqual([
      ['claude-code', 54, 51_000, 5, 5],
      ['codex', 20, 2000, 1, 0],
    ])
    expect(rows(await report('--by person'))).toEqual([['rest', 74, 53_000, 6, 5]])
    expect(
      (await report('--by session --limit 2')).items.map(({ sessionId, total }) => [
        typeof sessionId,
        total.costMicrodollars,
      ]),
    ).toEqual([
      ['string', 40_000],
      ['string', 7000],
    ])
    expect(rows(await report('--by model'))).toEqual([
      ['claude-sonnet', 0, 53_000, null, null],
      ['tern-9', 0, null, null, null],
    ])
  })

  it('is narrowed to a range exactly: what was worked on meanwhile', async () => {
    await morning()
    expect(rows(await report('--since 2026-11-20T09:25 --until 2026-11-20T09:35'))).toEqual([
      ['T-1', 5, 40_000, 1, 0],
      ['T-2', 10, null, 1, 0],
    ])
    expect((await report('--since 2027-01-01')).items).toEqual([])
  })

  it('F42 F43 compares all of a ticket with its estimate, whatever the range, and says what to make of it', async () => {
    await morning()
    const [cache] = await world.store.tickets.find('T-1')
    await world.store.tickets.update(cache?.id ?? '', { status: 'done', estimateMinutes: 15 })
    const told = await report('--since 2026-11-20T09:25 --until 2026-11-20T09:35')
    expect(told.items[0]?.estimate).toMatchObject({
      actualMs: 25 * MINUTE,
      percent: 66.7,
      isSignificantlyOver: true,
      suggestion: 'review scope',
    })
    const { stdout } = await world.run('report --children')
    expect(stdout).toContain('15m +67%')
    expect(stdout).toContain('T-1 took 25m of 15m, 67% over: review scope')
  })

  it('says what to do where nothing is recorded, not to ask the same again', async () => {
    const { stdout } = await world.run('report')
    expect(stdout).toBe(
      'No work is recorded yet.\nNext\n  daybook scan     read your agents’ transcripts\n  daybook doctor   which folders are looked in\n',
    )
  })

  it('shows people a table that fits, with what is left out of the cost', async () => {
    await morning()
    const { stdout } = await world.run('report')
    expect(stdout.split('\n')).toEqual([
      'All projects · everything recorded · active time · cost at API list prices',
      'TICKET  TITLE                  STATUS  ACTIVE  ESTIMATE      COST  SESS  FAILED',
      'EPIC-1  Offline                open       55m  –            $0.05     3       4',
      'T-3     Rate limit             open       10m  1h        unpriced     1       0',
      'none    no ticket, on purpose  –           4m  –           <$0.01     1       0',
      '?       unattributed           –           5m  –           <$0.01     1       1',
      'TOTAL                                  1h 14m              $0.05+     6       5',
      'Sessions ran at the same time: 1h 14m of active time in 59m elapsed.',
      expect.stringMatching(/^At API list prices of 20\d\d-\d\d-\d\d\. A subscription bills differently\.$/),
      '+ leaves out 9 tokens of tern-9, no price: daybook usage explain',
      'Next',
      '  daybook report --suggest   what 1 session nobody attached may be for',
      '  daybook report --by day    day by day',
      '',
    ])
  })

  it('cuts days where the user’s zone does, of 23 and 25 hours too', async () => {
    // 29 March 2026 has 23 hours in Berlin, 25 October has 25.
    const day = (iso: string) => (Date.parse(iso) - T0) / MINUTE
    await read({ name: 'spring', from: day('2026-03-28T22:30:00Z'), to: day('2026-03-29T22:30:00Z'), tokens: 1 })
    await read({ name: 'autumn', from: day('2026-10-24T21:30:00Z'), to: day('2026-10-26T00:30:00Z'), tokens: 2 })
    const context = { store: world.store, timezone: 'Europe/Berlin', clock: { now: () => START } }
    const { workReport } = await import('./work-report.ts')
    const told = await workReport.handle(context as never, { by: 'day', children: false, limit: 50 })
    expect(told.items.map(({ label, total }) => [label, (total.activeMs ?? 0) / MINUTE, total.outputTokens])).toEqual([
      ['2026-03-28', 30, 0],
      ['2026-03-29', 23 * 60, 0],
      ['2026-03-30', 30, 1],
      ['2026-10-24', 30, 0],
      ['2026-10-25', 25 * 60, 0],
      ['2026-10-26', 90, 2],
    ])
  })

  it('follows a switch in the middle of a session', async () => {
    await make({ title: 'One' })
    await make({ title: 'Two' })
    const id = await read({ name: 'both', from: 0, to: 30, tokens: 5 })
    await stand(id, 'T-1', at(-1))
    await stand(id, 'T-2', at(10))
    expect(rows(await report())).toEqual([
      ['T-1', 10, 5000, 1, 0],
      ['T-2', 20, null, 1, 0],
    ])
  })
})

describe('the time of a person without any agent', () => {
  const pass = (minutes: number): void => {
    world.now += minutes * MINUTE
  }
  const minutes = async (): Promise<Record<string, number>> =>
    Object.fromEntries(rows(await report()).map(([label, active]) => [label, active])) as Record<string, number>

  it('F41 F67 FB4 FB6 FB13 is what lies between activating and leaving, pauses and second calls aside', async () => {
    await make({ title: 'One' })
    await make({ title: 'Two' })
    await world.run('start')
    await world.run('task activate T-1')
    pass(10)
    await world.run('task activate T-1')
    pass(5)
    await world.run('pause')
    pass(120)
    await world.run('resume 1')
    pass(7)
    await world.run('task activate T-2')
    pass(20)
    await world.run(['task', 'deactivate', '--summary', 'Tables are evicted'])
    await world.run(['task', 'deactivate', '--summary', 'Tables are evicted'])
    pass(3)
    await world.run(['end', 'Both tickets are done'])
    pass(600)
    expect(await minutes()).toEqual({ 'T-1': 22, 'T-2': 20, unattributed: 3 })
  })

  it('FB5 goes on for the idle limit after the last call when nobody ends it, and no longer', async () => {
    await make({ title: 'One' })
    await world.run('start')
    await world.run('task activate T-1')
    pass(12)
    await world.run('task activate T-1')
    pass(29)
    expect(await minutes()).toEqual({ 'T-1': 41 })
    pass(26 * 60)
    expect(await minutes()).toEqual({ 'T-1': 42 })
  })

  it('is never negative when the clock is set back', async () => {
    await make({ title: 'One' })
    await world.run('start')
    await world.run('task activate T-1')
    pass(10)
    await world.run('task activate T-1')
    pass(-60)
    await world.run(['end', 'Both tickets are done'])
    expect(await minutes()).toEqual({ 'T-1': 10 })
  })

  it('of two at once is summed as active and counted once as elapsed', async () => {
    await make({ title: 'One' })
    await make({ title: 'Two' })
    await world.run('start')
    await world.run('task activate T-1')
    pass(10)
    await world.run('start', { terminal: 'two' })
    await world.run('task activate T-2', { terminal: 'two' })
    pass(10)
    await world.run(['end', 'Both tickets are done'], { terminal: 'two' })
    await world.run(['end', 'Both tickets are done'])
    const { totals } = await report()
    expect([totals.activeMs, totals.elapsedMs]).toEqual([30 * MINUTE, 20 * MINUTE])
  })
})
