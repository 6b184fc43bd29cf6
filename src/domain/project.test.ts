import { expect, it } from 'vitest'
import { normalizeOrigin, projectLabels } from './project.ts'

it.each([
  'https://github.com/acme/shop',
  'https://github.com/acme/shop.git',
  'https://github.com/acme/shop/',
  'https://ann:s3cret@GitHub.com:443/acme/shop.git',
  'https://x-access-token@github.com/acme/shop',
  'http://github.com:80/acme/shop',
  'ssh://git@github.com/acme/shop.git',
  'ssh://git@github.com:22/acme/shop.git',
  'ssh://git@ssh.github.com:443/acme/shop.git',
  'git+ssh://git@github.com/acme/shop',
  'git://github.com:9418/acme//shop.git',
  'git@github.com:acme/shop.git',
  'git@github.com:/acme/shop',
  'github.com:acme/shop',
  '  https://github.com/acme/shop?tab=readme#top ',
])('%s is github.com/acme/shop', (url) => {
  expect(normalizeOrigin(url)).toBe('github.com/acme/shop')
})

it('keeps a port that means another server, and the case of the path', () => {
  expect(normalizeOrigin('https://git.acme.test:8443/Team/Shop.git')).toBe('git.acme.test:8443/Team/Shop')
  expect(normalizeOrigin('ssh://git@git.acme.test:443/a/b')).toBe('git.acme.test:443/a/b')
  expect(normalizeOrigin('ssh://git@[2001:DB8::1]:22/a/b')).toBe('[2001:db8::1]/a/b')
})

it.each([
  '/srv/git/shop.git',
  '../shop',
  'file:///srv/git/shop.git',
  'C:\\code\\shop',
  'C:/code/shop',
  'ext::sh -c id',
  'https://github.com',
  '',
  'shop',
])('names nothing that another machine would know: %s', (url) => {
  expect(normalizeOrigin(url)).toBeUndefined()
})

it('never shows credentials, whatever signs they hold', () => {
  for (const secret of ['p@ss', 'p:ss', 'a@b:c@d']) {
    const name = normalizeOrigin(`https://ann:${secret}@github.com/acme/shop.git`)
    expect(name).toBe('github.com/acme/shop')
  }
  expect(normalizeOrigin('https://ann:/s3cret@github.com/acme/shop')).toBeUndefined()
  expect(normalizeOrigin('ann:s3@cret@github.com:acme/shop')).toBeUndefined()
})

it('calls projects that share a name by as much of their place as tells them apart', () => {
  const labels = projectLabels([
    { id: 'a', name: 'cli', identity: '/home/ana/acme/cli' },
    { id: 'b', name: 'cli', identity: '/home/bo/acme/cli' },
    { id: 'c', name: 'cli', identity: 'github.com/gull/cli' },
    { id: 'd', name: 'tide', identity: '/home/ana/tide' },
    { id: 'e', name: 'cli', identity: '9f31c2e0aa11' },
  ])
  expect([...labels]).toEqual([
    ['a', 'ana/acme/cli'],
    ['b', 'bo/acme/cli'],
    ['c', 'gull/cli'],
    ['e', 'cli 9f31c2e'],
    ['d', 'tide'],
  ])
})
