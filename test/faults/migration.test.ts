import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const source = fileURLToPath(new URL('../../src', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-migration-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const STEPS = [
  'CREATE TABLE extra (a INTEGER)',
  'INSERT INTO extra SELECT id FROM machine',
  'ALTER TABLE extra ADD COLUMN b TEXT',
  'CREATE INDEX extra_a ON extra (a)',
]

/** Opens the store with one step of the schema more than there is, in a process that kills itself before a statement of it. */
const script = `
  import { openSqlite } from ${JSON.stringify(join(source, 'stores/sqlite/open.ts'))}
  import { migrations } from ${JSON.stringify(join(source, 'stores/sql/migrations/index.ts'))}
  const [path, killAt, ...steps] = process.argv.slice(1)
  function* statements() {
    for (const [place, step] of steps.entries()) {
      if (place === Number(killAt)) process.kill(process.pid, 'SIGKILL')
      yield step
    }
    if (steps.length === Number(killAt)) process.kill(process.pid, 'SIGKILL')
  }
  const more = { version: migrations.length + 1, name: 'extra', statements }
  const store = await openSqlite({ path, migrations: steps.length > 0 ? [...migrations, more] : migrations })
  await store.close()`

function open(killAt: number, steps = STEPS): NodeJS.Signals | number | null {
  const args = ['--input-type=module', '-e', script, join(folder, 'daybook.db'), String(killAt), ...steps]
  const { signal, status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  return signal ?? status
}

function look(): { version: number; steps: number; extra: string[]; integrity: string } {
  const handle = new DatabaseSync(join(folder, 'daybook.db'))
  const all = (sql: string): Record<string, unknown>[] => handle.prepare(sql).all()
  const found = {
    version: Number(all('PRAGMA user_version')[0]!['user_version']),
    steps: all('SELECT version FROM migration').length,
    extra: all(`SELECT sql FROM sqlite_schema WHERE name LIKE 'extra%' ORDER BY name`).map((row) => String(row['sql'])),
    integrity: String(all('PRAGMA integrity_check')[0]!['integrity_check']),
  }
  handle.close()
  return found
}

describe('a change of the schema that is killed', () => {
  it('before any of its statements leaves the old schema whole, and the next start makes the new one', () => {
    expect(open(-1, [])).toBe(0)
    const old = look()
    expect(old).toMatchObject({ extra: [], integrity: 'ok' })
    for (let killAt = 0; killAt <= STEPS.length; killAt++) {
      expect(open(killAt)).toBe('SIGKILL')
      expect(look()).toEqual(old)
    }
    expect(open(-1)).toBe(0)
    expect(look()).toEqual({
      version: old.version + 1,
      steps: old.steps + 1,
      extra: ['CREATE TABLE extra (a INTEGER, b TEXT)', STEPS[3]],
      integrity: 'ok',
    })
  }, 60_000)
})
