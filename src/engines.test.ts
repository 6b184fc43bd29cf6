import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openDaybook } from './app.ts'

const home = mkdtempSync(join(tmpdir(), 'daybook-engines-'))
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
