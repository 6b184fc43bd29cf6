import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ORIGINS, originsPage } from '../scripts/origins-page.ts'
import { shownByTests, testNames } from '../scripts/origins/shown.ts'

const docs = new URL('../docs/', import.meta.url)
const written = readFileSync(new URL('origins.md', docs), 'utf8')
const rows = [...written.matchAll(/^\| ([MGFU]\d+) +\|(.*)\|$/gm)].map(([, number = '', rest = '']) => ({
  number,
  rest,
}))
/** The file that the page names for each number it says works. */
const claims = new Map(
  rows.flatMap(({ number, rest }) => {
    const file = /`([^`]+)` *$/.exec(rest)?.[1]
    return file === undefined ? [] : [[number, file] as const]
  }),
)
const working = [...claims.keys()]

describe('docs/origins.md', () => {
  it('says what the tables say; node scripts/origins-page.ts writes it anew', () => {
    expect(written).toBe(originsPage(new Map([...claims].map(([number, file]) => [number, [{ file, name: '' }]]))))
  })

  it('has every number of every origin, once, in order', () => {
    const all = ORIGINS.flatMap(({ letter, count }) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`))
    expect(rows.map(({ number }) => number)).toEqual(all)
    expect(all).toHaveLength(49 + 47 + 67 + 51)
    expect(ORIGINS.flatMap((origin) => origin.rows).filter((row) => Object.values(row).includes(''))).toEqual([])
  })

  it('claims no number that is in no test’s name in the file it names', () => {
    const shown = shownByTests()
    expect([...claims].filter(([number, file]) => !shown.get(number)?.some((test) => test.file === file))).toEqual([])
  })

  it('M39 G44 U39 counts as working what those origins wanted tests of', () => {
    const wanted =
      'M2 M3 M4 M6 M7 M12 M14 M20 M21 M22 M32 M34 G18 G19 G20 G21 G22 G25 G34 U12 U15 U18 U20 U24 U25 U26 U28 U43'
    expect(wanted.split(' ').filter((number) => !working.includes(number))).toEqual([])
  })

  it.each(ORIGINS.map(({ id, name }) => [name, id]))(
    'M38 G47 has a page for people who come from %s: how it works, names, differences, troubleshooting',
    (_, id) => {
      const page = readFileSync(new URL(`origins/${id}.md`, docs), 'utf8')
      const headings = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1])
      expect(headings).toEqual(['How it works', 'Names', 'Different on purpose', 'Troubleshooting'])
      expect(page).toContain('```sh\ndaybook ')
    },
  )
})

describe('names of tests', () => {
  it('are read from it, it.each, describe and over lines, and from nothing else', () => {
    const source = [
      `it('M1 one', () => {})`,
      `it.each(['M2'])('M3 two: %s', async (x) => {})`,
      `it(\n  'M4 it’s "three"',\n  async () => {},\n)`,
      `describe('U1 four', () => {})`,
      `it.skip('M9 not run', 7)`,
      `expect('M5').toBe('M6')`,
      `const M7 = call('M8')`,
    ].join('\n')
    expect(testNames(source)).toEqual(['M1 one', 'M3 two: %s', 'M4 it’s "three"', 'U1 four'])
  })
})
