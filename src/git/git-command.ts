import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { programFolders } from '../domain/program-folders.ts'
import { type Repository, isShallow } from './repository.ts'

/** Variables of the surrounding process, as a source may see them. */
export type Variables = Readonly<Record<string, string | undefined>>

/** How one call of git differs from the usual. */
export interface GitOptions {
  variables?: Variables
  /** For git alone, over everything else. */
  env?: Readonly<Record<string, string>>
  /** `core.eol=lf`, each for git's `-c`. */
  settings?: readonly string[]
  /** For its standard input. */
  input?: string
  /** Exit codes that are an answer. Only 0 when absent. */
  exits?: readonly number[]
}

const TIMEOUT_MS = 5000
const OUTPUT_BYTES = 16 * 1024 * 1024

/**
 * Settings that keep a repository from naming programs for git to run: file system monitor, hooks, signature check,
 * external diff, repositories hidden in a work tree. Only plumbing that needs no work tree may be called with them where
 * the repository's own configuration is read; for the rest see `openStandIn`.
 */
const SAFE = [
  '--no-pager',
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'log.showSignature=false',
  '-c',
  'diff.external=',
  '-c',
  'safe.bareRepository=explicit',
]

/**
 * Hash of the oldest commit without parents that HEAD reaches: the same in every clone.
 *
 * @returns undefined in an empty, shallow or damaged repository, one owned by somebody else, without git, or after 5 s
 */
export async function rootCommit(
  repository: Repository,
  variables: Variables = process.env,
): Promise<string | undefined> {
  if (await isShallow(repository)) return undefined
  try {
    const args = ['rev-list', '--max-parents=0', '--end-of-options', 'HEAD', '--']
    return (await git(repository.root, args, { variables })).trim().split('\n').findLast(isFullHash)
  } catch {
    return undefined
  }
}

/** SHA-1 or SHA-256, whole. */
export function isFullHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/**
 * Runs one git command in a directory of ours and answers with what it printed.
 *
 * @throws AppError `unavailable` without git, in a directory that is not ours, when git fails or takes more than 5 s;
 * `too_large` for more than 16 MB
 */
export async function git(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { variables = process.env, env = {}, settings = [], input, exits = [0] } = options
  const folders = programFolders(pathOf(variables), process.platform, cwd)
  const program = await findGit(folders)
  if (program === undefined)
    throw new AppError('unavailable', 'git is in no folder of PATH that lies outside the project')
  if (!(await isOurs(cwd)))
    throw new AppError('unavailable', `${cwd} is no directory of yours, so git was not run in it`)
  return new Promise((done, fail) => {
    const limits = {
      cwd,
      env: { ...gitVariables(variables, folders), ...env },
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES,
      killSignal: 'SIGKILL' as const,
    }
    const words = [...SAFE, ...settings.flatMap((setting) => ['-c', setting]), ...args]
    const child = execFile(program, words, limits, (error, stdout, stderr) => {
      if (error === null || (typeof error.code === 'number' && exits.includes(error.code))) done(stdout)
      else fail(failure(args, cwd, error, stderr))
    })
    // A git that ends before it has read everything is told by its exit code.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input ?? '')
  })
}

function failure(
  args: readonly string[],
  cwd: string,
  error: Error & { code?: unknown; killed?: boolean },
  stderr: string,
): AppError {
  const what = `git ${args[0]} in ${cwd}`
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new AppError('too_large', `${what} printed more than ${OUTPUT_BYTES / 1024 / 1024} MB`)
  }
  if (error.killed) return new AppError('unavailable', `${what} gave no answer within ${TIMEOUT_MS / 1000} seconds`)
  const said = stderr.trim().split('\n', 1)[0]?.slice(0, 200) ?? ''
  return new AppError('unavailable', `${what} failed${said === '' ? '' : `: ${said}`}`, { cause: error })
}

function pathOf(variables: Variables): string {
  return variables['PATH'] ?? variables['Path'] ?? ''
}

/** The first `git` there is: never one that the project brings along. */
async function findGit(folders: readonly string[]): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'git.exe' : 'git'
  for (const folder of folders) {
    const path = join(folder, name)
    try {
      await access(path, constants.X_OK)
      if ((await stat(path)).isFile()) return path
    } catch {
      // Not here.
    }
  }
  return undefined
}

async function isOurs(directory: string): Promise<boolean> {
  try {
    const found = await stat(directory)
    return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid())
  } catch {
    return false
  }
}

const INHERITED = ['HOME', 'USERPROFILE', 'SYSTEMROOT', 'SystemRoot', 'TMPDIR', 'TEMP', 'XDG_CONFIG_HOME'] as const

/** Only what git needs. Everything of the caller's named `GIT_...` stays out; fetching what is missing is not allowed. */
function gitVariables(variables: Variables, folders: readonly string[]): Record<string, string> {
  const kept = INHERITED.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]] as const]))
  return {
    ...Object.fromEntries(kept),
    PATH: folders.join(delimiter),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  }
}
