import { copyFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { writeDatabase, type RowFile } from './database.ts'
import type { Trap } from './trap.ts'

/** Whether the file that comes first by name was written first, or last. Many readers begin with the newest. */
export const ORDERS = ['first', 'last'] as const
export type Order = (typeof ORDERS)[number]

/** Ends of names of files that are made from readable ones. */
const ROWS = '.rows.json'
const PLAIN = '.zst.plain'

/** Writes the histories of one or many traps into a home folder, as their agents would have left them. */
export function buildHome(traps: readonly Trap[], home: string, order: Order): void {
  const databases = new Map<string, RowFile[]>()
  for (const trap of traps) {
    const from = join(trap.folder, 'home')
    for (const path of filesBelow(from)) {
      const name = relative(from, path)
      if (name.endsWith(ROWS)) {
        const database = name.slice(0, -ROWS.length)
        const rows = JSON.parse(readFileSync(path, 'utf8')) as RowFile
        databases.set(database, [...(databases.get(database) ?? []), rows])
      } else if (name.endsWith(PLAIN)) {
        writeFileSync(placed(home, name.slice(0, -'.plain'.length)), zstdCompressSync(readFileSync(path)))
      } else {
        copyFileSync(path, placed(home, name))
      }
    }
  }
  for (const [name, files] of databases) writeDatabase(placed(home, name), files)
  setTimes(home, order)
}

/** Whether the order in which files were written can matter. */
export function manyFiles(traps: readonly Trap[]): boolean {
  return traps.flatMap((trap) => filesBelow(join(trap.folder, 'home'))).length > 1
}

function placed(home: string, name: string): string {
  const path = join(home, name)
  mkdirSync(dirname(path), { recursive: true })
  return path
}

function setTimes(home: string, order: Order): void {
  for (const [place, path] of filesBelow(home).entries()) {
    const seconds = 1_750_000_000 + (order === 'first' ? place : -place) * 60
    utimesSync(path, seconds, seconds)
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
