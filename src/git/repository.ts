import { lstat, open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** A git repository as its files describe it. */
export interface Repository {
  /** Root of the work tree. */
  root: string
  /** This work tree's own directory: `.git`, or one below `.git/worktrees`. */
  gitDir: string
  /** What all work trees of the repository share. Equals `gitDir` in the main one. */
  commonDir: string
}

const LEVELS = 64
const POINTER_BYTES = 4096
const CONFIG_BYTES = 1024 * 1024

/**
 * The repository that `directory` lies in, found by walking up to a `.git` directory or file. Runs nothing.
 *
 * Links named `.git`, and directories that only look like a bare repository, are passed over.
 * @param directory absolute path
 */
export async function findRepository(directory: string): Promise<Repository | undefined> {
  let root = resolve(directory)
  for (let level = 0; level < LEVELS; level++) {
    const gitDir = await gitDirOf(root)
    if (gitDir !== undefined) return { root, gitDir, commonDir: await commonDirOf(gitDir) }
    const parent = dirname(root)
    if (parent === root) return undefined
    root = parent
  }
  return undefined
}

/** The URL of the remote `origin` as written in the repository's own configuration; included files are not followed. */
export async function readOrigin(repository: Repository): Promise<string | undefined> {
  return configValues(await readConfig(repository), ['remote', 'origin'], 'url').find((url) => url !== '')
}

/** The repository's own configuration file as text; empty where there is none. */
export async function readConfig(repository: Repository): Promise<string> {
  return (await readStart(join(repository.commonDir, 'config'), CONFIG_BYTES)) ?? ''
}

/** True when history was cut off: its oldest commit here is not the repository's first. */
export async function isShallow(repository: Repository): Promise<boolean> {
  return (await kindOf(join(repository.commonDir, 'shallow'))) === 'file'
}

async function gitDirOf(root: string): Promise<string | undefined> {
  const dotGit = join(root, '.git')
  const kind = await kindOf(dotGit)
  if (kind === 'directory') return (await isGitDir(dotGit)) ? dotGit : undefined
  if (kind !== 'file') return undefined
  const target = /^gitdir: ([^\n\0]+)/.exec((await readStart(dotGit, POINTER_BYTES)) ?? '')?.[1]
  if (target === undefined) return undefined
  const gitDir = resolve(root, target.trimEnd())
  return (await isGitDir(gitDir)) ? gitDir : undefined
}

async function isGitDir(path: string): Promise<boolean> {
  return (await kindOf(join(path, 'HEAD'))) === 'file'
}

async function commonDirOf(gitDir: string): Promise<string> {
  const target = await readStart(join(gitDir, 'commondir'), POINTER_BYTES)
  return target === undefined ? gitDir : resolve(gitDir, target.trimEnd())
}

async function kindOf(path: string): Promise<'file' | 'directory' | undefined> {
  try {
    const stat = await lstat(path)
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : undefined
  } catch {
    return undefined
  }
}

/** The first bytes of a regular file as text; undefined when there is none. Never waits for a pipe. */
export async function readStart(path: string, maxBytes: number): Promise<string | undefined> {
  if ((await kindOf(path)) !== 'file') return undefined
  try {
    await using file = await open(path, 'r')
    const buffer = Buffer.alloc(maxBytes)
    const { bytesRead } = await file.read(buffer, 0, maxBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return undefined
  }
}

/**
 * Values of one key of a configuration file, in order. Section names and keys ignore case, quoted names do not (git-config,
 * "Syntax"). Included files are not followed; a key without a value gives none.
 *
 * @param section as in `core`, or with its quoted name as in `['remote', 'origin']`
 * @param key in lower case
 */
export function configValues(config: string, section: readonly [string, string?], key: string): string[] {
  const values: string[] = []
  let inside = false
  for (const line of config.replaceAll(/\\\r?\n/g, '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\](.*)$/.exec(line)
    if (header) inside = header[1]?.toLowerCase() === section[0] && header[2] === section[1]
    if (!inside) continue
    const setting = /^\s*([A-Za-z0-9-]+)\s*=(.*)$/.exec(header ? (header[3] as string) : line)
    if (setting?.[1]?.toLowerCase() === key) values.push(plainValue(setting[2] as string))
  }
  return values
}

/** A configuration value without quotes, escapes and a comment behind it. */
function plainValue(value: string): string {
  let text = ''
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const character = value[i] as string
    if (character === '"') quoted = !quoted
    else if (character === '\\') text += value[++i] ?? ''
    else if (!quoted && (character === '#' || character === ';')) break
    else text += character
  }
  return text.trim()
}
