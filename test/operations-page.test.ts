import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { catalogueTypes } from '../scripts/catalogue-types.ts'
import { operationsPage } from '../scripts/operations-page.ts'
import { OPERATIONS } from '../src/operations/index.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('docs/operations.md says what the catalogue says; node scripts/operations-page.ts writes it anew', async () => {
  expect(read('../docs/operations.md')).toBe(await operationsPage())
})

it('src/operations/catalogue-types.ts has the type of every operation; node scripts/operations-page.ts writes it anew', () => {
  const types = catalogueTypes()
  expect(read('../src/operations/catalogue-types.ts')).toBe(types)
  for (const { name } of OPERATIONS) expect(types).toMatch(new RegExp(`^  '?${name}'?: typeof \\w+$`, 'm'))
})
