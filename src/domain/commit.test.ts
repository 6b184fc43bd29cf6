import { describe, expect, it } from 'vitest'
import { type AtWork, type Commit, commitsOf } from './commit.ts'
import { isDirty, shortStatus } from './work-tree.ts'

const commit = (hash: string, minute: number, ...files: string[]): Commit => ({
  hash: hash.repeat(40),
  subject: hash,
  at: `2026-11-20T09:${minute}:00.000Z`,
  files,
})
const session = (sessionId: string, from: number, to: number, more: Partial<AtWork> = {}): AtWork => ({
  sessionId,
  from: `2026-11-20T09:${from}:00.500Z`,
  to: `2026-11-20T09:${to}:00.000Z`,
  hashes: [],
  files: [],
  ...more,
})
const told = (sessions: AtWork[], commits: Commit[], id = 'ours') =>
  commitsOf(id, commits, sessions, '/shop').map(({ commit: { subject }, evidence }) => `${subject} ${evidence}`)

describe('GB11 commits of sessions at work at once', () => {
  const sessions = [
    session('ours', 10, 40, { hashes: ['aaaaaaa'], files: ['/shop/tide.ts', 'both.ts'] }),
    session('theirs', 20, 50, { hashes: ['bbbbbbb'], files: ['/shop/port.ts', '/shop/both.ts'] }),
  ]
  const commits = [
    commit('a', 30, 'port.ts'),
    commit('b', 30, 'tide.ts'),
    commit('c', 30, 'tide.ts'),
    commit('d', 30, 'port.ts'),
    commit('e', 30, 'both.ts'),
    commit('f', 30, 'README.md'),
    commit('1', 15, 'README.md'),
    commit('2', 45, 'tide.ts'),
  ]

  it('go to whose output showed the hash, else to who changed the files, and are else marked shared', () => {
    expect(told(sessions, commits)).toEqual(['a seen', 'c files', 'e shared', 'f shared', '1 window'])
    expect(told(sessions, commits, 'theirs')).toEqual(['b seen', 'd files', 'e shared', 'f shared', '2 window'])
  })

  it('are theirs whenever they were made, where the output showed them, and count from the second on', () => {
    expect(told([session('ours', 10, 11, { hashes: ['aaaaaaaa'] })], [commit('a', 59)])).toEqual(['a seen'])
    expect(told([session('ours', 10, 11)], [commit('a', 10), commit('b', 12)])).toEqual(['a window'])
    expect(told([session('ours', 10, 11, { hashes: ['aaaaaa'] })], [commit('a', 59)])).toEqual([])
  })
})

it('a file is dirty when it is changed, or lies in a directory of new files', () => {
  const tree = {
    root: '/shop',
    branch: null,
    head: null,
    changes: [
      { path: 'a.ts', staged: null, unstaged: 'modified' as const },
      { path: 'new/', staged: null, unstaged: 'untracked' as const },
      { path: 'b.ts', staged: 'added' as const, unstaged: 'deleted' as const },
    ],
  }
  expect(
    ['/shop/a.ts', 'a.ts', './a.ts', '/shop/new/x/y.ts', '/shop/b.ts'].filter((path) => !isDirty(tree, path)),
  ).toEqual([])
  expect(['/shop2/a.ts', '/shop/aa.ts', '/a.ts', '/shop/newer'].filter((path) => isDirty(tree, path))).toEqual([])
  expect(tree.changes.map(shortStatus)).toEqual([' M a.ts', '?? new/', 'AD b.ts'])
})
