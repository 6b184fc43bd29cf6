import { expect, it } from 'vitest'
import { entryId, parseEntryId } from './ids.ts'

it('the id of an entry is the digits of its time and of its hash, and gives both back', () => {
  const times = [0, 35, 36 ** 5 - 1, 36 ** 5, Date.UTC(2026, 10, 27, 21, 41, 48, 7), 36 ** 9 - 1]
  const hashes = [0, 1, 36 ** 5 - 1, 36 ** 5, 2 ** 48 - 1]
  for (const atMs of times) {
    for (const hash of hashes) {
      const hashLow = hash % 36 ** 5
      const id = entryId(atMs, hash)
      expect(id).toBe(`e${atMs.toString(36).padStart(9, '0')}${hashLow.toString(36).padStart(5, '0')}`)
      expect(parseEntryId(id)).toEqual({ atMs, hashLow })
    }
  }
  expect(entryId(-1, 0)).toBe('e00000000000000')
})
