import { expect, it } from 'vitest'
import { storyPage, toldAnew } from './story.ts'

it('F65 docs/story.md prints what its commands print, a crash included; node test/story.ts writes it anew', async () => {
  const page = storyPage()
  expect(page.match(/^\$ daybook /gm)?.length).toBeGreaterThan(8)
  expect(await toldAnew(page)).toBe(page)
})
