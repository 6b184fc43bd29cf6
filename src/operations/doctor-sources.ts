import { stat } from 'node:fs/promises'
import type { Source, TranscriptRef } from '../sources/source.ts'
import { type Check, check, counted, quoted, shortPath } from './check.ts'
import type { OperationContext } from './operation.ts'

interface Discovered {
  files: number
  newestMs: number
  oldestMs: number
  /** Transcripts with bytes that are not archived yet. */
  behind: number
  refused: { path: string; reason: string }[]
}

/** What can be said of an agent's folders, and whether its vendor is about to delete something we do not have. */
export async function checkSource(context: OperationContext, source: Source): Promise<Check[]> {
  const { home } = context.env
  const roots = await present(source.roots(context.env))
  if (roots.length === 0) {
    const looked = source.roots(context.env).map((root) => shortPath(root, home))
    return [check(source.name, 'ok', `not found here; looked in ${looked.join(', ')}`)]
  }
  const found = await discover(context, source)
  const checks = [reading(context, source, roots, found)]
  const deadline = deletion(context, source, found)
  if (deadline) checks.push(deadline)
  return checks
}

async function present(roots: string[]): Promise<string[]> {
  const there = await Promise.all(
    roots.map((root) =>
      stat(root).then(
        () => true,
        // Only absence is absence: a folder that may not be looked into is there, and discovery says why.
        (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
      ),
    ),
  )
  return roots.filter((_, index) => there[index])
}

async function discover({ store, env }: OperationContext, source: Source): Promise<Discovered> {
  const found: Discovered = { files: 0, newestMs: 0, oldestMs: Number.POSITIVE_INFINITY, behind: 0, refused: [] }
  const known = new Map((await store.transcripts.known()).map((each) => [each.path, each]))
  const problem = (path: string, reason: string) => found.refused.push({ path, reason })
  for (const ref of await source.discover({ ...env, problem })) {
    found.files += 1
    found.newestMs = Math.max(found.newestMs, ref.file.modifiedAtMs)
    found.oldestMs = Math.min(found.oldestMs, ref.file.modifiedAtMs)
    if (isBehind(ref, known.get(ref.path))) found.behind += 1
  }
  return found
}

function isBehind(ref: TranscriptRef, known: { sizeBytes: number; modifiedAtMs: number } | undefined): boolean {
  if (!known) return ref.file.sizeBytes > 0
  return known.sizeBytes !== ref.file.sizeBytes || known.modifiedAtMs !== ref.file.modifiedAtMs
}

const REFUSED_SHOWN = 5

function reading({ clock, env }: OperationContext, source: Source, roots: string[], found: Discovered): Check {
  const { files, newestMs, refused } = found
  const where = roots.map((root) => shortPath(root, env.home)).join(', ')
  const newest = files > 0 ? `, newest ${ago(clock.now() - newestMs)}` : ''
  const says = `${counted(files, 'file')} in ${where}${newest}`
  if (refused.length === 0) return check(source.name, 'ok', says)
  const denied = refused.find(({ reason }) => /permission|EACCES|EPERM/i.test(reason))
  return check(source.name, denied ? 'error' : 'warn', `${says}; ${counted(refused.length, 'place')} left out`, {
    details: refused.slice(0, REFUSED_SHOWN).map(({ path, reason }) => `${shortPath(path, env.home)}  ${reason}`),
    try: denied ? `chmod u+rX ${quoted(denied.path)}` : null,
  })
}

const DAY_MS = 86_400_000

function deletion({ clock }: OperationContext, source: Source, found: Discovered): Check | undefined {
  const keeps = source.vendorKeepsDays
  if (found.files === 0) return undefined
  const name = `${source.name} archive`
  if (found.behind > 0) {
    const warning = keeps === null ? '' : `; ${source.name} deletes at ${keeps} days`
    const says = `${counted(found.behind, 'file')} with something that is not archived yet${warning}`
    return check(name, 'warn', says, { try: 'daybook scan' })
  }
  if (keeps === null) return check(name, 'ok', 'all are archived')
  const days = Math.max(0, Math.floor((clock.now() - found.oldestMs) / DAY_MS))
  return check(name, 'ok', `oldest ${counted(days, 'day')}, ${source.name} deletes at ${keeps}; all are archived`)
}

function ago(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.floor(ms / 1000))}s ago`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m ago`
  if (ms < 48 * 3_600_000) return `${Math.floor(ms / 3_600_000)}h ago`
  return `${counted(Math.floor(ms / DAY_MS), 'day')} ago`
}
