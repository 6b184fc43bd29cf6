import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '../background/running-process.ts'
import { writePrivateFile } from '../config/private-file.ts'

/** Where this install's server answers. A hint alone: whether it runs is known by asking it. */
export interface ServerNote {
  url: string
  /** Where it is asked whether it runs; absent: at `url`. */
  nearUrl?: string
  processId: number
  /** When that process began, Unix milliseconds: another may have its number by now. Absent where an older one noted. */
  startedMs?: number
}

/** So often it is looked who is noted: of two servers on the same data the later one is, until it ends. */
const LOOK_EVERY_MS = 2_000

/** Notes this install's server for as long as it runs, again where no other one is noted any more. @returns ends that */
export function keepServerNoted(dataDir: string, note: ServerNote): () => void {
  noteServer(dataDir, note)
  const timer = setInterval(() => {
    const noted = notedServer(dataDir)
    if (noted && isRunning(noted.processId, noted.startedMs)) return
    try {
      noteServer(dataDir, note)
    } catch {
      // The folder is gone, or the disk is full: nobody finds the server, and it serves on.
    }
  }, LOOK_EVERY_MS).unref()
  return () => {
    clearInterval(timer)
    forgetServer(dataDir, note.processId)
  }
}

export function noteServer(dataDir: string, note: ServerNote): void {
  writePrivateFile(noteFile(dataDir), `${JSON.stringify(note)}\n`)
}

/** The newest server that was noted; undefined when none is, or the note is damaged. */
export function notedServer(dataDir: string): Required<ServerNote> | undefined {
  try {
    const {
      url,
      nearUrl = url,
      processId,
      startedMs = 0,
    } = JSON.parse(readFileSync(noteFile(dataDir), 'utf8')) as ServerNote
    const areAddresses = [url, nearUrl].every((one) => typeof one === 'string' && /^https?:\/\/[^/\s]+$/.test(one))
    return areAddresses && Number.isInteger(processId) ? { url, nearUrl, processId, startedMs } : undefined
  } catch {
    return undefined
  }
}

/** Removes the note, unless it is another server's by now. */
function forgetServer(dataDir: string, processId: number): void {
  if (notedServer(dataDir)?.processId === processId) rmSync(noteFile(dataDir), { force: true })
}

function noteFile(dataDir: string): string {
  return join(dataDir, 'server.json')
}
