import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW, operationsWorld } from '../../test/operations-world.ts'
import type { Source } from '../sources/source.ts'
import { type } from './testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const daybook = (line: string, terminal = true, nowMs = NOW) =>
  type(line, {
    opened: { context: { ...world.context, clock: { now: () => nowMs } } },
    terminal,
    now: () => nowMs,
  })
const asked = async (line: string) => JSON.parse((await daybook(`${line} --json`, false)).stdout)

describe('usage blocks', () => {
  it('U49 cuts an agent’s usage into windows of five hours and marks the one that runs', async () => {
    const { items, totals, total } = await asked('usage blocks')
    type Block = { from: string; to: string; active: boolean; idleBeforeMs: number | null; responses: number }
    expect(
      items.map(({ from, to, active, idleBeforeMs, responses }: Block) => [from, to, active, idleBeforeMs, responses]),
    ).toEqual([
      ['2026-11-20T10:00:00.000Z', '2026-11-20T15:00:00.000Z', true, 20 * 3_600_000, 1],
      ['2026-11-19T09:00:00.000Z', '2026-11-19T14:00:00.000Z', false, 404 * 3_600_000, 2],
      ['2026-11-02T08:00:00.000Z', '2026-11-02T13:00:00.000Z', false, 28 * 3_600_000, 1],
      ['2026-10-31T23:00:00.000Z', '2026-11-01T04:00:00.000Z', false, null, 1],
    ])
    const all = await asked('usage total')
    expect({ total, sum: totals.costMicrodollars }).toEqual({ total: 4, sum: all.costMicrodollars })
  })

  it('U49 tells the pace of the running one since its first response, and projects it to the end', async () => {
    const [block] = (await asked('usage blocks --active')).items
    expect(block).toMatchObject({
      firstAt: '2026-11-20T10:00:09.000Z',
      costMicrodollars: 2715,
      costPerHourMicrodollars: 2722,
      projectedCostMicrodollars: 13_602,
    })
  })

  it('says what is not recorded, and calls a projection one', async () => {
    expect((await daybook('usage blocks --limit 2')).stdout.split('\n')).toEqual([
      'Claude Code · window 11:00-16:00, 4h left',
      '  so far     <$0.01 at list prices · 1 response',
      '  pace       <$0.01 an hour since 11:00',
      '  projected  $0.01 by 16:00, if it goes on at this pace',
      'WINDOW                  AGENT        IDLE BEFORE  INPUT  OUTPUT    COST',
      'Fri 20 Nov 11:00-16:00  Claude Code          20h      5      40  <$0.01',
      'Thu 19 Nov 10:00-15:00  Claude Code         404h     30     300   $0.01',
      expect.stringMatching(/^ALL 4 /),
      '2 of 4 shown. More: daybook usage blocks --limit 50',
      expect.stringMatching(/^At API list prices of /),
      '+ leaves out 1,500 tokens of tern-large-9, no price: daybook usage explain',
      'limits of Claude Code: not recorded, its transcripts hold none',
      'Next',
      '  daybook usage session --since today   which sessions these are',
      '  daybook usage daily                   by day',
      '',
    ])
  })

  it('tells no pace in the first ten minutes, and no window once all have ended', async () => {
    const early = await daybook('usage blocks --active', true, Date.parse('2026-11-20T10:05:00Z'))
    expect(early.stdout).toContain('  pace       too early to tell\n')
    expect(early.stdout).not.toContain('projected')
    const late = await daybook('usage blocks --active', true, NOW + 5 * 3_600_000)
    expect(late.stdout).toBe('No window runs now: the next begins with the next response.\n')
  })

  it('gives whole values in a pipe', async () => {
    const [head, first] = (await daybook('usage blocks --since 2026-11-20', false)).stdout.split('\n')
    expect(head).toBe(
      'FROM\tTO\tAGENT\tACTIVE\tIDLE_BEFORE_MS\tINPUT_TOKENS\tOUTPUT_TOKENS\tCACHE_READ_TOKENS\tCACHE_WRITE_TOKENS\tCOST_MICRODOLLARS\tUNPRICED_TOKENS',
    )
    expect(first).toBe(
      '2026-11-20T10:00:00.000Z\t2026-11-20T15:00:00.000Z\tclaude-code\ttrue\t72000000\t5\t40\t7000\t0\t2715\t0',
    )
  })

  it('shows the limits that the newest transcripts of an agent hold', async () => {
    const windows = [{ durationMs: 18_000_000, usedPercent: 41.6, resetsAt: '2026-11-20T14:30:00.000Z' }]
    const tells = (record: unknown) =>
      (record as { uuid?: string }).uuid === 'f-1' ? { plan: 'pro', windows } : undefined
    const sources = world.context.sources.map((source): Source => ({ ...source, planLimits: tells }))
    world.context.sources = sources
    expect((await asked('usage blocks')).limits).toEqual([
      { agent: 'claude-code', limits: { plan: 'pro', windows }, at: '2026-11-20T10:00:09.000Z', reason: null },
    ])
    expect((await daybook('usage blocks')).stdout.replaceAll('\n', ' ')).toContain(
      'limits of Claude Code (pro), as recorded Fri 11:00: 5h window 42% used, resets 20 Nov 15:30',
    )
  })
})
