import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { type } from '../src/cli/testing.ts'
import type { WorkReport } from '../src/operations/work-report.ts'

const MINUTE = 60_000
/** Friday, four minutes after the story's end. */
const NOW = Date.parse('2026-11-20T16:00:02Z')

describe('the demo’s work', () => {
  const home = mkdtempSync(join(tmpdir(), 'daybook-demo-work-'))
  const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: join(home, 'data') } }
  const setup = { machine, cwd: home, now: () => NOW, signal: new AbortController().signal }
  const daybook = (line: string, terminal = false) =>
    type(line, { ...setup, terminal, openContext: () => openDaybook(setup, 'demo'), env: { DAYBOOK_TIMEZONE: 'UTC' } })
  const asked = async <Reply>(line: string) => JSON.parse((await daybook(`${line} --json`)).stdout) as Reply
  let report: WorkReport
  beforeAll(async () => {
    report = await asked('report')
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('took two tickets, none on purpose and one that nobody placed, to the minute and the cent', () => {
    const cents = (micro: number | null) => (micro === null ? null : Math.round(micro / 10_000))
    const rows = report.items.map(({ place, label, total }) => [
      place,
      label,
      Math.floor((total.activeMs ?? 0) / MINUTE),
      cents(total.costMicrodollars),
      total.sessions,
    ])
    expect(rows).toEqual([
      ['value', 'T-4', 128, 639, 3],
      ['value', 'T-7', 26, 39, 1],
      ['none', null, 15, null, 1],
      ['unattributed', null, 18, 61, 1],
    ])
    const { totals } = report
    expect([totals.sessions, cents(totals.costMicrodollars), totals.unpricedTokens]).toEqual([6, 739, 182_000])
  })

  it('is T-4 over its two hours, done, with T-6 below it', async () => {
    const [cache] = report.items
    expect(cache?.ticket).toMatchObject({ ref: 'T-4', status: 'done' })
    expect(cache?.estimate).toMatchObject({ estimateMinutes: 120 })
    const { items } = await asked<{ items: { stack: { ref: string }[] }[] }>('context history --session 4')
    expect(items.map(({ stack }) => stack.map(({ ref }) => ref).join(' > '))).toContain('SPRINT-1 > T-4 > T-6')
  })

  it('is in the log under the name of the one who did it, at its time', async () => {
    const { items } = await asked<{ items: { actor: string; at: string }[] }>('activity list --session 5 --actor robin')
    expect(items.map(({ at }) => at)).toContain('2026-11-20T15:19:59.000Z')
    expect((await daybook('activity verify')).code).toBe(0)
  })

  it('has six sessions of three agents', async () => {
    const { items } = await asked<{ items: { key: string; agent: string }[] }>('session list')
    expect(items.map(({ key, agent }) => [key, agent])).toEqual([
      ['SESSION-004', 'codex'],
      ['SESSION-005', 'gemini'],
      ['SESSION-003', 'claude-code'],
      ['SESSION-006', 'gemini'],
      ['SESSION-002', 'codex'],
      ['SESSION-001', 'claude-code'],
    ])
    expect((await daybook('', true)).stdout).toContain('6 sessions · ')
  })

  it('is what README.md shows of it', async () => {
    const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const blocks = page
      .slice(page.indexOf('```text\n'), page.indexOf('```\n\n## The page'))
      .split('\n$ daybook ')
      .slice(1)
    expect(blocks).toHaveLength(3)
    for (const block of blocks) {
      const [command = '', ...lines] = block.trimEnd().split('\n')
      expect((await daybook(command, true)).stdout).toContain(lines.join('\n'))
    }
  })
})
