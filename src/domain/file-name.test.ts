import { describe, expect, it } from 'vitest'
import { fileName, idInFileName } from './file-name.ts'

describe('an id as the name of a file', () => {
  it.each([
    ['inv-1', 'inv-1'],
    ['a/b', 'a%2fb'],
    ['..', '%..'],
    ['', '%'],
    ['../../etc', '..%2f..%2fetc'],
    ['Fähre 7%', 'F%c3%a4hre%207%25'],
  ])('%s is %s, and is read back', (id, name) => {
    expect(fileName(id)).toBe(name)
    expect(idInFileName(name)).toBe(id)
  })

  it('that somebody else gave stands for itself', () => {
    expect(idInFileName('100%')).toBe('100%')
    expect(idInFileName('plain')).toBe('plain')
  })
})
