import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeBatch } from '../batch-maker.ts'
import { migrations } from '../sql/migrations/index.ts'
import type { Migration } from '../sql/migration.ts'
import { SCHEMA_VERSION } from '../sql/schema-version.ts'
import { register } from '../world.contract.ts'
import { checkLibrary, openSqlite } from './open.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-open-'))
  path = join(folder, 'daybook.db')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8)

it('the number that stands for the schema is that of its newest step', () => {
  expect(migrations.at(-1)?.version).toBe(SCHEMA_VERSION)
  expect(migrations).toHaveLength(SCHEMA_VERSION)
})

/** Changes a closed store behind its back. */
function tamper(statement: string): void {
  const raw = new DatabaseSync(path)
  raw.exec(statement)
  raw.close()
}

describe('opening a store on disk', () => {
  it('makes directory and files private, whatever the umask', async () => {
    const umask = process.umask(0)
    try {
      path = join(folder, 'made', 'here', 'daybook.db')
      const store = await openSqlite({ path })
      await store.ingest(makeBatch(await register(store, 'abc'), { entries: [{ id: 'a', atMs: 1 }] }))
      expect(readdirSync(join(folder, 'made', 'here'))).toEqual(
        expect.arrayContaining(['daybook.db', 'daybook.db-wal']),
      )
      for (const file of readdirSync(join(folder, 'made', 'here')))
        expect(modeOf(join(folder, 'made', 'here', file)), file).toBe('600')
      expect(modeOf(join(folder, 'made', 'here'))).toBe('700')
      await store.close()
    } finally {
      process.umask(umask)
    }
  })

  it('takes a file back from the eyes of others', async () => {
    await (await openSqlite({ path })).close()
    chmodSync(path, 0o644)
    await (await openSqlite({ path })).close()
    expect(modeOf(path)).toBe('600')
  })

  it('refuses a directory that others may write to, and says what to type', async () => {
    chmodSync(folder, 0o777)
    await expect(openSqlite({ path })).rejects.toMatchObject({ code: 'forbidden', hint: `chmod 700 ${folder}` })
    expect(existsSync(path)).toBe(false)
  })

  it('refuses a file that is no database, and leaves it as it was', async () => {
    const text = 'not a database, but long enough to look like a header of one '.repeat(40)
    writeFileSync(path, text)
    await expect(openSqlite({ path })).rejects.toMatchObject({ code: 'unavailable' })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('refuses another program’s database, and leaves it as it was', async () => {
    tamper('CREATE TABLE theirs (x)')
    const before = readFileSync(path)
    await expect(openSqlite({ path })).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(folder)).toEqual(['daybook.db'])
  })

  it('refuses a store of a newer Daybook, and leaves it as it was', async () => {
    await (await openSqlite({ path })).close()
    tamper('PRAGMA user_version = 99')
    const before = readFileSync(path)
    await expect(openSqlite({ path })).rejects.toThrow(/newer Daybook \(schema 99/)
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('refuses a directory in the place of the file', async () => {
    mkdirSync(path)
    await expect(openSqlite({ path })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('refuses an SQLite library that can lose data', () => {
    expect(() => checkLibrary('3.51.2')).toThrow(/3\.51\.2/)
    expect(() => checkLibrary('3.50.9')).toThrow(/3\.50\.9/)
    for (const version of ['3.51.3', '3.52.0', '4.0.0']) expect(() => checkLibrary(version)).not.toThrow()
  })

  it('leaves no write-ahead log behind when it is closed', async () => {
    const store = await openSqlite({ path })
    await store.ingest(makeBatch(await register(store, 'abc'), { entries: [{ id: 'a', atMs: 1 }] }))
    await store.close()
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(statSync(path).size % 8192).toBe(0)
  })
})

describe('a change of the schema', () => {
  const second: Migration = {
    version: migrations.length + 1,
    name: 'more',
    statements: () => ['CREATE TABLE more (x INTEGER)', 'INSERT INTO more VALUES (7)'],
  }
  const broken: Migration = {
    ...second,
    statements: () => ['CREATE TABLE more (x INTEGER)', 'INSERT INTO nowhere VALUES (7)'],
  }

  it('keeps the data, and a copy of the store from before', async () => {
    const store = await openSqlite({ path })
    await store.ingest(makeBatch(await register(store, 'abc'), { entries: [{ id: 'a', atMs: 1 }] }))
    await store.close()
    const later = await openSqlite({ path, migrations: [...migrations, second] })
    expect(await later.inspect({ integrity: true })).toMatchObject({ schemaVersion: second.version, damage: [] })
    expect(await later.entries.count({})).toBe(1)
    await later.close()
    const copy = new DatabaseSync(`${path}.before-schema-${second.version}`)
    expect(copy.prepare('SELECT count(*) AS n FROM entry').get()).toEqual({ n: 1 })
    expect(copy.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length })
    copy.close()
    expect(modeOf(`${path}.before-schema-${second.version}`)).toBe('600')
  })

  it('keeps what an earlier schema held, through every step since', async () => {
    await (await openSqlite({ path, migrations: migrations.slice(0, 2) })).close()
    const old = new DatabaseSync(path)
    old.exec(`INSERT INTO transcript (workspace_id, machine_id, agent, ref_prefix, kind, external_id, path, device, inode,
      size_bytes, modified_ms) SELECT workspace_id, id, 'claude-code', 'cc', 0, 'abc', '/a/abc.jsonl', 1, 2, 3, 4 FROM machine`)
    old.close()
    const store = await openSqlite({ path })
    expect(await store.transcripts.known()).toMatchObject([{ path: '/a/abc.jsonl', sizeBytes: 3, besideHash: null }])
    expect(await store.transcripts.databases()).toEqual([])
    await store.close()
  })

  it('happens whole or not at all', async () => {
    await (await openSqlite({ path })).close()
    await expect(openSqlite({ path, migrations: [...migrations, broken] })).rejects.toThrow('nowhere')
    const store = await openSqlite({ path })
    expect((await store.inspect()).schemaVersion).toBe(migrations.length)
    await store.close()
    await (await openSqlite({ path, migrations: [...migrations, second] })).close()
  })
})

describe('a store on disk', () => {
  it('is copied while it is in use, never over something else', async () => {
    const store = await openSqlite({ path })
    await store.ingest(makeBatch(await register(store, 'abc'), { entries: [{ id: 'a', atMs: 1 }] }))
    const target = join(folder, 'copy.db')
    expect((await store.backup(target)).sizeBytes).toBe(statSync(target).size)
    await expect(store.backup(target)).rejects.toMatchObject({ code: 'conflict' })
    await store.close()
    const copy = await openSqlite({ path: target })
    expect(await copy.entries.count({})).toBe(1)
    await copy.close()
  })

  it.skipIf(process.platform === 'win32')(
    'is copied into a folder that others write to, readable by the owner alone',
    async () => {
      const shared = join(folder, 'shared')
      mkdirSync(shared)
      chmodSync(shared, 0o1777)
      const store = await openSqlite({ path })
      const target = join(shared, 'copy.db')
      await store.backup(target)
      expect(statSync(target).mode & 0o777).toBe(0o600)
      await expect(store.backup(target)).rejects.toMatchObject({ hint: `daybook backup ${join(shared, 'copy-2.db')}` })
      writeFileSync(join(shared, 'file'), '')
      await expect(store.backup(shared)).rejects.toMatchObject({
        message: `${shared} is a folder`,
        hint: `daybook backup ${join(shared, 'daybook-backup.db')}`,
      })
      await expect(store.backup(join(shared, 'file', 'copy.db'))).rejects.toMatchObject({
        code: 'unavailable',
        message: `the folder ${join(shared, 'file')} cannot be made: EEXIST`,
      })
      await store.close()
    },
  )

  it('holds no byte of a deleted session', async () => {
    const store = await openSqlite({ path })
    const secret = 'xyzzy-plugh-4711'
    const data = Buffer.from(secret.repeat(500))
    const frame = {
      firstRecord: 0,
      recordCount: 1,
      sourceOffset: 0,
      sourceBytes: 1,
      part: null,
      rawBytes: data.length,
      data,
      blobs: [],
      replacesTail: false,
    }
    await store.ingest(
      makeBatch(await register(store, 'abc'), {
        entries: [{ id: 'a', atMs: 1, call: { id: 'c', tool: 'Bash', subject: secret } }],
        frames: [frame],
        facts: { title: secret },
      }),
    )
    await store.ingest(makeBatch(await register(store, 'def'), { entries: [{ id: 'b', atMs: 1 }] }))
    const [session] = await store.sessions.resolve('abc')
    await store.sessions.delete(session?.id ?? '', 'ada')
    // The log is emptied into the file at once; the store stays open.
    expect(statSync(`${path}-wal`).size).toBe(0)
    await store.close()
    expect(readFileSync(path).includes(secret)).toBe(false)
  })

  it.each([
    ['changed', `UPDATE activity SET target = 'x' WHERE sequence = 2`, 2],
    ['removed', 'DELETE FROM activity WHERE sequence = 2', 2],
    ['cut off', 'DELETE FROM activity WHERE sequence = 3', 3],
    ['given another payload', `UPDATE activity SET payload = '{}' WHERE sequence = 1`, 1],
  ])('notices that a line of the activity log was %s', async (_, statement, sequence) => {
    const store = await openSqlite({ path })
    for (let n = 0; n < 3; n++) {
      await store.activities.append({
        sessionId: null,
        at: '2026-11-20T12:00:00.000Z',
        actor: 'a',
        action: 'x',
        target: `t${n}`,
        payload: { n },
      })
    }
    expect((await store.activities.verify()).brokenAt).toBeNull()
    await store.close()
    tamper(statement)
    const again = await openSqlite({ path })
    expect((await again.activities.verify()).brokenAt).toEqual({ chain: again.machineId, sequence })
    await again.close()
  })
})
