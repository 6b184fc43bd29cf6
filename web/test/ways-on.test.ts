import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { said } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

const SAID = 'cccccccc-0000-4000-8000-000000000001'

describe.skipIf(CHROMIUM === undefined)(
  'what has nothing to show leads on (skipped where there is no chromium)',
  () => {
    let world: World
    let empty: Served
    let mine: Served
    let page: Page

    beforeAll(async () => {
      world = await openWorld()
      page = world.page
      empty = await world.own({})
      mine = await world.own({
        [SAID]:
          said(SAID, 0, 'user', 'Where is the harbour?') +
          said(SAID, 60, 'assistant', [{ type: 'text', text: 'By the sea.' }]),
      })
      mine.run('session', 'create', '--id', 'by-hand', '--title', 'Made by hand')
    }, 120_000)

    afterAll(() => world?.close())

    const notice = () => page.locator('main .notice')

    /** Runs a command that the page shows. @returns what it printed */
    const paste = (served: Served, line: string): string => {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
      expect(words[0]).toBe('daybook')
      return served.run(...words.slice(1))
    }

    it.each(['/now', '/sessions', '/search', '/reports'])(
      '%s of an empty store names a command that reads what is there',
      async (path) => {
        await empty.go(path)
        await page.getByText(/^No (?:session|work) is recorded yet/).waitFor()
        const lines = await notice().locator('code').allInnerTexts()
        expect(lines).toEqual(['daybook scan', 'daybook setup'])
        paste(empty, lines[0]!)
        expect(await page.getByText('Where today went').count()).toBe(0)
      },
    )

    it.each([
      ['/nowhere', 'there is no page /nowhere', 'Go to Now', /\/now$/],
      ['/sessions/SESSION-404', 'no session "SESSION-404"', 'All sessions', /\/sessions$/],
      ['/tickets/T-99', 'no ticket "T-99"', 'All tickets', /\/tickets$/],
      [`/sessions/${SAID}?panel=nothing`, 'there is no part "nothing"', 'Its transcript', /\/sessions\/[^?]+$/],
      [`/sessions/${SAID}?panel=files`, 'This session changed no file', 'Its transcript', /\/sessions\/[^?]+$/],
      [`/sessions/${SAID}?panel=commits`, 'No commit of this session', 'Its transcript', /\/sessions\/[^?]+$/],
      ['/sessions/by-hand', 'Nothing is recorded of what was said', 'What was logged of it', /panel=log$/],
      ['/search?q=harbour&failed=1', 'Nothing recorded has harbour', 'Search everything for it', /q=harbour$/],
      [
        '/search?q=harb%20whe',
        'Nothing recorded has harb whe',
        'Search for words that begin so: harb* whe*',
        /q=harb\*\+whe\*$/,
      ],
      ['/search?q=%22a%20zebra%22', 'Nothing recorded has "a zebra"', 'What can be searched for', /\/search$/],
    ])('%s says what is not there, and one link leads to what is', async (path, says, link, to) => {
      await page.goto(mine.url + path)
      await notice().waitFor()
      expect(await notice().innerText()).toContain(says)
      await notice().getByRole('link', { name: link }).click()
      await page.waitForURL(to)
      await page.waitForSelector('main h1')
      await page.getByText(says).waitFor({ state: 'detached' })
    })

    it('what a search with beginnings finds is shown', async () => {
      await mine.go('/search?q=harb%20whe')
      await notice().getByRole('link').click()
      await page.waitForSelector('.hit mark')
    })

    it.each([
      ['/sessions?q=zebra', 'Show all sessions', '.sessions li'],
      ['/sessions?agent=zebra', 'Show all sessions', '.sessions li'],
      ['/sessions?since=2001-99-01', 'Show all sessions', '.sessions li'],
      ['/reports?since=2001-01-01&until=2001-01-02', 'Show all that is recorded', '.headline-figure'],
      ['/reports?since=2001-99-01', 'Show all that is recorded', '.headline-figure'],
      ['/reports?by=zebra', 'Show all that is recorded', '.headline-figure'],
    ])(
      '%s has one button that shows what there is, and none that asks for the same again',
      async (path, button, shown) => {
        await mine.go(path)
        await notice().waitFor()
        expect(await notice().getByRole('button').allInnerTexts()).toEqual([button])
        await notice().getByRole('button', { name: button }).click()
        await page.locator(shown).first().waitFor()
      },
    )

    it('tickets: filters are taken away by a button, and where there is none a command makes one', async () => {
      await mine.go('/tickets')
      const line = await notice().locator('code').first().innerText()
      await mine.go('/tickets?q=zebra&open=1')
      await notice().getByRole('button', { name: 'Show all tickets' }).click()
      await page.waitForURL(/\/tickets$/)
      paste(mine, line)
      await page.getByRole('link', { name: 'T-1' }).waitFor()
      await mine.go('/tickets?q=zebra&open=1')
      await notice().getByRole('button', { name: 'Show all tickets' }).click()
      await page.getByRole('link', { name: 'T-1' }).waitFor()
    })

    it('a session without a handoff names the command that makes one', async () => {
      await mine.go(`/sessions/${SAID}?panel=handoff`)
      await page.getByText('No handoff was made of this session.').waitFor()
      paste(mine, await notice().locator('code').innerText())
      await notice().waitFor({ state: 'detached' })
      await page.locator('.handoff').waitFor()
    })

    it('each command that an error shows, pasted, works', async () => {
      for (const path of ['/sessions/SESSION-404', '/tickets/T-99']) {
        await page.goto(mine.url + path)
        paste(mine, await notice().locator('code').first().innerText())
      }
    })

    it('a browser that is not signed in is told what to type, on a phone as well', async () => {
      const signedOut = await page
        .context()
        .browser()!
        .newPage({ viewport: { width: 390, height: 800 } })
      try {
        await signedOut.goto(`${mine.url}/now`)
        expect(await signedOut.locator('h1').innerText()).toBe('Not signed in')
        expect(await signedOut.locator('pre').innerText()).toBe('daybook open')
        expect(await signedOut.evaluate(() => [innerWidth, document.documentElement.scrollWidth])).toEqual([390, 390])
        await signedOut.goto(/http:\S+/.exec(mine.run('open', '--no-browser'))![0])
        await signedOut.waitForSelector('main h1')
      } finally {
        await signedOut.close()
      }
    })
  },
)
