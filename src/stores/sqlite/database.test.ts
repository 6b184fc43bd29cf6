import { constants } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Durability } from '../sql/connection.ts'
import { sqliteDatabase } from './database.ts'
import { openHandle } from './open-handle.ts'

test('a write waits for the disk, and one in bulk leaves that to the next', async () => {
  const database = sqliteDatabase(':memory:', openHandle(':memory:', 'CREATE TABLE buoy (name TEXT NOT NULL UNIQUE)'))
  const waits = async (durability: Durability) => {
    const [row] = await database.write((connection) => connection.all('PRAGMA synchronous'), durability)
    return (row as { synchronous: number }).synchronous
  }
  expect([await waits('full'), await waits('bulk'), await waits('full')]).toEqual([2, 1, 2])
  await database.close()
})

test('of a statement that fails at its second row nothing is left, nor of what came before it', async () => {
  const database = sqliteDatabase(':memory:', openHandle(':memory:', 'CREATE TABLE buoy (name TEXT NOT NULL UNIQUE)'))
  await database.write((connection) => connection.run(`INSERT INTO buoy VALUES ('red')`), 'full')
  const failing = database.write(async (connection) => {
    await connection.run(`INSERT INTO buoy VALUES ('blue')`)
    await connection.run(`INSERT INTO buoy VALUES ('green'), ('red'), ('white')`)
  }, 'bulk')
  await expect(failing).rejects.toThrow('UNIQUE constraint failed: buoy.name')
  const names = await database.read((connection) => connection.all<{ name: string }>('SELECT name FROM buoy'))
  expect(names.map(({ name }) => name)).toEqual(['red'])
  // What was there is passed over, and what else comes in.
  const added = await database.write(
    (connection) => connection.run(`INSERT INTO buoy VALUES ('red'), ('white') ON CONFLICT DO NOTHING`),
    'full',
  )
  expect(added).toBe(1)
  await database.close()
})

test('a page is planned once, whatever its limit', async () => {
  const handle = openHandle(
    ':memory:',
    `CREATE TABLE buoy (name TEXT NOT NULL); INSERT INTO buoy VALUES ('red'), ('blue')`,
  )
  let planned = 0
  handle.setAuthorizer(() => {
    planned++
    return constants.SQLITE_OK
  })
  const database = sqliteDatabase(':memory:', handle)
  const page = (limit: number) =>
    database.read((connection) => connection.all('SELECT name FROM buoy ORDER BY name LIMIT ? OFFSET ?', [limit, 0]))
  expect(await page(1)).toEqual([{ name: 'blue' }])
  const once = planned
  expect(once).toBeGreaterThan(0)
  expect([await page(2), await page(1)]).toEqual([[{ name: 'blue' }, { name: 'red' }], [{ name: 'blue' }]])
  expect(planned).toBe(once)
  await database.close()
})
