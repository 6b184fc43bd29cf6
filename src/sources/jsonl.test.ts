import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readJsonl, replayJsonl } from './jsonl.ts'
import type { LineParser } from './line-parser.ts'
import type { ArchivedRecord, TranscriptRef } from './source.ts'
import type { Batch, Cursor } from './batch.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-jsonl-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A format of one field: every record with `say` is a message. */
const sayings: LineParser<{ count: number }> = {
  initial: () => ({ count: 0 }),
  parse(state, record, place, batch) {
    if (typeof record['say'] !== 'string') return
    state.count++
    batch.entries.push({
      record: place.record,
      block: 0,
      recordId: `${record['say'].slice(0, 20)}/${state.count}`,
      atMs: 0,
      type: 'message',
      role: 'user',
      flags: 0,
    })
  },
}

const context = { redact: (lines: Buffer) => lines, now: () => Date.now() }

function ref(path: string): TranscriptRef {
  const stat = statSync(path)
  const file = { device: stat.dev, inode: stat.ino, sizeBytes: stat.size, modifiedAtMs: stat.mtimeMs }
  return { agent: 'sayings', path, kind: 'main', externalId: 'x', file }
}

async function read(
  path: string,
  cursor?: Cursor,
): Promise<{ batches: Batch[]; said: string[]; cursor: Cursor | undefined }> {
  const batches: Batch[] = []
  const stored = cursor === undefined ? undefined : (JSON.parse(JSON.stringify(cursor)) as Cursor)
  for await (const batch of readJsonl(sayings, ref(path), stored, context)) {
    batches.push({
      ...batch,
      records: { chunks: batch.records.chunks.map((chunk) => ({ ...chunk, bytes: Buffer.from(chunk.bytes) })) },
    })
  }
  return {
    batches,
    said: batches.flatMap((batch) => batch.entries.map((entry) => entry.recordId)),
    cursor: batches.at(-1)?.cursor,
  }
}

/** The source again, from what batches would archive. */
function restored(...readings: Batch[][]): Buffer {
  const pieces: Uint8Array[] = []
  for (const chunk of readings.flat().flatMap((batch) => batch.records.chunks)) {
    let from = 0
    for (const blob of chunk.blobs) {
      pieces.push(chunk.bytes.subarray(from, blob.offset), blob.bytes)
      from = blob.offset
    }
    pieces.push(chunk.bytes.subarray(from))
  }
  return Buffer.concat(pieces)
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const line = (say: string) => `${JSON.stringify({ say })}\n`

describe('a file of one JSON object a line', () => {
  it('takes a file for what it was when its end was read: what is written meanwhile shows as a change', async () => {
    const path = join(folder, 'meanwhile.jsonl')
    const [first, second] = ['{"say":"first"}\n', '{"say":"second"}\n']
    writeFileSync(path, first)
    const writing: typeof sayings = {
      ...sayings,
      parse(state, record, place, batch) {
        sayings.parse(state, record, place, batch)
        if (record['say'] === 'first') appendFileSync(path, second)
      },
    }
    let cursor: Cursor | undefined
    for await (const batch of readJsonl(writing, ref(path), undefined, context)) cursor = batch.cursor
    expect([cursor?.offset, cursor?.file.sizeBytes]).toEqual([first.length, first.length])
    const after = await read(path, cursor)
    expect(after.said).toEqual(['second/2'])
    expect(after.cursor?.file.sizeBytes).toBe(first.length + second.length)
  })

  it('is read whole, bad lines noted by number and their neighbours kept', async () => {
    const content = `\uFEFF${line('a')}\n{"say":"b\r\n${line('c')}[1]\nnull\n${line('d')}`
    const { batches, said } = await read(write('bad.jsonl', content))
    expect(said).toEqual(['a/1', 'c/2', 'd/3'])
    expect(batches.flatMap((batch) => batch.problems)).toEqual([
      { line: 3, reason: 'not JSON, cut off in mid-record' },
      { line: 5, reason: 'not a record: a list' },
      { line: 6, reason: 'not a record: null' },
    ])
    expect(restored(batches).toString()).toBe(content)
  })

  it('goes on at new bytes only, and numbers lines and records through', async () => {
    const path = write('grow.jsonl', line('a') + line('b'))
    const first = await read(path)
    appendFileSync(path, line('c'))
    const second = await read(path, first.cursor)
    expect(second.said).toEqual(['c/3'])
    expect(second.batches[0]!.records.chunks.map((chunk) => [chunk.firstRecord, chunk.sourceOffset])).toEqual([[2, 24]])
    expect(second.cursor).toMatchObject({ line: 3, record: 3, offset: 36, baseRecord: 0 })
    expect((await read(path, second.cursor)).batches.flatMap((batch) => batch.records.chunks)).toEqual([])
  })

  it.each([...Array(25).keys()])(
    'cut at byte %i and continued gives the same entries and the same bytes',
    async (cut) => {
      const whole = Buffer.from(`${line('é')}\r\n${line('b')}`)
      const path = write(`cut-${cut}.jsonl`, whole.subarray(0, cut))
      const first = await read(path)
      appendFileSync(path, whole.subarray(cut))
      const second = await read(path, first.cursor)
      expect([...first.said, ...second.said]).toEqual(['é/1', 'b/2'])
      expect(restored(first.batches, second.batches)).toEqual(whole)
      expect(second.cursor).toMatchObject({ line: 3, record: 3 })
    },
  )

  it('takes a last line without line end when it is a whole object, and reports a cut one once it rests', async () => {
    const path = write('tail.jsonl', `${line('a')}{"say":"b"}`)
    expect((await read(path)).said).toEqual(['a/1', 'b/2'])
    const cut = write('cut.jsonl', `${line('a')}{"say":"b`)
    expect((await read(cut)).batches.at(-1)!.problems).toEqual([])
    utimesSync(cut, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000))
    expect((await read(cut)).batches.at(-1)!.problems).toEqual([
      { line: 2, reason: 'the last line is cut off in mid-record' },
    ])
  })

  it('is read again from its start when it was truncated or rewritten, with record numbers going on', async () => {
    const path = write('cutback.jsonl', line('a') + line('b') + line('c'))
    const first = await read(path)
    truncateSync(path, 24)
    const second = await read(path, first.cursor)
    expect(second.batches[0]!.restarted).toBe(true)
    expect(second.said).toEqual(['a/1', 'b/2'])
    expect(second.cursor).toMatchObject({ record: 5, baseRecord: 3, line: 2 })
    writeFileSync(path, line('x') + line('b'))
    expect((await read(path, second.cursor)).batches[0]!.restarted).toBe(true)
  })

  it('waits while it is empty after having held something', async () => {
    const path = write('emptied.jsonl', line('a'))
    const first = await read(path)
    truncateSync(path, 0)
    expect((await read(path, first.cursor)).batches).toEqual([])
  })

  it('has long base64 taken out of its records, back in place byte for byte', async () => {
    const image = Buffer.alloc(60_000, 7).toString('base64')
    const content = line('a') + `{"image":"${image}","say":"b","again":"${image}"}\n` + line('c')
    const { batches, said } = await read(write('image.jsonl', content))
    expect(said).toEqual(['a/1', 'b/2', 'c/3'])
    const chunk = batches[0]!.records.chunks[0]!
    expect(chunk.bytes.length).toBeLessThan(100)
    expect(chunk.blobs.map((blob) => blob.bytes.length)).toEqual([80_000, 80_000])
    expect(restored(batches).toString()).toBe(content)
  })

  it('with a line of 30 MB of base64 still reads that line', async () => {
    const image = Buffer.alloc(22_500_000, 3).toString('base64')
    const content = line('a') + `{"image":"${image}","say":"b"}\n` + line('c')
    const { batches, said } = await read(write('huge-image.jsonl', content))
    expect(said).toEqual(['a/1', 'b/2', 'c/3'])
    expect(restored(batches).equals(Buffer.from(content))).toBe(true)
  })

  it('with a line of 40 MB of text archives it in parts, says so, and reads both neighbours', async () => {
    const content = line('a') + `{"text":"${'word '.repeat(8_000_000)}","say":"b"}\n` + line('c')
    const { batches, said } = await read(write('huge-text.jsonl', content))
    expect(said).toEqual(['a/1', 'c/2'])
    expect(batches.flatMap((batch) => batch.problems)).toEqual([
      { line: 2, reason: 'a line of 38 MB: archived, too long to be read' },
    ])
    expect(batches.at(-1)!.cursor).toMatchObject({ line: 3, record: 3 })
    expect(restored(batches).equals(Buffer.from(content))).toBe(true)
  })

  it('nested 20,000 deep is archived and named, not read', async () => {
    const deep = `{"say":"deep","at":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`
    const { batches, said } = await read(write('deep.jsonl', deep + line('b')))
    expect(said).toEqual(['b/1'])
    expect(batches[0]!.problems).toEqual([{ line: 1, reason: 'nested more than 1000 deep: archived, not read' }])
  })

  it('survives NUL bytes and invalid UTF-8', async () => {
    const content = Buffer.concat([
      Buffer.from('{"say":"a\xff"}\n', 'latin1'),
      Buffer.from('\0\0\0\n'),
      Buffer.from(line('b')),
    ])
    const { batches, said } = await read(write('bytes.jsonl', content))
    expect(said).toEqual(['a\uFFFD/1', 'b/2'])
    expect(batches[0]!.problems).toEqual([{ line: 2, reason: 'not JSON' }])
    expect(restored(batches)).toEqual(content)
  })

  it('parsed again from its archived records gives the same entries', async () => {
    const path = write('replay.jsonl', Array.from({ length: 50 }, (_, n) => line(`line ${n}`)).join(''))
    const { batches, said } = await read(path)
    async function* records(): AsyncGenerator<ArchivedRecord> {
      for (const chunk of batches.flatMap((batch) => batch.records.chunks)) {
        let from = 0
        for (const [n, end] of chunk.ends.entries()) {
          yield { record: chunk.firstRecord + n, bytes: chunk.bytes.subarray(from, end) }
          from = end
        }
      }
    }
    const again: string[] = []
    for await (const batch of replayJsonl(sayings, ref(path), records()))
      again.push(...batch.entries.map((entry) => entry.recordId))
    expect(again).toEqual(said)
  })
})
