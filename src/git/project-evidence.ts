import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type ProjectEvidence, normalizeOrigin } from '../domain/project.ts'
import { comparablePath, isAbsolutePath, plainPath } from '../domain/recorded-path.ts'
import { type Variables, rootCommit } from './git-command.ts'
import { headCommit } from './head-commit.ts'
import { type Repository, findRepository, isShallow, readOrigin, readStart } from './repository.ts'

const DECLARATION_BYTES = 64 * 1024
const LEVELS = 64

/**
 * What a directory says about the project it belongs to: the repository's origin, else its first commit, else its root;
 * outside a repository what the nearest `.daybook/project.json` declares (`id`, or else `name`), else the directory itself.
 *
 * A directory that is gone is still evidence: its path, as it was reported.
 * @returns undefined when `directory` is no absolute path of any platform
 */
export async function projectEvidence(
  directory: string,
  variables: Variables = process.env,
): Promise<ProjectEvidence | undefined> {
  const named = plainPath(directory)
  if (!isAbsolutePath(named) || named.includes('\0')) return undefined
  const real = await realDirectory(named)
  if (real === undefined) return pathEvidence(named)
  const repository = await findRepository(real)
  if (repository) return repositoryEvidence(repository, variables)
  return (await declaredEvidence(real)) ?? pathEvidence(real)
}

async function repositoryEvidence(repository: Repository, variables: Variables): Promise<ProjectEvidence> {
  const { root } = repository
  const origin = normalizeOrigin((await readOrigin(repository)) ?? '')
  if (origin !== undefined) return { identityKind: 'origin', identity: origin, root, name: basename(origin) }
  const main = mainRoot(repository)
  const commit = await firstCommit(repository, variables)
  if (commit !== undefined) return { identityKind: 'root_commit', identity: commit, root, name: basename(main) }
  return { identityKind: 'path', identity: comparablePath(main), root, name: basename(main) }
}

/** First commits by repository and the commit that is checked out, whose ancestors never change; so many are kept. */
const FIRST_COMMITS = new Map<string, string>()
const MOST_KEPT = 200

/** Git walks all of a history to its beginning: what stays in memory asks it once for each commit that is checked out. */
async function firstCommit(repository: Repository, variables: Variables): Promise<string | undefined> {
  const head = await headCommit(repository)
  const key = `${repository.commonDir} ${head}`
  const kept = head === undefined ? undefined : FIRST_COMMITS.get(key)
  if (kept !== undefined && !(await isShallow(repository))) return kept
  const commit = await rootCommit(repository, variables)
  if (FIRST_COMMITS.size >= MOST_KEPT) FIRST_COMMITS.clear()
  if (head !== undefined && commit !== undefined) FIRST_COMMITS.set(key, commit)
  return commit
}

/** The main work tree's root, where the repository has one: all its work trees are one project. */
function mainRoot({ root, gitDir, commonDir }: Repository): string {
  if (gitDir === commonDir) return root
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir
}

async function declaredEvidence(directory: string): Promise<ProjectEvidence | undefined> {
  let root = directory
  for (let level = 0; level < LEVELS; level++) {
    const declared = parseDeclaration(await readStart(join(root, '.daybook', 'project.json'), DECLARATION_BYTES))
    if (declared) return { identityKind: 'declared', ...declared, root }
    const parent = dirname(root)
    if (parent === root) return undefined
    root = parent
  }
  return undefined
}

function parseDeclaration(text: string | undefined): { identity: string; name: string } | undefined {
  if (text === undefined) return undefined
  try {
    const { id, name } = JSON.parse(text) as { id?: unknown; name?: unknown }
    const identity = [id, name].find(isName)
    return identity === undefined ? undefined : { identity, name: isName(name) ? name : identity }
  } catch {
    return undefined
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 200 && /^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f]$/.test(value)
}

async function realDirectory(directory: string): Promise<string | undefined> {
  try {
    const real = await realpath(directory)
    return (await stat(real)).isDirectory() ? real : undefined
  } catch {
    return undefined
  }
}

function pathEvidence(path: string): ProjectEvidence {
  const root = path.replace(/(?<=[^/\\:])[/\\]+$/, '')
  return { identityKind: 'path', identity: comparablePath(root), root, name: /[^/\\]+$/.exec(root)?.[0] ?? root }
}
