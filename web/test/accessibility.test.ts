import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

const PATHS = [
  '/now',
  '/sessions',
  '/sessions/SESSION-003',
  '/sessions/SESSION-003?panel=files',
  '/sessions/SESSION-003?panel=usage',
  '/sessions/SESSION-003?panel=handoff',
  '/tickets',
  '/tickets?view=board',
  '/tickets/T-4',
  '/reports',
  '/reports?view=table&by=agent',
  '/search?q=table',
  '/search',
  '/settings/sources',
  '/settings/problems',
  '/settings/redactions',
  '/settings/retention',
  '/settings/access',
  '/settings/webhooks',
  '/settings/prices',
  '/settings/keys',
]

describe.skipIf(CHROMIUM === undefined)('accessibility (skipped where there is no chromium)', () => {
  let world: World
  let demo: Served
  let page: Page

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    demo = await world.demo()
    demo.run('token', 'create', 'ci')
    demo.run('webhook', 'add', 'http://127.0.0.1:9/told')
  }, 120_000)

  afterAll(() => world?.close())

  it.each(PATHS)(
    'U49 %s holds to the rules of accessibility, light and dark, and nothing scrolls sideways on a phone or enlarged twice',
    async (path) => {
      const found: unknown[] = []
      const look = async (width: number, colorScheme: 'light' | 'dark', rules: string[]): Promise<void> => {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: width === 640 ? 400 : 800 })
        await page.waitForTimeout(150)
        const axe = new AxeBuilder({ page })
        const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze()
        found.push(...violations.map(({ id, nodes }) => [width, colorScheme, id, nodes[0]?.html]))
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (over > 0) found.push([width, `${over} px too wide`])
      }
      await page.setViewportSize({ width: 1280, height: 800 })
      await demo.go(path)
      await page.waitForTimeout(250)
      await look(1280, 'light', [])
      await look(1280, 'dark', ['color-contrast'])
      // A window of 1280 at 200 %.
      await look(640, 'light', ['scrollable-region-focusable'])
      await look(390, 'dark', ['color-contrast', 'scrollable-region-focusable'])
      expect(found).toEqual([])
    },
    120_000,
  )
})
