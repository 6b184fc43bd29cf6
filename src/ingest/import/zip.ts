import { createInflateRaw } from 'node:zlib'
import { AppError } from '../../domain/errors.ts'

type ReadAt = (offset: number, length: number) => Buffer

/** Exports of ChatGPT since February 2026 have `conversations-000.json` and those that follow (seen in reports of converters). */
const CHATS = /(?:^|\/)conversations(?:-\d{1,6})?\.json$/
const MOST_BYTES = 4 * 1024 ** 3
const MOST_RATIO = 200
/** Text packs well; below this no ratio is suspicious. */
const SMALL_BYTES = 64 * 1024 ** 2
const MOST_ENTRIES = 100_000
const MOST_DIRECTORY_BYTES = 64 * 1024 ** 2
const CHUNK_BYTES = 256 * 1024
/** In the place of a number that stands elsewhere, for it has 64 bits. */
const ELSEWHERE = 0xffffffff

interface Entry {
  name: string
  method: number
  flags: number
  packedBytes: number
  bytes: number
  offset: number
  mode: number
}

/**
 * The chats in a ZIP archive as a stream, of several files one after the other; nothing is unpacked to disk (APPNOTE 6.3.10,
 * without encryption).
 *
 * @throws AppError `invalid` for names that lead out of the archive, links and damage, `too_large` for a bomb
 */
export function zipEntry(at: ReadAt, size: number): () => AsyncIterable<Buffer> {
  const entries = directory(at, size)
  for (const { name, mode } of entries) {
    if (/(?:^|[\\/])\.\.(?:[\\/]|$)|^[\\/]|^[A-Za-z]:|\0/.test(name))
      throw hostile(`the name ${JSON.stringify(name.slice(0, 80))}`)
    // Unix kinds: everything but a file or a folder could lead elsewhere.
    if ((mode & 0xf000) !== 0 && (mode & 0xf000) !== 0x8000 && (mode & 0xf000) !== 0x4000) {
      throw hostile(`a link or a device, ${JSON.stringify(name.slice(0, 80))}`)
    }
  }
  const chats = entries.filter(({ name }) => CHATS.test(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (chats.length === 0) {
    throw new AppError('invalid', 'the archive has no file named conversations.json or conversations-000.json', {
      hint: 'daybook import --help',
    })
  }
  const starts = chats.map((entry) => startOf(at, size, entry))
  checkSize(
    chats.reduce((sum, { bytes }) => sum + bytes, 0),
    chats.reduce((sum, { packedBytes }) => sum + packedBytes, 0),
  )
  return async function* () {
    for (const [i, entry] of chats.entries()) yield* unpacked(packed(at, starts[i] ?? 0, entry.packedBytes), entry)
  }
}

/** Where the content of a file begins. */
function startOf(at: ReadAt, size: number, entry: Entry): number {
  if ((entry.flags & 1) !== 0) throw new AppError('unsupported', 'the archive is encrypted')
  if (entry.method !== 0 && entry.method !== 8) throw new AppError('unsupported', 'the archive is packed in an odd way')
  checkSize(entry.bytes, entry.packedBytes)
  const head = at(entry.offset, 30)
  if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) throw damaged()
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  if (start + entry.packedBytes > size) throw damaged()
  return start
}

function directory(at: ReadAt, size: number): Entry[] {
  const tail = at(Math.max(0, size - 65_557), 65_557)
  const end = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  if (end < 0 || end + 22 > tail.length) throw damaged()
  const { count, bytes, offset } = endOf64(at, tail, end) ?? {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  }
  if (offset + bytes > size || count > MOST_ENTRIES || bytes > MOST_DIRECTORY_BYTES) throw damaged()
  const listed = at(offset, bytes)
  const entries: Entry[] = []
  for (let from = 0; entries.length < count;) {
    if (from + 46 > listed.length || listed.readUInt32LE(from) !== 0x02014b50) throw damaged()
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => listed.readUInt16LE(from + field))
    const name = listed.toString('utf8', from + 46, from + 46 + (nameBytes ?? 0))
    const extra = listed.subarray(from + 46 + (nameBytes ?? 0)).subarray(0, extraBytes)
    const [bytes = 0, packedBytes = 0, offset = 0] = numbersOf(
      [24, 20, 42].map((field) => listed.readUInt32LE(from + field)),
      extra,
    )
    entries.push({
      name,
      flags: listed.readUInt16LE(from + 8),
      method: listed.readUInt16LE(from + 10),
      packedBytes,
      bytes,
      // Only archives made on Unix say what kind of file it is.
      mode: listed[from + 5] === 3 ? listed.readUInt32LE(from + 38) >>> 16 : 0,
      offset,
    })
    from += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
  }
  return entries
}

/** Of an archive of more than 4 GB or 65,535 files (APPNOTE 4.3.14 and 4.3.15). */
function endOf64(at: ReadAt, tail: Buffer, end: number): { count: number; bytes: number; offset: number } | undefined {
  if (end < 20 || tail.readUInt32LE(end - 20) !== 0x07064b50) return undefined
  const record = at(number64(tail, end - 12), 56)
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) throw damaged()
  return { count: number64(record, 32), bytes: number64(record, 40), offset: number64(record, 48) }
}

/** Size, packed size and offset of a file, each where it has 64 bits from the field that has these (APPNOTE 4.5.3). */
function numbersOf(said: readonly number[], extra: Buffer): number[] {
  if (!said.includes(ELSEWHERE)) return [...said]
  for (let from = 0; from + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(from), extra.readUInt16LE(from + 2)]
    const field = extra.subarray(from + 4, from + 4 + length)
    from += 4 + length
    if (id !== 1) continue
    let next = 0
    return said.map((number) => {
      if (number !== ELSEWHERE) return number
      next += 8
      if (next > field.length) throw damaged()
      return number64(field, next - 8)
    })
  }
  throw damaged()
}

/** @throws AppError `invalid` for what no file can have */
function number64(bytes: Buffer, from: number): number {
  const number = Number(bytes.readBigUInt64LE(from))
  if (Number.isSafeInteger(number)) return number
  throw damaged()
}

async function* packed(at: ReadAt, start: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const chunk = at(start + done, Math.min(CHUNK_BYTES, length - done))
    if (chunk.length === 0) throw damaged()
    done += chunk.length
    yield chunk
  }
}

async function* unpacked(chunks: AsyncIterable<Buffer>, { method, packedBytes }: Entry): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of method === 0 ? chunks : await inflated(chunks)) {
      bytes += chunk.length
      // What is said of the size may be untrue: what comes out decides.
      checkSize(bytes, packedBytes)
      yield chunk
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_') ? damaged() : error
  }
}

async function inflated(chunks: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const { Readable } = await import('node:stream')
  const inflate = createInflateRaw()
  const source = Readable.from(chunks, { objectMode: false })
  source.on('error', (error) => inflate.destroy(error))
  return source.pipe(inflate) as AsyncIterable<Buffer>
}

function checkSize(bytes: number, packedBytes: number): void {
  if (bytes <= MOST_BYTES && (bytes <= SMALL_BYTES || bytes <= packedBytes * MOST_RATIO)) return
  throw new AppError('too_large', `the archive unpacks to more than ${MOST_RATIO} times its size`, {
    details: ['nothing more of it was read'],
  })
}

function hostile(what: string): AppError {
  return new AppError('invalid', `the archive holds ${what}: nothing of it was read`)
}

function damaged(): AppError {
  return new AppError('invalid', 'the archive is damaged or cut off')
}
