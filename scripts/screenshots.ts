import { join } from 'node:path'
import { statSync } from 'node:fs'
import { openWorld } from '../web/test/world.ts'

/** Takes the pictures of docs/screenshots anew, of the made-up history: `node scripts/screenshots.ts`. */
const FOLDER = join(import.meta.dirname, '..', 'docs', 'screenshots')
const MOST_BYTES = 150_000
const MARKED_MS = 2500

const world = await openWorld()
try {
  const { page } = world
  const demo = await world.demo()
  const take = async (name: string): Promise<void> => {
    const path = join(FOLDER, `${name}.png`)
    await page.screenshot({ path })
    const { size } = statSync(path)
    if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, ${MOST_BYTES} is the most`)
    process.stdout.write(`${path} ${size}\n`)
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await demo.go('/search?q=%22stale+table%22&failed=1')
    await page.locator('.hit').last().click()
    await page.waitForSelector('.arrived')
    await page.waitForTimeout(MARKED_MS)
    await take(`session-${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  for (const [name, address] of [
    ['reports', '/reports'],
    ['now', '/now'],
  ] as const) {
    await demo.go(address)
    await page.waitForTimeout(MARKED_MS)
    await take(`${name}-light`)
  }
} finally {
  const browser = world.page.context().browser()
  await world.close()
  await browser?.close()
}
