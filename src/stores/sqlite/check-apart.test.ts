import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkApart } from './check-apart.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-check-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function made(name: string, rows: number): string {
  const path = join(folder, name)
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; CREATE TABLE one (id INTEGER PRIMARY KEY, word TEXT); CREATE INDEX words ON one (word)',
  )
  const insert = database.prepare('INSERT INTO one (word) VALUES (?)')
  database.exec('BEGIN')
  for (let i = 0; i < rows; i++) insert.run(`word ${i}`)
  database.exec('COMMIT')
  return path
}

describe('a check in a thread of its own', () => {
  it('says ok of a sound file that is open elsewhere', async () => {
    expect(await checkApart(made('sound.db', 10))).toEqual(['ok'])
  })

  it('says what is damaged, of indexes only when asked to compare them', async () => {
    const path = made('damaged.db', 10)
    const database = new DatabaseSync(path, { defensive: false })
    database.exec(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '(word)', '(id)') WHERE name = 'words'",
    )
    database.close()
    expect((await checkApart(path)).join()).toMatch(/missing from index words/)
    expect(await checkApart(path, true)).toEqual(['ok'])
  })

  it('fails as the engine does for a file that is none, with its code', async () => {
    const path = join(folder, 'none.db')
    writeFileSync(path, 'x'.repeat(10_000))
    await expect(checkApart(path)).rejects.toMatchObject({ errcode: 26 })
    await expect(checkApart(path, true)).rejects.toMatchObject({ errcode: 26 })
  })

  it('lets others go on meanwhile', async () => {
    const path = made('large.db', 200_000)
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await checkApart(path)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })
})
