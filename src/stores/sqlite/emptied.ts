import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { shellWord } from '../../domain/shell-word.ts'
import { sizeOf } from './files.ts'

/** A store that somebody makes at this moment has its first page after some milliseconds. */
const MAKING_MS = 1000

/**
 * An empty file is a new store. Beside what only a store that held something leaves, it is one that lost its bytes: nobody is
 * to find out by what is missing. SQLite would take such a file for a new database too, and throw its log away.
 *
 * @throws AppError `unavailable` where the file is empty and was not always; nothing is touched
 */
export async function refuseEmptied(path: string): Promise<void> {
  for (let waitedMs = 0; isEmptied(path); waitedMs += 50) {
    if (waitedMs >= MAKING_MS) throw emptied(path)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Whether the file is empty and held something once. */
export function isEmptied(path: string): boolean {
  return sizeOf(path) === 0 && leftovers(path).length > 0
}

/** What lies beside a store only once it has held something: its log, the index, the secret of placeholders, copies from before. */
function leftovers(path: string): string[] {
  const [folder, name] = [dirname(path), basename(path)]
  return readdirSync(folder).filter(
    (other) =>
      other.startsWith(`${name}.before-schema-`) ||
      ([`${name}-wal`, 'search.db', 'redaction.salt'].includes(other) && sizeOf(join(folder, other)) > 0),
  )
}

function emptied(path: string): AppError {
  const aside = (suffix: string): string => `mv ${shellWord(path + suffix)} ${shellWord(`${path}.emptied${suffix}`)}`
  const moves = sizeOf(`${path}-wal`) > 0 ? [aside(''), aside('-wal')] : [aside('')]
  return new AppError(
    'unavailable',
    `the store ${path} is empty, and it was not always: ${leftovers(path).join(', ')} beside it`,
    {
      details: [
        'Nothing was touched. Put a backup in its place, or move it aside and scan again: what your agents still have is read anew.',
      ],
      hint: `${moves.join(' && ')} && daybook scan`,
    },
  )
}
