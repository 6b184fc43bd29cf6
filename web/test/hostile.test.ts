import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE, hostile } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('what is recorded is text (skipped where there is no chromium)', () => {
  let world: World
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    mine = await world.own({ [HOSTILE]: hostile() })
  }, 120_000)

  afterAll(() => world?.close())

  it('shows what is recorded as text, whatever is in it: nothing runs, nothing is fetched, no policy is asked', async () => {
    world.complaints.length = 0
    await mine.go('/sessions')
    await mine.go(`/sessions/${HOSTILE}`)
    await page.waitForSelector('.prompt')
    await page.keyboard.press('O')
    await page.keyboard.press('O')
    for (const panel of ['files', 'usage', 'log', 'commits']) {
      await page.goto(`${mine.url}/sessions/${HOSTILE}?panel=${panel}`)
      await page.waitForSelector('main h1')
    }
    await mine.go('/search?q=script')
    await page.waitForSelector('.hit')
    const links = await page.evaluate(() => [...document.querySelectorAll('a')].map((link) => link.protocol))
    expect(links.filter((protocol) => !/^(?:https?|mailto):$/.test(protocol))).toEqual([])
    expect(world.complaints).toEqual([])
  })
})
