import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Connection } from '../sql/connection.ts'
import { sqliteConnection } from './connection.ts'
import { PLACES, placesOf, startOfRun, takePlaces } from './search-places.ts'
import { SEARCH_SCHEMA } from './search-schema.ts'

const STRETCH = 2 ** 31

async function emptyIndex(): Promise<Connection> {
  const connection = sqliteConnection(new DatabaseSync(':memory:'))
  for (const statement of SEARCH_SCHEMA) await connection.run(statement)
  return connection
}

function entries(stretch: number, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => stretch * STRETCH + from + i)
}

test('entries get the next free places of their stretch of time, and keep them', async () => {
  const index = await emptyIndex()
  expect(await takePlaces(index, [...entries(7, 2, 50), ...entries(9, 1)])).toEqual([
    7 * PLACES,
    7 * PLACES + 1,
    9 * PLACES,
  ])
  // An older entry of the same stretch comes behind; one that has a place keeps it.
  expect(await takePlaces(index, entries(7, 1, 10))).toEqual([7 * PLACES + 2])
  expect(await takePlaces(index, entries(7, 2, 50))).toEqual([7 * PLACES, 7 * PLACES + 1])
})

test('a range of entries has a range of places that holds them', async () => {
  const index = await emptyIndex()
  expect(await placesOf(index, { from: 7 * STRETCH + 5, below: 9 * STRETCH })).toEqual({
    from: 7 * PLACES,
    below: 9 * PLACES,
  })
  expect(await placesOf(index, { from: 0, below: 9 * STRETCH + 1 })).toEqual({ from: 0, below: 10 * PLACES })
})

test('a full stretch goes on in the next, behind what is there, and both are one from then on', async () => {
  const index = await emptyIndex()
  await takePlaces(index, entries(8, 3))
  await takePlaces(index, entries(10, 1))
  const places = await takePlaces(index, entries(7, PLACES + 2))
  expect([places[PLACES - 1], places[PLACES], places[PLACES + 1]]).toEqual([
    8 * PLACES - 1,
    8 * PLACES + 3,
    8 * PLACES + 4,
  ])
  expect(new Set(places).size).toBe(PLACES + 2)
  expect(await takePlaces(index, entries(8, 1, 9))).toEqual([8 * PLACES + 5])
  expect(await startOfRun(index, 8 * PLACES + 1)).toBe(7 * PLACES)
  expect(await placesOf(index, { from: 8 * STRETCH, below: 8 * STRETCH + 1 })).toEqual({
    from: 7 * PLACES,
    below: 9 * PLACES,
  })
  expect(await startOfRun(index, 9 * PLACES)).toBe(9 * PLACES)
  // On into a stretch that is in another run.
  await takePlaces(index, entries(9, PLACES + 1))
  await takePlaces(index, entries(8, PLACES, 100))
  expect(await startOfRun(index, 10 * PLACES)).toBe(7 * PLACES)
  expect(await placesOf(index, { from: 7 * STRETCH, below: 7 * STRETCH + 1 })).toEqual({
    from: 7 * PLACES,
    below: 11 * PLACES,
  })
})
