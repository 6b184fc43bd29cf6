import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHistory } from '../src/history/open.ts'
import { restoreSession } from '../src/history/restore.ts'
import { reindex } from '../src/ingest/reindex.ts'
import { readSettings } from '../src/reading.ts'
import { FIXTURE_HOME } from '../src/sources/gemini/fixtures/fixtures.ts'
import { SOURCES } from '../src/sources/index.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { testHome, type TestHome } from './home.ts'
import { countTree } from './oracle/gemini-totals.mjs'
import { productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

const ORCHARD = 'a1b2c3d4-0000-4000-8000-000000000001'
const BEES = 'bee5bee5-0000-4000-8000-000000000004'
const HARBOUR = '0ddba11e-0000-4000-8000-000000000003'
const HARBOUR_CHATS = '.gemini/tmp/0221b33f0470a55921e521ff9dada368ecf09abb91894cee61b94babf6454fd6/chats'
const NOW = Date.UTC(2026, 10, 21)

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

const copyFixtures = (): void => cpSync(FIXTURE_HOME, home.path, { recursive: true })
/** The fixtures without the one whose counts are no numbers: what such a file says is not for an independent count to tell. */
const copySound = (): void => {
  copyFixtures()
  rmSync(join(home.path, '.gemini/tmp/orchard/chats/session-2026-10-06T10-00-d0d0d0d0.jsonl'))
}
const scan = async (): Promise<number> => (await scanHome(store, home.env, () => NOW)).problems
const tmp = (): string => join(home.path, '.gemini', 'tmp')

/** What the store holds is what an independent program counts in the files. */
async function expectCounted(): Promise<{ files: number; badLines: number; prompts: number }> {
  const { files, badLines, prompts, ...counted } = countTree(tmp())
  expect(await productTotals(store)).toMatchObject(counted)
  return { files, badLines, prompts }
}

async function sessionOf(externalId: string) {
  const [session] = await store.sessions.resolve(externalId)
  return session!
}

async function said(externalId: string, role?: string): Promise<string[]> {
  const { id: sessionId } = await sessionOf(externalId)
  const history = openHistory(store, SOURCES, { timezone: 'UTC' })
  const { items } = await history.entries({ sessionId, types: ['message'] }, { limit: 500 })
  return items.flatMap((item) =>
    item.content?.type === 'message' && (role === undefined || item.role === role) ? [item.content.text] : [],
  )
}

describe('the history of Gemini CLI', () => {
  it('shows what a person typed and keeps back what a rewind or a cancelled request took back', async () => {
    copyFixtures()
    await scan()
    expect(await said(ORCHARD, 'user')).toEqual([
      'List the pears, please.',
      'Prune the apple tree instead.',
      'How many pears in @pears.txt?',
      'What is this?',
    ])
    expect(await said(ORCHARD, 'assistant')).toEqual([
      'I will look.',
      'Two kinds of pears are planted.',
      'It is pruned.',
      'Nothing was watered.',
      'Two.',
      'A quince.',
    ])
  })

  it('takes nothing back for a resume or a compression, and shows results whole that were taken out to save room', async () => {
    copyFixtures()
    await scan()
    expect(await said(BEES, 'user')).toEqual(['How are the bees?', 'Move them north.', 'Feed them sugar.'])
    expect(await said(BEES, 'assistant')).toEqual(['I will read.', 'Three hives, all well.', 'Moved.', 'Fed.'])
    const { id: sessionId } = await sessionOf(BEES)
    const history = openHistory(store, SOURCES, { timezone: 'UTC' })
    const { items } = await history.entries({ sessionId, types: ['tool_result', 'compaction'] }, { limit: 10 })
    expect(items.map(({ content }) => (content && 'text' in content ? content.text : undefined))).toEqual([
      'Three hives.',
      '<state_snapshot>\nThree hives, moved north.\n</state_snapshot>',
    ])
  })

  it('counts the tokens of an answer once, also of one that was taken back', async () => {
    copyFixtures()
    await scan()
    const { id: sessionId } = await sessionOf(ORCHARD)
    expect(await store.usage.total({ sessionId })).toMatchObject({
      responses: 10,
      inputTokens: 1857,
      outputTokens: 176,
      cacheReadTokens: 10_500,
      reasoningTokens: 12,
    })
  })

  it('knows the project by its own files, and of an old conversation by the hash of its folder', async () => {
    copyFixtures()
    await scan()
    expect([(await sessionOf(ORCHARD)).cwd, (await sessionOf(HARBOUR)).cwd]).toEqual([
      '/code/orchard',
      '/code/tidewatch/server',
    ])
  })

  it('joins a subagent with the call that started it', async () => {
    copyFixtures()
    await scan()
    const { id: sessionId } = await sessionOf(ORCHARD)
    const transcripts = await store.transcripts.list({ sessionId })
    expect(transcripts.map(({ kind, parentCallId }) => [kind, parentCallId]).sort()).toEqual([
      ['main', null],
      ['subagent', 'c5'],
    ])
  })

  it('agrees with an independent count of the same files', async () => {
    copySound()
    await scan()
    expect(await expectCounted()).toEqual({ files: 4, badLines: 0, prompts: 9 })
  })

  it('reads only what was appended, in the same state as if it had been there from the start', async () => {
    copySound()
    const path = join(tmp(), 'orchard/chats/session-2026-10-05T09-00-a1b2c3d4.jsonl')
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/)
    writeFileSync(path, lines.slice(0, 14).join(''))
    await scan()
    expect(await said(ORCHARD, 'user')).toContain('Now cut down the apple tree.')
    writeFileSync(path, lines.join(''))
    const report = await scanHome(store, home.env, () => NOW)
    expect(report.bytesRead).toBe(Buffer.byteLength(lines.slice(14).join('')))
    expect(await said(ORCHARD, 'user')).not.toContain('Now cut down the apple tree.')
    await expectCounted()
  })

  it('is rebuilt from the archive to the same', async () => {
    copyFixtures()
    await scan()
    const before = [await productTotals(store), await said(ORCHARD), await said(HARBOUR)]
    rmSync(tmp(), { recursive: true })
    const settings = readSettings({ redact: true, salt: new Uint8Array(32), priceOverrides: [] }, () => NOW)
    await reindex({ store, ...settings })
    expect([await productTotals(store), await said(ORCHARD), await said(HARBOUR)]).toEqual(before)
    expect((await sessionOf(HARBOUR)).cwd).toBe('/code/tidewatch/server')
  })

  it('names a model without a price and leaves it out of the cost', async () => {
    const header = { sessionId: ORCHARD, projectHash: 'x', startTime: '2026-10-05T09:00:00Z', kind: 'main' }
    const answer = (id: string, model: string) => ({
      id,
      timestamp: '2026-10-05T09:00:01Z',
      type: 'gemini',
      content: 'Yes.',
      tokens: { input: 1000, output: 100, cached: 0, thoughts: 0, tool: 0, total: 1100 },
      model,
    })
    const records = [header, answer('a', 'gemini-2.5-pro'), answer('b', 'gemini-9-ultra')]
    home.write(
      '.gemini/tmp/x/chats/session-2026-10-05T09-00-a1b2c3d4.jsonl',
      records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    )
    await scan()
    expect(await store.usage.total({})).toMatchObject({
      responses: 2,
      costMicrodollars: 2250,
      unpricedTokens: 1100,
      unpricedModels: ['gemini-9-ultra'],
    })
  })
})

describe('a conversation of Gemini CLI that was restored', () => {
  it('is the log or the document byte for byte, with spilled output beside its folder', async () => {
    copyFixtures()
    await scan()
    const before = new Map(filesBelow(tmp()).map((path) => [path, readFileSync(join(tmp(), path))]))
    rmSync(tmp(), { recursive: true })
    for (const id of [ORCHARD, HARBOUR]) await restoreSession(store, (await sessionOf(id)).id)
    const restored = filesBelow(tmp())
    expect(restored.map((path) => basename(path)).sort()).toEqual([
      '0000c0de-0000-4000-8000-0000000000c1.jsonl',
      'run_shell_command__1.txt',
      'session-2026-01-10T08-00-0ddba11e.json',
      'session-2026-10-05T09-00-a1b2c3d4.jsonl',
    ])
    for (const path of restored) expect(readFileSync(join(tmp(), path)).equals(before.get(path)!), path).toBe(true)
  })

  it('stays inside a folder that was named', async () => {
    copyFixtures()
    await scan()
    const folder = join(home.path, 'restored')
    mkdirSync(folder)
    const files = await restoreSession(store, (await sessionOf(ORCHARD)).id, { folder })
    expect(files.every(({ path }) => path.startsWith(folder))).toBe(true)
    expect(existsSync(join(folder, 'tool-outputs', `session-${ORCHARD}`, 'run_shell_command__1.txt'))).toBe(true)
  })
})

describe('a document of Gemini CLI', () => {
  const path = `${HARBOUR_CHATS}/session-2026-01-10T08-00-0ddba11e.json`
  const change = (edit: (messages: { id: string }[]) => unknown[]): string => {
    const document = JSON.parse(readFileSync(join(home.path, path), 'utf8')) as { messages: { id: string }[] }
    return home.write(path, JSON.stringify({ ...document, messages: edit(document.messages) }, null, 2))
  }

  it('keeps what a rewind took out of it: not shown, its tokens counted, the last version given back', async () => {
    copyFixtures()
    await scan()
    const before = await store.usage.total({})
    const answer = {
      id: 'o6',
      timestamp: '2026-01-10T08:05:00.000Z',
      type: 'gemini',
      content: 'Undone.',
      tokens: { input: 10, output: 1, cached: 0, thoughts: 0, tool: 0, total: 11 },
      model: 'gemini-2.5-flash',
    }
    change((messages) => [...messages.slice(0, 3), answer])
    expect(await scan()).toBe(0)
    expect(await said(HARBOUR, 'user')).toEqual(['Fix the tide table.'])
    expect(await said(HARBOUR, 'assistant')).toEqual(['Reading it.', 'Undone.'])
    const after = await store.usage.total({})
    expect([after.inputTokens - before.inputTokens, after.outputTokens - before.outputTokens]).toEqual([10, 1])
    const folder = join(home.path, 'restored')
    await restoreSession(store, (await sessionOf(HARBOUR)).id, { folder })
    expect(readFileSync(join(folder, basename(path)), 'utf8')).toBe(readFileSync(join(home.path, path), 'utf8'))
  })

  it('counts once beside the log that a newer version made of it to go on', async () => {
    copySound()
    await scan()
    const before = await productTotals(store)
    const { messages, ...header } = JSON.parse(readFileSync(join(home.path, path), 'utf8')) as { messages: unknown[] }
    home.write(`${path}l`, [header, ...messages].map((record) => `${JSON.stringify(record)}\n`).join(''))
    await scan()
    expect(await productTotals(store)).toEqual(before)
    expect(await said(HARBOUR, 'user')).toEqual(['Fix the tide table.', 'Go on — é世界.'])
  })

  it('that grows adds what is new and nothing twice', async () => {
    copySound()
    const whole = readFileSync(join(home.path, path), 'utf8')
    change((messages) => messages.slice(0, 2))
    await scan()
    home.write(path, whole)
    await scan()
    await expectCounted()
  })
})

const corpus = join(process.env.DAYBOOK_CORPUS ?? 'none', 'gemini')

const conversations = (): string[] =>
  filesBelow(corpus).filter(
    (path) => /\.jsonl?$/.test(path) && !/projects\.json$|settings\.json$|probe|stream-/.test(path),
  )

describe.skipIf(!existsSync(corpus))('the corpus of Gemini CLI conversations (set DAYBOOK_CORPUS)', () => {
  it('counts in the store as an independent program counts it in the files', async () => {
    for (const [place, path] of conversations().entries()) {
      const below = path.includes('/chats/') ? path.slice(path.indexOf('/chats/') + 7) : `session-${basename(path)}`
      home.write(
        `.gemini/tmp/p${path.includes('/chats/') ? '' : place}/chats/${below}`,
        readFileSync(join(corpus, path)),
      )
    }
    expect(await scan()).toBe(0)
    expect(await expectCounted()).toEqual({ files: 28, badLines: 0, prompts: 25 })
  })
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
