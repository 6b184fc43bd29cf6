import { join } from 'node:path'
import type { FileState, WorkTree, WorkTreeChange } from '../domain/work-tree.ts'
import type { Variables } from './git-command.ts'
import { type Repository, readStart } from './repository.ts'
import { type StandIn, openStandIn } from './stand-in.ts'

/**
 * What differs from the last commit, without running anything that the repository configures: `git status`, asked of a
 * stand-in. Ignored files are left out by `.gitignore` and the repository's `info/exclude`, not by the user's own list.
 *
 * A file that a filter (large file storage, say) stores in another form shows as modified once it was touched.
 * @throws AppError as `git` does
 */
export async function readWorkTree(repository: Repository, variables: Variables = process.env): Promise<WorkTree> {
  await using standIn = await openStandIn(repository, variables)
  await standIn.run(['update-index', '-q', '--refresh'], { exits: [0, 1] })
  const changes = new Map<string, WorkTreeChange>()
  const note = (path: string, side: 'staged' | 'unstaged', state: FileState): void => {
    const change = changes.get(path) ?? { path, staged: null, unstaged: null }
    changes.set(path, { ...change, [side]: state })
  }
  for (const [state, path] of await staged(standIn)) note(path, 'staged', state)
  const diff = ['diff-files', ...PLAIN_DIFF, '-z']
  for (const [state, path] of namesAndStates(await standIn.run(diff))) note(path, 'unstaged', state)
  const others = ['ls-files', '--others', '--exclude-standard', '--directory', '--no-empty-directory', '-z']
  for (const path of (await standIn.run(others)).split('\0')) if (path !== '') note(path, 'unstaged', 'untracked')
  return {
    root: repository.root,
    branch: await readBranch(repository),
    head: standIn.head,
    changes: [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

/** The branch that is checked out, as HEAD says it. Runs nothing. */
async function readBranch({ gitDir }: Repository): Promise<string | null> {
  const head = (await readStart(join(gitDir, 'HEAD'), 4096)) ?? ''
  return /^ref: refs\/heads\/([^\n\0]+)/.exec(head)?.[1]?.trimEnd() ?? null
}

/** Without a look into submodules, whose own configuration git would follow there. */
const PLAIN_DIFF = ['--name-status', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty']

async function staged(standIn: StandIn): Promise<[FileState, string][]> {
  if (standIn.head !== null) {
    return namesAndStates(await standIn.run(['diff-index', '--cached', ...PLAIN_DIFF, '-z', standIn.head, '--']))
  }
  const all = (await standIn.run(['ls-files', '--cached', '-z'])).split('\0').filter((path) => path !== '')
  return all.map((path) => ['added', path])
}

const STATES: Readonly<Record<string, FileState>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  T: 'type_changed',
  U: 'conflicted',
}

/** Reads `M`, path, `A`, path: NUL behind each, so that no path can be taken for anything else. */
function namesAndStates(output: string): [FileState, string][] {
  const parts = output.split('\0')
  const found = new Map<string, FileState>()
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [letter, path] = [parts[i]!, parts[i + 1]!]
    // A conflicted file is listed a second time with what else differs.
    if (found.get(path) !== 'conflicted') found.set(path, STATES[letter] ?? 'modified')
  }
  return [...found].map(([path, state]) => [state, path])
}
