import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteFile, sqliteState } from './sqlite-file.ts'

let folder: string
let path: string
let agent: DatabaseSync
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-sqlite-'))
  path = join(folder, 'agent.db')
  agent = new DatabaseSync(path)
  agent.exec(`PRAGMA journal_mode = WAL; CREATE TABLE message (id TEXT, text TEXT, token TEXT);
    CREATE TABLE account (id TEXT, token TEXT); INSERT INTO message VALUES ('m1', 'hello', 'sesame');
    INSERT INTO account VALUES ('a1', 'sesame')`)
})
afterEach(() => {
  agent.close()
  rmSync(folder, { recursive: true })
})

describe('an agent’s database', () => {
  it.each([
    'SELECT token FROM message',
    'SELECT * FROM message',
    'SELECT id FROM message ORDER BY token',
    'SELECT id FROM account',
    'SELECT count(*) FROM account',
    'SELECT id FROM message UNION SELECT token FROM account',
    'SELECT id FROM message WHERE EXISTS (SELECT 1 FROM account)',
    'PRAGMA table_info(account)',
    'PRAGMA user_version',
    "UPDATE message SET text = ''",
    "ATTACH 'other.db' AS other",
    'SELECT sql FROM sqlite_schema',
  ])('lets nothing be read or done that is not listed: %s', (sql) => {
    const file = openSqliteFile(path, { message: ['id', 'text'] })
    expect(() => file.all(sql)).toThrow(/prohibited|not authorized/)
    expect(file.all('SELECT id, upper(text) AS text FROM message')).toEqual([{ id: 'm1', text: 'HELLO' }])
    expect(file.all('SELECT count(*) AS n FROM message')).toEqual([{ n: 1 }])
    file.close()
  })

  it('says which of the listed columns are there', () => {
    const file = openSqliteFile(path, { message: ['text', 'cost'], part: ['id'] })
    expect(file.columns('message')).toEqual(['text'])
    expect(file.columns('part')).toEqual([])
    file.close()
  })

  it('that nobody had open is not believed once somebody writes to it', () => {
    agent.close()
    const file = openSqliteFile(path, { message: ['id', 'text'] })
    expect(file.all('SELECT id FROM message')).toEqual([{ id: 'm1' }])
    agent = new DatabaseSync(path)
    agent.exec("INSERT INTO message VALUES ('m2', 'again', '')")
    expect(() => file.all('SELECT id FROM message')).toThrow('written to while it was read')
    file.close()
  })

  it('has another state once something was written, also where only the log of it grew', () => {
    const before = sqliteState(path)
    expect(sqliteState(path)).toBe(before)
    agent.exec("INSERT INTO message VALUES ('m2', 'again', '')")
    expect(sqliteState(path)).not.toBe(before)
    expect(sqliteState(join(folder, 'none.db'))).toBeUndefined()
  })
})
