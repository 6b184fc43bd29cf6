import { execFileSync } from 'node:child_process'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const DATE = '2026-01-02T03:04:05Z'

/** Runs git as a person would, with a made-up identity and without anybody's configuration. */
export function git(cwd: string, ...args: string[]): string {
  return gitAt(cwd, DATE, ...args)
}

/** The same, committing at a given time. */
export function gitAt(cwd: string, date: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@acme.test', '-c', 'init.defaultBranch=main']
  const options = {
    cwd,
    env,
    encoding: 'utf8' as const,
    stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'],
  }
  return execFileSync('git', [...identity, ...args], options).trimEnd()
}

/**
 * Makes a repository run a program at every turn, as far as its own files can: whatever runs leaves a line in `home/ran`.
 * Settings come by themselves and by `include.path`; a bare repository of the same kind lies inside, and a submodule.
 */
export async function setTraps(repository: string, home: string): Promise<void> {
  const program = join(home, 'program')
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >> ${join(home, 'ran')}\nexec cat\n`)
  await chmod(program, 0o755)
  await mkdir(join(home, 'hooks'))
  for (const hook of ['post-index-change', 'reference-transaction', 'post-checkout', 'pre-commit'])
    await symlink(program, join(home, 'hooks', hook))
  const other = join(home, 'other')
  await mkdir(other)
  git(other, 'init')
  await writeFile(join(other, 'part.txt'), 'part\n')
  git(other, 'add', '.')
  git(other, 'commit', '-m', 'Begin the part')
  git(repository, '-c', 'protocol.file.allow=always', 'submodule', 'add', other, 'part')
  git(repository, 'commit', '-m', 'Take the part in')
  git(home, 'clone', '--bare', repository, join(repository, 'src', 'bare'))
  for (const place of [repository, join(repository, 'part')]) arm(place, home, program)
  await writeFile(join(repository, 'src', 'bare', 'config'), `[core]\n\tbare = true\n\tfsmonitor = ${program}\n`)
  await writeFile(join(repository, '.gitattributes'), '* filter=x diff=x\n')
  await writeFile(join(repository, 'part', '.gitattributes'), '* filter=x diff=x\n')
  await writeFile(
    join(home, 'included'),
    `[core]\n\tfsmonitor = ${program}\n[remote "origin"]\n\turl = https://evil.test/x/y\n`,
  )
}

function arm(place: string, home: string, program: string): void {
  const set = (key: string, value: string): string => git(place, 'config', key, value)
  const keys = ['core.fsmonitor', 'diff.external', 'core.pager', 'core.editor', 'core.askPass', 'core.sshCommand']
  for (const key of [...keys, 'gpg.program']) set(key, program)
  for (const key of ['filter.x.clean', 'filter.x.smudge', 'filter.x.process', 'diff.x.textconv']) set(key, program)
  for (const name of ['rev-list', 'rev-parse', 'log', 'diff-files', 'ls-files', 'status'])
    set(`alias.${name}`, `!${program}`)
  set('log.showSignature', 'true')
  set('core.hooksPath', join(home, 'hooks'))
  set('protocol.ext.allow', 'always')
  set('core.excludesFile', join(home, 'nothing'))
  set('include.path', join(home, 'included'))
}
