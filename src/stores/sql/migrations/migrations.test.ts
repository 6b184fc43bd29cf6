import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeBatch } from '../../batch-maker.ts'
import { openSqlite } from '../../sqlite/open.ts'
import { T0, register } from '../../world.contract.ts'
import { migrations } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-schema-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Opens one store with the first `steps` steps of the schema. */
const open = (steps: number) =>
  openSqlite({ path: join(folder, 'daybook.db'), migrations: migrations.slice(0, steps), now: () => T0 })

describe('a store of an earlier schema', () => {
  it('of step 1 keeps its sessions, which have no star and take notes', async () => {
    const before = await open(1)
    await before.ingest(makeBatch(await register(before, 'abc'), { entries: [{ id: 'a', atMs: T0 }] }))
    await before.close()
    const after = await open(2)
    const [session] = (await after.sessions.list({}, { limit: 5 })).items
    expect(session).toMatchObject({ externalId: 'abc', starredAt: null, tags: [] })
    const note = { sessionId: session!.id, entryId: null, text: 'Kept', at: new Date(T0).toISOString(), by: 'ada' }
    expect(await after.notes.add(note)).toMatchObject(note)
    expect(await after.sessions.update(session!.id, { starredAt: note.at })).toMatchObject({ starredAt: note.at })
    await after.close()
  })
})
