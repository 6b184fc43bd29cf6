import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAILING, LARGE, OTHER, failing, large, said, step } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('a page that is told what comes (skipped where there is no chromium)', () => {
  let world: World
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    mine = await world.own({ [LARGE]: large(2_000), [FAILING]: failing(), [OTHER]: failing(OTHER) })
  }, 120_000)

  afterAll(() => world?.close())

  it('is told by the stream what comes: nothing is asked while nothing happens, and little when something else does', async () => {
    const append = (session: string, number: number, text: string): void =>
      mine.append(session, said(session, number, 'assistant', [{ type: 'text', text }]))
    const see = (state: 'hidden' | 'visible'): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
      }, state)
    await mine.go(`/sessions/${FAILING}`)
    await page.waitForSelector('.live >> text=Live')
    await page.keyboard.press('G')
    await page.waitForTimeout(2000)
    world.asked.length = 0
    await page.waitForTimeout(6000)
    expect(world.asked).toEqual([])
    append(FAILING, 1000, 'one that came')
    await page.getByText('one that came', { exact: true }).waitFor({ timeout: 4000 })
    expect(world.asked).toContain('session/outline')

    await see('hidden')
    await page.waitForTimeout(500)
    world.asked.length = 0
    append(FAILING, 1001, 'one that came unseen')
    await page.waitForTimeout(2500)
    expect(world.asked).toEqual([])
    await see('visible')
    await page.getByText('one that came unseen', { exact: true }).waitFor({ timeout: 2000 })

    await page.waitForTimeout(1500)
    world.asked.length = 0
    const told = page.evaluate(
      () =>
        new Promise((resolve) => {
          const stream = new EventSource('/v1/events?kind=entries')
          stream.addEventListener('entries', () => resolve(stream.close()))
        }),
    )
    await page.waitForTimeout(500)
    append(OTHER, 10_000, 'of another session')
    await told
    await page.waitForTimeout(2000)
    expect(world.asked.filter((name) => name !== 'events')).toEqual([])
  }, 40_000)

  it('U48 keeps still what is read while 200 entries come in ten seconds', async () => {
    await mine.go(`/sessions/${LARGE}`)
    await page.waitForSelector('.prompt')
    await page.mouse.wheel(0, 900)
    await page.waitForTimeout(1000)
    const anchor = await page.evaluate(() => {
      const row = [...document.querySelectorAll<HTMLElement>('[data-entry]')].find(
        (one) => one.getBoundingClientRect().top > 300,
      )!
      return { id: row.id, top: row.getBoundingClientRect().top }
    })
    const before = await page.evaluate(() => document.querySelectorAll('[data-block]').length)
    for (let i = 0; i < 200; i++) {
      mine.append(LARGE, step(2_000 + i))
      await page.waitForTimeout(50)
    }
    await page.waitForFunction((count) => document.querySelectorAll('[data-block]').length > count, before)
    const top = await page.evaluate((id) => document.getElementById(id)?.getBoundingClientRect().top, anchor.id)
    expect(top).toBe(anchor.top)
    await page.waitForSelector('.fresh')
  }, 60_000)

  it('shows who is at work and what is open as soon as something is done, whoever did it', async () => {
    await mine.go('/tickets')
    mine.run('ticket', 'create', 'Made in a terminal', '--no-parent')
    await page.getByText('Made in a terminal').waitFor()
    await mine.go('/now')
    await page.waitForSelector('.live >> text=Live')
    mine.append(OTHER, said(OTHER, 20_000, 'user', 'Who is at work?', new Date()))
    await page.waitForSelector('section:has(h2:text("Working")) .member')
  })

  it('looks by itself only while no stream is open, says what it lost, and takes it up again', async () => {
    await page.clock.install()
    await mine.go('/now')
    await page.waitForSelector('.live >> text=Live')
    await page.waitForSelector('.member')
    // What came while it was coming up is read once more.
    await page.clock.runFor(4_000)
    await page.waitForTimeout(1500)
    world.asked.length = 0
    await page.clock.runFor(40_000)
    expect(world.asked).toEqual([])

    await page.route('**/v1/events', (route) => route.abort())
    await page.reload()
    await page.waitForSelector('.member')
    world.asked.length = 0
    await page.clock.runFor(6_000)
    await expect.poll(() => world.asked).toContain('fleet/show')

    await page.route('**/v1/**', (route) => route.abort())
    await page.clock.runFor(6_000)
    const bar = page.getByRole('alert')
    await bar.waitFor()
    expect(await bar.innerText()).toContain('the server does not answer')
    expect(await bar.locator('code').innerText()).toBe('daybook serve')
    expect(await page.locator('.member').count()).toBeGreaterThan(0)

    await page.unrouteAll()
    await page.clock.runFor(6_000)
    await page.waitForSelector('.live >> text=Live')
    await bar.waitFor({ state: 'detached' })
  })
})
