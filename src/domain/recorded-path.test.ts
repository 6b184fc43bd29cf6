import { describe, expect, it } from 'vitest'
import { absolutePath, comparablePath, pathWithin, plainPath } from './recorded-path.ts'

describe('a path that an agent recorded', () => {
  it.each([
    ['/home/ada/orchard', '/home/ada/orchard'],
    ['/Users/ada/My Proj', '/Users/ada/My Proj'],
    ['C:\\Users\\ada\\orchard', 'C:\\Users\\ada\\orchard'],
    ['c:/Users/ada/orchard', 'C:\\Users\\ada\\orchard'],
    ['\\\\?\\C:\\Users\\ada', 'C:\\Users\\ada'],
    ['\\\\?\\UNC\\mill\\wheat\\a', '\\\\mill\\wheat\\a'],
    ['//mill/wheat/a', '\\\\mill\\wheat\\a'],
    ['\\\\wsl$\\Ubuntu\\home\\ada', '\\\\wsl.localhost\\Ubuntu\\home\\ada'],
    ['file:///C:/Users/ada/My%20Proj', 'C:\\Users\\ada\\My Proj'],
    ['file:///home/ada/%C3%BCn', '/home/ada/ün'],
    ['file:///home/ada/100%', '/home/ada/100%'],
    ['file://mill/wheat/a', '\\\\mill\\wheat\\a'],
    ['src\\a.ts', 'src\\a.ts'],
    ['odd\\name', 'odd\\name'],
    ['', ''],
  ])('%s is kept as %s', (path, kept) => {
    expect(plainPath(path)).toBe(kept)
    expect(plainPath(kept)).toBe(kept)
  })

  it('is another with other letters only where its system tells them apart', () => {
    expect(comparablePath('c:\\Users\\Ada')).toBe(comparablePath('C:/users/ada'))
    expect(comparablePath('/Users/Ada')).not.toBe(comparablePath('/Users/ada'))
  })

  it.each([
    ['/code/orchard', 'src/a.ts', '/code/orchard/src/a.ts'],
    ['/code/orchard', '../mill/./a.ts', '/code/mill/a.ts'],
    ['/', '../a', '/a'],
    ['/code', 'odd\\name', '/code/odd\\name'],
    ['C:\\code\\orchard', 'src/a.ts', 'C:\\code\\orchard\\src\\a.ts'],
    ['C:\\code\\orchard', '..\\..\\..\\a', 'C:\\a'],
    ['c:\\', 'a', 'C:\\a'],
    ['\\\\mill\\wheat', '../../a', '\\\\mill\\wheat\\a'],
    ['file:///C:/code', 'a', 'C:\\code\\a'],
    ['C:\\code', '/home/ada/a', '/home/ada/a'],
    ['', 'a', 'a'],
  ])('%s and %s make %s', (folder, path, whole) => {
    expect(absolutePath(folder, path)).toBe(whole)
  })

  it.each([
    ['/code', '/code/a/b', 'a/b'],
    ['/code/', '/code', ''],
    ['/code', '/coder', undefined],
    ['/', '/a', 'a'],
    ['C:\\code', 'c:/Code/a/B', 'a/B'],
    ['C:\\', 'c:\\a', 'a'],
    ['C:\\code', '/code/a', undefined],
  ])('from %s, %s is %s', (folder, path, within) => {
    expect(pathWithin(folder, path)).toBe(within)
  })
})
