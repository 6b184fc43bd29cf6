import { rmSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { putBytes, readBytes, sha256 } from './files.ts'
import { type Written, backupFolder, readJournal, writeJournal } from './journal.ts'
import { type SetupSource, filesOf } from './plan.ts'
import { type SetupPlace, captureFile } from './words.ts'

/** What became of a file that set-up had changed. */
export interface Undone {
  path: string
  /** `kept`: it is all ours and somebody changed it, so it stays. */
  how: 'restored' | 'removed' | 'cleaned' | 'kept' | 'gone'
}

/**
 * Takes set-up back: a file that is as we wrote it becomes what it was, byte for byte, or goes; out of one that others changed
 * since, ours is taken out and the rest stays.
 */
export function undoSetup(sources: readonly SetupSource[], place: SetupPlace): Undone[] {
  const { dataDir } = place
  const all = { ...place, memory: true, hasTool: () => true }
  const journal = readJournal(dataDir)
  const ids = new Set(sources.map(({ id }) => id))
  const removers = new Map(sources.flatMap((source) => filesOf(source, all)).map((file) => [file.path, file]))
  const done: Undone[] = []
  for (const written of journal.files.filter(({ agent }) => ids.has(agent)).toReversed()) {
    const how = undoFile(written, dataDir, (text) => removers.get(written.path)?.remove(text))
    if (how === 'kept') journal.files[journal.files.indexOf(written)]!.restorable = false
    else journal.files.splice(journal.files.indexOf(written), 1)
    done.push({ path: written.path, how })
    writeJournal(dataDir, journal)
    for (const folder of written.folders.toReversed()) removeEmpty(folder)
    if (written.backup !== null && how !== 'kept') rmSync(join(backupFolder(dataDir), written.backup), { force: true })
  }
  if (journal.files.length === 0) {
    for (const name of ['setup.json', 'capture.sh']) rmSync(join(captureFile(dataDir), '..', name), { force: true })
    for (const folder of [backupFolder(dataDir), join(dataDir, 'hooks')]) removeEmpty(folder)
  }
  return done
}

function undoFile(written: Written, dataDir: string, remove: (text: string) => string | undefined): Undone['how'] {
  const now = readBytes(written.path)
  if (now === undefined) return 'gone'
  if (written.restorable && sha256(now) === written.sha256) {
    if (written.backup === null) {
      rmSync(written.path)
      return 'removed'
    }
    const before = readBytes(join(backupFolder(dataDir), written.backup))
    if (before !== undefined) {
      putBytes(written.path, before)
      return 'restored'
    }
  }
  const rest = remove(now.toString('utf8'))
  if (rest === undefined) return 'kept'
  putBytes(written.path, rest)
  return 'cleaned'
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Somebody put something there.
  }
}
