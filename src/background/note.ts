import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from './running-process.ts'

/** What the background process says of itself, for hooks to see without asking it. The lock decides; this only tells. */
export interface Note {
  processId: number
  /** Unix milliseconds. */
  startedMs: number
  version: string
}

/** `<process> <started> <version>`: a shell reads the first word. */
export function writeNote(dataDir: string, { processId, startedMs, version }: Note): void {
  const draft = join(dataDir, `.background-${processId}`)
  writeFileSync(draft, `${processId} ${startedMs} ${version}\n`, { mode: 0o600 })
  renameSync(draft, noteFile(dataDir))
}

/** The process that runs; undefined where none does, or where the note is somebody else's or no note at all. */
export function runningNote(dataDir: string): Note | undefined {
  let text: string
  try {
    text = readFileSync(noteFile(dataDir), 'utf8').slice(0, 200)
  } catch {
    return undefined
  }
  const [, id = '', started = '', version = ''] = /^(\d{1,10}) (\d{1,15}) (\S{1,60})\n$/.exec(text) ?? []
  const note = { processId: Number(id), startedMs: Number(started), version }
  return note.processId > 1 && isRunning(note.processId, note.startedMs) ? note : undefined
}

export function removeNote(dataDir: string): void {
  rmSync(noteFile(dataDir), { force: true })
}

/** Without an ending: `capture-script.ts` names it too. */
function noteFile(dataDir: string): string {
  return join(dataDir, 'background')
}
