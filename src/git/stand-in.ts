import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GitOptions, type Variables, git, isFullHash } from './git-command.ts'
import { type Repository, configValues, readConfig } from './repository.ts'

/**
 * A repository without its configuration: an empty git directory with copies of HEAD and index, over the same objects and
 * the same work tree. Whatever the real one configures (file system monitor, filters, hooks, included files, submodules'
 * own settings) is not there to be run, and neither is the user's or the system's.
 */
export interface StandIn extends AsyncDisposable {
  /** Full hash; null before the first commit. */
  readonly head: string | null
  /** @throws AppError as `git` does */
  run(args: readonly string[], options?: Pick<GitOptions, 'input' | 'exits'>): Promise<string>
}

/** Opens a stand-in, which is a directory of its own until it is disposed. @throws AppError as `git` does */
export async function openStandIn(repository: Repository, variables: Variables = process.env): Promise<StandIn> {
  const { root, gitDir, commonDir } = repository
  const resolved = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { variables, exits: [0, 1] })
  const head = isFullHash(resolved.trim()) ? resolved.trim() : null
  const config = await readConfig(repository)
  const directory = await mkdtemp(join(tmpdir(), 'daybook-git-'))
  const dispose = () => rm(directory, { recursive: true, force: true })
  try {
    for (const name of ['objects', 'refs', 'info']) await mkdir(join(directory, name))
    await writeFile(join(directory, 'HEAD'), `${head ?? 'ref: refs/heads/none'}\n`)
    await writeFile(join(directory, 'config'), formatOf(config))
    await copyIndex(gitDir, directory)
    await copyPlain(join(commonDir, 'info', 'exclude'), join(directory, 'info', 'exclude'))
    await copyPlain(join(commonDir, 'shallow'), join(directory, 'shallow'))
  } catch (error) {
    await dispose()
    throw error
  }
  const env = {
    GIT_DIR: directory,
    GIT_WORK_TREE: root,
    GIT_OBJECT_DIRECTORY: join(commonDir, 'objects'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
  }
  const settings = ['core.excludesFile=/dev/null', 'core.attributesFile=/dev/null', ...plainSettings(config)]
  return {
    head,
    run: (args, options) => git(root, args, { ...options, variables, env, settings }),
    [Symbol.asyncDispose]: dispose,
  }
}

/** What the objects are made of has to be known to read them. */
function formatOf(config: string): string {
  const sha256 = configValues(config, ['extensions'], 'objectformat').at(-1)?.toLowerCase() === 'sha256'
  const extensions = sha256 ? '[extensions]\n\tobjectFormat = sha256\n' : ''
  return `[core]\n\trepositoryFormatVersion = ${sha256 ? 1 : 0}\n\tbare = false\n${extensions}`
}

/** Settings that say how files of this disk compare with recorded ones, and the values that can do nothing else. */
const PLAIN: Readonly<Record<string, RegExp>> = {
  filemode: /^(?:true|false)$/i,
  symlinks: /^(?:true|false)$/i,
  ignorecase: /^(?:true|false)$/i,
  trustctime: /^(?:true|false)$/i,
  precomposeunicode: /^(?:true|false)$/i,
  autocrlf: /^(?:true|false|input)$/i,
  eol: /^(?:lf|crlf|native)$/i,
  checkstat: /^(?:default|minimal)$/i,
}

function plainSettings(config: string): string[] {
  return Object.entries(PLAIN).flatMap(([key, allowed]) => {
    const value = configValues(config, ['core'], key).at(-1) ?? ''
    return allowed.test(value) ? [`core.${key}=${value.toLowerCase()}`] : []
  })
}

/** The index with the time it was written at: entries as young as it are compared by content, as git itself does. */
async function copyIndex(gitDir: string, directory: string): Promise<void> {
  const shared = (await readdir(gitDir)).filter((name) => /^sharedindex\.[0-9a-f]{40,64}$/.test(name)).slice(0, 8)
  for (const name of ['index', ...shared]) {
    const to = join(directory, name)
    if (!(await copyPlain(join(gitDir, name), to))) continue
    const writtenAt = Math.floor((await lstat(join(gitDir, name))).mtimeMs) / 1000
    await utimes(to, writtenAt, writtenAt)
  }
}

/** Copies a regular file, and nothing else; a link could lead anywhere, a pipe nowhere. */
async function copyPlain(from: string, to: string): Promise<boolean> {
  try {
    if (!(await lstat(from)).isFile()) return false
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    return true
  } catch {
    return false
  }
}
