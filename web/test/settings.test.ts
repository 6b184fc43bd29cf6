import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('settings (skipped where there is no chromium)', () => {
  let world: World
  let demo: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    demo = await world.demoToRead()
  }, 120_000)

  afterAll(() => world?.close())

  const current = () => page.locator('.tabs [aria-current=page]').allInnerTexts()
  const cells = async (): Promise<string[][]> => {
    await page.waitForSelector('main tbody tr')
    return page
      .locator('main tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.children].map((cell) => (cell as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim()),
        ),
      )
  }

  it('have parts with addresses of their own, which reload, back and forward keep', async () => {
    await demo.go('/settings')
    await page.waitForURL(/\/settings\/sources$/)
    expect(await current()).toEqual(['Sources'])
    const tabs = page.getByRole('navigation', { name: 'Parts of the settings' })
    await tabs.getByRole('link', { name: 'Prices' }).click()
    await page.waitForSelector('#prices')
    await tabs.getByRole('link', { name: 'Retention' }).click()
    await page.waitForSelector('#retention')
    await page.reload()
    await page.waitForSelector('#retention')
    expect(await current()).toEqual(['Retention'])
    await page.goBack()
    await page.waitForSelector('#prices')
    await page.goForward()
    await page.waitForSelector('#retention')
    expect(await page.locator('main section').count()).toBe(1)
    await demo.go('/settings/nothing')
    await page.getByText('the settings have no part "nothing"').waitFor()
    await page.getByRole('link', { name: 'Go to Sources' }).click()
    await page.waitForSelector('#sources')
  }, 60_000)

  it('say of how much there are no problems', async () => {
    await demo.go('/settings/problems')
    await page.getByText(/understood: \d+ files? on this machine, 6 sessions in the record\.$/).waitFor()
  })

  it('name the prices in force, and each model that has none', async () => {
    await demo.go('/settings/prices')
    const rows = await cells()
    expect(rows.find(([model]) => model === 'gemini-next')).toEqual(['gemini-next', 'not known', '182k', 'unpriced'])
    expect(rows.filter(([, price]) => price !== 'list')).toHaveLength(1)
    const says = await page.locator('#prices > p').innerText()
    expect(says).toMatch(
      /^Cost is at API list prices of \d{4}-\d\d-\d\d, built in\. .* No prices of your own stand over it\.$/,
    )
  })

  it('tell what is kept for how long, and what vendors delete', async () => {
    await demo.go('/settings/retention')
    const rows = await cells()
    expect(rows.map(([agent, sessions, , deletes]) => [agent, sessions, deletes])).toEqual([
      ['CC Claude Code', '2', '30 days'],
      ['CX Codex', '2', 'never by itself'],
      ['GE Gemini CLI', '2', '30 days'],
    ])
    for (const line of await page.locator('#retention code').allInnerTexts()) {
      expect(demo.run(line.split(' ')[1]!, '--help')).toContain(`daybook ${line.split(' ')[1]}`)
    }
  })
})
