import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'

it('the program holds ASCII only: it is read byte by byte', async () => {
  const root = join(import.meta.dirname, '..')
  const { files } = await bundle(root, join(root, 'dist'))
  const programs = files.filter(({ path }) => /program-\w+\.js$/.test(path)).map(({ contents }) => String(contents))
  expect(programs).toHaveLength(2)
  for (const program of programs) expect(program).toMatch(/^[\0-\x7f]+$/)
  expect(programs.join('')).toContain('/[\\u00b7\\u2013\\u2026')
})

it('a thread knows where it lies, so that it can start another beside itself', async () => {
  const root = join(import.meta.dirname, '..')
  const { files } = await bundle(root, join(root, 'dist'))
  const threads = files.filter(({ path }) => path.endsWith('-worker.js'))
  expect(threads).toHaveLength(3)
  for (const { contents } of threads) expect(Buffer.from(contents).includes('import_meta')).toBe(false)
})
