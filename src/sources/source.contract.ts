import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entryFlags } from '../domain/entry.ts'
import { entryId, hash48 } from '../domain/ids.ts'
import type { ArchivedRecord, Batch, Cursor, EntryDraft, ReadContext, Source, TranscriptFacts, TranscriptRef, UsageDraft } from './source.ts'

/** A transcript written by hand, with what must come out of it. */
export interface SourceFixture {
  name: string
  /** Of the file, which is copied before it is read. */
  path: string
  kind: 'main' | 'subagent'
  externalId: string
  sessionExternalId?: string
  expected: Outline
}

/** What a transcript brought, in lines that a person can check against the file. */
export interface Outline {
  entries: string[]
  invocations: string[]
  results: string[]
  usage: string[]
  fileChanges: string[]
  commits: string[]
  facts: Record<string, unknown>
  problems: string[]
  unknown: Record<string, number>
}

const NOW = Date.UTC(2026, 10, 21)
const MUTATIONS = 2000

const context: ReadContext = { redact: (lines) => lines, now: () => NOW }

/** The suite every source of line files passes: call it once with the source and its fixtures. */
export function testSource(source: Source, fixtures: readonly SourceFixture[]): void {
  describe.each(fixtures)(`${source.name} reads $name`, (fixture) => {
    const lines = splitLines(readFileSync(fixture.path))

    it('as the fixture expects', async () => {
      const batches = await inFolder(fixture, (path) => collect(source.read(refOf(source, fixture, path), undefined, context)))
      expect(outline(source, batches, lines)).toEqual(fixture.expected)
    })

    it('twice with the same ids', async () => {
      const ids = async () =>
        inFolder(fixture, async (path) => {
          const batches = await collect(source.read(refOf(source, fixture, path), undefined, context))
          return allEntries(batches).map((entry) => publicId(source, entry))
        })
      expect(await ids()).toEqual(await ids())
    })

    it('in two halves, wherever it is cut', async () => {
      const whole = Buffer.concat(lines)
      for (const at of cutPlaces(lines)) {
        const batches = await inFolder(fixture, async (path) => {
          writeFileSync(path, whole.subarray(0, at))
          const first = await collect(source.read(refOf(source, fixture, path), undefined, context))
          appendFileSync(path, whole.subarray(at))
          const cursor = JSON.parse(JSON.stringify(first.at(-1)!.cursor)) as Cursor
          return [...first, ...(await collect(source.read(refOf(source, fixture, path), cursor, context)))]
        })
        expect(outline(source, batches, lines), `cut at byte ${at}`).toEqual(fixture.expected)
      }
    })

    it('from the archive as from the file', async () => {
      const read = await inFolder(fixture, (path) => collect(source.read(refOf(source, fixture, path), undefined, context)))
      const replayed = await collect(source.replay(refOf(source, fixture, fixture.path), recordsOf(read), context))
      expect(outline(source, replayed, lines)).toEqual(outline(source, read, lines))
    })

    it('with every entry readable from its record', async () => {
      const batches = await inFolder(fixture, (path) => collect(source.read(refOf(source, fixture, path), undefined, context)))
      for (const entry of allEntries(batches)) expectContent(source, entry, lines[entry.record]!, batches)
    })

    it('past broken lines, naming each and losing no neighbour', async () => {
      const broken = ['nonsense', '{"type":"user","message":{"con', '[1,2]', 'null', '"text"', '\u0000\u0000', '{"a":\u0001}']
      const spoilt = lines.flatMap((line, i) => [line, Buffer.from(`${broken[i % broken.length]}\n`)])
      const read = await inFolder(fixture, async (path) => {
        writeFileSync(path, Buffer.concat(spoilt))
        return collect(source.read(refOf(source, fixture, path), undefined, context))
      })
      const numbers = read.flatMap((batch) => batch.problems.map((problem) => problem.line))
      for (let i = 0; i < lines.length; i++) expect(numbers, `broken line ${2 * i + 2}`).toContain(2 * i + 2)
      expect(allEntries(read).map((entry) => [entry.record / 2, entry.block, entry.type, entry.atMs])).toEqual(
        (await entriesOf(source, fixture, lines)).map((entry) => [entry.record, entry.block, entry.type, entry.atMs]),
      )
    })

    it('without writing anything', async () => {
      await inFolder(fixture, async (path) => {
        const before = [readFileSync(path), statSync(path).mtimeMs, statSync(path).ctimeMs]
        await collect(source.read(refOf(source, fixture, path), undefined, context))
        expect(readdirSync(join(path, '..'))).toEqual([basename(path)])
        expect([readFileSync(path), statSync(path).mtimeMs, statSync(path).ctimeMs]).toEqual(before)
      })
    })
  })

  it(`${source.name} survives ${MUTATIONS} damaged lines without losing a neighbour`, async () => {
    const random = seeded(20_261_121)
    const originals = fixtures.map((fixture) => ({ fixture, lines: splitLines(readFileSync(fixture.path)) }))
    for (let i = 0; i < MUTATIONS; i++) {
      const { fixture, lines } = originals[i % originals.length]!
      const hurt = Math.floor(random() * lines.length)
      const mutated = lines.map((line, at) => (at === hurt ? mutate(line, random) : line))
      const batches = await collect(source.replay(refOf(source, fixture, fixture.path), asRecords(mutated), context))
      const thrown = batches.flatMap((batch) => batch.problems).filter((problem) => problem.reason.startsWith('unexpected shape'))
      expect(thrown, `${fixture.name}, line ${hurt + 1}: ${mutated[hurt]!.toString()}`).toEqual([])
      const neighbours = (entries: EntryDraft[]) => entries.filter((entry) => entry.record !== hurt && isPlain(entry)).map(place)
      expect(neighbours(allEntries(batches))).toEqual(neighbours(await entriesOf(source, fixture, lines)))
      for (const entry of allEntries(batches)) expectContent(source, entry, mutated[entry.record]!, batches)
    }
  })
}

/** Plans and titles fold what came before: a damaged line may rightly change the next one. */
function isPlain(entry: EntryDraft): boolean {
  return entry.type !== 'plan' && entry.type !== 'title'
}

function place(entry: EntryDraft): string {
  return `${entry.record}.${entry.block} ${entry.type}`
}

async function entriesOf(source: Source, fixture: SourceFixture, lines: Buffer[]): Promise<EntryDraft[]> {
  return allEntries(await collect(source.replay(refOf(source, fixture, fixture.path), asRecords(lines), context)))
}

function expectContent(source: Source, entry: EntryDraft, line: Buffer, batches: Batch[]): void {
  const content = source.content(JSON.parse(line.toString()), entry.block, entry.type)
  if (entry.type === 'plan' && content === undefined) return expect(entry.plan).toBeDefined()
  expect(content?.type, place(entry)).toBe(entry.type)
  if (content?.type === 'plan') expect(content.items).toEqual(entry.plan)
  if (content?.type !== 'tool_call') return
  expect(content.tool).toBe(entry.tool)
  const calls = batches.flatMap((batch) => batch.invocations)
  const call = calls.find((invocation) => invocation.record === entry.record && invocation.block === entry.block)
  expect(call).toMatchObject({ tool: content.tool, server: content.server })
}

/** Runs `work` on a copy of the fixture in a folder of its own. */
async function inFolder<T>(fixture: SourceFixture, work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-source-'))
  try {
    const path = join(folder, basename(fixture.path))
    writeFileSync(path, readFileSync(fixture.path))
    return await work(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function refOf(source: Source, fixture: SourceFixture, path: string): TranscriptRef {
  const stat = statSync(path)
  return {
    agent: source.id,
    path,
    kind: fixture.kind,
    externalId: fixture.externalId,
    sessionExternalId: fixture.sessionExternalId,
    file: { device: stat.dev, inode: stat.ino, sizeBytes: stat.size, modifiedAtMs: stat.mtimeMs },
  }
}

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) {
    // Chunks may show the reader's own buffer, which the next batch overwrites.
    for (const chunk of batch.records.chunks) chunk.bytes = Buffer.from(chunk.bytes)
    all.push(batch)
  }
  return all
}

async function* recordsOf(batches: Batch[]): AsyncGenerator<ArchivedRecord> {
  for (const { records } of batches) {
    for (const chunk of records.chunks) {
      let from = 0
      for (const [i, end] of chunk.ends.entries()) {
        yield { record: chunk.firstRecord + i, bytes: chunk.bytes.subarray(from, end) }
        from = end
      }
    }
  }
}

async function* asRecords(lines: Buffer[]): AsyncGenerator<ArchivedRecord> {
  for (const [record, bytes] of lines.entries()) yield { record, bytes }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from)
    const to = end < 0 ? bytes.length : end + 1
    lines.push(bytes.subarray(from, to))
    from = to
  }
  return lines
}

/** Every line end, the bytes beside it, and some places in mid-line. */
function cutPlaces(lines: Buffer[]): number[] {
  const places = new Set<number>()
  let at = 0
  for (const line of lines) {
    places.add(at + Math.floor(line.length / 3))
    at += line.length
    places.add(at - 1).add(at).add(at + 1)
  }
  return [...places].filter((place) => place > 0 && place < at)
}

function allEntries(batches: Batch[]): EntryDraft[] {
  return batches.flatMap((batch) => batch.entries)
}

function publicId(source: Source, entry: EntryDraft): string {
  return entryId(entry.atMs, hash48(`${source.id}\0${entry.recordId}\0${entry.block}`))
}

/** A batch list as a person checks it. Text is shown as `content` gives it, cut to 80 characters. */
export function outline(source: Source, batches: Batch[], lines: Buffer[]): Outline {
  const all = <K extends 'invocations' | 'results' | 'fileChanges' | 'commits' | 'problems' | 'usage'>(key: K): Batch[K] =>
    batches.flatMap((batch) => batch[key] as never[]) as Batch[K]
  return {
    entries: allEntries(batches).map((entry) => entryLine(source, entry, lines[entry.record]!)),
    invocations: all('invocations').map((call) => `${call.callId} ${call.kind} ${call.server ? `${call.server}/` : ''}${call.tool}: ${call.subject}`),
    results: all('results').map((result) =>
      words(result.callId, result.failed ? 'failed' : 'ok', named('exit', result.exitCode), named('ms', result.durationMs)),
    ),
    usage: joinUsage(all('usage')).map(usageLine),
    fileChanges: all('fileChanges').map((change) => `${change.callId} ${change.kind} ${change.path} +${change.linesAdded ?? '?'} -${change.linesRemoved ?? '?'}`),
    commits: all('commits').map((commit) => `${commit.callId} ${commit.hash} on ${commit.branch ?? '?'}: ${commit.subject}`),
    facts: joinFacts(batches.map((batch) => batch.facts)),
    problems: all('problems').map((problem) => `line ${problem.line}: ${problem.reason}`),
    unknown: joinCounts(batches.map((batch) => batch.unknown)),
  }
}

function entryLine(source: Source, entry: EntryDraft, line: Buffer): string {
  const at = new Date(entry.atMs).toISOString().slice(0, 19)
  const head = words(place(entry), entry.role, at, ...entryFlags(entry.flags), named('opens', entry.opens), named('closes', entry.closes))
  return `${head} | ${entryText(source, entry, line)}`
}

function entryText(source: Source, entry: EntryDraft, line: Buffer): string {
  if (entry.plan) return entry.plan.map((item) => `${item.text} (${item.status})`).join(', ')
  const content = source.content(JSON.parse(line.toString()), entry.block, entry.type)
  if (content === undefined) return '(no content)'
  if (content.type === 'tool_call') return content.tool
  if (!('text' in content)) return ''
  const extra = 'images' in content ? named('images', content.images) : 'trigger' in content ? content.trigger : undefined
  return words(JSON.stringify(content.text.slice(0, 80)), extra)
}

function usageLine(usage: UsageDraft): string {
  return words(
    `line ${usage.line}`,
    usage.responseId,
    usage.requestId,
    usage.model,
    `in=${usage.inputTokens} out=${usage.outputTokens} read=${usage.cacheReadTokens} write=${usage.cacheWriteTokens}`,
    `1h=${usage.cacheWrite1hTokens} reasoning=${usage.reasoningTokens} lines=${usage.lines}`,
    named('tier', usage.serviceTier),
    usage.speed,
    named('cost', usage.reportedCostMicrodollars),
    usage.sidechain ? 'sidechain' : undefined,
  )
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ')
}

function named(name: string, value: unknown): string | undefined {
  return value === undefined ? undefined : `${name}=${String(value)}`
}

/** As a store joins them: the row with the most output counts, lines add up, a missing request id matches any. */
function joinUsage(drafts: UsageDraft[]): UsageDraft[] {
  const joined: UsageDraft[] = []
  for (const draft of drafts) {
    const index = joined.findIndex(
      (held) =>
        held.responseId === draft.responseId &&
        (held.requestId === draft.requestId || held.requestId === undefined || draft.requestId === undefined),
    )
    const held = joined[index]
    if (held === undefined) {
      joined.push(draft)
      continue
    }
    const more = draft.outputTokens - held.outputTokens || draft.inputTokens - held.inputTokens
    const requestId = held.requestId ?? draft.requestId
    joined[index] = { ...(more > 0 ? draft : held), requestId, lines: held.lines + draft.lines }
  }
  return joined.sort((a, b) => a.line - b.line)
}

function joinFacts(all: TranscriptFacts[]): Record<string, unknown> {
  const joined: TranscriptFacts = {}
  for (const facts of all) {
    const { firstAtMs = Infinity, lastAtMs = -Infinity, titlesFor = [] } = joined
    Object.assign(joined, facts)
    joined.firstAtMs = Math.min(firstAtMs, facts.firstAtMs ?? Infinity)
    joined.lastAtMs = Math.max(lastAtMs, facts.lastAtMs ?? -Infinity)
    joined.titlesFor = [...titlesFor, ...(facts.titlesFor ?? [])]
  }
  const { firstAtMs, lastAtMs, titlesFor, ...rest } = joined
  const known: Record<string, unknown> = { ...rest }
  if (Number.isFinite(firstAtMs)) known.first = new Date(firstAtMs!).toISOString()
  if (Number.isFinite(lastAtMs)) known.last = new Date(lastAtMs!).toISOString()
  if (titlesFor?.length) known.titlesFor = titlesFor
  return known
}

function joinCounts(all: Record<string, number>[]): Record<string, number> {
  const joined: Record<string, number> = {}
  for (const counts of all) for (const [key, count] of Object.entries(counts)) joined[key] = (joined[key] ?? 0) + count
  return joined
}

/** A line flipped, cut, or with one of its values replaced by one of another type. Line ends stay where they are. */
function mutate(line: Buffer, random: () => number): Buffer {
  const body = line.subarray(0, line.length - 1)
  const at = Math.floor(random() * body.length)
  const how = random()
  if (how < 0.2) return Buffer.concat([body.subarray(0, at), Buffer.from('\n')])
  if (how < 0.4) {
    const flipped = Buffer.from(line)
    const byte = Math.floor(random() * 256)
    flipped[at] = byte === 10 ? 11 : byte
    return flipped
  }
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    return line
  }
  return Buffer.from(`${JSON.stringify(swapType(value, random))}\n`)
}

const SWAPS: unknown[] = [null, true, 0, -1, 1e308, 1.5, '', 'text', '\ud83d', [], [null], ['a', 1], {}, { a: 1 }, { type: 'text' }, '__proto__', 'constructor']

function swapType(value: unknown, random: () => number): unknown {
  const places: [Record<string, unknown>, string][] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key])
      walk((node as Record<string, unknown>)[key])
    }
  }
  walk(value)
  const chosen = places[Math.floor(random() * places.length)]
  if (chosen) chosen[0][chosen[1]] = SWAPS[Math.floor(random() * SWAPS.length)]
  return value
}

/** A small deterministic generator (mulberry32), so that a failure can be seen again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
