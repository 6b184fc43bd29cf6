import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded } from '../../test/random.ts'
import { databaseOf } from '../domain/transcript.ts'
import { mutate } from './line-damage.contract.ts'
import { allEntries, outline, place } from './outline.contract.ts'
import type { Outline } from './outline.contract.ts'
import { asRecords, collect, disagreements, isPlain, publicId, recordsOf } from './source.contract.ts'
import { statIdentity } from './source-file.ts'
import type { ReadContext, Source, TranscriptRef } from './source.ts'
import type { Batch, Cursor, EntryDraft } from './batch.ts'

/** A transcript in a database that the fixture writes, with what must come out of it. */
export interface RowFixture {
  name: string
  kind: 'main' | 'subagent'
  externalId: string
  sessionExternalId?: string
  /** Rows that `write` writes in all. */
  rows: number
  /** Makes the database in `folder`, or the first `limit` rows of it, and adds what is missing. @returns the transcript's path */
  write(folder: string, limit?: number): string
  expected: Outline
}

/** Long after the fixtures were written: nothing is waited for. */
const NOW = Date.UTC(2026, 10, 21)
/** `DAYBOOK_MUTATIONS=20000` for a longer look. */
const MUTATIONS = Number(process.env['DAYBOOK_MUTATIONS'] ?? 2000)
const context: ReadContext = { redact: (lines) => lines, now: () => NOW }

/** The suite every source of rows passes: call it once with the source and its fixtures. */
export function testRowSource(source: Source, fixtures: readonly RowFixture[]): void {
  const readIn = (folder: string, fixture: RowFixture, limit?: number, cursor?: Cursor): Promise<Batch[]> =>
    collect(source.read(refOf(source, fixture, fixture.write(folder, limit)), cursor, context))

  describe.each(fixtures)(`${source.name} reads $name`, (fixture) => {
    it('as the fixture expects', async () => {
      const batches = await inFolder((folder) => readIn(folder, fixture))
      expect(outline(source, batches, linesOf(batches))).toEqual(fixture.expected)
    })

    it('twice with the same ids', async () => {
      const ids = async () =>
        allEntries(await inFolder((folder) => readIn(folder, fixture))).map((entry) => publicId(source, entry))
      expect(await ids()).toEqual(await ids())
    })

    it('in two halves, wherever it is cut', async () => {
      const whole = said(source, await inFolder((folder) => readIn(folder, fixture)))
      for (let limit = 1; limit < fixture.rows; limit++) {
        const halves = await inFolder(async (folder) => {
          const first = await readIn(folder, fixture, limit)
          const cursor = first.at(-1)?.cursor
          const stored = cursor && (JSON.parse(JSON.stringify(cursor)) as Cursor)
          return [...first, ...(await readIn(folder, fixture, undefined, stored))]
        })
        expect(said(source, halves), `cut behind row ${limit}`).toEqual(whole)
      }
    })

    it('from the archive as from the database', async () => {
      const read = await inFolder((folder) => readIn(folder, fixture))
      const ref = refOf(source, fixture, join(tmpdir(), 'none.db#none'), false)
      const replayed = await collect(source.replay(ref, recordsOf(read), context))
      expect(outline(source, replayed, linesOf(read))).toEqual(outline(source, read, linesOf(read)))
    })

    it('with every entry readable from its record', async () => {
      const batches = await inFolder((folder) => readIn(folder, fixture))
      expect(disagreements(source, batches, linesOf(batches))).toEqual([])
    })

    it('again without anything new, from where it stopped', async () => {
      const again = await inFolder(async (folder) => {
        const cursor = (await readIn(folder, fixture)).at(-1)!.cursor
        return readIn(folder, fixture, undefined, cursor)
      })
      expect(
        again.map(({ entries, usage, records, done }) => [entries.length, usage.length, records.chunks.length, done]),
      ).toEqual([[0, 0, 0, true]])
    })

    it('without writing anything', async () => {
      await inFolder(async (folder) => {
        const path = fixture.write(folder)
        const before = contentsOf(folder)
        await collect(source.read(refOf(source, fixture, path), undefined, context))
        expect(contentsOf(folder)).toEqual(before)
      })
    })
  })

  it(
    `${source.name} survives ${MUTATIONS} damaged rows without losing a neighbour`,
    async () => {
      const random = seeded(20_261_121)
      const replayed = (fixture: RowFixture, all: Buffer[]): Promise<Batch[]> =>
        collect(source.replay(refOf(source, fixture, join(tmpdir(), 'none.db#none'), false), asRecords(all), context))
      const originals = await Promise.all(
        fixtures.map(async (fixture) => {
          const lines = linesOf(await inFolder((folder) => readIn(folder, fixture)))
          return { fixture, lines, whole: allEntries(await replayed(fixture, lines)) }
        }),
      )
      for (let i = 0; i < MUTATIONS; i++) {
        const { fixture, lines, whole } = originals[i % originals.length]!
        const hurt = Math.floor(random() * lines.length)
        const mutated = lines.map((line, at) => (at === hurt ? mutate(line, random) : line))
        const batches = await replayed(fixture, mutated)
        const thrown = batches
          .flatMap(({ problems }) => problems)
          .filter(({ reason }) => reason.startsWith('unexpected shape'))
        expect(thrown, `${fixture.name}, row ${hurt + 1}: ${mutated[hurt]!.toString()}`).toEqual([])
        const neighbours = (entries: EntryDraft[]) =>
          entries.filter((entry) => entry.record !== hurt && isPlain(entry)).map(place)
        expect(neighbours(allEntries(batches))).toEqual(neighbours(whole))
        // A batch is data: a function in it, found under a name like `constructor`, is stored as a value that does not exist.
        expect(() => structuredClone(batches), mutated[hurt]!.toString()).not.toThrow()
        expect(disagreements(source, batches, mutated), `row ${hurt + 1}: ${mutated[hurt]!.toString()}`).toEqual([])
      }
    },
    MUTATIONS * 30,
  )
}

/** What a transcript says in the end, whatever record it comes from: the last state of each entry, and every count. */
function said(source: Source, batches: Batch[]): unknown {
  const entries = new Map(allEntries(batches).map((entry) => [`${entry.recordId} ${entry.block}`, entry]))
  const withdrawn = new Set(batches.flatMap((batch) => batch.withdrawn ?? []))
  const calls = new Map(
    batches.flatMap(({ invocations }) => invocations).map(({ record: _at, ...call }) => [call.callId, call]),
  )
  const results = new Map(
    batches.flatMap(({ results: all }) => all).map(({ record: _at, ...result }) => [result.callId, result]),
  )
  const usage = new Map(
    batches.flatMap(({ usage: all }) => all).map(({ record: _at, line: _line, ...row }) => [row.responseId, row]),
  )
  return {
    entries: [...entries.values()]
      .filter(({ record }) => !withdrawn.has(record))
      .map((entry) => [publicId(source, entry), entry.type, entry.role, entry.flags])
      .sort(),
    calls: [...calls.values()].sort((a, b) => (a.callId < b.callId ? -1 : 1)),
    results: [...results.values()].sort((a, b) => (a.callId < b.callId ? -1 : 1)),
    usage: [...usage.values()].sort((a, b) => (a.responseId < b.responseId ? -1 : 1)),
  }
}

function linesOf(batches: Batch[]): Buffer[] {
  return batches.flatMap(({ records }) =>
    records.chunks.flatMap(({ bytes, ends }) =>
      [...ends].map((end, i) => Buffer.from(bytes.subarray(i === 0 ? 0 : ends[i - 1], end))),
    ),
  )
}

function contentsOf(folder: string): unknown[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stat = statSync(join(folder, name))
      return [name, stat.mtimeMs, stat.isFile() ? readFileSync(join(folder, name)).toString('base64') : undefined]
    })
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-rows-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function refOf(source: Source, fixture: RowFixture, path: string, exists = true): TranscriptRef {
  const { kind, externalId, sessionExternalId } = fixture
  const file = exists
    ? statIdentity(databaseOf(path)?.database ?? path)
    : { device: 0, inode: 0, sizeBytes: 0, modifiedAtMs: 0 }
  return { agent: source.id, path, kind, externalId, sessionExternalId, file }
}
