import type { Commit } from '../domain/commit.ts'
import { type Variables, git, isFullHash } from './git-command.ts'
import type { Repository } from './repository.ts'
import { type StandIn, openStandIn } from './stand-in.ts'

const MOST_BRANCHES = 2000

/** Which commits: by when they were committed, and by name. */
export interface CommitQuestion {
  /** ISO, both inclusive, to the second. */
  from: string
  to: string
  /** Hashes, or their first seven characters and more, that are looked up whenever they were made. */
  hashes?: readonly string[]
  limit: number
}

/**
 * Commits that HEAD or a branch reaches, newest first, and those that are named, with the files each changed. Hashes that
 * the repository does not have are left out: commits vanish by amending and rebasing.
 *
 * @throws AppError as `git` does
 */
export async function readCommits(
  repository: Repository,
  { from, to, hashes = [], limit }: CommitQuestion,
  variables: Variables = process.env,
): Promise<Commit[]> {
  const tips = await branchTips(repository, variables)
  await using standIn = await openStandIn(repository, variables)
  const starts = [...new Set(standIn.head === null ? tips : [standIn.head, ...tips])]
  const found = new Map<string, Omit<Commit, 'files'>>()
  if (starts.length > 0) {
    const window = [`--since=${toSecond(from)}`, `--until=${toSecond(to)}`, `--max-count=${limit}`]
    for (const commit of await log(standIn, window, starts)) found.set(commit.hash, commit)
  }
  const named = await fullHashes(standIn, hashes)
  const missing = named.filter((hash) => !found.has(hash))
  if (missing.length > 0) {
    for (const commit of await log(standIn, ['--no-walk=unsorted'], missing)) found.set(commit.hash, commit)
  }
  const files = await filesOf(standIn, [...found.keys()])
  return [...found.values()]
    .map((commit) => ({ ...commit, files: files.get(commit.hash) ?? [] }))
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

async function branchTips({ root }: Repository, variables: Variables): Promise<string[]> {
  const args = [
    'for-each-ref',
    `--count=${MOST_BRANCHES}`,
    '--sort=-committerdate',
    '--format=%(objectname)',
    'refs/heads',
  ]
  return (await git(root, args, { variables })).split('\n').filter(isFullHash)
}

/** NUL behind each field: a subject may hold anything else. */
async function log(standIn: StandIn, args: readonly string[], starts: string[]): Promise<Omit<Commit, 'files'>[]> {
  const plain = [
    '--no-show-signature',
    '--no-ext-diff',
    '--no-textconv',
    '--no-decorate',
    '--no-color',
    '--encoding=UTF-8',
  ]
  const command = ['log', ...plain, '-z', '--format=%H%x00%ct%x00%s', ...args, '--stdin']
  const fields = (await standIn.run(command, { input: `${starts.join('\n')}\n` })).split('\0')
  const commits: Omit<Commit, 'files'>[] = []
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [hash, seconds, subject] = [fields[i]!, Number(fields[i + 1]), fields[i + 2]!]
    if (isFullHash(hash)) commits.push({ hash, subject, at: isoOf(seconds) })
  }
  return commits
}

/** Names of commits that are here and that only one commit begins with. */
async function fullHashes(standIn: StandIn, hashes: readonly string[]): Promise<string[]> {
  const words = [...new Set(hashes)].filter((hash) => /^[0-9a-f]{7,64}$/.test(hash))
  if (words.length === 0) return []
  const input = words.map((word) => `${word}\n`).join('')
  const lines = (await standIn.run(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input })).split('\n')
  return [...new Set(lines.flatMap((line) => /^(\S+) commit$/.exec(line)?.[1] ?? []).filter(isFullHash))]
}

async function filesOf(standIn: StandIn, hashes: readonly string[]): Promise<Map<string, string[]>> {
  const files = new Map<string, string[]>()
  if (hashes.length === 0) return files
  const plain = ['--no-ext-diff', '--no-textconv', '--no-renames', '--ignore-submodules=dirty']
  const command = ['diff-tree', '--stdin', '--root', '-r', '-z', '--name-only', ...plain]
  let current: string[] = []
  for (const part of (await standIn.run(command, { input: `${hashes.join('\n')}\n` })).split('\0')) {
    if (hashes.includes(part)) files.set(part, (current = []))
    else if (part !== '') current.push(part)
  }
  return files
}

function toSecond(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19)}Z`
}

function isoOf(seconds: number): string {
  return new Date(Number.isFinite(seconds) ? Math.min(seconds * 1000, 8.64e15) : 0).toISOString()
}
