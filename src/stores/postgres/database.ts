import type { Pool, PoolClient } from 'pg'
import type { Connection, Database, Durability } from '../sql/connection.ts'
import { createMutex } from '../sql/mutex.ts'
import { postgresConnection, postgresDialect, stateOf, storeError } from './connection.ts'

/** Serialization failure and deadlock: the transaction did nothing and may run again. */
const AGAIN = new Set(['40001', '40P01'])
const ATTEMPTS = 8

export function postgresDatabase(pool: Pool): Database {
  const exclusively = createMutex()
  return {
    dialect: postgresDialect,
    read: (work) => work(postgresConnection(pool)),
    write: (work, durability) => exclusively(() => transact(pool, work, durability)),
  }
}

async function transact<T>(
  pool: Pool,
  work: (connection: Connection) => Promise<T>,
  durability: Durability,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await connect(pool)
    try {
      return await once(client, work, durability)
    } catch (error) {
      if (attempt === ATTEMPTS || !AGAIN.has(stateOf(error) ?? '')) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
    } finally {
      client.release()
    }
  }
}

async function once<T>(
  client: PoolClient,
  work: (connection: Connection) => Promise<T>,
  durability: Durability,
): Promise<T> {
  await client.query('BEGIN')
  try {
    if (durability === 'bulk') await client.query('SET LOCAL synchronous_commit = off')
    const result = await work(postgresConnection(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw storeError(error)
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw storeError(error)
  }
}
