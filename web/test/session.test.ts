import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAILING, LARGE, LARGE_PICTURE, PICTURED, failing, large, pictured, said } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('a session in a browser (skipped where there is no chromium)', () => {
  let world: World
  let demo: Served
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    demo = await world.demoToRead()
    mine = await world.own({ [LARGE]: large(50_000), [FAILING]: failing(), [PICTURED]: pictured() })
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

  it('shows what was said before its outline is there, and moves nothing when it comes', async () => {
    const places = (): Promise<string[]> =>
      page.$$eval('.prompt, .turn-head, .turn-head time, .call-head', (all) =>
        all.slice(0, 15).map((one) => {
          const { x, y, height } = one.getBoundingClientRect()
          return `${one.className} ${Math.round(x)} ${Math.round(y)} ${Math.round(height)}`
        }),
      )
    let give = (): void => {}
    const held = new Promise<void>((resolve) => (give = resolve))
    await page.route('**/v1/session/outline*', async (route) => {
      await held
      await route.continue()
    })
    await demo.go('/sessions/SESSION-003')
    await page.waitForSelector('.prompt')
    expect(await page.locator('.ribbon-bar').count()).toBe(0)
    const before = await places()
    give()
    await page.waitForSelector('.ribbon-bar')
    expect(await places()).toEqual(before)
    await page.unroute('**/v1/session/outline*')
  })

  it('has the hundreds of blocks of a long session on the page after the first of them, in the room that was theirs', async () => {
    const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight)
    let give = (): void => {}
    const held = new Promise<void>((resolve) => (give = resolve))
    await page.route('**/v1/session/transcript*', async (route) => {
      await held
      await route.continue()
    })
    await demo.go('/sessions')
    await mine.go(`/sessions/${LARGE}`)
    await page.waitForSelector('[data-block]')
    expect(await page.locator('[data-block]').count()).toBe(8)
    const before = await height()
    give()
    await page.waitForFunction(() => document.querySelectorAll('[data-block]').length === Math.ceil(50_000 / 64))
    // What was read by now is as high as it is, not as it was thought to be.
    expect(Math.abs((await height()) - before)).toBeLessThan(before / 10)
    await page.unroute('**/v1/session/transcript*')
  })

  it('asks once for what it opens at, by whatever name it is opened', async () => {
    world.asked.length = 0
    await mine.go(`/sessions/${LARGE.slice(0, 8)}`)
    await page.waitForSelector('.prompt')
    await page.waitForFunction(() => location.pathname !== '/sessions/5a5a5a5a')
    const asked = world.asked.filter((name) => name.startsWith('session/'))
    expect(asked.toSorted()).toEqual(['session/outline', 'session/show', 'session/transcript'])
  })

  it('keeps the prompt at hand in sight, and leads back to it', async () => {
    await demo.go('/sessions/SESSION-003')
    await page.waitForSelector('.prompt')
    expect(await page.locator('.current-prompt').count()).toBe(0)
    await page.mouse.wheel(0, 300)
    const prompt = page.locator('.current-prompt')
    await prompt.waitFor()
    expect(await prompt.innerText()).toMatch(/^1\s+the prompt at hand:\s+T-4: keep tide tables on disk/)
    await prompt.click()
    await page.waitForSelector('.prompt.arrived, .arrived .prompt')
  })

  it('says what is new since somebody looked, and goes there', async () => {
    await mine.go(`/sessions/${FAILING}`)
    await page.waitForSelector('.prompt')
    expect(await page.locator('.since').count()).toBe(0)
    await mine.go('/sessions')
    for (const i of [0, 1, 2]) {
      mine.append(FAILING, said(FAILING, 500 + i, 'assistant', [{ type: 'text', text: `unseen ${i}` }]))
    }
    await expect.poll(() => mine.run('session', 'messages', FAILING, '--newest', '--limit', '3')).toContain('unseen 2')
    await mine.go(`/sessions/${FAILING}`)
    await page.getByRole('button', { name: 'New 3' }).click()
    await page.waitForSelector('.since')
    expect(await page.locator('.since').innerText()).toMatch(/^new since you looked,/)
    expect(await page.locator('.since + [data-entry]').innerText()).toBe('unseen 0')
    expect((await page.locator('.since').boundingBox())!.y).toBeLessThan(800)
    await mine.go('/sessions')
    await mine.go(`/sessions/${FAILING}`)
    await page.waitForSelector('.prompt')
    expect(await page.getByRole('button', { name: 'New 3' }).count()).toBe(0)
  })

  it('t opens what was thought and closes it, f shows all of what is in focus', async () => {
    await demo.go('/sessions/SESSION-003')
    const thought = page.locator('button:has-text("Thought")').first()
    await thought.waitFor()
    expect(await thought.getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('t')
    expect(await thought.getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('t')
    expect(await thought.getAttribute('aria-expanded')).toBe('false')
    await page.getByRole('button', { name: 'git status -sb' }).focus()
    await page.keyboard.press('f')
    await page.waitForSelector('dialog[open][aria-label*="git status -sb"] pre')
    await page.keyboard.press('Escape')
  })

  it.each([1280, 390])('opens at its beginning in a window of %i px, and says there what it was for', async (width) => {
    await page.setViewportSize({ width, height: 800 })
    await demo.go('/sessions/SESSION-003')
    // It comes with the outline, above the first prompt.
    const tools = page.locator('.session-tools')
    await tools.getByText('on T-4 from').waitFor()
    await page.waitForSelector('.ribbon-bar')
    expect(await page.evaluate(() => window.scrollY)).toBe(0)
    const bar = (await page.locator('.session-bar').boundingBox())!
    expect((await tools.boundingBox())!.y).toBeGreaterThanOrEqual(bar.y + bar.height)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('has its outline in a sheet on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    await demo.go('/sessions/SESSION-003')
    await page.getByRole('button', { name: 'Outline' }).click()
    const sheet = page.locator('dialog[open]')
    const box = await sheet.boundingBox()
    expect([box!.x, box!.width, Math.round(box!.y + box!.height)]).toEqual([0, 390, 800])
    await sheet.locator('.outline-turn').nth(6).click()
    await sheet.waitFor({ state: 'detached' })
    await page.waitForSelector('.arrived .prompt')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('a call that failed says its command once, and all of it, on a phone as well', async () => {
    await demo.go('/sessions/SESSION-003')
    const failed = page.locator('.failed', { hasText: 'curl -sS https://tides.example/api/tables/8443970' })
    await failed.waitFor()
    await page.setViewportSize({ width: 390, height: 800 })
    expect(await failed.locator('.input').innerText()).toBe('description: See what the service sends')
    const line = failed.locator('.call-line .mono').last()
    expect(await line.innerText()).toBe('curl -sS https://tides.example/api/tables/8443970')
    expect(await line.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('the strip tells where one is, what was worked on and what happened, and goes by prompt', async () => {
    await demo.go('/sessions/SESSION-003')
    const strip = page.getByRole('slider', { name: 'Place in the session' })
    await expect.poll(() => strip.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d, prompt 1 of 11, T-4$/)
    expect(await strip.locator('text').allTextContents()).toContain('T-4')
    for (const kind of ['prompt', 'failure', 'commit', 'compaction'])
      expect(await strip.locator(`.${kind}-mark`).getAttribute('d'), kind).toMatch(/^M/)
    expect(await strip.locator('.turn-cost').getAttribute('d')).toMatch(/^M/)
    await strip.press('ArrowRight')
    await expect.poll(() => strip.getAttribute('aria-valuetext')).toMatch(/, prompt 2 of 11, T-4$/)
    await strip.press('End')
    await expect.poll(() => strip.getAttribute('aria-valuenow')).toBe('11')
    await page.waitForSelector('.arrived')
    const { x, y } = (await strip.boundingBox())!
    await page.mouse.click(x + 5, y + 30)
    await expect.poll(() => strip.getAttribute('aria-valuenow')).toBe('1')
  })

  it('shows pictures out of the archive to one who asks, and nothing that only claims to be one', async () => {
    await mine.go(`/sessions/${PICTURED}`)
    await page.getByRole('button', { name: 'show 3 pictures' }).click()
    await page.waitForSelector('.pictures img')
    const shown = await page.$$eval('.pictures img', (images) =>
      images.map((image) => [image.getAttribute('src')!.length, (image as HTMLImageElement).naturalWidth]),
    )
    expect(shown).toEqual([
      ['data:image/png;base64,'.length + 96, 1],
      ['data:image/jpeg;base64,'.length + LARGE_PICTURE.length, 0],
    ])
    await page.locator('.pictures button').first().click()
    await page.waitForSelector('dialog[open] img')
    await page.keyboard.press('Escape')
    expect(world.complaints).toEqual([])
  })

  it('shows pictures that a call brought, beside what it said', async () => {
    await mine.go(`/sessions/${PICTURED}`)
    const call = page.locator('[data-entry]', { hasText: 'eyes / shot' })
    await call.getByText('1 picture').waitFor()
    await call.getByRole('button').first().click()
    await call.getByText('taken').waitFor()
    await call.getByRole('button', { name: 'show 1 picture' }).click()
    const image = call.locator('.pictures img')
    await expect.poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(1)
  })

  it('shows a change side by side where there is room, and below one another where there is not', async () => {
    await demo.go('/sessions/SESSION-003')
    const change = page.locator('.diff', { has: page.locator('.taken-away') }).first()
    await change.waitFor()
    const told = await change.innerText()
    expect(await change.locator('table.split').count()).toBe(0)
    await page.setViewportSize({ width: 1440, height: 800 })
    const [gone, come] = [
      change.locator('.split .code.taken-away').first(),
      change.locator('.split .code.put-in').first(),
    ]
    await gone.waitFor()
    const [left, right] = [(await gone.boundingBox())!, (await come.boundingBox())!]
    expect([right.y, right.x > left.x + left.width - 1]).toEqual([left.y, true])
    await page.setViewportSize({ width: 1280, height: 800 })
    await change.locator('table.split').waitFor({ state: 'detached' })
    expect(await change.innerText()).toBe(told)
  })

  it('tells of a file what it came to in the end, by which calls, and each change on demand', async () => {
    await demo.go('/sessions/SESSION-003?panel=files')
    await page.locator('.file-head', { hasText: 'cache/reader.ts' }).first().click()
    const end = page.getByRole('region', { name: 'In the end' })
    await end.waitFor()
    const made = await end.getByRole('button', { name: 'changed at' }).count()
    expect(made).toBeGreaterThan(1)
    const pieces = await end.locator('.diff').count()
    await end.getByRole('button', { name: /^Each of \d+ changes$/ }).click()
    expect(await page.locator('.call-body .diff').count()).toBeGreaterThan(pieces)
    await end.getByRole('button', { name: 'changed at' }).first().click()
    await page.waitForSelector('.arrived')
    expect(await page.locator('.arrived').innerText()).toContain('reader.ts')
  })
})
