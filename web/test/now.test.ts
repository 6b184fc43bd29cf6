import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { said } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

const session = (n: number): string => `${n}aaaaaaa-0000-4000-8000-00000000000${n}`
const [ASKS, WORKS, WAITS] = [session(1), session(2), session(3)]
const MINUTE_MS = 60_000

describe.skipIf(CHROMIUM === undefined)('who needs me (skipped where there is no chromium)', () => {
  let world: World
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    const titles = {
      [ASKS]: 'Rate limit the tides route',
      [WORKS]: 'Cache tide tables',
      [WAITS]: 'Describe the harbour',
    }
    mine = await world.own(
      Object.fromEntries(Object.entries(titles).map(([id, title]) => [id, said(id, 0, 'user', title, new Date())])),
    )
  }, 120_000)

  afterAll(() => world?.close())

  /** What an agent says to its hooks. */
  const tell = (sessionId: string, event: string, said: object = {}): Promise<number> =>
    page.evaluate(
      (body) =>
        fetch('/v1/hooks/claude-code', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }).then(({ status }) => status),
      { session_id: sessionId, cwd: '/code/tidewatch', hook_event_name: event, ...said },
    )

  it('stands first on Now, the longest waiting at the top, with what is asked and since when; the title counts, and ! goes there', async () => {
    await page.clock.install()
    await mine.go('/now')
    await tell(WORKS, 'PreToolUse', { tool_name: 'Edit', tool_input: { file_path: '/code/tidewatch/reader.ts' } })
    await tell(ASKS, 'PermissionRequest', { tool_name: 'Bash', tool_input: { command: 'npm i limiter' } })
    await tell(WAITS, 'Notification', { message: 'Claude is waiting for your input' })
    const needs = page.locator('#needs .member')
    await expect.poll(async () => (await page.clock.runFor(2_000), needs.count()), { timeout: 15_000 }).toBe(2)
    await page.clock.runFor(11 * MINUTE_MS)
    const facts = (row: number): Promise<string> => needs.nth(row).innerText()
    expect(await facts(0)).toContain('Rate limit the tides route')
    await expect.poll(() => facts(0)).toMatch(/asks: npm i limiter\s+waits 1[0-2]m/)
    expect(await facts(1)).toMatch(/waits for an answer\s+waits 1[0-2]m/)
    expect(await page.title()).toBe('(2) Now – Daybook')
    const groups = await page.locator('main h2').allInnerTexts()
    expect(groups.slice(0, 2)).toEqual(['Needs you\n2', 'Working\n1'])
    expect(await page.locator('section', { hasText: 'Working' }).locator('.member').innerText()).toMatch(
      /Edit reader\.ts\s+1[0-2]m ago/,
    )
    await page.keyboard.type('gs')
    await page.waitForSelector('.sessions li')
    await page.keyboard.press('!')
    await page.waitForSelector('#needs li:first-child [data-row]:focus')
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp('/sessions/'))
    expect(await page.locator('h1').innerText()).toBe('Rate limit the tides route')
  }, 60_000)
})
