import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDaybook } from './app.ts'

const discoverer = vi.hoisted(() => ({ started: 0 }))
vi.mock(import('./discoverer.ts'), async (load) => {
  const { startDiscoverer } = await load()
  return {
    startDiscoverer() {
      discoverer.started++
      return startDiscoverer()
    },
  }
})

const home = join(tmpdir(), `daybook-engines-${process.pid}`)
beforeEach(() => mkdirSync(home))
afterEach(() => rmSync(home, { recursive: true }))

test('a first scan of much is followed by compacting, a later one is not', { timeout: 60_000 }, async () => {
  const folder = join(home, '.claude', 'projects', '-code-harbour')
  mkdirSync(folder, { recursive: true })
  const line = (i: number): string =>
    JSON.stringify({
      type: 'user',
      uuid: `u-${i}`,
      timestamp: new Date(Date.UTC(2026, 10, 2, 10, i)).toISOString(),
      message: { role: 'user', content: `the tide ${'ebbs '.repeat(40_000)}` },
    })
  const lines = Array.from({ length: 42 }, (_, i) => `${line(i)}\n`).join('')
  writeFileSync(join(folder, '3c0f9a52-6b1d-4e0e-9a3c-000000000001.jsonl'), lines)
  const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: join(home, 'data') } }
  const signal = new AbortController().signal
  const { engines, context, close } = await openDaybook({ machine, cwd: home, now: Date.now, signal }, 'own')
  const compacted: number[] = []
  let kept = 0
  context.store.work.keep = async () => void kept++
  context.store.compact = async () => void compacted.push((await context.store.search.progress()).indexed)
  await engines.scan({})
  expect(compacted).toEqual([42])
  writeFileSync(join(folder, '3c0f9a52-6b1d-4e0e-9a3c-000000000002.jsonl'), lines.replaceAll('u-', 'v-'))
  expect(await engines.scan({})).toMatchObject({ first: false, entriesAdded: 42 })
  expect(compacted).toEqual([42])
  // Reports are ready after either.
  expect(kept).toBe(2)
  await close()
})

test(
  'what watches thousands of transcripts leaves looking at them to another process',
  { timeout: 60_000 },
  async () => {
    const folder = join(home, '.claude', 'projects', '-code-harbour')
    mkdirSync(folder, { recursive: true })
    const write = (n: number): void => {
      const said = {
        type: 'user',
        uuid: `u-${n}`,
        timestamp: '2026-11-19T09:00:00.000Z',
        message: { role: 'user', content: 'ebb' },
      }
      writeFileSync(
        join(folder, `3c0f9a52-6b1d-4e0e-9a3c-${String(n).padStart(12, '0')}.jsonl`),
        `${JSON.stringify(said)}\n`,
      )
    }
    const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: join(home, 'data') } }
    /** Watches until the first look has been taken in. */
    const look = async (): Promise<{ started: number; filesRead: number }> => {
      const ending = new AbortController()
      const { engines, close } = await openDaybook({ machine, cwd: home, now: Date.now, signal: ending.signal }, 'own')
      const [before, read] = [discoverer.started, [] as number[]]
      await engines.watch({
        read({ filesRead }) {
          read.push(filesRead)
          ending.abort()
        },
      })
      await close()
      return { started: discoverer.started - before, filesRead: read[0]! }
    }
    for (let n = 0; n < 2_000; n++) write(n)
    expect(await look()).toEqual({ started: 0, filesRead: 2_000 })
    write(2_000)
    expect(await look()).toEqual({ started: 0, filesRead: 1 })
    write(2_001)
    expect(await look()).toEqual({ started: 1, filesRead: 1 })
  },
)
