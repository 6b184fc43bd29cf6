import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import config from '../vitest.config.ts'

it('G46 a whole run of the tests fails below four fifths of statements, branches, functions or lines', () => {
  const { thresholds, include } = (config as { test: { coverage: { thresholds: object; include: string[] } } }).test
    .coverage
  expect(Object.keys(thresholds).toSorted()).toEqual(['branches', 'functions', 'lines', 'statements'])
  for (const share of Object.values(thresholds)) expect(share).toBeGreaterThanOrEqual(80)
  expect(include).toEqual(['src/**/*.ts'])
  expect(readFileSync(new URL('../scripts/test.mjs', import.meta.url), 'utf8')).toContain(`: ['--coverage']`)
})
