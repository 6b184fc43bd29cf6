import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record, said } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

const SESSION = 'dddddddd-0000-4000-8000-000000000001'
const WHOLE = 'dddddddd-0000-4000-8000-000000000002'

/** As many records as the page reads at a time: what comes next stands in a block of its own. */
function block(): string {
  return Array.from({ length: 64 }, (_, i) =>
    i === 0 ? said(WHOLE, i, 'user', 'Go on') : said(WHOLE, i, 'assistant', [{ type: 'text', text: `step ${i}` }]),
  ).join('')
}

/** A prompt, a compaction, and a quarter of an hour in which nothing came. */
function compacted(): string {
  const text = (number: number, words: string): string =>
    said(SESSION, number, 'assistant', [{ type: 'text', text: words }])
  const metadata = { trigger: 'auto', preTokens: 168_000 }
  return [
    said(SESSION, 0, 'user', 'Cache the tables'),
    text(10, 'The first half is done.'),
    record(SESSION, 20, { type: 'system', subtype: 'compact_boundary', content: '', compactMetadata: metadata }),
    text(30, 'On with the second half.'),
    text(930, 'All of it is done.'),
  ].join('')
}

describe.skipIf(CHROMIUM === undefined)('lines between entries (skipped where there is no chromium)', () => {
  let world: World
  let mine: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    mine = await world.own({ [SESSION]: compacted() })
    mine.run('ticket', 'create', 'Cache tide tables', '--no-parent')
    mine.run('attach', 'T-1', '--session', SESSION)
    mine.run('session', 'handoff', '--session-id', SESSION)
  }, 120_000)

  afterAll(() => world?.close())

  it('of a compaction, an idle stretch, another ticket, a handoff and what is new are told apart by word, by shape and by look', async () => {
    await mine.go(`/sessions/${SESSION}`)
    await page.waitForSelector('.line.handed')
    await mine.go('/sessions')
    mine.append(SESSION, said(SESSION, 1_000, 'assistant', [{ type: 'text', text: 'Unseen.' }], new Date()))
    await expect.poll(() => mine.run('session', 'messages', SESSION, '--newest')).toContain('Unseen.')
    await mine.go(`/sessions/${SESSION}`)
    await page.waitForSelector('.line.since')
    await page.waitForSelector('.line.handed')
    const lines = await page.locator('.transcript .line').evaluateAll((all) =>
      all.map((line) => {
        const rule = getComputedStyle(line, '::after')
        const { color, fontWeight } = getComputedStyle(line)
        return {
          says: (line as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim(),
          shape: line.querySelector('svg')?.innerHTML ?? '',
          look: [color, fontWeight, rule.borderTopStyle, rule.borderTopWidth, rule.borderTopColor].join(),
        }
      }),
    )
    expect(lines.map(({ says }) => says.replaceAll(/\d\d:\d\d|\b\w{3} (?=\d)/g, '').trim())).toEqual([
      expect.stringMatching(/^Compacted .*168k/),
      'idle 15m',
      expect.stringMatching(/^idle \d+h/),
      expect.stringMatching(/^on T-1 from/),
      expect.stringMatching(/^handoff offered/),
      expect.stringMatching(/^new since you looked,/),
    ])
    for (const aspect of ['shape', 'look'] as const) {
      expect(new Set(lines.map((line) => line[aspect])).size, aspect).toBe(5)
    }
    expect(lines.every(({ shape }) => shape !== '')).toBe(true)
    // They are no rows: their times take the focus, and tell themselves to the second.
    for (const line of ['switch', 'handed', 'since']) {
      const time = page.locator(`.line.${line} time`)
      await time.focus()
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Tab')
      await page.waitForSelector('.exact-time')
      expect(await page.locator('.exact-time').innerText()).toBe(await time.getAttribute('title'))
    }
  })

  it('between what is read at a time and what is read next are shown as well', async () => {
    const own = await world.own({ [WHOLE]: block() })
    own.run('ticket', 'create', 'Cache tide tables', '--no-parent')
    own.run('attach', 'T-1', '--session', WHOLE)
    own.run('session', 'handoff', '--session-id', WHOLE)
    await own.go(`/sessions/${WHOLE}`)
    await page.waitForSelector('.line.handed')
    await own.go('/sessions')
    own.append(WHOLE, said(WHOLE, 1_000, 'assistant', [{ type: 'text', text: 'Unseen.' }], new Date()))
    await expect.poll(() => own.run('session', 'messages', WHOLE, '--newest')).toContain('Unseen.')
    await own.go(`/sessions/${WHOLE}`)
    await page.locator('[data-block$="-64"]').getByText('Unseen.').waitFor()
    const between = page.locator('[data-block$="-64"] .line')
    await expect
      .poll(() => between.evaluateAll((all) => all.map((line) => (line as HTMLElement).innerText.trim())))
      .toEqual([
        expect.stringMatching(/^idle /),
        expect.stringMatching(/^on T-1 from/),
        expect.stringMatching(/^handoff offered/),
        expect.stringMatching(/^new since you looked,/),
      ])
    expect(await page.locator('.transcript .line').count()).toBe(4)
  }, 60_000)
})
