import { DatabaseSync, constants } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../sql/connection.ts'
import { sqliteConnection } from './connection.ts'

let handle: DatabaseSync
let connection: Connection
let isCompiling = false

beforeEach(() => {
  handle = new DatabaseSync(':memory:')
  handle.exec(
    `CREATE TABLE boat (id INTEGER PRIMARY KEY, harbour TEXT, name TEXT); CREATE INDEX boat_own ON boat (name) WHERE harbour = 'own';
     CREATE INDEX boat_harbour ON boat (harbour); INSERT INTO boat (harbour, name) VALUES ('own', 'gull'), ('far', 'tern')`,
  )
  handle.setAuthorizer(() => {
    isCompiling = true
    return constants.SQLITE_OK
  })
  connection = sqliteConnection(handle)
})

afterEach(() => handle.close())

async function timesCompiled(work: (value: string) => Promise<unknown>, values: readonly string[]): Promise<number> {
  let count = 0
  for (const value of values) {
    isCompiling = false
    await work(value)
    if (isCompiling) count++
  }
  return count
}

test.each([
  ['what a partial index holds', 'SELECT id FROM boat WHERE harbour = ? AND name = name', ['far', 'own', 'near']],
  ['how many rows', 'SELECT id FROM boat ORDER BY id LIMIT ?', ['1', '2', '3']],
  ['how rows begin', 'SELECT id FROM boat WHERE name LIKE ?', ['g%', 't%', 'a%']],
])('a statement is compiled once, whatever says %s', async (_, sql, values) => {
  expect(
    await timesCompiled((value) => connection.all(sql, [value.length === 1 ? Number(value) : value]), values),
  ).toBe(1)
})

test('a statement that changes rows is compiled once, and changes those that are meant', async () => {
  const rename = (value: string) => connection.run('UPDATE boat SET name = ? WHERE harbour = ?', [value, value])
  expect(await timesCompiled(rename, ['own', 'far', 'near'])).toBe(1)
  expect(await connection.all('SELECT name FROM boat ORDER BY id')).toEqual([{ name: 'own' }, { name: 'far' }])
})
