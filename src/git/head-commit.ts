import { join } from 'node:path'
import { isFullHash } from './git-command.ts'
import { type Repository, readStart } from './repository.ts'

const PACKED_BYTES = 4 * 1024 * 1024

/**
 * The commit that is checked out, as the repository's files say: `HEAD`, the file of its branch, `packed-refs`. Runs nothing.
 *
 * @returns undefined where they do not say it: before the first commit, where refs are kept in another form
 */
export async function headCommit({ gitDir, commonDir }: Repository): Promise<string | undefined> {
  const head = (await readStart(join(gitDir, 'HEAD'), 1024))?.trimEnd() ?? ''
  const ref = /^ref: (refs\/heads\/[^\n\0]+)$/.exec(head)?.[1]
  if (ref === undefined) return isFullHash(head) ? head : undefined
  if (ref.split('/').includes('..')) return undefined
  const loose = (await readStart(join(commonDir, ref), 1024))?.trimEnd()
  const packed = loose ?? hashIn((await readStart(join(commonDir, 'packed-refs'), PACKED_BYTES)) ?? '', ref)
  return packed !== undefined && isFullHash(packed) ? packed : undefined
}

/** Lines of a hash, a space, a ref. */
function hashIn(packed: string, ref: string): string | undefined {
  const end = packed.indexOf(` ${ref}\n`)
  return end < 0 ? undefined : packed.slice(packed.lastIndexOf('\n', end) + 1, end)
}
