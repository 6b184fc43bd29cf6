import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LARGE, large } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('a session in a browser (skipped where there is no chromium)', () => {
  let world: World
  let demo: Served
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    demo = await world.demo()
    mine = await world.own({ [LARGE]: large(50_000) })
  }, 120_000)

  afterAll(() => world?.close())

  it('a hit leads to its entry, inside a fold, opened', async () => {
    await demo.go('/search?q=%22stale+table%22&failed=1')
    await page.locator('.hit').last().click()
    await page.waitForSelector('.arrived')
    expect(await page.locator('.arrived').innerText()).toMatch(/stale table/i)
    const box = await page.locator('.arrived').first().boundingBox()
    expect(box!.y).toBeGreaterThanOrEqual(0)
    expect(box!.y).toBeLessThan(800)
  })

  it('a session of 50,000 entries has few of them on the page; its end is one key away', async () => {
    await mine.go(`/sessions/${LARGE}`)
    await page.waitForSelector('.prompt')
    expect(await page.locator('[data-entry]').count()).toBeLessThan(600)
    await page.keyboard.press('G')
    await page.getByText('step 49999 is done', { exact: true }).waitFor()
    expect(await page.locator('[data-entry]').count()).toBeLessThan(600)
  }, 60_000)
})
