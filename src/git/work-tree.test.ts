import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shortStatus } from '../domain/work-tree.ts'
import { readCommits } from './commits.ts'
import { findRepository } from './repository.ts'
import { git, setTraps } from './testing.ts'
import { readWorkTree } from './work-tree.ts'

let home: string
let shop: string

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'git-test-')))
  shop = join(home, 'shop')
  await mkdir(join(shop, 'src'), { recursive: true })
  git(shop, 'init')
  await write('.gitignore', 'build/\n*.log\n')
  for (const name of ['a', 'b', 'c', 'd']) await write(`src/${name}.ts`, `export const ${name} = 1\n`)
})
afterEach(() => rm(home, { recursive: true, force: true }))

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(join(shop, path, '..'), { recursive: true })
  await writeFile(join(shop, path), text)
}
const commit = (): void => {
  git(shop, 'add', '.')
  git(shop, 'commit', '-m', 'Begin')
}
const tree = async (at = shop) => readWorkTree((await findRepository(at))!)
const lines = async (at = shop) => (await tree(at)).changes.map(shortStatus)

describe('a work tree', () => {
  it('G30 shows the same lines as git status', async () => {
    commit()
    await write('src/a.ts', 'export const a = 2\n')
    await write('src/b.ts', 'export const b = 2\n')
    git(shop, 'add', 'src/b.ts')
    await write('src/b.ts', 'export const b = 3\n')
    await rm(join(shop, 'src/c.ts'))
    git(shop, 'rm', '--cached', 'src/d.ts')
    await write('new/e {x}\n"|`.ts', '')
    await write('build/out.js', '')
    await write('trace.log', '')
    const theirs = git(shop, 'status', '--short', '--no-renames', '-z').split('\0')
    // Git lists a file that is only out of the index twice.
    expect(theirs.filter((line) => line.endsWith('src/d.ts'))).toEqual(['D  src/d.ts', '?? src/d.ts'])
    const ours = ['?? new/', ' M src/a.ts', 'MM src/b.ts', ' D src/c.ts', 'D? src/d.ts']
    expect(await lines()).toEqual(ours)
    expect(theirs.filter((line) => line !== '' && !line.endsWith('src/d.ts')).toSorted()).toEqual(
      ours.filter((line) => !line.endsWith('src/d.ts')).toSorted(),
    )
  })

  it('is clean after a commit, also when files were touched, and says branch and commit', async () => {
    commit()
    expect(await tree()).toEqual({ root: shop, branch: 'main', head: git(shop, 'rev-parse', 'HEAD'), changes: [] })
    await utimes(join(shop, 'src/a.ts'), 1_000_000_000, 1_000_000_000)
    expect(await lines()).toEqual([])
  })

  it('sees a change of the same size in the same moment as the commit', async () => {
    commit()
    const { mtime } = await stat(join(shop, '.git/index'))
    await write('src/a.ts', 'export const a = 9\n')
    await utimes(join(shop, 'src/a.ts'), mtime, mtime)
    expect(await lines()).toEqual([' M src/a.ts'])
  })

  it('of a repository without commits has all that is staged, and all that is not', async () => {
    git(shop, 'add', 'src/a.ts')
    expect((await tree()).head).toBeNull()
    expect(await lines()).toEqual(['?? .gitignore', 'A  src/a.ts', '?? src/b.ts', '?? src/c.ts', '?? src/d.ts'])
  })

  it('shows conflicts once', async () => {
    commit()
    git(shop, 'switch', '-c', 'side')
    await write('src/a.ts', 'side\n')
    commit()
    git(shop, 'switch', 'main')
    await write('src/a.ts', 'main\n')
    commit()
    expect(() => git(shop, 'merge', 'side')).toThrow(/merge/)
    expect(await lines()).toEqual(['UU src/a.ts'])
  })

  it('of a linked worktree is its own', async () => {
    commit()
    const linked = join(home, 'linked')
    git(shop, 'worktree', 'add', '-b', 'rounding', linked)
    await writeFile(join(linked, 'src/a.ts'), 'other\n')
    expect(await tree(linked)).toMatchObject({ root: linked, branch: 'rounding' })
    expect(await lines(linked)).toEqual([' M src/a.ts'])
    expect(await lines()).toEqual([])
  })

  it('follows core.fileMode of the repository, and reads SHA-256 and split indexes', async () => {
    git(shop, 'init', '--object-format=sha256', join(home, 'wide'))
    const wide = join(home, 'wide')
    await writeFile(join(wide, 'a.txt'), 'a\n')
    git(wide, 'add', '.')
    git(wide, 'commit', '-m', 'Begin')
    git(wide, 'config', 'core.splitIndex', 'true')
    git(wide, 'update-index', '--split-index')
    await writeFile(join(wide, 'a.txt'), 'b\n')
    expect((await tree(wide)).head).toMatch(/^[0-9a-f]{64}$/)
    expect(await lines(wide)).toEqual([' M a.txt'])
    commit()
    git(shop, 'config', 'core.fileMode', 'false')
    execFileSync('chmod', ['755', join(shop, 'src/a.ts')])
    expect(await lines()).toEqual([])
    git(shop, 'config', 'core.fileMode', 'true')
    expect(await lines()).toEqual([' M src/a.ts'])
  })

  it('that git cannot read is told in a sentence, and leaves nothing behind', async () => {
    commit()
    await writeFile(join(shop, '.git/index'), 'no index')
    await expect(tree()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^git update-index in .*shop failed: .*index/),
    })
    const repository = (await findRepository(shop))!
    await expect(readWorkTree(repository, { PATH: '.' })).rejects.toThrow(
      'git is in no folder of PATH that lies outside the project',
    )
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('daybook-git-'))).toEqual([])
  })
})

describe('a hostile repository', () => {
  it('runs nothing when its work tree and commits are read, and the change in it is seen', async () => {
    commit()
    await setTraps(shop, home)
    const linkedIndex = join(shop, 'src', 'pipe')
    execFileSync('mkfifo', [linkedIndex])
    await symlink('/etc/passwd', join(shop, '.git', 'info', 'shallow'))
    await write('src/a.ts', 'export const a = 2\n')
    await writeFile(join(shop, 'part', 'part.txt'), 'PART\n')
    expect(await lines()).toEqual(['?? .gitattributes', ' M src/a.ts', '?? src/bare/'])
    const repository = (await findRepository(shop))!
    const commits = await readCommits(repository, { from: '2000-01-01', to: '2030-01-01', limit: 9 })
    expect(commits.map(({ subject }) => subject)).toEqual(['Take the part in', 'Begin'])
    expect(await readdir(home)).not.toContain('ran')

    execFileSync('git', ['status'], { cwd: shop, stdio: 'ignore' })
    const ran = (await readFile(join(home, 'ran'), 'utf8')).trim().split('\n').length
    expect(ran, 'the traps work: an ordinary command falls into several').toBeGreaterThan(1)
  })

  it('without anything but a clean filter, a process filter or a submodule runs nothing either', async () => {
    for (const [key, file] of [
      ['filter.x.clean', '.gitattributes'],
      ['filter.x.process', '.gitattributes'],
      ['core.fsmonitor', 'none'],
    ] as const) {
      const place = join(home, key)
      git(home, 'init', place)
      const program = join(home, 'one')
      await writeFile(program, `#!/bin/sh\necho ran >> ${join(home, 'ran')}\nexec cat\n`, { mode: 0o755 })
      await writeFile(join(place, 'a.txt'), 'a\n')
      git(place, 'add', '.')
      git(place, 'commit', '-m', 'Begin')
      git(place, 'config', key, program)
      if (file !== 'none') await writeFile(join(place, file), '* filter=x\n')
      await writeFile(join(place, 'a.txt'), 'b\n')
      expect(await lines(place)).toContain(' M a.txt')
      expect(await readdir(home), key).not.toContain('ran')
      execFileSync('git', ['status'], { cwd: place, stdio: 'ignore' })
      expect(await readdir(home), `the trap works: ${key}`).toContain('ran')
      await rm(join(home, 'ran'))
    }
  })
})
