import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { operationsPage } from '../scripts/operations-page.ts'

it('docs/operations.md says what the catalogue says; node scripts/operations-page.ts writes it anew', async () => {
  const written = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8')
  expect(written).toBe(await operationsPage())
})
