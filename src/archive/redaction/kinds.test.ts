import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KINDS } from './find-secrets.ts'
import { REPORTED_AS, SAMPLES } from './testing.ts'

it('are at least 27, and the page on redaction names each of them and no other', () => {
  const page = readFileSync(new URL('../../../docs/redaction.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((row) => row.startsWith('| `'))
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] as string).matchAll(/`([^`]+)`/g)].map((match) => match[1]),
  )
  expect(KINDS.length).toBeGreaterThanOrEqual(27)
  expect(named.sort()).toEqual(KINDS)
})

it('have samples that are reported under a kind that exists', () => {
  for (const name of Object.keys(SAMPLES)) expect(KINDS).toContain(REPORTED_AS[name] ?? name)
})
