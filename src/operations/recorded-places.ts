import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError, shownValue } from '../domain/errors.ts'
import type { Project } from '../domain/project.ts'
import { absolutePath, comparablePath, isAbsolutePath, pathWithin, plainPath } from '../domain/recorded-path.ts'
import type { OperationContext } from './operation.ts'

const SHOWN = 10

/**
 * The recorded paths that a typed one may mean, the first of these that has changes: from where the caller stands, and the
 * same place in the project's other roots (clones, work trees); from a project's root; the end of a recorded path.
 *
 * @param only the project that was named; absent: all of them
 * @returns the places as typed where nothing is recorded of them but they are on disk
 * @throws AppError `conflict` listing the files a word may mean, `not_found`
 */
export async function placesOf(context: OperationContext, typed: string, only?: Project): Promise<string[]> {
  const { store, caller } = context
  const word = plainPath(typed).replace(/(?<=[^:])[\\/]+$/, '')
  const isWhole = isAbsolutePath(word)
  const projects = only ? [only] : await store.projects.list()
  const here = isWhole ? word : resolve(caller.cwd, word)
  const near = unique([here, ...elsewhere(here, projects), ...(isWhole ? [] : [word])])
  if (await recorded(context, near)) return near
  if (!isWhole) {
    const below = projects.map(({ roots }) => roots.map((root) => absolutePath(root, word)))
    const found = await pick(below, (places) => recorded(context, places))
    if (found.length > 1) throw several(typed, found.flat())
    if (found[0]) return found[0]
  }
  const ends = isWhole ? [] : await endingIn(context, absolutePath('/', word), only)
  if (ends.length > 1) throw several(typed, ends)
  if (ends.length === 1) return ends
  if (existsSync(here)) return near
  throw new AppError('not_found', `no session changed ${shownValue(typed)}, and there is no such file here`, {
    hint: 'daybook files',
  })
}

/** The same place in every other root of the project that it lies in. */
function elsewhere(place: string, projects: readonly Project[]): string[] {
  return projects.flatMap(({ roots }) => {
    const inside = roots.map((root) => pathWithin(root, place)).filter((path) => path !== undefined)
    const [nearest] = inside.sort((a, b) => a.length - b.length)
    return nearest === undefined ? [] : roots.map((root) => absolutePath(root, nearest))
  })
}

async function recorded({ store }: OperationContext, places: readonly string[]): Promise<boolean> {
  return (await store.files.list({ within: places }, { limit: 1 })).items.length > 0
}

/** Recorded files whose path ends so. */
async function endingIn({ store }: OperationContext, end: string, only: Project | undefined): Promise<string[]> {
  const { items } = await store.files.list({ pathContains: end, projectId: only?.id }, { limit: 1000 })
  const wanted = end.replaceAll('\\', '/')
  const ends = items.map(({ path }) => path).filter((path) => path.replaceAll('\\', '/').endsWith(wanted))
  return [...new Map(ends.map((path) => [comparablePath(path), path])).values()]
}

async function pick<T>(items: readonly T[], test: (item: T) => Promise<boolean>): Promise<T[]> {
  const picked: T[] = []
  for (const item of items) if (await test(item)) picked.push(item)
  return picked
}

function several(typed: string, paths: readonly string[]): AppError {
  const [first = ''] = paths
  const more = paths.length > SHOWN ? [`and ${paths.length - SHOWN} more`] : []
  return new AppError('conflict', `${shownValue(typed)} may mean ${paths.length} places`, {
    details: [...paths.slice(0, SHOWN), ...more],
    repair: { typed, by: first },
  })
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)]
}
