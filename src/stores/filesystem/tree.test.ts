import { appendFileSync, cpSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeptRecord } from '../../domain/kept-record.ts'
import type { Store } from '../store.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { indexPath, openFilesystem } from './open.ts'
import { DERIVED, SHAPES } from './shapes.ts'
import { dumpIndex, KEPT, removeIndex } from './testing.ts'

let folder: string
let sessionsDir: string
let notices: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-tree-'))
  sessionsDir = join(folder, '.sessions')
  notices = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (dir = sessionsDir): Promise<Store> =>
  openFilesystem({ sessionsDir: dir, kept: KEPT, now: () => CONTRACT_NOW, notice: (said) => void notices.push(said) })

const at = new Date(CONTRACT_NOW).toISOString()
const message = (n: number): KeptRecord => ({ type: 'message', id: `m-${n}`, at, role: 'user', content: `word ${n}` })
const call: KeptRecord = {
  type: 'invocation',
  id: 'c-1',
  at,
  invocationId: 'inv-1',
  tool: 'fetch',
  durationMs: 1500,
  output: 'ok',
}

async function tell(store: Store, externalId: string, ...records: KeptRecord[]): Promise<string> {
  const draft = { agent: 'daybook', externalId, refPrefix: 'db', channel: 'api', tags: ['a'] } as const
  const { id } = await store.sessions.create({ ...draft, tags: [...draft.tags] })
  await store.transaction((tx) => KEPT.keep(tx, id, records, CONTRACT_NOW))
  return id
}

const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

async function messages(store: Store, id: string): Promise<string[]> {
  const [transcript] = await store.transcripts.list({ sessionId: id })
  const records = await store.transaction((tx) => KEPT.read(tx, transcript!.id, 0))
  return records.map((record) => (record.type === 'message' ? record.content : record.invocationId))
}

describe('a tree of files', () => {
  it('has a place for every table, so that no row is in the index alone', async () => {
    await (await open()).close()
    const index = new DatabaseSync(indexPath(sessionsDir), { readOnly: true })
    const tables = index.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
    index.close()
    expect(tables.map(({ name }) => name).filter((name) => !(name in SHAPES) && !DERIVED.includes(name))).toEqual([])
  })

  it('UB8 keeps what a model used with its message, and counts it when the index is made again', async () => {
    const usage = { model: 'claude-sonnet-4-5', inputTokens: 1000, outputTokens: 200 }
    const store = await open()
    const id = await tell(store, 'nightly-1', { ...message(1), role: 'assistant', usage } as KeptRecord)
    const before = await store.usage.total({ sessionId: id })
    expect(before).toMatchObject({ responses: 1, inputTokens: 1000, outputTokens: 200, costMicrodollars: 6000 })
    await store.close()
    expect(JSON.parse(read('.sessions/nightly-1/conversation.jsonl'))).toMatchObject({ usage })
    removeIndex(sessionsDir)
    const again = await open()
    expect(await again.usage.total({ sessionId: id })).toEqual(before)
    await again.close()
  })

  it('U7 U8 U9 U10 U11 keeps what programs tell in the older layout, and makes the index from it again', async () => {
    const store = await open()
    const id = await tell(store, 'nightly-1', message(1), call, message(2))
    const before = await store.sessions.get(id)
    await store.close()
    expect(JSON.parse(read('.sessions/nightly-1/metadata.json'))).toMatchObject({
      session_id: id,
      status: 'active',
      tags: ['a'],
      total_invocations: 1,
      total_duration_ms: 1500,
      tools_used: ['fetch'],
    })
    const lines = read('.sessions/nightly-1/conversation.jsonl').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { role: 'user', content: 'word 1', timestamp: at, tool_name: null, invocation_id: null },
      { role: 'user', content: 'word 2' },
    ])
    expect(JSON.parse(read('.sessions/nightly-1/invocations.json'))).toEqual(['inv-1'])
    const link = readlinkSync(join(sessionsDir, 'nightly-1/invocations/inv-1'))
    expect(link).toMatch(/^\.\.\/\.\.\/\.\.\/\.history\/2026-11-20_12-00-00_\d{6}_fetch$/)
    expect(JSON.parse(read('.sessions/nightly-1/invocations/inv-1/record.jsonl'))).toMatchObject({
      session_id: 'nightly-1',
      invocation_id: 'inv-1',
      output: 'ok',
    })
    removeIndex(sessionsDir)
    const again = await open()
    expect(notices.at(-1)).toMatch(/was missing: made anew from the files, 1 session\.$/)
    expect(await again.sessions.get(id)).toEqual(before)
    expect(await messages(again, id)).toEqual(['word 1', 'inv-1', 'word 2'])
    expect((await again.activities.verify()).brokenAt).toBeNull()
    await again.close()
  })

  it('UB5 keeps the good lines of a damaged file and says which are not; the bad ones stay in it', async () => {
    const store = await open()
    const id = await tell(store, 'nightly-1', message(1), message(2))
    await store.close()
    appendFileSync(join(sessionsDir, 'nightly-1/conversation.jsonl'), '{"role": "user", "cont\n')
    const again = await open()
    expect(notices.at(-1)).toMatch(/was older than 1 file: it was read, 1 problem/)
    expect(await messages(again, id)).toEqual(['word 1', 'word 2'])
    const { items } = await again.problems.list({ agent: 'filesystem' }, { limit: 9 })
    expect(items.map(({ path, line }) => [path, line])).toEqual([['nightly-1/conversation.jsonl', 3]])
    await again.transaction((tx) => KEPT.keep(tx, id, [message(3)], CONTRACT_NOW))
    await again.close()
    expect(read('.sessions/nightly-1/conversation.jsonl').split('\n')[2]).toBe('{"role": "user", "cont')
  })

  it('writes over nothing that somebody else wrote meanwhile, and has it the next time, without being opened anew', async () => {
    const store = await open()
    const id = await tell(store, 'nightly-1', message(1))
    const line = { role: 'user', content: 'by hand', timestamp: at }
    appendFileSync(join(sessionsDir, 'nightly-1/conversation.jsonl'), `${JSON.stringify(line)}\n`)
    const add = (n: number) => store.transaction((tx) => KEPT.keep(tx, id, [message(n)], CONTRACT_NOW))
    await expect(add(2)).rejects.toMatchObject({ code: 'conflict' })
    await add(3)
    expect(await messages(store, id)).toEqual(['word 1', 'by hand', 'word 3'])
    await store.close()
    removeIndex(sessionsDir)
    const again = await open()
    expect(await messages(again, id)).toEqual(['word 1', 'by hand', 'word 3'])
    await again.close()
  })

  it('lists a session whose metadata.json is no JSON, by its folder', async () => {
    const store = await open()
    await tell(store, 'nightly-1', message(1))
    await store.close()
    writeFileSync(join(sessionsDir, 'nightly-1/metadata.json'), '{"session')
    const again = await open()
    const [session] = (await again.sessions.list({}, { limit: 9 })).items
    expect(session).toMatchObject({ externalId: 'nightly-1', messageCount: 1 })
    await again.close()
  })

  it.each([
    ['damaged', 'no database'.repeat(2000)],
    ['empty beside a log', ''],
  ])('is made anew when the index is %s', async (_name, content) => {
    const store = await open()
    const id = await tell(store, 'nightly-1', message(1))
    await store.close()
    const before = await dumpIndex(sessionsDir)
    writeFileSync(indexPath(sessionsDir), content)
    if (content === '') writeFileSync(`${indexPath(sessionsDir)}-wal`, 'log')
    const again = await open()
    expect(notices.at(-1)).toMatch(/was damaged: made anew/)
    expect(await messages(again, id)).toEqual(['word 1'])
    await again.close()
    expect((await dumpIndex(sessionsDir))['activity']).toEqual(before['activity'])
  })

  it('UB3 what was deleted is in no file, and does not come back', async () => {
    const store = await open()
    const id = await tell(store, 'nightly-1', message(1), call)
    await store.sessionData.set(id, 'k', 'v')
    await store.sessionData.remove(id)
    await store.sessions.delete(id, 'ada')
    await store.close()
    removeIndex(sessionsDir)
    const again = await open()
    expect((await again.sessions.list({}, { limit: 9 })).total).toBe(0)
    await again.close()
    expect(() => read('.sessions/nightly-1/metadata.json')).toThrow('ENOENT')
    expect(() => read('.sessions/nightly-1/conversation.jsonl')).toThrow('ENOENT')
  })

  it('keeps a value that is null when its index is lost', async () => {
    const store = await open()
    const id = await tell(store, 'nightly-1')
    await store.sessionData.set(id, 'k', null)
    await store.close()
    removeIndex(sessionsDir)
    const again = await open()
    expect(await again.sessionData.all(id)).toEqual({ k: null })
    await again.close()
  })

  it('joins two clones: each has what both added, and a number given twice is told', async () => {
    await (await open()).close()
    const clone = join(folder, 'clone')
    cpSync(sessionsDir, clone, { recursive: true, filter: (path) => !/index|staging|machine$/.test(path) })
    const here = await open()
    await here.tickets.create({ createdBy: 'ada', title: 'Here' })
    await tell(here, 'one', message(1))
    await here.close()
    const there = await open(clone)
    await there.tickets.create({ createdBy: 'bo', title: 'There' })
    await tell(there, 'two', message(2))
    await there.close()
    cpSync(clone, sessionsDir, {
      recursive: true,
      force: false,
      filter: (path) => !/index|staging|counters|machine$/.test(path),
    })
    const joined = await open()
    const tickets = (await joined.tickets.list({}, { limit: 9 })).items
    expect(tickets.map(({ ref }) => ref).toSorted()).toEqual(['T-1', 'T-2'])
    expect(tickets.map(({ title }) => title).toSorted()).toEqual(['Here', 'There'])
    expect((await joined.sessions.list({}, { limit: 9 })).items.map((each) => each.externalId).toSorted()).toEqual([
      'one',
      'two',
    ])
    expect(
      (await joined.problems.list({ agent: 'filesystem' }, { limit: 9 })).items.map(({ reason }) => reason),
    ).toEqual(['two tickets were T-1: the later one is T-2 now'])
    await joined.close()
    const before = await dumpIndex(sessionsDir)
    removeIndex(sessionsDir)
    await (await open()).close()
    expect((await dumpIndex(sessionsDir))['ticket']).toEqual(before['ticket'])
  })
})
