import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { said } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('what pages do (skipped where there is no chromium)', () => {
  let world: World
  let demo: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    demo = await world.demo()
  }, 120_000)

  afterAll(() => world?.close())

  const row = (session: string) => page.locator('.sessions li', { hasText: session })

  it('Now says what each session at work took so far, of what its ticket was thought to take', async () => {
    await demo.go('/now')
    const member = page.locator('.member', { hasText: 'Rate limit the tides route' })
    // The session and its ticket are asked for apart: either may come first.
    await member.getByText('T-7 26m of 1h').waitFor()
    await member.getByText('at list prices').waitFor()
    expect(await member.innerText()).toContain('$0.39 at list prices')
    expect(await member.innerText()).toContain('active 26m')
    expect(await member.getByRole('button', { name: 'Copy resume' }).getAttribute('title')).toMatch(/^gemini /)
  })

  it('a report is kept as a file with the figures of its table, and for one range alone', async () => {
    await demo.go('/reports')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    expect(file.suggestedFilename()).toBe('report-by-ticket.csv')
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n')
    const numbers = lines.map((line) => line.split(',').slice(-6).map(Number))
    const costs = numbers.slice(1).map(([, , cost]) => cost!)
    expect(costs.slice(0, -1).reduce((sum, cost) => sum + cost, 0)).toBe(costs.at(-1))
    expect(await page.locator('tfoot').first().innerText()).toContain(`$${(costs.at(-1)! / 1e6).toFixed(2)}`)
    await page.getByLabel('from').fill('2001-01-01')
    await page.getByLabel('to', { exact: true }).fill('2001-01-02')
    await page.waitForURL(/since=2001-01-01&until=2001-01-02/)
    await page.getByText('No work is recorded in this range.').waitFor()
    await page.getByRole('button', { name: 'Show all that is recorded' }).click()
    await page.waitForSelector('.headline-figure')
  })

  it('every chart has a table of the same sum', async () => {
    await demo.go('/reports?by=agent')
    const shares = page.locator('.shares li')
    await shares.first().waitFor()
    expect(await shares.allInnerTexts()).toEqual([
      expect.stringMatching(/^Claude Code\s+\$5\.21$/),
      expect.stringMatching(/^Codex\s+\$1\.79$/),
      expect.stringMatching(/^Gemini CLI\s+\$0\.39\+$/),
    ])
    const slider = page.locator('.chart [role=slider]')
    const said: string[] = []
    for (const key of ['ArrowLeft', 'ArrowRight']) {
      await slider.press(key)
      const says = await page.locator('.chart-says').innerText()
      expect(await slider.getAttribute('aria-valuetext')).toBe(says)
      said.push(says.split(' = ')[0]!)
    }
    expect(said).toEqual([
      expect.stringMatching(/^\w{3} \d+ \w{3}: \$1\.45\+$/),
      expect.stringMatching(/ so far: \$5\.94$/),
    ])
    expect(await page.locator('.chart-ends').first().innerText()).toContain('highest $5.94')
    expect(await page.locator('.chart-axis span').allInnerTexts()).toEqual(['0', '2', '4', '6'])
    const heights = await page
      .locator('.chart-bars g')
      .last()
      .locator('rect:not(.chart-day)')
      .evaluateAll((rects) => rects.map((rect) => Number(rect.getAttribute('height'))))
    expect(heights.reduce((sum, height) => sum + height, 0) / 160).toBeCloseTo(5.94 / 6, 2)
    await page.keyboard.press('v')
    const days = page.getByRole('region', { name: 'Cost by day' })
    await days.waitFor()
    expect(await days.locator('tbody td:last-child').allInnerTexts()).toEqual(['$1.45+', '$5.94'])
    expect(await days.locator('tfoot td').last().innerText()).toBe(await page.locator('.headline-figure').innerText())
    expect(await page.locator('.shares').count()).toBe(0)
  })

  it('the hours of the week add up, as a table, to the days and to what was worked in all', async () => {
    await demo.go('/reports?view=table')
    const hours = page.getByRole('region', { name: 'Hours of the week' })
    await hours.waitFor()
    const minutes = (texts: string[]): number =>
      texts.reduce((sum, text) => {
        const [, h = '0', m = '0'] = /^(?:(\d+)h)? ?(?:(\d+)m)?$/.exec(text.trim()) ?? []
        return sum + Number(h) * 60 + Number(m)
      }, 0)
    const all = await hours.locator('tfoot td').allInnerTexts()
    expect(all).toHaveLength(25)
    expect(all.at(-1)).toBe('2h 43m')
    const days = await hours.locator('tbody td:last-child').allInnerTexts()
    // Each of the sums is rounded by itself.
    expect(Math.abs(minutes(days) - 163)).toBeLessThanOrEqual(4)
    expect(Math.abs(minutes(all.slice(0, -1)) - 163)).toBeLessThanOrEqual(12)
  })

  it('a sprint tells what was worked on below it, and on a phone no list of figures is cut', async () => {
    await demo.go('/tickets')
    const sprint = page.getByRole('row', { name: /SPRINT-1/ })
    await sprint.getByText('2h 34m', { exact: true }).waitFor()
    expect(await sprint.innerText()).toContain('$6.78')
    await page.setViewportSize({ width: 390, height: 844 })
    try {
      for (const path of [
        '/tickets',
        '/tickets/T-4',
        '/reports',
        '/settings/sources',
        '/settings/retention',
        '/settings/prices',
        '/sessions/SESSION-003?panel=usage',
      ]) {
        await demo.go(path)
        await page.waitForSelector('table.figures tbody tr')
        const cut = await page
          .locator('table')
          .evaluateAll((tables: HTMLTableElement[]) =>
            tables
              .filter((table) => table.offsetWidth > table.parentElement!.clientWidth)
              .map((table) => table.innerText),
          )
        expect(cut, path).toEqual([])
        const broken = await page
          .locator('.figures a .mono')
          .evaluateAll((keys) => keys.filter((key) => key.getClientRects().length > 1).map((key) => key.textContent))
        expect(broken, path).toEqual([])
      }
      await demo.go('/search?q=stale')
      const key = page.locator('.hit-head > .mono').first()
      expect((await key.boundingBox())!.height).toBeLessThan(25)
    } finally {
      await page.setViewportSize({ width: 1280, height: 800 })
    }
  }, 60_000)

  it('on a phone what narrows a page is behind one button that counts it', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    try {
      const pages = [
        ['/sessions?agent=codex&since=30d', 'Filters 2', 'Agent', true],
        ['/reports?agent=codex&since=2001-01-01', 'Filters 2', 'Agent', true],
        ['/reports', 'Filters', 'By', false],
        ['/tickets?open=1', 'Filters 1', 'Which', true],
        ['/tickets', 'Filters', 'View', false],
      ] as const
      for (const [path, says, label, isBehind] of pages) {
        await demo.go(path)
        const button = page.locator('.filters-button')
        const choice = page.getByLabel(label, { exact: true })
        await button.waitFor()
        expect([await button.innerText(), await choice.isVisible()], path).toEqual([says, !isBehind])
        await button.click()
        expect([await button.getAttribute('aria-expanded'), await choice.isVisible()], path).toEqual(['true', true])
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(over, path).toBeLessThanOrEqual(0)
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    await demo.go('/reports')
    expect(await page.locator('.filters-button').isVisible()).toBe(false)
    expect(await page.getByLabel('Agent', { exact: true }).isVisible()).toBe(true)
  }, 60_000)

  it('one part of a session is the current one', async () => {
    await demo.go('/sessions/SESSION-003?panel=usage')
    expect(await page.locator('.tabs [aria-current=page]').allInnerTexts()).toEqual(['Usage'])
  })

  it('what nobody attached is hatched, what has no price is named, in the charts', async () => {
    await demo.go('/reports')
    const bar = page.locator('.shares .series-unattributed')
    expect(await bar.evaluate((rect) => getComputedStyle(rect).fill)).toContain('#hatch')
    expect(await page.locator('.shares li', { hasText: 'none' }).innerText()).toContain('unpriced')
    await page.locator('.chart [role=slider]').press('ArrowLeft')
    expect(await page.locator('.chart-says').innerText()).toContain('none unpriced')
  })

  it('what nobody attached is placed by one key, and the figures move', async () => {
    await demo.go('/reports')
    const unplaced = page.locator('[data-unplaced]')
    await unplaced.focus()
    await page.keyboard.press('a')
    await unplaced.waitFor({ state: 'detached' })
    await page.locator('tbody').getByRole('link', { name: 'T-5' }).waitFor()
  })

  it('sessions are attached, put away and taken back by keys', async () => {
    await demo.go('/sessions')
    await row('SESSION-005').locator('[data-row]').focus()
    await page.keyboard.press('a')
    await page.keyboard.type('T-5')
    await page.keyboard.press('Enter')
    await page.locator('.sessions li:has-text("SESSION-005") .row-ticket:has-text("T-5")').waitFor()
    await row('SESSION-005').locator('[data-row]').focus()
    await page.keyboard.press('e')
    await row('SESSION-005').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Take back' }).click()
    await row('SESSION-005').waitFor()
    await row('SESSION-005').locator('[data-row]').focus()
    await page.keyboard.press('s')
    await row('SESSION-005').getByRole('img', { name: 'starred' }).waitFor()
  })

  it('the list of sessions is narrowed by ticket, and all filters are cleared at once', async () => {
    await demo.go('/sessions')
    await page.getByLabel('Ticket', { exact: true }).selectOption('T-4')
    await page.waitForURL(/ticket=T-4/)
    await expect.poll(() => page.locator('.sessions li').count()).toBe(3)
    await page.getByRole('button', { name: 'Clear' }).click()
    await expect.poll(() => page.locator('.sessions li').count()).toBe(6)
  })

  it('first steps are ticked as they are done, and go away when told to', async () => {
    await demo.go('/now')
    const steps = page.getByRole('region', { name: 'First steps' })
    await steps.waitFor()
    expect(await steps.getByRole('link', { name: 'Open a session' }).count()).toBe(1)
    await demo.go('/sessions/SESSION-001')
    await page.waitForSelector('.prompt')
    await demo.go('/now')
    await steps.getByText('A session was opened').waitFor()
    expect(await steps.locator('code').innerText()).toBe('daybook setup')
    await steps.getByRole('button', { name: 'Hide these' }).click()
    await steps.waitFor({ state: 'detached' })
  })

  it('a project is not read any more, and read again, from the settings', async () => {
    await demo.go('/settings/redactions')
    await page.getByRole('button', { name: 'Stop reading it tidewatch' }).click()
    await page.getByText('is not read any more').waitFor()
    expect(demo.run('project', 'list', '--ignored', '--json')).toContain('"name":"tidewatch"')
    await page.getByRole('button', { name: 'Read it again tidewatch' }).click()
    await page.getByText('is not read any more').waitFor({ state: 'detached' })
  })

  it('one project narrows every page, stands in the address and goes along from page to page', async () => {
    const [tide, other] = ['tide-one', 'other-two']
    const told = (session: string, cwd: string): string =>
      said(session, 0, 'user', `work of ${session}`).replaceAll('/code/tidewatch', cwd)
    const two = await world.own({ [tide]: told(tide, '/code/tide'), [other]: told(other, '/code/harbour') })
    await two.go('/sessions')
    await expect.poll(() => page.locator('.sessions li').count()).toBe(2)
    await page.getByLabel('Project', { exact: true }).selectOption({ label: 'harbour' })
    await page.waitForURL(/\/sessions\?project=harbour$/)
    await expect.poll(() => page.locator('.sessions li').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Now', exact: true }).first().click()
    await page.waitForURL(/\/now\?project=harbour$/)
    await page.getByText('1 session in all').waitFor()
    expect(await page.locator('.heading').innerText()).toContain('· harbour')
    await page.locator('body').click({ position: { x: 2, y: 400 } })
    await page.keyboard.type('gr')
    await page.waitForURL(/\/reports\?project=harbour$/)
    await page.getByRole('link', { name: 'Search', exact: false }).first().click()
    await page.locator('.search-field').fill('work')
    await page.getByText('1 hit').waitFor()
    await page.getByLabel('Project', { exact: true }).selectOption('')
    await page.getByText('2 hits').waitFor()
    expect(page.url()).not.toContain('project=')
  })

  it('a token is made, shown this once and revoked, from the settings', async () => {
    await demo.go('/settings/access')
    await page.getByLabel('For', { exact: true }).fill('ci')
    await page.getByRole('button', { name: 'Make a token' }).click()
    const token = await page.locator('#access code.secret').innerText()
    const asks = (): Promise<number> =>
      fetch(`${demo.url}/v1/about`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status)
    await expect.poll(asks, { timeout: 10_000 }).toBe(200)
    expect(await page.locator('#access li').innerText()).toMatch(/^ci\s+may read\s+made \d+s ago, until /)
    await demo.go('/settings/access')
    await page.getByRole('button', { name: 'Revoke ci' }).click()
    expect(await page.content()).not.toContain(token)
    await page.getByRole('button', { name: 'Keep' }).click()
    expect(demo.run('token', 'list')).toContain('ci')
    await page.getByRole('button', { name: 'Revoke ci' }).click()
    await page.keyboard.press('Enter')
    await page.locator('#access li').waitFor({ state: 'detached' })
    await expect.poll(asks, { timeout: 10_000 }).toBe(401)
  })

  it('a webhook shows what it waits for and not where it goes; it is tried again and removed, from the settings', async () => {
    await demo.go('/settings/webhooks')
    await page.getByLabel('Tell').fill('http://127.0.0.1:9/services/T0/secret?key=hidden')
    for (const kind of ['entries', 'presence']) await page.getByLabel(kind).uncheck()
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    expect(await page.locator('#webhooks code.secret').innerText()).toMatch(/^whsec_/)
    const row = page.getByRole('listitem').filter({ hasText: 'wh-1' })
    await row.getByText('not reached').waitFor()
    const says = await row.innerText()
    expect(says).toContain('http://127.0.0.1:9')
    expect(says).toMatch(/activity\b.*tried once, again .*1 event behind/s)
    expect(await page.content()).not.toMatch(/services|key=/)
    await row.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => demo.run('webhook', 'list')).toMatch(/\t1\t/)
    await row.getByRole('button', { name: 'Remove wh-1' }).click()
    await row.getByRole('button', { name: 'Remove wh-1' }).click()
    await row.waitFor({ state: 'detached' })
    expect(demo.run('webhook', 'list', '--json')).toContain('"items":[]')
  })

  it('with nothing recorded, Now says where was looked, and the commands it shows are commands', async () => {
    const empty = await world.own({})
    await empty.go('/now')
    await page.getByText('No session is recorded yet.').waitFor()
    const lines = await page.locator('main .command code').allInnerTexts()
    expect(lines).toEqual(['daybook scan', 'daybook setup'])
    expect(await page.getByRole('region', { name: 'First steps' }).count()).toBe(0)
    await empty.go('/settings/access')
    for (const line of await page.locator('#access code').allInnerTexts()) {
      const words = line.split(' ').slice(1)
      expect(empty.run(...words.filter((word) => !word.startsWith('-')).slice(0, 2), '--help')).not.toContain('unknown')
    }
  }, 90_000)

  it('a ticket that is done tells how far it went over its estimate, and is not offered to be taken up', async () => {
    await demo.go('/tickets/T-4')
    await page.getByText('Who worked when').waitFor()
    expect(await page.locator('.headline').innerText()).toMatch(/2h 08m active of 2h \+7%/)
    expect(await page.getByText('daybook task activate').count()).toBe(0)
    await demo.go('/reports')
    const estimates = page.locator('tbody tr td:nth-child(4)')
    await estimates.first().waitFor()
    expect((await estimates.allInnerTexts()).slice(0, 2).map((text) => text.trim())).toEqual(['2h +7%', '1h'])
    // T-4 has other sums by day, for T-6 is below it.
    await page.locator('.foot', { hasText: 'A row of a ticket holds what lies below it' }).waitFor()
    await demo.go('/tickets?open=done')
    await expect
      .poll(async () => (await page.locator('tbody tr td:first-child').allInnerTexts()).toSorted())
      .toEqual(['T-4', 'T-6'])
    await demo.go('/tickets?open=1&view=board')
    await page.locator('.board').waitFor()
    expect(await page.locator('.board h2').allInnerTexts()).toEqual([
      expect.stringMatching(/open\s+2$/),
      expect.stringMatching(/in progress\s+1$/),
    ])
  })

  it('a ticket leads to what failed in it, says what it is linked with, and how to take it up', async () => {
    demo.run('ticket', 'link', 'T-7', 'T-4', '--relation', 'blocks')
    await demo.go('/tickets/T-4')
    await page.locator('section', { hasText: 'Linked' }).getByText('waits for').waitFor()
    await page.locator('td').getByRole('link', { name: '5', exact: true }).click()
    await page.waitForURL(/SESSION-003\?show=failures/)
    await page.waitForSelector('.failed')
    await demo.go('/tickets?open=free')
    await page.locator('tbody').getByRole('link', { name: 'T-5' }).click()
    await page.getByText('daybook task activate T-5').waitFor()
  }, 60_000)
})
