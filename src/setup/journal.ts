import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { putBytes, readBytes } from './files.ts'

/** A file that set-up changed, as it is written down before it is changed: a crash leaves nothing that cannot be undone. */
export interface Written {
  path: string
  agent: string
  /** Name of the copy of what was there before; null where there was nothing. */
  backup: string | null
  /** SHA-256 of what was written. While the file has it, the copy goes back as it is. */
  sha256: string
  /** False when the file had been changed by others before it was written again: then ours is taken out of it instead. */
  restorable: boolean
  /** Folders made for it, outermost first. */
  folders: string[]
}

export interface Journal {
  files: Written[]
}

/** Where copies of agents' settings lie, as they were before. */
export function backupFolder(dataDir: string): string {
  return join(dataDir, 'hooks', 'before')
}

function journalFile(dataDir: string): string {
  return join(dataDir, 'hooks', 'setup.json')
}

/** @throws AppError `unavailable` when it cannot be read: nothing is guessed of what was there before */
export function readJournal(dataDir: string): Journal {
  const path = journalFile(dataDir)
  const bytes = readBytes(path)
  if (bytes === undefined) return { files: [] }
  try {
    const { files } = JSON.parse(bytes.toString('utf8')) as Journal
    if (Array.isArray(files)) return { files }
  } catch {
    // The same as a journal that is something else.
  }
  throw new AppError(
    'unavailable',
    `${path} is damaged; copies of the files as they were are in ${backupFolder(dataDir)}`,
  )
}

export function writeJournal(dataDir: string, journal: Journal): void {
  putBytes(journalFile(dataDir), `${JSON.stringify(journal, null, 2)}\n`)
}
