import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { testStore } from '../store.contract.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openSqlite } from './open.ts'

const now = () => CONTRACT_NOW

describe('U18 memory, by the suite that every store passes, U4 U16:', () => {
  testStore({
    name: 'SQLite in memory',
    place: async () => ({
      open: (workspaceId) => openSqlite({ path: ':memory:', workspaceId, now }),
      close: async () => undefined,
    }),
    alone: 'each opening of a store in memory is a store of its own',
  })
})

testStore({
  name: 'SQLite on disk',
  place: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daybook-store-'))
    return {
      open: (workspaceId) => openSqlite({ path: join(folder, 'daybook.db'), workspaceId, now }),
      close: async () => rmSync(folder, { recursive: true }),
    }
  },
})
