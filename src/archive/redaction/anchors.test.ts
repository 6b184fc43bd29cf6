import { expect, it } from 'vitest'
import { anchorScan } from './anchors.ts'
import { seeded } from '../../../test/random.ts'

const ANCHORS = ['AKIA', 'sk-', '://', 'token', '-----BEGIN '].map((text) => ({ text, ignoreCase: text === 'token' }))

function scanned(text: string): [string, number][] {
  const bytes = Buffer.from(text, 'latin1')
  const found: [string, number][] = []
  anchorScan(ANCHORS)(bytes, 0, bytes.length, (anchor, at) => found.push([ANCHORS[anchor]!.text, at]))
  return found.sort((a, b) => a[1] - b[1])
}

it('finds anchors at both ends, side by side, and in other cases where asked', () => {
  expect(scanned('sk-AKIAtOKENAKIA')).toEqual([
    ['sk-', 0],
    ['AKIA', 3],
    ['token', 7],
    ['AKIA', 12],
  ])
  expect(scanned('akia Sk- toke ken')).toEqual([])
})

it('finds them wherever they stand in many blocks, in order', () => {
  const filler = 'lorem ipsum '.repeat(10_000)
  for (const edge of [16_384, 32_768, 65_536, 120_000 - 8]) {
    for (let at = edge - 12; at <= edge + 8 && at + 5 <= filler.length; at++) {
      const text = `sk-${filler.slice(3, at)}toKen${filler.slice(at + 5)}`
      expect(scanned(text)).toEqual([
        ['sk-', 0],
        ['token', at],
      ])
    }
  }
})

it('searches something else while it tells what it found', () => {
  const scan = anchorScan(ANCHORS)
  const found: [string, number][] = []
  const outer = Buffer.from(`AKIA${'://'.repeat(30_000)}`, 'latin1')
  const inner = Buffer.from('sk-'.repeat(30_000), 'latin1')
  scan(outer, 0, outer.length, (anchor, at) => {
    if (at === 0)
      scan(inner, 0, inner.length, (innerAnchor, innerAt) => found.push([ANCHORS[innerAnchor]!.text, innerAt]))
    else found.push([ANCHORS[anchor]!.text, at])
  })
  const every = (text: string, from: number) => Array.from({ length: 30_000 }, (_, i) => [text, from + 3 * i])
  expect(found).toEqual([...every('sk-', 0), ...every('://', 4)])
})

it('finds what a search for each anchor finds', () => {
  const next = seeded(5)
  const letters = 'AKIsktoen-:/BEGIN '
  for (let round = 0; round < 2000; round++) {
    const pieces = Array.from({ length: 30 }, () =>
      next() < 0.3 ? ANCHORS[Math.floor(next() * ANCHORS.length)]!.text : letters[Math.floor(next() * letters.length)],
    )
    const text = pieces.join('')
    const expected = ANCHORS.flatMap(({ text: anchor, ignoreCase }) =>
      [...text.matchAll(new RegExp(`(?=${anchor})`, ignoreCase ? 'gi' : 'g'))].map(
        ({ index }) => [anchor, index] as const,
      ),
    ).sort((a, b) => a[1] - b[1])
    expect(scanned(text)).toEqual(expected)
  }
})
