import { expect, it } from 'vitest'
import { nearest } from './suggest.ts'

it.each([
  ['sacn', 'scan'],
  ['sc', 'scan'],
  ['Scna', 'scan'],
  ['sesion', 'session'],
  ['purple', undefined],
])('%s is taken for %s', (typed, meant) => {
  expect(nearest(typed, ['scan', 'session', 'usage'])).toBe(meant)
})

it('a swap of two letters is nearer than two replacements', () => {
  expect(nearest('abdc', ['abxy', 'abcd'])).toBe('abcd')
  expect(nearest('ba', ['ab'])).toBe('ab')
})
