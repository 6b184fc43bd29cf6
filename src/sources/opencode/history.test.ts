import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../test/home.ts'
import { scanHome } from '../../../test/reading.ts'
import { openHistory } from '../../history/open.ts'
import type { ScanReport } from '../../ingest/scan-report.ts'
import { openSqlite } from '../../stores/sqlite/open.ts'
import type { Store } from '../../stores/store.ts'
import { SOURCES } from '../index.ts'
import { ORCHARD } from './fixtures/orchard.ts'
import { OpencodeWriter, writeDatabase, writeTree } from './fixtures/write.ts'

const NOW = Date.parse('2026-11-03T10:00:00Z')

let home: TestHome
let store: Store
let folder: string
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
  folder = join(home.path, '.local/share/opencode')
})
afterEach(async () => {
  await store.close()
  home.remove()
})

const scanAt = (nowMs = NOW): Promise<ScanReport> => scanHome(store, home.env, () => nowMs)
const session = async (id: string) => (await store.sessions.resolve(id))[0]!

async function said(id: string): Promise<string[]> {
  const { items } = await openHistory(store, SOURCES, { timezone: 'UTC' }).entries(
    { sessionId: (await session(id)).id, types: ['message', 'tool_call', 'tool_result'] },
    { limit: 100 },
  )
  return items.map(({ content }) => {
    if (content?.type === 'tool_call') return `call ${content.tool}`
    return content && 'text' in content ? content.text : '?'
  })
}

describe('OpenCode’s sessions', () => {
  it.each([0, 1, 2])('count what a fork copied once, whichever is read first (%d)', async (first) => {
    writeDatabase(folder, [ORCHARD[first]!])
    await scanAt()
    writeDatabase(folder, ORCHARD)
    expect(await scanAt()).toMatchObject({ problems: 0 })
    expect(await session('ses_e1planted')).toMatchObject({
      title: 'Plant the pear trees',
      subagentCount: 1,
      invocationCount: 13,
      failedCount: 3,
      // Its own four responses and the subagent's.
      usage: { responses: 5, inputTokens: 1303, outputTokens: 148, cacheReadTokens: 4350, reasoningTokens: 10 },
    })
    expect(await session('ses_e0forked')).toMatchObject({
      messageCount: 2,
      invocationCount: 0,
      startedAt: '2026-11-03T08:01:00.000Z',
      usage: { responses: 1, inputTokens: 103, outputTokens: 23, cacheReadTokens: 1300 },
    })
    expect((await store.usage.total({})).responses).toBe(6)
    const { items } = await store.usage.rows({}, { limit: 9 })
    expect(items.filter(({ costSource }) => costSource === 'reported')).toMatchObject([{ costMicrodollars: 1234 }])
  })

  it('join a subagent to the call that started it', async () => {
    writeDatabase(folder, ORCHARD)
    await scanAt()
    const transcripts = await store.transcripts.list({ sessionId: (await session('ses_e1planted')).id })
    expect(
      transcripts.map(({ kind, externalId, parentCallId, title }) => [kind, externalId, parentCallId, title]),
    ).toEqual([
      ['main', 'ses_e1planted', null, 'Plant the pear trees'],
      ['subagent', 'ses_e2counting', 'call_11', 'Count trees (@general subagent)'],
    ])
  })

  it('are the same from the files of 1.1, and count once where both are there', async () => {
    writeTree(folder, ORCHARD)
    expect(await scanAt()).toMatchObject({ filesRead: 3, problems: 0 })
    const figures = async () => [
      (await session('ses_e1planted')).usage,
      (await session('ses_e1planted')).messageCount,
      (await session('ses_e1planted')).invocationCount,
      (await session('ses_e0forked')).usage,
      await store.usage.total({}),
      await said('ses_e1planted'),
    ]
    const before = await figures()
    expect(before[4]).toMatchObject({ responses: 6, outputTokens: 171 })
    expect(await scanAt()).toMatchObject({ filesRead: 0 })
    writeDatabase(folder, ORCHARD)
    expect(await scanAt()).toMatchObject({ filesRead: 3, entriesAdded: 0, usageAdded: 0 })
    expect(await figures()).toEqual(before)
    // What 1.2 left behind is not looked through again, and not gone.
    const part = join(folder, 'storage/part/msg_1d/prt_1d_03.json')
    writeFileSync(part, readFileSync(part, 'utf8').replace('The pears stand.', 'The pears stand well.'))
    expect(await scanAt()).toMatchObject({ filesRead: 0, gone: 0 })
    const file = join(folder, 'storage/session/global/ses_e1planted.json')
    writeFileSync(file, `${readFileSync(file, 'utf8')} `)
    expect(await scanAt()).toMatchObject({ filesRead: 1, gone: 0 })
  })

  it('keep spilled output that is in OpenCode’s own folder, and nothing that a record names elsewhere', async () => {
    mkdirSync(join(folder, 'tool-output'), { recursive: true })
    writeFileSync(join(folder, 'tool-output/tool_1fb7everything'), 'all of it')
    home.write('tool-output/tool_secret', 'not for the archive')
    const [planted] = structuredClone(ORCHARD) as [(typeof ORCHARD)[0]]
    const state = (planted.messages[3]!.parts[2] as { state: { metadata: { outputPath: string } } }).state
    planted.messages[3]!.parts.push({ ...planted.messages[3]!.parts[1]!, callID: 'call_13' })
    const other = planted.messages[3]!.parts.at(-1) as { state: unknown }
    other.state = {
      ...(state as object),
      metadata: { exit: 0, outputPath: join(home.path, 'tool-output/tool_secret') },
    }
    // The name alone counts: whatever folder a record says, it is looked for in OpenCode's.
    writeDatabase(folder, [planted])
    expect(await scanAt()).toMatchObject({ problems: 0 })
    const [transcript] = await store.transcripts.list({ agent: 'opencode' })
    expect(await store.archive.attachments(transcript!.id)).toMatchObject([
      { relativePath: 'tool-output/tool_1fb7everything', sizeBytes: 9 },
    ])
  })

  it('are never read from the tables of accounts and credentials', async () => {
    const path = writeDatabase(folder, ORCHARD)
    await scanAt()
    for (const { id } of await store.transcripts.list({ agent: 'opencode' })) {
      for await (const frame of store.archive.frames(id)) {
        const { decompress } = await import('../../archive/frames.ts')
        expect(decompress(frame.data).toString()).not.toMatch(/never-read-this|nor-this/)
      }
    }
    const { openDatabase } = await import('./database.ts')
    const file = openDatabase(path)
    expect(() => file.all('SELECT access_token FROM account')).toThrow('prohibited')
    expect(() => file.all('SELECT value FROM credential')).toThrow('prohibited')
    file.close()
  })
})

describe('an OpenCode at work', () => {
  const at = (ms: number): number => NOW + ms
  const ask = { role: 'user', time: { created: NOW }, agent: 'build' }
  const answer = (more: object = {}) => ({
    role: 'assistant',
    modelID: 'a-model-nobody-prices',
    providerID: 'p',
    agent: 'build',
    cost: 0,
    tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } },
    time: { created: at(1000) },
    ...more,
  })
  const done = {
    tokens: { total: 20, input: 10, output: 5, reasoning: 2, cache: { read: 3, write: 0 } },
    time: { created: at(1000), completed: at(9000) },
  }
  const bash = (status: string, more: object = {}) => ({
    type: 'tool',
    tool: 'bash',
    callID: 'c1',
    state: { status, input: { command: 'make' }, time: { start: at(2000) }, ...more },
  })
  const made = { output: 'made', metadata: { exit: 0 }, time: { start: at(2000), end: at(8000) } }

  let agent: OpencodeWriter
  beforeEach(() => {
    agent = new OpencodeWriter(folder)
    agent.session({
      id: 'ses_live',
      title: 'New session - 2026-11-03T10:00:00.000Z',
      version: '1.18.33',
      directory: '/code/orchard',
      createdAtMs: NOW,
      messages: [],
    })
    agent.message('ses_live', 'msg_a', ask)
    agent.part('ses_live', 'msg_a', 'prt_a', { type: 'text', text: 'Make it.' }, NOW)
    agent.message('ses_live', 'msg_b', answer())
    agent.part('ses_live', 'msg_b', 'prt_b', bash('running'), at(2000))
  })
  afterEach(() => agent.close())

  it('is read as far as it has finished what it writes', async () => {
    await scanAt(at(3000))
    expect(await said('ses_live')).toEqual(['Make it.'])
    agent.part('ses_live', 'msg_b', 'prt_b', bash('completed', made), at(8000))
    agent.message('ses_live', 'msg_b', answer(done), at(9000))
    await scanAt(at(9500))
    expect(await said('ses_live')).toEqual(['Make it.', 'call bash', 'made'])
    expect(await store.usage.total({})).toMatchObject({
      responses: 1,
      inputTokens: 10,
      outputTokens: 7,
      reasoningTokens: 2,
      cacheReadTokens: 3,
      unpricedTokens: 20,
      unpricedModels: ['a-model-nobody-prices'],
    })
    expect((await session('ses_live')).titleSource).not.toBe('agent')
  })

  it('shows a call that runs for more than a minute, and its result when that comes', async () => {
    await scanAt(at(63_000))
    expect(await said('ses_live')).toEqual(['Make it.', 'call bash'])
    expect((await store.invocations.list({}, { limit: 5 })).items).toMatchObject([{ outcome: 'unanswered' }])
    agent.part('ses_live', 'msg_b', 'prt_b', bash('completed', made), at(70_000))
    agent.message('ses_live', 'msg_b', answer(done), at(70_001))
    agent.message('ses_live', 'msg_c', { ...ask, time: { created: at(71_000) } })
    await scanAt(at(72_000))
    expect(await said('ses_live')).toEqual(['Make it.', 'call bash', 'made'])
    expect((await store.invocations.list({}, { limit: 5 })).items).toMatchObject([
      { outcome: 'ok', exitCode: 0, durationMs: 6000 },
    ])
    expect((await store.usage.total({})).responses).toBe(1)
  })

  it('takes back what a person undid, and its tokens count', async () => {
    agent.part('ses_live', 'msg_b', 'prt_b', bash('completed', made), at(8000))
    agent.message('ses_live', 'msg_b', answer(done), at(9000))
    await scanAt(at(9500))
    agent.database.exec(`DELETE FROM part WHERE message_id = 'msg_b'; DELETE FROM message WHERE id = 'msg_b'`)
    agent.message('ses_live', 'msg_c', answer({ time: { created: at(20_000), completed: at(21_000) } }), at(21_000))
    agent.part(
      'ses_live',
      'msg_c',
      'prt_c',
      { type: 'text', text: 'Otherwise, then.', time: { start: at(20_000), end: at(20_500) } },
      at(20_500),
    )
    await scanAt(at(22_000))
    expect(await said('ses_live')).toEqual(['Make it.', 'Otherwise, then.'])
    expect(await store.usage.total({})).toMatchObject({ responses: 1, outputTokens: 7 })
  })

  it('leaves old rows where they are when it only marks them', async () => {
    agent.part('ses_live', 'msg_b', 'prt_b', bash('completed', made), at(8000))
    agent.message('ses_live', 'msg_b', answer(done), at(9000))
    agent.message('ses_live', 'msg_c', answer({ time: { created: at(20_000), completed: at(21_000) } }), at(21_000))
    agent.part(
      'ses_live',
      'msg_c',
      'prt_c',
      { type: 'text', text: 'Made.', time: { start: at(20_000), end: at(20_500) } },
      at(20_500),
    )
    await scanAt(at(22_000))
    // A pruned result keeps its output and gets a mark: it was said where it was said.
    agent.part(
      'ses_live',
      'msg_b',
      'prt_b',
      bash('completed', { ...made, time: { ...made.time, compacted: at(30_000) } }),
      at(30_000),
    )
    await scanAt(at(31_000))
    expect(await said('ses_live')).toEqual(['Make it.', 'call bash', 'made', 'Made.'])
    expect(await scanAt(at(32_000))).toMatchObject({ filesRead: 0 })
  })

  it('keeps the rest of a session of which a row is no JSON', async () => {
    agent.part('ses_live', 'msg_b', 'prt_b', bash('completed', made), at(8000))
    agent.part('ses_live', 'msg_b', 'prt_c', '{"type":"text","text":"cut o', at(8500))
    agent.message('ses_live', 'msg_b', answer(done), at(9000))
    expect(await scanAt(at(9500))).toMatchObject({ problems: 1 })
    expect(await said('ses_live')).toEqual(['Make it.', 'call bash', 'made'])
    expect((await store.problems.list({}, { limit: 5 })).items).toMatchObject([
      { line: 5, reason: expect.stringContaining('not JSON') as string },
    ])
  })

  it('names a database of another shape, and keeps what was read', async () => {
    await scanAt(at(63_000))
    agent.database.exec('ALTER TABLE part RENAME COLUMN data TO body')
    expect(await scanAt(at(64_000))).toMatchObject({ gone: 0 })
    expect((await store.problems.list({}, { limit: 5 })).items).toMatchObject([
      { path: agent.path, line: null, reason: 'the database has another shape than expected (no part.data)' },
    ])
    expect(await said('ses_live')).toEqual(['Make it.', 'call bash'])
  })
})

describe('where OpenCode’s databases are looked for', () => {
  it.each([
    ['in XDG_DATA_HOME', (at: string) => ({ XDG_DATA_HOME: join(at, 'data') }), 'data/opencode/opencode.db'],
    ['where OPENCODE_DB says', (at: string) => ({ OPENCODE_DB: join(at, 'elsewhere/mine.db') }), 'elsewhere/mine.db'],
    [
      'where OPENCODE_DB says, below the data folder',
      () => ({ OPENCODE_DB: 'mine.db' }),
      '.local/share/opencode/mine.db',
    ],
    ['of a build that is no release', () => ({}), '.local/share/opencode/opencode-dev.db'],
  ])('%s', async (_where, variables, path) => {
    const place = join(home.path, path)
    const agent = new OpencodeWriter(join(place, '..'), place.split('/').at(-1))
    const [{ messages, ...planted }] = ORCHARD as [(typeof ORCHARD)[0]]
    agent.session({ ...planted, messages: [] })
    agent.message(planted.id, 'msg_a', messages[0]!.data)
    agent.part(planted.id, 'msg_a', 'prt_a', messages[0]!.parts[0]!, NOW)
    agent.close()
    home.env.variables = variables(home.path)
    expect(await scanAt()).toMatchObject({ filesRead: 1, problems: 0 })
    expect((await store.transcripts.list({}))[0]!.path).toBe(`${place}#${planted.id}`)
  })
})
