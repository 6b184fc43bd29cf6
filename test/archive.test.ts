import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHistory } from '../src/history/open.ts'
import { bringIndexUpToDate } from '../src/history/indexing.ts'
import { restoreSession } from '../src/history/restore.ts'
import { reindex } from '../src/ingest/reindex.ts'
import { scan } from '../src/ingest/scan.ts'
import { readSettings } from '../src/reading.ts'
import { SOURCES } from '../src/sources/index.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { makeClaudeHistory } from './claude-history.ts'
import { testHome, type TestHome } from './home.ts'
import { random } from './random.ts'
import { testScanSetup } from './reading.ts'

const corpus = process.env['DAYBOOK_CORPUS']

let home: TestHome
let store: Store
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
})
afterEach(async () => {
  await store.close()
  home.remove()
})

/** SHA-256 of every transcript and every file beside one, by path below the projects folder. */
function digests(folder: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !/\.(jsonl|txt|meta\.json)$/.test(entry.name)) continue
    found.set(relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex'))
  }
  return found
}

async function scanWith(redact: boolean): Promise<void> {
  await scan(testScanSetup(store, home.env, Date.now, redact))
}

async function restoreAll(): Promise<void> {
  const { items } = await store.sessions.list({}, { limit: 1000 })
  for (const { id } of items) await restoreSession(store, id, { force: true })
}

/** What every view shows: sessions with their figures, entries with their text, calls, files, usage, search. */
async function everyView(): Promise<unknown> {
  const history = openHistory(store, SOURCES, { timezone: 'UTC' })
  await bringIndexUpToDate(store, SOURCES)
  const sessions = await store.sessions.list({}, { limit: 1000 })
  const views: unknown[] = [sessions, await store.usage.total({}), await store.usage.by('model', {})]
  for (const { id } of sessions.items) {
    const all = { includeInherited: true, includeSidechain: true, includeInjected: true, includeMeta: true }
    views.push(await history.entries({ sessionId: id, ...all }, { limit: 1000 }))
    views.push((await store.invocations.list({ sessionId: id }, { limit: 1000 })).items)
    views.push((await store.files.changes({ sessionId: id }, { limit: 1000 })).items)
    views.push((await store.files.commits({ sessionId: id }, { limit: 1000 })).items)
    views.push(
      (await store.usage.rows({ sessionId: id, includeInherited: true }, { limit: 1000 })).items.map(
        ({ id: _row, ...row }) => row,
      ),
    )
  }
  for (const query of ['tide', 'stale cache', '"reader writer"', 'boom']) {
    views.push((await history.search({ query, filter: {}, order: 'newest', limit: 50 })).items)
  }
  return views
}

function writeHistory(seed: number): void {
  const { files } = makeClaudeHistory(random(seed), { sessions: 5, turns: 4 })
  for (const [path, text] of files) home.write(`.claude/projects/${path}`, text)
}

describe('the archive', () => {
  it('U5 gives the agent’s files back byte for byte where nothing is redacted', async () => {
    writeHistory(5)
    home.write(
      '.claude/projects/-code-tides/odd.jsonl',
      '\uFEFF{"type":"user","uuid":"u1","message":{"role":"user","content":"hi"}}\r\n\r\nnot json\0\n',
    )
    await scanWith(false)
    const before = digests(join(home.path, '.claude/projects'))
    expect(before.size).toBeGreaterThan(5)
    rmSync(join(home.path, '.claude'), { recursive: true })
    await restoreAll()
    const after = digests(join(home.path, '.claude/projects'))
    // What is cut off in mid-record was never whole, so it was never taken.
    const cut = [...before].filter(([path, digest]) => after.get(path) !== digest).map(([path]) => path)
    const { items } = await store.problems.list({}, { limit: 100 })
    expect(cut.length).toBeLessThan(before.size)
    for (const path of cut) expect(after.has(path), path).toBe(true)
    expect(items.length).toBeGreaterThan(0)
  })

  it('gives files with placeholders where secrets stood, and nothing else changed', async () => {
    const secret = `ghp_${'A1b2C3d4E5f6'.repeat(3)}`
    const line = (text: string) =>
      `${JSON.stringify({ type: 'user', uuid: text.slice(0, 3), timestamp: '2026-11-01T10:00:00Z', message: { role: 'user', content: text } })}\n`
    const path = home.write(
      '.claude/projects/-code-x/5a0d3c1e-0000-4000-8000-000000000001.jsonl',
      line('one') + line(`two ${secret}`) + line(`two again ${secret}`),
    )
    const source = readFileSync(path, 'utf8')
    await scanWith(true)
    rmSync(path)
    await restoreAll()
    const restored = readFileSync(path, 'utf8')
    expect(restored).not.toContain(secret)
    const placeholders = [...restored.matchAll(/\[REDACTED:[a-z-]+:[0-9a-f]+\]/g)].map(([text]) => text)
    expect(placeholders).toHaveLength(2)
    expect(new Set(placeholders).size).toBe(1)
    expect(restored.replaceAll(placeholders[0]!, secret)).toBe(source)
  })

  it('rebuilds every view from itself alone, with the agents’ folders gone', async () => {
    writeHistory(9)
    await scanWith(true)
    const before = await everyView()
    rmSync(join(home.path, '.claude'), { recursive: true })
    const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] })
    await reindex({ store, ...settings })
    expect(await everyView()).toEqual(before)
  })

  it('hears that it is to stop, and what was not rebuilt is as it was', async () => {
    writeHistory(9)
    await scanWith(true)
    const before = await everyView()
    const stop = new AbortController()
    const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] }, Date.now, stop.signal)
    setImmediate(() => stop.abort())
    await expect(reindex({ store, ...settings })).rejects.toThrow('aborted')
    expect(await everyView()).toEqual(before)
  })

  it('goes on reading where it stopped after a rebuild', async () => {
    const line = (say: string) =>
      `${JSON.stringify({ type: 'user', uuid: say, timestamp: '2026-11-01T10:00:00Z', message: { role: 'user', content: say } })}\n`
    const path = home.write(
      '.claude/projects/-code-x/5a0d3c1e-0000-4000-8000-000000000002.jsonl',
      line('one') + line('two'),
    )
    await scanWith(true)
    await reindex({ store, ...readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] }) })
    appendFileSync(path, line('three'))
    await scanWith(true)
    const [session] = (await store.sessions.list({}, { limit: 10 })).items
    expect(session!.messageCount).toBe(3)
    expect((await store.entries.list({ sessionId: session!.id }, { limit: 10 })).total).toBe(3)
  })

  it.skipIf(corpus === undefined)(
    'gives every published Claude Code transcript back byte for byte (needs DAYBOOK_CORPUS)',
    async () => {
      const projects = join(home.path, '.claude/projects')
      const generated = join(corpus!, 'claude/generated')
      for (const version of readdirSync(generated)) {
        const from = join(generated, version, 'home/.claude/projects')
        if (existsSync(from)) cpSync(from, join(projects, version), { recursive: true })
      }
      const real = join(corpus!, 'claude/entireio__cli')
      for (const id of existsSync(real) ? readdirSync(real) : []) {
        for (const name of readdirSync(join(real, id)))
          cpSync(join(real, id, name), join(projects, '-code-cli', `${id}.jsonl`))
      }
      const before = digests(projects)
      expect(before.size).toBeGreaterThan(15)
      await scanWith(false)
      const transcripts = await store.transcripts.list({})
      const { restoredBytes } = await import('../src/history/restore.ts')
      const differing: string[] = []
      for (const transcript of transcripts) {
        const hash = createHash('sha256')
        for await (const bytes of restoredBytes(store, transcript.id)) hash.update(bytes)
        if (hash.digest('hex') !== before.get(relative(projects, transcript.path))) differing.push(transcript.path)
      }
      expect(differing).toEqual([])
    },
  )
})
