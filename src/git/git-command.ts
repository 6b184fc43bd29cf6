import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { type Repository, isShallow } from './repository.ts'

/** Variables of the surrounding process, as a source may see them. */
export type Variables = Readonly<Record<string, string | undefined>>

const TIMEOUT_MS = 5000
const OUTPUT_BYTES = 256 * 1024

/**
 * Settings that keep a repository from naming programs for git to run: file system monitor, hooks, signature check,
 * external diff, repositories hidden in a work tree. Only plumbing that needs no work tree may be called with them.
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
  const output = await plumbing(
    repository.root,
    ['rev-list', '--max-parents=0', '--end-of-options', 'HEAD', '--'],
    variables,
  )
  const hashes = output?.trim().split('\n') ?? []
  return hashes.findLast((hash) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(hash))
}

async function plumbing(cwd: string, args: readonly string[], variables: Variables): Promise<string | undefined> {
  const git = await findGit(variables)
  if (git === undefined || !(await isOurs(cwd))) return undefined
  return new Promise((done) => {
    const options = {
      cwd,
      env: gitVariables(variables),
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES,
      killSignal: 'SIGKILL' as const,
    }
    execFile(git, [...SAFE, ...args], options, (error, stdout) => done(error ? undefined : stdout))
  })
}

/** The `git` program on the first absolute entry of PATH that has one: never one of the directory we stand in. */
async function findGit(variables: Variables): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'git.exe' : 'git'
  for (const folder of (variables['PATH'] ?? variables['Path'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
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
function gitVariables(variables: Variables): Record<string, string> {
  const path = (variables['PATH'] ?? variables['Path'] ?? '').split(delimiter).filter(isAbsolute).join(delimiter)
  const kept = INHERITED.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]] as const]))
  return {
    ...Object.fromEntries(kept),
    PATH: path,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  }
}
