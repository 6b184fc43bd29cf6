import { expect, it } from 'vitest'
import { programFolders } from './program-folders.ts'

it.each([
  ['/usr/bin:/bin', null, ['/usr/bin', '/bin']],
  ['.::bin:./x:~/bin:/usr/bin', null, ['/usr/bin']],
  ['/code/shop/node_modules/.bin:/code/node_modules/.bin:/usr/bin', null, ['/usr/bin']],
  ['/code/shop/bin:/code/shop/:/code/shopping/bin:/code/x/../shop/bin', '/code/shop/', ['/code/shopping/bin']],
  ['/usr/bin', '/', ['/usr/bin']],
])('of %s, in %s, only folders said in full that no project brings along', (path, project, folders) => {
  expect(programFolders(path, 'linux', project)).toEqual(folders)
})

it('knows how Windows says a folder in full', () => {
  const path = String.raw`C:\Windows;bin;\x;C:\Code\Shop\bin;C:\code\other\Node_Modules\.bin;\\host\bin`
  expect(programFolders(path, 'win32', String.raw`c:\code\shop`)).toEqual([
    String.raw`C:\Windows`,
    String.raw`\\host\bin`,
  ])
})
