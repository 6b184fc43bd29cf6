import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlite } from './open.ts'

const HERE = import.meta.dirname

/** A program that opens the store and writes: first lines printed are acknowledged writes. */
const PROGRAM = `
import { openSqlite } from '${HERE}/open.ts'
import { makeBatch } from '${HERE}/../batch-maker.ts'
const [path, name, kind, count] = process.argv.slice(2)
const store = await openSqlite({ path })
const register = (each) => store.transcripts.register({
  agent: 'claude-code', refPrefix: 'cc', path: '/t/' + each, kind: 'main', externalId: each, sessionExternalId: null,
  parentCallId: null, title: null, device: 1, inode: 0, sizeBytes: 0, modifiedAtMs: 0 })
for (let n = 0; n < Number(count); n++) {
  if (kind === 'append') {
    const at = '2026-11-20T12:00:00.000Z'
    await store.activities.append({ sessionId: null, at, actor: name, action: 'x', target: name + n, payload: {} })
  } else {
    const { id } = await register(kind === 'same' ? 'same' : name)
    const { nextRecord } = await store.transcripts.position(id)
    const from = kind === 'same' ? n * 20 : nextRecord
    const words = kind === 'same' ? 'same' : name
    const entries = Array.from({ length: 20 }, (_, i) => ({ id: words + (from + i), atMs: 1e12 + (from + i) * 7 }))
    const usage = [{ response: words + from, record: from, atMs: 1e12, outputTokens: 1 }]
    await store.ingest(makeBatch(id, { from, checked: true, entries, usage }))
    // What a read has shown is committed.
    if (kind === 'own') await store.transcripts.position(id)
  }
  process.stdout.write(name + ' ' + n + '\\n')
}
await store.close()
`

let folder: string
let path: string
let program: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-processes-'))
  path = join(folder, 'daybook.db')
  program = join(folder, 'program.mts')
  writeFileSync(program, PROGRAM)
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

interface Run {
  code: number | null
  acknowledged: string[]
  errors: string
}

function start(
  name: string,
  kind: string,
  count: number,
): { ended: Promise<Run>; kill(): void; line(): Promise<unknown> } {
  const child = spawn(process.execPath, [program, path, name, kind, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, errors] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code, acknowledged: out.split('\n').slice(0, -1), errors }))
  return { ended, kill: () => child.kill('SIGKILL'), line: () => once(child.stdout, 'data') }
}

describe('many processes on one store', () => {
  it('open it for the first time at once, and append to one chain without a gap', async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, (_, n) => start(`p${n}`, 'append', 25).ended))
    expect(runs.map((run) => [run.code, run.errors])).toEqual(runs.map(() => [0, '']))
    const store = await openSqlite({ path })
    expect(await store.activities.verify()).toMatchObject({ rows: 200, brokenAt: null })
    expect((await store.inspect({ integrity: true })).damage).toEqual([])
    await store.close()
  })

  it('read one transcript at once and add nothing twice', async () => {
    const runs = await Promise.all(Array.from({ length: 8 }, (_, n) => start(`p${n}`, 'same', 10).ended))
    expect(runs.map((run) => [run.code, run.errors])).toEqual(runs.map(() => [0, '']))
    const store = await openSqlite({ path })
    expect(await store.entries.count({})).toBe(200)
    expect(await store.usage.total({})).toMatchObject({ responses: 10, outputTokens: 10 })
    expect((await store.usage.rows({}, { limit: 20 })).items.every((row) => row.lines === 1)).toBe(true)
    await store.close()
  })

  it('lose nothing acknowledged or shown when they are killed, and the next one goes on', async () => {
    const acknowledged: string[] = []
    for (let round = 0; round < 3; round++) {
      const writers = [start('appender', 'append', 100_000), start('reader', 'own', 100_000)]
      await Promise.all(writers.map((writer) => writer.line()))
      await new Promise((resolve) => setTimeout(resolve, 80 + round * 60))
      for (const writer of writers) writer.kill()
      for (const writer of writers) acknowledged.push(...(await writer.ended).acknowledged)
    }
    const store = await openSqlite({ path })
    const report = await store.inspect({ integrity: true })
    expect(report.damage).toEqual([])
    const verdict = await store.activities.verify()
    expect(verdict.brokenAt).toBeNull()
    const appended = (await store.activities.list({ action: 'x' }, { limit: 1 })).total
    expect(appended).toBeGreaterThanOrEqual(acknowledged.filter((line) => line.startsWith('appender')).length)
    const [transcript] = await store.transcripts.known()
    const { nextRecord } = await store.transcripts.position(transcript?.id ?? 0)
    expect(nextRecord).toBeGreaterThanOrEqual(acknowledged.filter((line) => line.startsWith('reader')).length * 20)
    expect(await store.entries.count({})).toBe(nextRecord)
    const [session] = (await store.sessions.list({}, { limit: 1 })).items
    expect(session).toMatchObject({ messageCount: nextRecord, usage: { responses: nextRecord / 20 } })
    await store.close()
  })
})
