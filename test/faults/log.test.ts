import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateHistory } from '../../bench/generate.ts'
import { buildProgram, ended, place, type Place } from './daybook.ts'
import { prompts } from './lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-log-'))
let where: Place
beforeAll(() => {
  buildProgram()
  where = place()
}, 60_000)
afterAll(() => {
  where.remove()
  rmSync(folder, { recursive: true })
})

const sizeOf = (name: string): number => statSync(join(where.data, name), { throwIfNoEntry: false })?.size ?? 0

describe('the write-ahead log', () => {
  it('stays below 64 MB while somebody reads all through a large scan, and is gone after it', async () => {
    const { home } = generateHistory(folder, { bytes: 16_000_000, files: 120, seed: 7 })
    where.write('-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl', prompts(5))
    await where.run(['scan'])
    const reader = new DatabaseSync(join(where.data, 'daybook.db'))
    reader.exec('BEGIN')
    const before = reader.prepare('SELECT COUNT(*) AS n FROM entry').get()
    const child = where.start(['scan'], { env: { HOME: home } })
    let peak = 0
    const timer = setInterval(() => (peak = Math.max(peak, sizeOf('daybook.db-wal'), sizeOf('search.db-wal'))), 20)
    expect(await ended(child)).toMatchObject({ status: 0 })
    clearInterval(timer)
    expect(peak).toBeGreaterThan(1024 ** 2)
    expect(peak).toBeLessThan(64 * 1024 ** 2)
    expect(reader.prepare('SELECT COUNT(*) AS n FROM entry').get()).toEqual(before)
    reader.exec('COMMIT')
    reader.close()
    expect(await where.run(['scan'], { env: { HOME: home } })).toMatchObject({ status: 0 })
    expect(['daybook.db-wal', 'search.db-wal'].map(sizeOf)).toEqual([0, 0])
    console.log(`log with a reader all through: ${Math.round(peak / 1024 ** 2)} MB`)
  }, 60_000)
})

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Calls that open a file by its path and read or copy it. */
const RAW =
  /\b(readFile|readFileSync|copyFile|copyFileSync|cp|cpSync|createReadStream|openSync|openAsBlob|createWriteStream|writeFile|writeFileSync|truncateSync|renameSync)\(/g

/** Where such a call may stand, and what it opens there. Nothing of this is a database that can be open. */
const ALLOWED: Record<string, string> = {
  'own-prices.ts': 'a price file',
  'archive/': 'nothing',
  'config/': 'settings, trust list, tokens',
  'prices/': 'price files',
  'salt.ts': 'the salt',
  'cli/out-file.ts': 'exports',
  'ingest/import/tree-files.ts': 'a tree that a person names, none of it among our own',
  'ingest/import/input.ts': 'files that a person names, none of them among our own',
  'cli/processes.ts': 'the table of processes',
  'passing.ts': 'standard input and output, where they are files',
  'background/': 'the table of processes, what the background process says of itself',
  'remote.ts': 'a file with a token, which a person names',
  'web-server.ts': 'a certificate and its key, which a person names',
  'http/sign-in.ts': 'codes of sign-in links',
  'http/server-note.ts': 'where the server answers',
  'http/pages.ts': 'files of the page',
  'setup/files.ts': 'agents’ settings, and their copies',
  'spool/': 'what hooks were told and are answered, a file for each event',
  'git/': 'files of a repository',
  'sources/': 'agents’ files',
  'ingest/attachments.ts': 'agents’ files',
  'history/restore.ts': 'restored files',
  'demo/': 'the demo’s transcripts',
  'stores/filesystem/': 'files of a tree; its index lies apart and is SQLite’s',
  'stores/sqlite/files.ts': 'a new, empty file, created exclusively',
  'stores/sqlite/search-file.ts': 'a new, empty file, created exclusively',
}

function rawCalls(text: string): string[] {
  return [...text.matchAll(RAW)].map(([, name]) => name!)
}

describe('the store’s files', () => {
  it('are opened by SQLite alone: closing any other descriptor would drop its locks', () => {
    const files = readdirSync(source, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && entry.name.endsWith('.ts') && !/\.(test|contract)\.ts$|testing\.ts$/.test(entry.name),
      )
      .map((entry) => join(entry.parentPath, entry.name))
    const found = files
      .map((path) => ({ path: relative(source, path), calls: rawCalls(readFileSync(path, 'utf8')) }))
      .filter(
        ({ path, calls }) => calls.length > 0 && !Object.keys(ALLOWED).some((allowed) => path.startsWith(allowed)),
      )
    expect(found).toEqual([])
    expect(rawCalls(`copyFileSync(join(folder, 'daybook.db'), to)`)).toEqual(['copyFileSync'])
    for (const path of ['stores/sqlite/files.ts', 'stores/sqlite/search-file.ts']) {
      const text = readFileSync(join(source, path), 'utf8')
      expect(new Set(rawCalls(text))).toEqual(new Set(['openSync']))
      expect(text.split('openSync(').length).toBe(text.split(`openSync(path, 'wx', 0o600)`).length)
    }
  })
})
