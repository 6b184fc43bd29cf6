import { afterAll, describe, it } from 'vitest'
import { startPostgres } from '../../../test/postgres.ts'
import { testStore } from '../store.contract.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openPostgres } from './open.ts'

const postgres = await startPostgres()

if (typeof postgres === 'string') {
  describe('a store: PostgreSQL', () => {
    it.skip(postgres, () => undefined)
  })
} else {
  afterAll(() => postgres.stop())
  describe('U43 a database is behind it:', () => {
    testStore({
      name: 'PostgreSQL',
      place: async () => {
        const url = await postgres.create()
        return {
          open: (workspaceId = 'local') =>
            openPostgres({ url, workspaceId, machineId: 'machine-1', now: () => CONTRACT_NOW }),
          close: async () => undefined,
        }
      },
    })
  })
}
