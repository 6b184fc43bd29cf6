import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAILING, failing, said } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

describe.skipIf(CHROMIUM === undefined)('the pages in a browser (skipped where there is no chromium)', () => {
  let world: World
  let demo: Served
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    demo = await world.demoToRead()
    mine = await world.own({ [FAILING]: failing() })
  }, 120_000)

  afterAll(() => world?.close())

  it('goes by keyboard from page to page, into a session, to its prompts and back', async () => {
    await demo.go('/now')
    await page.keyboard.type('gs')
    await page.waitForSelector('.sessions li')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.prompt')
    expect(new URL(page.url()).pathname).toBe('/sessions/SESSION-003')
    await page.waitForSelector('.outline-turn')
    await page.keyboard.press('J')
    await page.waitForFunction(() => location.hash.startsWith('#e-'))
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open]')
    expect(await page.locator('dialog').innerText()).toContain('next prompt')
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog[open]', { state: 'detached' })
    await page.keyboard.press('u')
    await page.waitForSelector('.sessions li')
    await page.keyboard.press('/')
    await page.waitForSelector('.search-field:focus')
    expect(new URL(page.url()).pathname).toBe('/search')
  })

  it('leads from the page that opens first to the place in an own old session in two clicks and a few words', async () => {
    await mine.go('/')
    await page.getByRole('link', { name: 'Search' }).first().click()
    await page.waitForSelector('.search-field:focus')
    await page.keyboard.type('"part 2, line 45"')
    await page.locator('.hit', { hasText: 'part 2, line 45' }).first().click()
    await page.waitForSelector('.arrived')
    expect(await page.title()).toMatch(/go on with part 1 – Daybook$/)
    expect(await page.locator('.arrived').innerText()).toContain('make part 2')
  })

  it('a row in focus, and a time outside of rows, tells its time to the second, here and in UTC', async () => {
    const told = page.locator('.exact-time')
    for (const [path, rows] of [
      ['/now', '.late-row a'],
      ['/sessions', '.sessions li a'],
      ['/search?q=table', '.hit'],
      ['/now', '.member a'],
      ['/sessions/SESSION-003', '.session-facts time'],
      ['/sessions/SESSION-003', '.session-facts time + time'],
    ] as const) {
      await demo.go(path)
      await page.locator(rows).first().waitFor()
      expect(await told.count()).toBe(0)
      await page.locator(rows).first().focus()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Shift+Tab')
      await told.waitFor()
      expect(await told.innerText(), path).toMatch(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/,
      )
      await page.mouse.click(2, 400)
      await told.waitFor({ state: 'detached' })
    }
  })

  it('Ctrl K takes what is typed at once, and goes there', async () => {
    await demo.go('/now')
    await page.waitForSelector('.member')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('T-4')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/tickets\/T-4$/)
  })

  it('keys that the page shows do what they say: v, f, N from the end, ! to the first that needs me', async () => {
    await demo.go('/reports')
    await page.keyboard.press('v')
    await page.waitForSelector('table caption >> text=Cost by day')
    await page.route('**/v1/fleet/show', async (route) => {
      const response = await route.fetch()
      const fleet = await response.json()
      fleet.items[1].needsYou = true
      await route.fulfill({ response, json: fleet })
    })
    await page.keyboard.press('!')
    await page.waitForSelector('#needs [data-row]:focus')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await mine.go(`/sessions/${FAILING}`)
    await page.waitForSelector('.prompt')
    await page.keyboard.press('G')
    await page.getByText('after failure 2, step 79', { exact: true }).waitFor()
    await page.keyboard.press('N')
    await page.waitForSelector('[data-entry] button:focus >> text=make part 2')
    await page.keyboard.press('f')
    await page.waitForSelector('dialog[open] pre >> text=part 2, line 45')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    const groups = await page.locator('dialog h3').allInnerTexts()
    expect(groups).toEqual(['Transcript', 'Session', 'Everywhere'])
    await page.keyboard.press('Escape')
  })

  it('what is typed into the search of a list stays as it was typed, and is asked for when somebody stops', async () => {
    const typed = 'offline tide '
    // A search takes less time than the next key: it asks for each word as it grows, once.
    const asks: [path: string, most: number][] = [
      ['/tickets', typed.length - 1],
      ['/sessions', typed.length - 1],
      ['/search?q=tide', typed.length],
    ]
    for (const [path, most] of asks) {
      await demo.go(path)
      const field = page.locator('main input[type=search]')
      await field.fill('tables')
      await page.waitForURL(/q=tables/)
      await field.press('Home')
      world.asked.length = 0
      await page.keyboard.type(typed, { delay: 15 })
      await page.waitForURL(/q=offline\+tide\+tables/)
      expect(await field.inputValue()).toBe('offline tide tables')
      expect(world.asked.length, `${path}: ${world.asked.join()}`).toBeLessThanOrEqual(most)
    }
  })

  it('a search is asked for once, before the address has it, and shows nothing that other words had found', async () => {
    await demo.go('/search')
    await page.getByText(/can be found, in [\d,]+ entries:/).waitFor()
    const field = page.locator('.search-field')
    await field.fill('tide')
    await page.waitForSelector('[aria-busy=false] .hit mark')
    await field.fill('')
    await page.waitForSelector('.hit', { state: 'detached' })
    const held = Promise.withResolvers<void>()
    await page.route('**/v1/search', async (route) => {
      await held.promise
      await route.continue()
    })
    await page.evaluate(() => {
      const fetched = window.fetch
      window.fetch = (...asked) => {
        document.body.dataset['addresses'] = `${document.body.dataset['addresses'] ?? ''} ${location.search}`
        return fetched(...asked)
      }
    })
    try {
      world.asked.length = 0
      // At one moment: on a busy machine keys that are pressed come farther apart than the page waits for the next.
      await field.evaluate((input: HTMLInputElement, text) => {
        const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!
        for (let length = 1; length <= text.length; length++) {
          set!.call(input, text.slice(0, length))
          input.dispatchEvent(new Event('input', { bubbles: true }))
        }
      }, 'table')
      await page.waitForURL(/q=table/)
      await page.getByText('Reading the index').waitFor({ state: 'attached' })
      expect(await page.locator('.hit').count()).toBe(0)
      await field.press('s')
      await page.waitForURL(/q=tables/)
      held.resolve()
      await page.waitForSelector('[aria-busy=false] .hit mark')
    } finally {
      await page.unrouteAll({ behavior: 'ignoreErrors' })
    }
    expect(await page.locator('body').getAttribute('data-addresses')).toBe('  ?q=table')
    expect(world.asked).toEqual(['search', 'search'])
  })

  it('of a long list those rows are on the page that are in sight, of few elements, and they change once in eight', async () => {
    const session = (n: number): string => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`
    const all = Array.from({ length: 190 }, (_, n) => session(n))
    const many = await world.own(Object.fromEntries(all.map((id, n) => [id, said(id, n * 60, 'user', `task ${n}`)])))
    await many.go('/sessions')
    await page.getByText('task 189', { exact: true }).waitFor()
    await page.evaluate(() => {
      const list = document.querySelector('.in-sight')!
      const count = (): void =>
        void (document.body.dataset['changes'] = `${Number(document.body.dataset['changes'] ?? 0) + 1}`)
      new MutationObserver(count).observe(list, { childList: true })
    })
    for (let row = 0; row < 40; row++) {
      await page.evaluate(() => new Promise((done) => (scrollBy(0, 32), requestAnimationFrame(() => setTimeout(done)))))
    }
    const changes = Number(await page.locator('body').getAttribute('data-changes'))
    expect(changes).toBeGreaterThanOrEqual(40 / 8 - 1)
    expect(changes).toBeLessThanOrEqual(40 / 8 + 1)
    const shown = await page.locator('.sessions li').evaluateAll((rows) => ({
      rows: rows.length,
      mostElements: Math.max(...rows.map((row) => row.querySelectorAll('*').length)),
    }))
    expect(shown.rows).toBeLessThanOrEqual(65)
    expect(shown.mostElements).toBeLessThanOrEqual(13)
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await page.getByText('task 0', { exact: true }).waitFor()
    expect(await page.getByText('task 0', { exact: true }).isVisible()).toBe(true)
    await page.getByRole('link', { name: / task 0$/ }).click()
    await page.waitForSelector('.prompt')
    await page.goBack()
    await page.getByText('task 0', { exact: true }).waitFor()
  })

  it('the command that makes a first ticket makes one', async () => {
    await mine.go('/tickets')
    const line = await page.locator('.command code').first().innerText()
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
    expect(words[0]).toBe('daybook')
    mine.run(...words.slice(1))
    await page.getByRole('link', { name: 'T-1' }).waitFor()
  })
})
