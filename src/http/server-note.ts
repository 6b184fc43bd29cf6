import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where this install's server answers. A hint alone: whether it runs is known by asking it. */
export interface ServerNote {
  url: string
  processId: number
}

export function noteServer(dataDir: string, note: ServerNote): void {
  const draft = `${noteFile(dataDir)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(note)}\n`, { mode: 0o600 })
  renameSync(draft, noteFile(dataDir))
}

/** The newest server that was noted; undefined when none is, or the note is damaged. */
export function notedServer(dataDir: string): ServerNote | undefined {
  try {
    const { url, processId } = JSON.parse(readFileSync(noteFile(dataDir), 'utf8')) as ServerNote
    return typeof url === 'string' && /^https?:\/\/[^/\s]+$/.test(url) && Number.isInteger(processId)
      ? { url, processId }
      : undefined
  } catch {
    return undefined
  }
}

/** Removes the note, unless it is another server's by now. */
export function forgetServer(dataDir: string, processId: number): void {
  if (notedServer(dataDir)?.processId === processId) rmSync(noteFile(dataDir), { force: true })
}

function noteFile(dataDir: string): string {
  return join(dataDir, 'server.json')
}
