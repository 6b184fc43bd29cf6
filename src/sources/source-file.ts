import { hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import type { FileIdentity } from './file-identity.ts'
import type { Cursor } from './batch.ts'

const HEAD_BYTES = 4096
const TAIL_BYTES = 256

/** An agent's file, open for reading. Never blocks on a fifo, never follows a link put there in between. */
export interface SourceFile {
  identity(): FileIdentity
  /** Fills `into` from `offset` as far as the file goes. Returns the bytes read. */
  read(into: Uint8Array, intoOffset: number, length: number, offset: number): number | Promise<number>
  close(): void
  /** The file on disk, where what is read is unpacked from it. */
  readonly packed?: PlainFile
  /** Why what is packed in it could not be read to its end. */
  damage?: string
}

/** A file that holds what is read, as it is. */
export interface PlainFile extends SourceFile {
  read(into: Uint8Array, intoOffset: number, length: number, offset: number): number
}

/** What tells one state of a file from the next. Made in this one place: two roundings of its time would look like a change. */
export function fileIdentity(stat: Stats): FileIdentity {
  return { device: stat.dev, inode: stat.ino, sizeBytes: stat.size, modifiedAtMs: Math.floor(stat.mtimeMs) }
}

/** @throws the system's error when there is nothing at `path` */
export function statIdentity(path: string): FileIdentity {
  return fileIdentity(statSync(path))
}

/** @throws the system's error when it cannot be opened, or an Error when it is not a regular file */
export function openSourceFile(path: string): PlainFile {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0))
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor)
    throw new Error('not a regular file')
  }
  return {
    identity: () => fileIdentity(fstatSync(descriptor)),
    read(into, intoOffset, length, offset) {
      let total = 0
      while (total < length) {
        const count = readSync(descriptor, into, intoOffset + total, length - total, offset + total)
        if (count === 0) break
        total += count
      }
      return total
    },
    close: () => closeSync(descriptor),
  }
}

function digest(file: PlainFile, offset: number, length: number): string {
  const bytes = Buffer.allocUnsafe(length)
  return hash('sha256', bytes.subarray(0, file.read(bytes, 0, length, offset)), 'hex')
}

type Fingerprint = Pick<Cursor, 'headHash' | 'headBytes' | 'tailHash' | 'tailBytes'>

/** What a later read compares to tell an append from anything else. A packed file is known by its beginning and end on disk. */
export function fingerprint(file: SourceFile, offset: number): Fingerprint {
  return file.packed ? marks(file.packed, file.packed.identity().sizeBytes) : marks(file as PlainFile, offset)
}

function marks(file: PlainFile, offset: number): Fingerprint {
  const headBytes = Math.min(HEAD_BYTES, offset)
  const tailBytes = Math.min(TAIL_BYTES, offset)
  return {
    headBytes,
    headHash: digest(file, 0, headBytes),
    tailBytes,
    tailHash: digest(file, offset - tailBytes, tailBytes),
  }
}

/**
 * True when the file still begins with what was consumed: same head, same bytes before the offset. Device and inode do
 * not matter then: a file that was copied, moved or written anew with more at its end goes on where reading stopped. A
 * packed file is as it was or another one.
 */
export function goesOn(file: SourceFile, cursor: Cursor): boolean {
  const end = file.packed ? cursor.file.sizeBytes : cursor.offset
  const plain = file.packed ?? (file as PlainFile)
  const { sizeBytes } = plain.identity()
  if (file.packed ? sizeBytes !== end : sizeBytes < end) return false
  return (
    digest(plain, 0, cursor.headBytes) === cursor.headHash &&
    digest(plain, end - cursor.tailBytes, cursor.tailBytes) === cursor.tailHash
  )
}
