import { createInflateRaw } from 'node:zlib'
import { AppError } from '../../domain/errors.ts'

type ReadAt = (offset: number, length: number) => Buffer

const CHATS = /(?:^|\/)conversations\.json$/
const MOST_BYTES = 4 * 1024 ** 3
const MOST_RATIO = 200
/** Text packs well; below this no ratio is suspicious. */
const SMALL_BYTES = 64 * 1024 ** 2
const MOST_ENTRIES = 100_000
const CHUNK_BYTES = 256 * 1024

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
 * The chats in a ZIP archive as a stream; nothing is unpacked to disk (APPNOTE 6.3.10, without encryption and ZIP64).
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
  const chats = entries.filter(({ name }) => CHATS.test(name))
  const [entry] = chats
  if (!entry || chats.length > 1) {
    throw new AppError('invalid', `the archive has ${chats.length} files named conversations.json, and one is read`, {
      hint: 'daybook import --help',
    })
  }
  if ((entry.flags & 1) !== 0) throw new AppError('unsupported', 'the archive is encrypted')
  if ([entry.bytes, entry.packedBytes, entry.offset].includes(0xffffffff)) throw isZip64()
  if (entry.method !== 0 && entry.method !== 8) throw new AppError('unsupported', 'the archive is packed in an odd way')
  checkSize(entry.bytes, entry.packedBytes)
  const head = at(entry.offset, 30)
  if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) throw damaged()
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  if (start + entry.packedBytes > size) throw damaged()
  return () => unpacked(packed(at, start, entry.packedBytes), entry)
}

/** For more than 4 GB or 65,535 files. */
function isZip64(): AppError {
  return new AppError('unsupported', 'the archive is of the ZIP64 kind, which is not read', {
    hint: 'unpack it and import its conversations.json',
  })
}

function directory(at: ReadAt, size: number): Entry[] {
  const tail = at(Math.max(0, size - 65_557), 65_557)
  const end = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  if (end < 0 || end + 22 > tail.length) throw damaged()
  const [count, bytes, offset] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  if (count === 0xffff || offset === 0xffffffff) throw isZip64()
  if (offset + bytes > size || count > MOST_ENTRIES) throw damaged()
  const listed = at(offset, bytes)
  const entries: Entry[] = []
  for (let from = 0; entries.length < count;) {
    if (from + 46 > listed.length || listed.readUInt32LE(from) !== 0x02014b50) throw damaged()
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => listed.readUInt16LE(from + field))
    const name = listed.toString('utf8', from + 46, from + 46 + (nameBytes ?? 0))
    entries.push({
      name,
      flags: listed.readUInt16LE(from + 8),
      method: listed.readUInt16LE(from + 10),
      packedBytes: listed.readUInt32LE(from + 20),
      bytes: listed.readUInt32LE(from + 24),
      // Only archives made on Unix say what kind of file it is.
      mode: listed[from + 5] === 3 ? listed.readUInt32LE(from + 38) >>> 16 : 0,
      offset: listed.readUInt32LE(from + 42),
    })
    from += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
  }
  return entries
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
