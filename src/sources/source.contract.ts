import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { entryId, hash48 } from '../domain/ids.ts'
import { seeded } from '../../test/random.ts'
import { mutate } from './line-damage.contract.ts'
import { allEntries, outline, place } from './outline.contract.ts'
import type { Outline } from './outline.contract.ts'
import { fileIdentity } from './source-file.ts'
import type { ArchivedRecord, ReadContext, Source, TranscriptRef } from './source.ts'
import type { Batch, Cursor, EntryDraft } from './batch.ts'

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

const NOW = Date.UTC(2026, 10, 21)
/** `DAYBOOK_MUTATIONS=20000` for a longer look. */
const MUTATIONS = Number(process.env['DAYBOOK_MUTATIONS'] ?? 2000)

const context: ReadContext = { redact: (lines) => lines, now: () => NOW }

/** The suite every source of line files passes: call it once with the source and its fixtures. */
export function testSource(source: Source, fixtures: readonly SourceFixture[]): void {
  describe.each(fixtures)(`${source.name} reads $name`, (fixture) => {
    const lines = splitLines(readFileSync(fixture.path))

    it('as the fixture expects', async () => {
      const batches = await inFolder(fixture, (path) =>
        collect(source.read(refOf(source, fixture, path), undefined, context)),
      )
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
      const read = await inFolder(fixture, (path) =>
        collect(source.read(refOf(source, fixture, path), undefined, context)),
      )
      const replayed = await collect(source.replay(refOf(source, fixture, fixture.path), recordsOf(read), context))
      expect(outline(source, replayed, lines)).toEqual(outline(source, read, lines))
    })

    it('with every entry readable from its record', async () => {
      const batches = await inFolder(fixture, (path) =>
        collect(source.read(refOf(source, fixture, path), undefined, context)),
      )
      expect(disagreements(source, batches, lines)).toEqual([])
    })

    it('past broken lines, naming each and losing no neighbour', async () => {
      const broken = [
        'nonsense',
        '{"type":"user","message":{"con',
        '[1,2]',
        'null',
        '"text"',
        '\u0000\u0000',
        '{"a":\u0001}',
      ]
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

  it(
    `${source.name} survives ${MUTATIONS} damaged lines without losing a neighbour`,
    async () => {
      const random = seeded(20_261_121)
      const originals = await Promise.all(
        fixtures.map(async (fixture) => {
          const lines = splitLines(readFileSync(fixture.path))
          return { fixture, lines, whole: await entriesOf(source, fixture, lines) }
        }),
      )
      for (let i = 0; i < MUTATIONS; i++) {
        const { fixture, lines, whole } = originals[i % originals.length]!
        const hurt = Math.floor(random() * lines.length)
        const mutated = lines.map((line, at) => (at === hurt ? mutate(line, random) : line))
        const batches = await collect(source.replay(refOf(source, fixture, fixture.path), asRecords(mutated), context))
        const thrown = batches
          .flatMap((batch) => batch.problems)
          .filter((problem) => problem.reason.startsWith('unexpected shape'))
        expect(thrown, `${fixture.name}, line ${hurt + 1}: ${mutated[hurt]!.toString()}`).toEqual([])
        const neighbours = (entries: EntryDraft[]) => entries.filter((entry) => entry.record !== hurt && isPlain(entry))
        const found = neighbours(allEntries(batches))
        const again = foundAgain(found, neighbours(whole))
        const told = whole.filter((entry) => entry.record === hurt)
        expect(found.filter((entry) => !again.includes(entry)).map(place)).toEqual(neighbours(whole).map(place))
        for (const { type } of again) {
          const most = told.filter((entry) => entry.type === type).length
          expect(again.filter((entry) => entry.type === type).length, `line ${hurt + 1}`).toBeLessThanOrEqual(most)
        }
        // A batch is data: a function in it, found under a name like `constructor`, is stored as a value that does not exist.
        expect(() => structuredClone(batches), mutated[hurt]!.toString()).not.toThrow()
        expect(disagreements(source, batches, mutated), `line ${hurt + 1}: ${mutated[hurt]!.toString()}`).toEqual([])
      }
    },
    MUTATIONS * 30,
  )
}

/** What only shows in a neighbour because the line that told it first is damaged: a call, in the line that says it began. */
function foundAgain(found: EntryDraft[], whole: EntryDraft[]): EntryDraft[] {
  const places = new Set(whole.map(place))
  return found.filter((entry) => !places.has(place(entry)))
}

/** Plans and titles fold what came before: a damaged line may rightly change the next one. */
export function isPlain(entry: EntryDraft): boolean {
  return entry.type !== 'plan' && entry.type !== 'title'
}

async function entriesOf(source: Source, fixture: SourceFixture, lines: Buffer[]): Promise<EntryDraft[]> {
  return allEntries(await collect(source.replay(refOf(source, fixture, fixture.path), asRecords(lines), context)))
}

/** Where the content of entries does not agree with what was read; empty when it does. */
export function disagreements(source: Source, batches: Batch[], lines: Buffer[]): string[] {
  const calls = batches.flatMap((batch) => batch.invocations)
  return allEntries(batches).flatMap((entry) => {
    const content = source.content(JSON.parse(lines[entry.record]!.toString()), entry.block, entry.type)
    // A plan folded from several records cannot be read from one: its items come with the entry.
    if (entry.type === 'plan' && content === undefined) return entry.plan ? [] : [`${place(entry)}: no items`]
    if (content?.type !== entry.type) return [`${place(entry)}: content is ${content?.type}`]
    if (content.type === 'plan')
      return isDeepStrictEqual(content.items, entry.plan) ? [] : [`${place(entry)}: other items`]
    if (content.type !== 'tool_call') return []
    const call = calls.find((invocation) => invocation.record === entry.record && invocation.block === entry.block)
    const agrees = content.tool === entry.tool && content.tool === call?.tool && content.server === call.server
    return agrees ? [] : [`${place(entry)}: ${content.tool}, ${entry.tool}, ${call?.tool}`]
  })
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
  return {
    agent: source.id,
    path,
    kind: fixture.kind,
    externalId: fixture.externalId,
    sessionExternalId: fixture.sessionExternalId,
    file: fileIdentity(statSync(path)),
  }
}

export async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) {
    // Chunks may show the reader's own buffer, which the next batch overwrites.
    for (const chunk of batch.records.chunks) chunk.bytes = Buffer.from(chunk.bytes)
    all.push(batch)
  }
  return all
}

export async function* recordsOf(batches: Batch[]): AsyncGenerator<ArchivedRecord> {
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

export async function* asRecords(lines: Buffer[]): AsyncGenerator<ArchivedRecord> {
  for (const [record, bytes] of lines.entries()) yield { record, bytes }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
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
    places
      .add(at - 1)
      .add(at)
      .add(at + 1)
  }
  return [...places].filter((place) => place > 0 && place < at)
}

export function publicId(source: Source, entry: EntryDraft): string {
  return entryId(entry.atMs, hash48(`${source.id}\0${entry.recordId}\0${entry.part ?? entry.block}`))
}
