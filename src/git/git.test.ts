import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rootCommit } from './git-command.ts'
import { headCommit } from './head-commit.ts'
import { projectEvidence } from './project-evidence.ts'
import { findRepository, readOrigin } from './repository.ts'
import { git, setTraps } from './testing.ts'

let home: string
let shop: string

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'git-test-')))
  shop = join(home, 'shop')
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** A repository with two commits; returns the hash of the first. */
async function createShop(): Promise<string> {
  await mkdir(join(shop, 'src', 'cart'), { recursive: true })
  git(shop, 'init')
  await writeFile(join(shop, 'src', 'cart', 'total.ts'), 'export const total = 0\n')
  git(shop, 'add', '.')
  git(shop, 'commit', '-m', 'Begin the cart')
  git(shop, 'commit', '--allow-empty', '-m', 'Go on')
  return git(shop, 'rev-list', '--max-parents=0', 'HEAD')
}

describe('a repository', () => {
  it('is found from any directory below its root, with its origin', async () => {
    await createShop()
    git(shop, 'remote', 'add', 'origin', 'git@github.com:acme/shop.git')
    const repository = (await findRepository(join(shop, 'src', 'cart')))!
    expect(repository).toEqual({ root: shop, gitDir: join(shop, '.git'), commonDir: join(shop, '.git') })
    expect(await readOrigin(repository)).toBe('git@github.com:acme/shop.git')
  })

  it('gives its first commit as git itself does', async () => {
    const first = await createShop()
    expect(await rootCommit((await findRepository(shop))!)).toBe(first)
  })

  it('gives no first commit when it is empty, shallow, or git cannot be found on an absolute path', async () => {
    await mkdir(shop)
    git(shop, 'init')
    expect(await rootCommit((await findRepository(shop))!)).toBeUndefined()
    await rm(shop, { recursive: true })
    await createShop()
    const clone = join(home, 'clone')
    git(home, 'clone', '--depth', '1', `file://${shop}`, clone)
    expect(await rootCommit((await findRepository(clone))!)).toBeUndefined()
    await writeFile(join(shop, 'git'), '#!/bin/sh\ntouch ran\n')
    await chmod(join(shop, 'git'), 0o755)
    const repository = (await findRepository(shop))!
    expect(await rootCommit(repository, { PATH: ['.', '', 'bin'].join(delimiter) })).toBeUndefined()
    expect(await readdir(shop)).not.toContain('ran')
  })

  it('is not seen behind a link, in a bare directory, or where .git leads nowhere', async () => {
    await createShop()
    const other = join(home, 'other')
    await mkdir(other)
    await symlink(join(shop, '.git'), join(other, '.git'))
    expect(await findRepository(other)).toBeUndefined()
    await rm(join(other, '.git'))
    await writeFile(join(other, '.git'), 'gitdir: ../gone\n')
    expect(await findRepository(other)).toBeUndefined()
    git(home, 'clone', '--bare', shop, join(other, 'bare'))
    expect(await findRepository(join(other, 'bare'))).toBeUndefined()
  })
})

it.each([
  ['[remote "origin"]\n\turl = https://github.com/acme/shop\n', 'https://github.com/acme/shop'],
  ['[Remote "origin"] URL = "https://a.test/x#y" ; the old one\n', 'https://a.test/x#y'],
  ['[remote "up"]\nurl = u\n[remote "origin"]\nurl = first\nurl = second\n', 'first'],
  ['[remote "origin"]\r\n  url = https://a.te\\\r\nst/x\r\n', 'https://a.test/x'],
  ['[remote "Origin"]\nurl = x\n[include]\npath = evil\n', undefined],
  ['url = x\n\0\0[[[', undefined],
])('reads the origin of %j', async (config, url) => {
  await mkdir(join(shop, '.git'), { recursive: true })
  await writeFile(join(shop, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(shop, '.git', 'config'), config)
  expect(await readOrigin((await findRepository(shop))!)).toBe(url)
})

describe('the evidence for a project', () => {
  it('is the same for clones, however their origin is written', async () => {
    await createShop()
    git(shop, 'remote', 'add', 'origin', 'https://ann:s3cret@GitHub.com/acme/shop.git')
    const clone = join(home, 'clone')
    git(home, 'clone', shop, clone)
    git(clone, 'remote', 'set-url', 'origin', 'git@github.com:acme/shop')
    const expected = { identityKind: 'origin', identity: 'github.com/acme/shop', name: 'shop' }
    expect(await projectEvidence(join(shop, 'src'))).toEqual({ ...expected, root: shop })
    expect(await projectEvidence(clone)).toEqual({ ...expected, root: clone })
  })

  it('is the first commit without an origin, in a work tree as in the main one', async () => {
    const first = await createShop()
    const tree = join(home, 'trees', 'rounding')
    git(shop, 'worktree', 'add', '-b', 'rounding', tree)
    expect(await projectEvidence(shop)).toEqual({
      identityKind: 'root_commit',
      identity: first,
      root: shop,
      name: 'shop',
    })
    expect(await projectEvidence(tree)).toEqual({
      identityKind: 'root_commit',
      identity: first,
      root: tree,
      name: 'shop',
    })
    expect((await findRepository(tree))!.commonDir).toBe(join(shop, '.git'))
  })

  it('asks git for the first commit once for each commit that is checked out', async () => {
    const first = await createShop()
    const bin = join(home, 'bin')
    await mkdir(bin)
    const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    await writeFile(join(bin, 'git'), `#!/bin/sh\necho asked >> ${join(home, 'asked')}\nexec ${real} "$@"\n`)
    await chmod(join(bin, 'git'), 0o755)
    const asked = async (): Promise<number> => {
      expect(await projectEvidence(shop, { PATH: bin })).toMatchObject({ identityKind: 'root_commit', identity: first })
      return (await readFile(join(home, 'asked'), 'utf8')).split('\n').length - 1
    }
    expect([await asked(), await asked()]).toEqual([1, 1])
    git(shop, 'commit', '--allow-empty', '-m', 'Go further')
    expect([await asked(), await asked()]).toEqual([2, 2])
    git(shop, 'checkout', '-b', 'rounding')
    expect(await asked()).toBe(2)
  })

  it.each([
    ['a branch', []],
    ['a branch among packed refs', ['pack-refs', '--all']],
    ['no branch', ['checkout', '--detach']],
  ])('says which commit is checked out: %s', async (_, words) => {
    await createShop()
    if (words.length > 0) git(shop, ...words)
    expect(await headCommit((await findRepository(shop))!)).toBe(git(shop, 'rev-parse', 'HEAD'))
  })

  it('says no commit before the first, and follows no ref out of the repository', async () => {
    await mkdir(shop)
    git(shop, 'init')
    expect(await headCommit((await findRepository(shop))!)).toBeUndefined()
    await writeFile(join(home, 'hash'), 'a'.repeat(40))
    await writeFile(join(shop, '.git', 'HEAD'), 'ref: refs/heads/../../../../hash\n')
    expect(await headCommit((await findRepository(shop))!)).toBeUndefined()
  })

  it('is the root of a repository without commits', async () => {
    await mkdir(join(shop, 'src'), { recursive: true })
    git(shop, 'init')
    expect(await projectEvidence(join(shop, 'src'))).toEqual({
      identityKind: 'path',
      identity: shop,
      root: shop,
      name: 'shop',
    })
  })

  it('is what .daybook/project.json declares outside a repository', async () => {
    await mkdir(join(shop, '.daybook'), { recursive: true })
    await mkdir(join(shop, 'src'))
    await writeFile(join(shop, '.daybook', 'project.json'), '{"id":"acme-shop","name":"Shop"}')
    expect(await projectEvidence(join(shop, 'src'))).toEqual({
      identityKind: 'declared',
      identity: 'acme-shop',
      root: shop,
      name: 'Shop',
    })
    await writeFile(join(shop, '.daybook', 'project.json'), '{"id":7,')
    expect(await projectEvidence(shop)).toEqual({ identityKind: 'path', identity: shop, root: shop, name: 'shop' })
  })

  it('is the path as reported when the directory is gone or of another machine', async () => {
    const gone = join(shop, 'gone')
    expect(await projectEvidence(`${gone}/`)).toEqual({
      identityKind: 'path',
      identity: gone,
      root: gone,
      name: 'gone',
    })
    expect(await projectEvidence('C:\\Users\\ann\\shop')).toMatchObject({
      identity: 'c:\\users\\ann\\shop',
      root: 'C:\\Users\\ann\\shop',
      name: 'shop',
    })
    expect(await projectEvidence('shop')).toBeUndefined()
    expect(await projectEvidence('')).toBeUndefined()
  })
})

describe('a hostile repository', () => {
  it('runs nothing when it is read', async () => {
    const first = await createShop()
    await setTraps(shop, home)

    expect(await projectEvidence(shop)).toMatchObject({ identityKind: 'root_commit', identity: first })
    expect(await projectEvidence(join(shop, 'src', 'bare'))).toMatchObject({
      identityKind: 'root_commit',
      identity: first,
    })
    expect(await readdir(home)).not.toContain('ran')

    execFileSync('git', ['status'], { cwd: shop, stdio: 'ignore' })
    expect(await readdir(home), 'the trap works: an ordinary command falls into it').toContain('ran')
  })

  it('fetches nothing when it claims that objects are elsewhere', async () => {
    await createShop()
    const ran = join(home, 'ran')
    const head = git(shop, 'rev-parse', 'HEAD~1')
    git(shop, 'config', 'core.repositoryFormatVersion', '1')
    git(shop, 'config', 'extensions.partialClone', 'origin')
    git(shop, 'config', 'remote.origin.promisor', 'true')
    git(shop, 'config', 'remote.origin.url', `ext::sh -c touch% ${ran}`)
    git(shop, 'config', 'protocol.ext.allow', 'always')
    await rm(join(shop, '.git', 'objects', head.slice(0, 2), head.slice(2)))
    expect(await projectEvidence(shop)).toMatchObject({ identityKind: 'path', identity: shop })
    expect(await readdir(home)).not.toContain('ran')

    expect(() => git(shop, 'rev-list', 'HEAD')).toThrow(/rev-list/)
    expect(await readdir(home), 'the trap works: an ordinary command falls into it').toContain('ran')
  })
})
