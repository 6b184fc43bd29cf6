import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAN, operationsWorld } from '../../test/operations-world.ts'
import { parseInput } from './input.ts'
import { ticketWork } from './ticket-work.ts'
import { workCalendar } from './work-calendar.ts'
import { workReport } from './work-report.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeAll(async () => {
  world = await operationsWorld()
})
afterAll(() => world.close())

const calendar = (words: Record<string, unknown> = {}) =>
  workCalendar.handle(world.context, parseInput(workCalendar, words))

describe('the calendar of work', () => {
  it('has every day between the first and the last, and adds up to the report', async () => {
    const { items, hours } = await calendar()
    const report = await workReport.handle(world.context, parseInput(workReport, {}))
    expect([items[0]?.day, items.at(-1)?.day, items.length]).toEqual(['2026-11-01', '2026-11-20', 20])
    const parts = items.flatMap((day) => day.parts)
    const sum = (of: (part: (typeof parts)[number]) => number | null): number =>
      parts.reduce((all, part) => all + (of(part) ?? 0), 0)
    expect(sum((part) => part.costMicrodollars)).toBe(report.totals.costMicrodollars)
    expect(sum((part) => part.unpricedTokens)).toBe(1500)
    expect(sum((part) => part.activeMs)).toBe(report.totals.activeMs)
    expect(hours.flat().reduce((all, ms) => all + ms, 0)).toBe(report.totals.elapsedMs)
  })

  it('is narrowed as a report is, and empty where nothing was done', async () => {
    const { items } = await calendar({ since: '2026-11-19', until: '2026-11-19' })
    expect(items.map(({ day }) => day)).toEqual(['2026-11-19'])
    expect(items[0]?.parts).toMatchObject([{ attribution: 'unattributed', ticket: null, costMicrodollars: 11_640 }])
    expect((await calendar({ since: '2026-11-15', until: '2026-11-16' })).items).toEqual([])
  })
})

describe('the work on a ticket', () => {
  it('is told by session: when, what it took, what failed', async () => {
    const { store, context } = world
    const ticket = await store.tickets.ensure({ ref: 'T-9', title: 'Tide tables', createdBy: 'ada' })
    const { id: ticketId, trackerId, ref, kind } = ticket
    const { id: sessionId } = (await store.sessions.resolve(PLAN))[0]!
    const standing = { stack: [{ ticketId, trackerId, ref, kind }], optedOut: false }
    expect(await ticketWork.handle(context, { ticket: 'T-9' })).toMatchObject({ items: [], total: 0 })
    await store.contexts.change({ sessionId, context: standing, change: 'push', fromAt: null, by: 'ada' })
    const { items } = await ticketWork.handle(context, { ticket: 'T-9' })
    expect(items).toMatchObject([
      { session: { id: sessionId }, failedCalls: 1, usage: { costMicrodollars: 11_640 }, spans: [expect.anything()] },
    ])
    expect(items[0]?.activeMs).toBe(items[0]!.spans[0]!.endMs - items[0]!.spans[0]!.startMs)
    const { items: days } = await calendar({ since: '2026-11-19', until: '2026-11-19' })
    expect(days[0]?.parts).toMatchObject([{ attribution: 'ticket', ticket: 'T-9', costMicrodollars: 11_640 }])
  })
})
