import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Objects that live through a few collections make a young generation grow; timers run in between. */
const PROGRAM = `
import { getHeapSpaceStatistics } from 'node:v8'
import { keepNurserySmall } from ${JSON.stringify(new URL('nursery.ts', import.meta.url).href)}
const sizeMb = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 1024 / 1024
async function churn() {
  let kept = []
  for (let i = 0; i < 60; i++) {
    for (let n = 0; n < 60_000; n++) kept.push({ place: n, of: [n] })
    if (kept.length > 600_000) kept = []
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return sizeMb()
}
keepNurserySmall()
process.stdout.write(String(await churn()))
`

test('the young generation of the first thread soon stops growing', () => {
  const run = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { encoding: 'utf8' })
  expect(Number(run)).toBeLessThan(20)
})
