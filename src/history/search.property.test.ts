import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENTRY_FLAG, type EntryType, type Role } from '../domain/entry.ts'
import { tokens } from '../domain/fold.ts'
import type { SearchFilter } from '../stores/search-store.ts'
import type { Store } from '../stores/store.ts'
import type { History } from './history.ts'
import { bringIndexUpToDate } from './indexing.ts'
import { openHistory } from './open.ts'
import { seeded } from '../../test/random.ts'
import { diskStore, lineSource, Recorder, type Line } from './testing.ts'

// The oracle: every line of a generated history with what a filter may ask of it, compared token by token.

const AGENTS = ['alpha', 'beta-two']
const SOURCES = AGENTS.map(lineSource)
const WORDS = (
  'stale table cache reader tide harbour test npm run build src index ts failed error timeout read_header maxAge ' +
  'Résumé naïve ÅNGSTRÖM straße İstanbul ΟΔΟΣ 検索 索引を作る 한국어 e\u0301te ﬁle x² a b ab abc 42 404 v1 →'
).split(' ')
const JOINTS = [' ', ' ', ' ', ' ', '\n', ', ', '-', '.', '/', ' (', '"', '_', ' “', '\t', '\0', '*', ':']
const KINDS: [EntryType, Role][] = [
  ['message', 'user'],
  ['message', 'assistant'],
  ['thinking', 'assistant'],
  ['tool_call', 'assistant'],
  ['tool_result', 'tool'],
  ['title', 'system'],
  ['plan', 'assistant'],
]
const TOOLS = ['Bash', 'Read', 'mcp__tide__get']
const BRANCHES = ['main', 'fix/tide']
const START = Date.parse('2026-11-01T00:00:00Z')

interface Told extends Line {
  agent: string
  session: string
  branch: string
  inherited: boolean
}

const random = seeded(20261121)
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
const sentence = (words: number): string => Array.from({ length: words }, () => pick(WORDS) + pick(JOINTS)).join('')

let place: Awaited<ReturnType<typeof diskStore>>
let store: Store
let history: History
const told: Told[] = []
const sessionIds = new Map<string, string>()
const transcripts: { id: number; agent: string; session: string; branch: string; clock: number }[] = []

function makeLines(transcript: (typeof transcripts)[number], count: number): Line[] {
  const lines: Line[] = []
  let call: Line | undefined
  for (let i = 0; i < count; i++) {
    transcript.clock += Math.floor(random() * 4) * 500
    const [type, role] = call
      ? (['tool_result', 'tool'] as const)
      : pick(KINDS.filter(([kind]) => kind !== 'tool_result'))
    let flags = 0
    if (random() < 0.1) flags |= ENTRY_FLAG.sidechain
    if (random() < 0.05) flags |= ENTRY_FLAG.injected
    if (type.startsWith('tool') && random() < 0.2) flags |= ENTRY_FLAG.failed
    const line: Line = {
      id: `${transcript.session}-${told.length + lines.length}`,
      atMs: transcript.clock,
      type,
      role,
      text: sentence(1 + Math.floor(random() * 14)),
      flags,
    }
    if (type === 'tool_call') Object.assign(line, { tool: pick(TOOLS), call: line.id })
    if (call) Object.assign(line, { tool: call.tool, call: call.call })
    if (call && (flags & ENTRY_FLAG.failed) !== 0) call.flags = (call.flags ?? 0) | ENTRY_FLAG.failed
    call = type === 'tool_call' ? line : undefined
    lines.push(line)
  }
  if (call) lines.pop()
  return lines
}

async function append(recorder: Recorder, index: number, count: number): Promise<void> {
  const transcript = transcripts[index] as (typeof transcripts)[number]
  const lines = makeLines(transcript, count)
  await recorder.append(transcript.id, transcript.agent, lines, {
    branch: transcript.branch,
    frameLines: 1 + Math.floor(random() * 9),
  })
  told.push(...lines.map((line) => ({ ...line, ...transcript, id: line.id, inherited: false })))
}

beforeAll(async () => {
  place = await diskStore()
  store = place.store
  history = openHistory(store, SOURCES, { cacheBytes: 512 * 1024 })
  const recorder = new Recorder(store)
  for (let i = 0; i < 14; i++) {
    const agent = pick(AGENTS)
    const session = `s${i}`
    const id = await recorder.transcript(agent, session)
    transcripts.push({
      id,
      agent,
      session,
      branch: pick(BRANCHES),
      clock: START + i * 3_600_000 * Math.floor(random() * 9),
    })
  }
  for (let i = 0; i < transcripts.length; i++) await append(recorder, i, 25 + Math.floor(random() * 60))
  await fork(recorder)
  for (const { items } of [await store.sessions.list({}, { limit: 100 })]) {
    for (const session of items) sessionIds.set(session.externalId, session.id)
  }
  await ask(250)
  await indexSome(3)
  await ask(250)
  await bringIndexUpToDate(store, SOURCES)
  if ((await store.search.lagging()).length > 0)
    throw new Error('the index is not up to date after it was brought there')
  await ask(250)
  for (let i = 0; i < transcripts.length; i += 3) await append(recorder, i, 20)
  await ask(250)
}, 120_000)

afterAll(() => place.close())

/** A transcript that begins with a copy of another one's lines. */
async function fork(recorder: Recorder): Promise<void> {
  const parent = transcripts[2] as (typeof transcripts)[number]
  const copied = told.filter((line) => line.session === parent.session).slice(0, 12)
  const id = await recorder.transcript(parent.agent, 'fork')
  const own = { id, agent: parent.agent, session: 'fork', branch: 'main', clock: parent.clock + 5000 }
  const lines = [...copied, ...makeLines(own, 20)]
  await recorder.append(id, parent.agent, lines, { branch: 'main' })
  transcripts.push(own)
  told.push(...lines.map((line, i) => ({ ...line, ...own, id: line.id, inherited: i < copied.length })))
}

/** Stops the indexing of what lags after some transcripts. */
async function indexSome(count: number): Promise<void> {
  const some: Store = {
    ...store,
    search: { ...store.search, lagging: async () => (await store.search.lagging()).slice(0, count) },
  }
  await bringIndexUpToDate(some, SOURCES)
  expect((await store.search.lagging()).length).toBeGreaterThan(count)
}

const outcomes: { query: string; filter: SearchFilter; found: string[]; wanted: string[] }[] = []

async function ask(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { query, matches } = makeQuery()
    const { filter, allows } = makeFilter()
    const wanted = told.filter((line) => allows(line) && matches(tokens(line.text)))
    const found: string[] = []
    let cursor: string | undefined
    const limit = 3 + Math.floor(random() * 90)
    do {
      const reply = await history.search({ query, filter, order: 'newest', limit, cursor, budgetMs: Infinity })
      found.push(...reply.items.map((hit) => `${hit.entry.at} ${sayingOf(hit.entry.content)}`))
      cursor = reply.nextCursor ?? undefined
    } while (cursor !== undefined)
    outcomes.push({
      query,
      filter,
      found: found.slice().sort(),
      wanted: wanted.map((line) => `${new Date(line.atMs).toISOString()} ${line.text}`).sort(),
    })
    const times = found.map((line) => line.slice(0, 24))
    if (times.join() !== times.slice().sort().reverse().join()) throw new Error(`not newest first: ${query}`)
  }
}

function sayingOf(content: unknown): string {
  const { text, input, items } = content as { text?: string; input?: { command: string }; items?: { text: string }[] }
  return text ?? input?.command ?? items?.[0]?.text ?? ''
}

type Test = (words: string[]) => boolean

function makeQuery(): { query: string; matches: Test } {
  const parts: string[] = []
  const tests: Test[] = []
  const terms = 1 + Math.floor(random() * 3)
  for (let i = 0; i < terms || tests.length === 0; i++) {
    const negated = tests.length > 0 && random() < 0.3
    const { text, test } = makeTerm()
    if (test === undefined) continue
    parts.push((negated ? '-' : '') + text)
    tests.push(negated ? (words) => !test(words) : test)
  }
  return { query: parts.join(' '), matches: (words) => tests.every((each) => each(words)) }
}

function makeTerm(): { text: string; test: Test | undefined } {
  const kind = random()
  if (kind < 0.2) {
    const phrase = `${pick(WORDS)} ${pick(WORDS)}`
    return { text: `"${phrase}"`, test: inARow(tokens(phrase), false) }
  }
  if (kind < 0.4) {
    const word = tokens(pick(WORDS))[0] ?? 'a'
    const start = [...word].slice(0, 1 + Math.floor(random() * 4)).join('')
    return { text: `${start}*`, test: inARow(tokens(start), true) }
  }
  if (kind < 0.5) {
    const joined = `${pick(WORDS)}${pick(['-', '.', '/'])}${pick(WORDS)}`
    return { text: joined, test: inARow(tokens(joined), false) }
  }
  const word = random() < 0.9 ? pick(WORDS) : pick(['AND', 'OR', 'NEAR(a', 'absent', 'TABLE', 'resume'])
  return { text: word, test: inARow(tokens(word), false) }
}

function inARow(wanted: string[], prefix: boolean): Test | undefined {
  if (wanted.length === 0) return undefined
  return (words) =>
    words.some((_, at) =>
      wanted.every((token, k) => {
        const word = words[at + k]
        return word === token || (prefix && k === wanted.length - 1 && word?.startsWith(token) === true)
      }),
    )
}

function makeFilter(): { filter: SearchFilter; allows: (line: Told) => boolean } {
  const filter: SearchFilter = {}
  const rules: ((line: Told) => boolean)[] = []
  const maybe = (share: number, change: () => (line: Told) => boolean): void => {
    if (random() < share) rules.push(change())
  }
  maybe(0.12, () => ((filter.agent = pick(AGENTS)), (line) => line.agent === filter.agent))
  maybe(0.12, () => {
    const { session } = pick(transcripts)
    filter.sessionId = sessionIds.get(session) as string
    return (line) => line.session === session
  })
  maybe(0.12, () => ((filter.roles = [pick(KINDS)[1], 'user']), (line) => filter.roles?.includes(line.role) === true))
  maybe(0.12, () => ((filter.types = [pick(KINDS)[0]]), (line) => filter.types?.includes(line.type) === true))
  maybe(0.1, () => ((filter.tool = pick(TOOLS).toLowerCase()), (line) => line.tool?.toLowerCase() === filter.tool))
  maybe(0.1, () => ((filter.failedOnly = true), (line) => ((line.flags ?? 0) & ENTRY_FLAG.failed) !== 0))
  maybe(0.1, () => ((filter.branch = pick(BRANCHES)), (line) => line.branch === filter.branch))
  maybe(
    0.1,
    () => (
      (filter.from = new Date(START + random() * 2e8).toISOString()),
      (line) => line.atMs >= Date.parse(filter.from as string)
    ),
  )
  maybe(
    0.1,
    () => (
      (filter.to = new Date(START + random() * 4e8).toISOString()),
      (line) => line.atMs < Date.parse(filter.to as string)
    ),
  )
  if (random() < 0.3) filter.includeSidechain = true
  else rules.push((line) => ((line.flags ?? 0) & ENTRY_FLAG.sidechain) === 0)
  if (random() < 0.3) filter.includeInjected = true
  else rules.push((line) => ((line.flags ?? 0) & ENTRY_FLAG.injected) === 0)
  if (filter.sessionId === undefined) rules.push((line) => !line.inherited)
  return { filter, allows: (line) => rules.every((rule) => rule(line)) }
}

test('a thousand generated queries answer what a scan over everything answers, however much is indexed', () => {
  expect(outcomes.length).toBe(1000)
  const wrong = outcomes.filter(({ found, wanted }) => found.join('\n') !== wanted.join('\n'))
  expect(wrong.slice(0, 3)).toEqual([])
})

test('the generated queries are worth asking: many find something, few find all', () => {
  const counts = outcomes.map(({ wanted }) => wanted.length)
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(300)
  expect(counts.filter((count) => count > 5).length).toBeGreaterThan(100)
  expect(Math.max(...counts)).toBeLessThan(told.length)
})
