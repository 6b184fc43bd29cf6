import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from 'vitest'
import { testStore } from '../store.contract.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openFilesystem } from './open.ts'
import { dumpIndex, KEPT, removeIndex } from './testing.ts'

/** Every case of the suite ends with its index thrown away: the files alone must make the same one again. */
testStore({
  name: 'filesystem, U4 U16 U17',
  place: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daybook-tree-'))
    const sessionsDir = join(folder, '.sessions')
    const open = (workspaceId?: string) =>
      openFilesystem({ sessionsDir, workspaceId, kept: KEPT, now: () => CONTRACT_NOW })
    return {
      open,
      async close() {
        if (existsSync(sessionsDir)) {
          const before = await dumpIndex(sessionsDir)
          removeIndex(sessionsDir)
          await (await open()).close()
          assert.deepEqual(await dumpIndex(sessionsDir), before)
        }
        rmSync(folder, { recursive: true })
      },
    }
  },
})
