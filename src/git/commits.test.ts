import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readCommits } from './commits.ts'
import { findRepository } from './repository.ts'
import { git, gitAt } from './testing.ts'

let home: string
let shop: string

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'git-test-')))
  shop = join(home, 'shop')
  await mkdir(shop)
  git(shop, 'init')
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Changes one file and commits it at a minute of one morning. */
async function commit(minute: number, path: string, subject: string): Promise<string> {
  await writeFile(join(shop, path), `${minute}`)
  git(shop, 'add', '.')
  gitAt(shop, `2026-11-20T09:${String(minute).padStart(2, '0')}:30Z`, 'commit', '-m', subject)
  return git(shop, 'rev-parse', 'HEAD')
}
const read = async (from: string, to: string, more: { hashes?: string[]; limit?: number } = {}) =>
  readCommits((await findRepository(shop))!, { from, to, limit: 20, ...more })

it('G38 commits of a window are read with their files, newest first, to the second', async () => {
  await commit(1, 'a', 'too early')
  const second = await commit(2, 'b', 'second')
  const third = await commit(3, 'c', 'third')
  await commit(4, 'd', 'too late')
  expect(await read('2026-11-20T09:02:30.000Z', '2026-11-20T09:03:30.999Z')).toEqual([
    { hash: third, subject: 'third', at: '2026-11-20T09:03:30.000Z', files: ['c'] },
    { hash: second, subject: 'second', at: '2026-11-20T09:02:30.000Z', files: ['b'] },
  ])
  expect((await read('2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z', { limit: 3 })).map((one) => one.subject)).toEqual([
    'too late',
    'third',
    'second',
  ])
})

it('GB13 no subject and no path is taken for anything else', async () => {
  const subject = 'fix: a|b {c} `d` "e" \u202e %H %x00 \u001b[31mred'
  await commit(1, 'x y|{z}`"é', subject)
  expect(await read('2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z')).toMatchObject([{ subject, files: ['x y|{z}`"é'] }])
})

it('commits of other branches are found, and named ones whenever they were made', async () => {
  const early = await commit(1, 'a', 'early')
  git(shop, 'switch', '-c', 'side')
  const side = await commit(5, 'b', 'on the side')
  git(shop, 'switch', 'main')
  const found = await read('2026-11-20T09:05:00Z', '2026-11-20T09:06:00Z', {
    hashes: [early.slice(0, 7), 'fffffff', '--output=x'],
  })
  expect(found.map(({ hash }) => hash)).toEqual([side, early])
})

it('a repository without commits has none, a shallow one those it has', async () => {
  expect(await read('2026-01-01', '2027-01-01')).toEqual([])
  await commit(1, 'a', 'first')
  await commit(2, 'b', 'second')
  git(home, 'clone', '--depth', '1', `file://${shop}`, join(home, 'clone'))
  const commits = await readCommits((await findRepository(join(home, 'clone')))!, {
    from: '2026-01-01',
    to: '2027-01-01',
    limit: 9,
  })
  expect(commits.map(({ subject, files }) => [subject, files])).toEqual([['second', ['a', 'b']]])
})
