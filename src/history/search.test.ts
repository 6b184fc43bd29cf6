import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ENTRY_FLAG } from '../domain/entry.ts'
import type { SearchTerms } from '../domain/search-query.ts'
import { openSqlite } from '../stores/sqlite/open.ts'
import type { Store } from '../stores/store.ts'
import type { History, SearchReply, SearchRequest } from './history.ts'
import { bringIndexUpToDate } from './indexing.ts'
import { openHistory } from './open.ts'
import { lineSource, Recorder, type Line } from './testing.ts'

const SOURCES = [lineSource('alpha'), lineSource('beta')]
const NOW = Date.parse('2026-11-20T12:00:00Z')
const at = (minute: number): number => Date.parse('2026-11-02T10:00:00Z') + minute * 60_000

let store: Store
let history: History
let recorder: Recorder

beforeEach(async () => {
  store = await openSqlite({ path: ':memory:', now: () => NOW })
  history = openHistory(store, SOURCES, { now: () => NOW, timezone: 'Europe/Berlin' })
  recorder = new Recorder(store)
})

afterEach(() => store.close())

const say = (minute: number, text: string, more: Partial<Line> = {}): Line => ({
  id: `m${minute}`,
  atMs: at(minute),
  type: 'message',
  role: 'user',
  text,
  ...more,
})

async function record(session: string, lines: Line[], agent = 'alpha'): Promise<number> {
  const id = await recorder.transcript(agent, session)
  await recorder.append(id, agent, lines, { branch: 'main' })
  return id
}

function ask(query: string, more: Partial<SearchRequest> = {}): Promise<SearchReply> {
  return history.search({ query, filter: {}, order: 'newest', limit: 20, ...more })
}

const minutes = (reply: SearchReply): number[] => reply.items.map((hit) => (Date.parse(hit.entry.at) - at(0)) / 60_000)

/** Runs the same checks on text that is scanned and on text that is indexed. */
async function bothWays(check: () => Promise<void>): Promise<void> {
  expect((await store.search.lagging()).length).toBeGreaterThan(0)
  await check()
  await bringIndexUpToDate(store, SOURCES)
  expect(await store.search.lagging()).toEqual([])
  await check()
}

test('words are found in what was said, thought, asked of tools and answered by them', async () => {
  await record('s1', [
    say(0, 'Please look at the tide table'),
    say(1, 'The TIDE is stale', { type: 'thinking', role: 'assistant' }),
    say(2, 'grep -rn tide src/', { type: 'tool_call', role: 'assistant', tool: 'Bash', call: 'c1' }),
    say(3, 'src/tide.ts: export const', { type: 'tool_result', role: 'tool', call: 'c1' }),
    say(4, 'fix tide', { type: 'plan', role: 'assistant' }),
    say(5, 'Fixing the tide', { type: 'title', role: 'system' }),
    say(6, 'tidal'),
  ])
  await bothWays(async () => {
    expect(minutes(await ask('tide'))).toEqual([5, 4, 3, 2, 1, 0])
    expect(minutes(await ask('tide tool:bash'))).toEqual([3, 2])
    expect(minutes(await ask('tide role:tool,system'))).toEqual([5, 3])
    expect(minutes(await ask('tide file:src/'))).toEqual([3, 2])
  })
})

test('a hit names its session and shows the text around the match', async () => {
  await record('s1', [say(0, `${'before '.repeat(40)}the stale table\n\n  was read ${'after '.repeat(60)}`)])
  const [hit] = (await ask('"stale table"')).items
  const { snippet, marks } = hit!
  expect(snippet.length).toBeLessThan(240)
  expect(marks.map(([start, end]) => snippet.slice(start, end))).toEqual(['stale table'])
  expect(snippet).toMatch(/^…before .* the stale table was read after .* after…$/)
  const [session] = (await store.sessions.list({}, { limit: 1 })).items
  expect(hit!.session).toEqual({
    id: session!.id,
    key: null,
    ref: session!.ref,
    title: session!.title,
    agent: 'alpha',
    project: null,
  })
  expect(hit!.entry.content).toMatchObject({ type: 'message' })
})

test('marks stand on the letters as they were written, whatever folding did to them', async () => {
  await record('s1', [say(0, 'ein Résumé über 全文検索 und İstanbul')])
  const marked = async (query: string): Promise<string[]> => {
    const [hit] = (await ask(query)).items
    return hit!.marks.map(([start, end]) => hit!.snippet.slice(start, end))
  }
  expect(await marked('resume')).toEqual(['Résumé'])
  expect(await marked('検索 istanbul')).toEqual(['検索', 'İstanbul'])
  expect(await marked('ube*')).toEqual(['über'])
})

test('pages follow each other without gaps, and a cursor belongs to its question', async () => {
  await record(
    's1',
    Array.from({ length: 7 }, (_, i) => say(i, `tide ${i}`)),
  )
  await bothWays(async () => {
    const first = await ask('tide', { limit: 3 })
    const second = await ask('tide', { limit: 3, cursor: first.nextCursor! })
    const third = await ask('tide', { limit: 3, cursor: second.nextCursor! })
    expect([first, second, third].map(minutes)).toEqual([[6, 5, 4], [3, 2, 1], [0]])
    expect(third.nextCursor).toBeNull()
    const refused = expect.objectContaining({ code: 'invalid', hint: expect.any(String) })
    await expect(ask('other', { cursor: first.nextCursor! })).rejects.toThrow(refused)
    await expect(ask('tide', { filter: { agent: 'beta' }, cursor: first.nextCursor! })).rejects.toThrow(refused)
    await expect(ask('tide', { cursor: 'bm9uc2Vuc2U' })).rejects.toThrow(refused)
  })
})

test('of a busy hour the newest come first, in whatever order they were indexed', async () => {
  const seconds = (from: number, step: number): Line[] =>
    Array.from({ length: 100 }, (_, i) =>
      say(0, 'tide', { id: `${from}:${i}`, atMs: at(0) + (from + i * step) * 1000 }),
    )
  // All in one stretch of the index, where places are given as entries come: the older ones last.
  await record('late', seconds(100, 1))
  await bringIndexUpToDate(store, SOURCES)
  await record('early', [...seconds(0, 1), say(9, 'tide', { id: 'last' })])
  await bringIndexUpToDate(store, SOURCES)
  const first = await ask('tide', { limit: 5 })
  expect(first.items.map(({ entry }) => (Date.parse(entry.at) - at(0)) / 1000)).toEqual([540, 199, 198, 197, 196])
  const next = await ask('tide', { limit: 100, cursor: first.nextCursor ?? '' })
  expect(next.items.map(({ entry }) => (Date.parse(entry.at) - at(0)) / 1000)).toEqual(
    Array.from({ length: 100 }, (_, i) => 195 - i),
  )
})

test('a question to the index is stopped when its time is over, wherever it looks (T9)', async () => {
  const calls = Array.from({ length: 300 }, (_, i) => say(i, 'grep tide', { type: 'tool_call', call: `c${i}` }))
  await record('s1', calls)
  await bringIndexUpToDate(store, SOURCES)
  const { search } = store
  const terms: SearchTerms = { all: [{ tokens: ['tide'], prefix: false }], none: [] }
  // Each finds nothing, and has to look at all to know.
  let looks = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => ++looks)
  try {
    for (const ask of [
      (untilMs: number) => search.match(terms, { file: 'nowhere' }, { limit: 10, untilMs }),
      (untilMs: number) => search.rank(terms, { file: 'nowhere' }, { limit: 10, untilMs }),
      (untilMs: number) => search.candidates({ failedOnly: true }, { limit: 10, untilMs }),
      (untilMs: number) => search.subjects('nowhere', {}, { limit: 10, untilMs }),
    ]) {
      looks = 0
      await expect(ask(50)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('too long') })
      expect(looks).toBe(51)
      expect(await ask(1000)).toEqual([])
    }
  } finally {
    clock.mockRestore()
  }
  expect((await ask('tide')).items.length).toBe(20)
})

test('a limit below 1 and a blank query are errors with a way out', async () => {
  const refused = expect.objectContaining({ code: 'invalid', hint: expect.any(String) })
  await expect(ask('tide', { limit: 0 })).rejects.toThrow(refused)
  await expect(ask('tide', { limit: Number.NaN })).rejects.toThrow(refused)
  await expect(ask(' ')).rejects.toThrow(refused)
  await expect(ask('\0', { substring: true, limit: 0 })).rejects.toThrow(refused)
  await expect(ask(' ', { substring: true })).rejects.toThrow(refused)
})

test('operators, quotes, NUL and halves of characters are text like any other', async () => {
  await record('s1', [say(0, 'NEAR(a b) AND "x" OR ^y* {col}: 5\0six \ud83d z')])
  await bothWays(async () => {
    for (const query of [
      'NEAR(a',
      'AND OR',
      '"x" OR ^y',
      '{col}:',
      'col : 5',
      '5\0six',
      '\ud83d z',
      '"a b) and',
      "'; z--",
      'NOT y OR near -absent',
    ]) {
      if (query === 'NOT y OR near -absent') expect(minutes(await ask(query))).toEqual([])
      else expect(minutes(await ask(query)), query).toEqual([0])
    }
  })
})

test('subagents, injected text and copies in forks stay out unless they are asked for', async () => {
  await record('s1', [
    say(0, 'tide one'),
    say(1, 'tide two', { flags: ENTRY_FLAG.sidechain }),
    say(2, 'tide three', { flags: ENTRY_FLAG.injected }),
    say(3, 'tide four', { flags: ENTRY_FLAG.meta }),
  ])
  await record('s2', [say(0, 'tide one'), say(3, 'tide four', { flags: ENTRY_FLAG.meta }), say(9, 'tide five')])
  const sessions = (await store.sessions.list({}, { limit: 9 })).items
  const fork = sessions.find((session) => session.externalId === 's2')!
  await bothWays(async () => {
    expect(minutes(await ask('tide'))).toEqual([9, 3, 0])
    expect(minutes(await ask('tide', { filter: { includeSidechain: true } }))).toEqual([9, 3, 1, 0])
    expect(minutes(await ask('tide', { filter: { includeInjected: true } }))).toEqual([9, 3, 2, 0])
    expect(minutes(await ask(`tide session:${fork.ref}`))).toEqual([9, 3, 0])
  })
})

test('days begin where the user lives', async () => {
  // 2026-11-02T10:00Z is 11:00 in Berlin, so midnight there lies 660 minutes before.
  await record('s1', [say(-661, 'tide'), say(-660, 'tide'), say(779, 'tide'), say(780, 'tide')])
  await bothWays(async () => {
    expect(minutes(await ask('tide after:2026-11-02 before:2026-11-03'))).toEqual([779, -660])
  })
})

test('a name nobody has is not found, and says where names are listed', async () => {
  await expect(ask('tide session:SESSION-404')).rejects.toThrow(
    expect.objectContaining({ code: 'not_found', hint: 'daybook session list' }),
  )
  await expect(ask('tide project:nowhere')).rejects.toThrow(
    expect.objectContaining({ code: 'not_found', hint: 'daybook project list' }),
  )
})

test('a scan that runs out of time says so, and its pages still add up to everything', async () => {
  await record(
    's1',
    Array.from({ length: 5 }, (_, i) => say(i, i % 2 ? 'ebb' : 'tide')),
  )
  const found: number[] = []
  let pages = 0
  let reply = await ask('tide', { budgetMs: 0 })
  expect(reply).toMatchObject({ partial: true, indexed: 0, entries: 5 })
  for (; ; reply = await ask('tide', { budgetMs: 0, cursor: reply.nextCursor })) {
    found.push(...minutes(reply))
    pages++
    if (reply.nextCursor === null) break
  }
  expect(found).toEqual([4, 2, 0])
  expect(pages).toBe(6)
  await bringIndexUpToDate(store, SOURCES)
  expect(await ask('tide', { budgetMs: 0 })).toMatchObject({ partial: false, indexed: 5, entries: 5, nextCursor: null })
})

test('relevance puts what a person asked before output that mentions it in passing', async () => {
  await record('s1', [
    say(0, 'tide tide table'),
    say(1, 'tide'),
    say(2, `${'noise '.repeat(500)} tide`, { type: 'tool_result', role: 'tool' }),
    say(3, `${'noise '.repeat(20)} tide`, { role: 'assistant' }),
  ])
  await bringIndexUpToDate(store, SOURCES)
  const reply = await ask('tide', { order: 'relevance' })
  expect(minutes(reply)).toEqual([0, 1, 3, 2])
  const first = await ask('tide', { order: 'relevance', limit: 3 })
  expect(minutes(await ask('tide', { order: 'relevance', limit: 3, cursor: first.nextCursor! }))).toEqual([2])
})

test('substring looks inside words: in commands and paths in full, in text as far as time allows', async () => {
  await record('s1', [
    say(0, 'cat 100%_Tidewatch.md', { type: 'tool_call', role: 'assistant', tool: 'Bash', call: 'c' }),
    say(1, 'atidewater'),
    say(2, '100 tide'),
  ])
  await bothWays(async () => {
    expect(minutes(await ask('TIDEW', { substring: true }))).toEqual([1, 0])
    expect(minutes(await ask('0%_t', { substring: true }))).toEqual([0])
    const [hit] = (await ask('idewat', { substring: true, limit: 1 })).items
    expect(hit!.marks.map(([start, end]) => hit!.snippet.slice(start, end))).toEqual(['idewat'])
    const hurried = await ask('tidew', { substring: true, budgetMs: 0 })
    expect([hurried.partial, minutes(hurried)]).toEqual([true, [0]])
  })
})

test('a deleted session is found no more, and what a fork held passes to the fork', async () => {
  await record('s1', [say(0, 'tide one'), say(1, 'tide two')])
  await record('s2', [say(0, 'tide one'), say(5, 'tide three')])
  await bringIndexUpToDate(store, SOURCES)
  expect(minutes(await ask('tide'))).toEqual([5, 1, 0])
  const parent = (await store.sessions.list({}, { limit: 9 })).items.find((session) => session.externalId === 's1')!
  await store.sessions.delete(parent.id, 'tester')
  const reply = await ask('tide')
  expect(minutes(reply)).toEqual([5, 0])
  expect(new Set(reply.items.map((hit) => hit.entry.sessionId)).size).toBe(1)
  await store.search.tidy()
  expect(minutes(await ask('tide'))).toEqual([5, 0])
})

test('an entry that takes the place of a removed one has its own words only', async () => {
  const first = await record('s1', [say(0, 'the old words')])
  const second = await record('s2', [say(-5, 'before')])
  await bringIndexUpToDate(store, SOURCES)
  const session = (await store.sessions.list({}, { limit: 9 })).items.find((each) => each.externalId === 's1')
  const [old] = await store.entries.after(first, 0, 1)
  await store.sessions.delete(session!.id, 'tester')
  await recorder.append(second, 'alpha', [say(0, 'some new text', { id: 'other' })])
  const [fresh] = await store.entries.after(second, 1, 1)
  expect(fresh!.rowId).toBe(old!.rowId)
  await bothWays(async () => {
    expect((await ask('old')).items).toEqual([])
    expect(minutes(await ask('new'))).toEqual([0])
  })
})

test('pages of the last days follow each other while the clock goes on', async () => {
  let now = NOW
  history = openHistory(store, SOURCES, { now: () => now++, timezone: 'UTC' })
  await record('s1', [say(0, 'tide'), say(1, 'tide')])
  const first = await ask('tide after:30d', { limit: 1 })
  expect(minutes(await ask('tide after:30d', { limit: 1, cursor: first.nextCursor! }))).toEqual([0])
})

test('a session reads in file order with what every entry says', async () => {
  const transcript = await record('s1', [
    say(0, 'Look'),
    say(1, 'ls', { type: 'tool_call', role: 'assistant', tool: 'Bash', call: 'c' }),
    say(2, 'a.ts', { type: 'tool_result', role: 'tool', call: 'c' }),
    say(3, 'step', { type: 'plan', role: 'assistant' }),
  ])
  const [session] = (await store.sessions.list({}, { limit: 1 })).items
  const page = await history.entries({ sessionId: session!.id }, { limit: 3 })
  expect(page.total).toBe(4)
  expect(page.items.map((entry) => entry.content)).toEqual([
    { type: 'message', text: 'Look' },
    { type: 'tool_call', tool: 'Bash', callId: 'c', input: { command: 'ls', more: [{ depth: 2 }] } },
    { type: 'tool_result', callId: 'c', text: 'a.ts', failed: false },
  ])
  const rest = await history.entries({ transcriptId: transcript }, { limit: 3, cursor: page.nextCursor! })
  expect(rest.items.map((entry) => entry.content)).toEqual([
    { type: 'plan', items: [{ text: 'step', status: 'pending' }] },
  ])
})
