import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { restoreSession } from '../src/history/restore.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { Rollout } from './codex-rollouts.ts'
import { testHome, type TestHome } from './home.ts'
import { productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

const THREAD = 'aaaaaaaa-0000-7000-8000-000000000001'
const ATMS = Date.parse('2026-03-01T10:00:00Z')

const opened: { store: Store; home: TestHome }[] = []
afterEach(async () => {
  for (const { store, home } of opened.splice(0)) {
    await store.close()
    home.remove()
  }
})

async function machine(): Promise<{ store: Store; home: TestHome }> {
  const made = { store: await openSqlite({ path: ':memory:' }), home: testHome() }
  opened.push(made)
  return made
}

function rollout(turns: number): Rollout {
  const made = new Rollout(THREAD, { atMs: ATMS, turnIds: true })
  for (let i = 0; i < turns; i++)
    made.turn({
      prompt: `Count row ${i}.`,
      reply: `Row ${i}. `.repeat(200),
      responses: [[1000 + i, 10, 1]],
      exitCode: 0,
    })
  return made
}

describe('a compressed rollout', () => {
  it('is read as what is in it, once, and restored compressed with the same lines', async () => {
    const { store, home } = await machine()
    // Several reading buffers of 2 MiB.
    const made = rollout(2000)
    const path = home.write(`${made.path}.zst`, zstdCompressSync(made.text))
    await scanHome(store, home.env)
    expect(made.text.length).toBeGreaterThan(5_000_000)
    const totals = await productTotals(store)
    expect(totals).toMatchObject({ messages: 4000, calls: 2000, responses: 2000, outputTokens: 2000 })
    expect((await scanHome(store, home.env)).filesRead).toBe(0)
    utimesSync(path, 1_770_000_000, 1_770_000_000)
    await scanHome(store, home.env)
    expect(await productTotals(store)).toEqual(totals)

    const [session] = await store.sessions.resolve(THREAD)
    rmSync(path)
    const [file] = await restoreSession(store, session!.id)
    expect(file!.path).toBe(path)
    expect(zstdDecompressSync(readFileSync(path)).toString()).toBe(made.text)
    expect(file!.sizeBytes).toBe(readFileSync(path).length)
  })

  it('counts once beside the plain file that Codex made it of, and in the archive folder', async () => {
    const { store, home } = await machine()
    const made = rollout(3)
    const plain = home.write(made.path, made.text)
    await scanHome(store, home.env)
    const before = await productTotals(store)
    home.write(`${made.path}.zst`, zstdCompressSync(made.text))
    await scanHome(store, home.env)
    rmSync(plain)
    const archived = join(home.path, '.codex/archived_sessions', made.path.slice(made.path.lastIndexOf('/') + 1))
    mkdirSync(dirname(archived), { recursive: true })
    renameSync(`${plain}.zst`, `${archived}.zst`)
    await scanHome(store, home.env)
    expect(await productTotals(store)).toEqual(before)
    expect((await store.sessions.list({}, { limit: 5 })).total).toBe(1)
  })

  it('that is cut off gives what comes before, names the damage, and the rest when it is whole', async () => {
    const { store, home } = await machine()
    const made = rollout(300)
    const whole = zstdCompressSync(made.text)
    home.write(`${made.path}.zst`, whole.subarray(0, whole.length - 100))
    await scanHome(store, home.env, () => Date.now() + 3_600_000)
    const read = await productTotals(store)
    expect(read.responses).toBeGreaterThan(0)
    expect(read.responses).toBeLessThan(300)
    const { items } = await store.problems.list({}, { limit: 5 })
    expect(items.some(({ reason }) => reason.startsWith('what is packed in it ends early'))).toBe(true)
    home.write(`${made.path}.zst`, whole)
    await scanHome(store, home.env)
    expect(await productTotals(store)).toMatchObject({ messages: 600, responses: 300 })
  })
})
