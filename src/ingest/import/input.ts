import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { zipEntry } from './zip.ts'

const CHUNK_BYTES = 256 * 1024
const HEAD_BYTES = 64 * 1024
const MOST_LINE_BYTES = 64 * 1024 ** 2
const MOST_DEPTH = 1000

/** A file to be brought in: read from its start as often as needed, never written anywhere. */
export interface ImportFile {
  /** Without its folder. */
  name: string
  /** Its first bytes, as text. */
  head: string
  chunks(): AsyncIterable<Buffer>
  close(): void
}

/**
 * Opens a file, or what a ZIP archive has of chats.
 *
 * @throws AppError `not_found`, `invalid` for what is no regular file or a hostile archive, `too_large`, `unsupported`
 */
export async function openImportFile(path: string): Promise<ImportFile> {
  const file = openRegular(path)
  try {
    const size = fstatSync(file).size
    const at = (offset: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
    }
    const isZip = at(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))
    const entry = isZip ? zipEntry(at, size) : undefined
    const utf16 = UTF16.find(({ mark }) => at(0, 2).equals(mark))
    const plain = () => plainChunks(at, size)
    const chunks = entry ?? (utf16 ? () => asUtf8(plain(), utf16.name) : plain)
    let head = Buffer.alloc(0)
    for await (const chunk of chunks()) {
      head = Buffer.concat([head, chunk])
      if (head.length >= HEAD_BYTES) break
    }
    const text = head.toString('utf8').replace(/^\ufeff/, '')
    return { name: basename(path), head: text, chunks, close: () => closeSync(file) }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** As Windows PowerShell writes what a program says into a file. */
const UTF16 = [
  { mark: Buffer.from([0xff, 0xfe]), name: 'utf-16le' },
  { mark: Buffer.from([0xfe, 0xff]), name: 'utf-16be' },
]

async function* asUtf8(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(name)
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8')
}

function openRegular(path: string): number {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const isGone = code === 'ENOENT'
    const said = isGone ? `no file ${JSON.stringify(path)} is there` : `${path} cannot be read: ${code}`
    throw new AppError(isGone ? 'not_found' : 'unavailable', said, { hint: 'daybook import --help' })
  }
  if (fstatSync(file).isFile()) return file
  closeSync(file)
  throw new AppError('invalid', `${path} is not a file`, { hint: 'daybook import --help' })
}

async function* plainChunks(at: (offset: number, length: number) => Buffer, size: number): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < size;) {
    const chunk = at(offset, CHUNK_BYTES)
    if (chunk.length === 0) return
    offset += chunk.length
    yield chunk
  }
}

/** Lines without their ends. @throws AppError `too_large` above 64 MB */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let length = 0
  let first = true
  const take = (): string => {
    const text = Buffer.concat(parts).toString('utf8')
    parts = []
    length = 0
    const shown = first ? text.replace(/^\ufeff/, '') : text
    first = false
    return shown.endsWith('\r') ? shown.slice(0, -1) : shown
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end))
      yield take()
      from = end + 1
    }
    parts.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > MOST_LINE_BYTES) throw new AppError('too_large', 'a line of this file exceeds 64 MB')
  }
  if (length > 0) yield take()
}

/** All of it. @throws AppError `too_large` above 64 MB */
export async function wholeOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    length += chunk.length
    if (length > MOST_LINE_BYTES) throw new AppError('too_large', 'this file exceeds 64 MB')
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\ufeff/, '')
}

/**
 * The objects of a JSON array, parsed one at a time.
 *
 * @throws AppError `invalid` where it is none, or nested deeper than 1,000; `too_large` for an object above 64 MB
 */
export async function* elementsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator {
  let parts: Buffer[] = []
  let length = 0
  let depth = 0
  let inString = false
  let escaped = false
  for await (const chunk of chunks) {
    let from = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (inString) {
        if (escaped) escaped = false
        else if (byte === 0x5c) escaped = true
        else if (byte === 0x22) inString = false
      } else if (byte === 0x22) inString = true
      else if (byte === 0x7b || byte === 0x5b) {
        if (++depth > MOST_DEPTH) throw new AppError('invalid', 'this file is nested deeper than 1,000')
        if (depth === 2) from = i
      } else if (byte === 0x7d || byte === 0x5d) {
        if (--depth !== 1) continue
        parts.push(chunk.subarray(from, i + 1))
        yield parse(Buffer.concat(parts).toString('utf8'))
        parts = []
        length = 0
        from = i + 1
      }
    }
    if (depth < 2) continue
    parts.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > MOST_LINE_BYTES) throw new AppError('too_large', 'an object of this file exceeds 64 MB')
  }
  if (depth !== 0) throw new AppError('invalid', 'this file ends in its middle; what came before is kept')
}

/** @throws AppError `invalid` */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('invalid', `this is not JSON: ${JSON.stringify(text.slice(0, 60))}`)
  }
}
