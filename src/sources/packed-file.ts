import { openSourceFile } from './source-file.ts'
import type { SourceFile } from './source-file.ts'

const PIECE_BYTES = 256 * 1024

/** True for files that hold their transcript compressed. */
export function isPacked(path: string): boolean {
  return path.endsWith('.zst')
}

/**
 * A zstd-compressed file as what is in it. It is unpacked as it is read, from its start on, so that memory stays small
 * whatever its size; a place that was passed cannot be read again. Where it is damaged it ends, and `damage` says so.
 *
 * @throws as `openSourceFile`
 */
export function openPackedFile(path: string): SourceFile {
  const packed = openSourceFile(path)
  let pieces: AsyncIterator<Buffer> | undefined
  let piece: Buffer = Buffer.alloc(0)
  let position = 0
  const file: SourceFile = {
    packed,
    identity: () => packed.identity(),
    async read(into, intoOffset, length, offset) {
      pieces ??= unpack(packed)
      let total = 0
      while (total < length) {
        if (piece.length === 0) {
          const next = await nextPiece()
          if (next === undefined) break
          piece = next
        }
        const skipped = Math.min(piece.length, Math.max(0, offset - position))
        const taken = Math.min(piece.length - skipped, length - total)
        piece.copy(into, intoOffset + total, skipped, skipped + taken)
        piece = piece.subarray(skipped + taken)
        position += skipped + taken
        total += taken
      }
      return total
    },
    close: () => {
      // The stream behind it stops and lets go of what it holds; nobody waits for that.
      void pieces?.return?.()
      packed.close()
    },
  }
  async function nextPiece(): Promise<Buffer | undefined> {
    if (file.damage !== undefined) return undefined
    try {
      const next = await pieces!.next()
      return next.done ? undefined : next.value
    } catch (error) {
      file.damage = `what is packed in it ends early (${error instanceof Error && 'code' in error ? String(error.code) : 'damaged'})`
      return undefined
    }
  }
  return file
}

async function* unpack(packed: SourceFile): AsyncGenerator<Buffer> {
  const { Readable } = await import('node:stream')
  const { createZstdDecompress } = await import('node:zlib')
  const source = Readable.from(rawPieces(packed), { objectMode: false, highWaterMark: PIECE_BYTES })
  const unpacked = createZstdDecompress({ chunkSize: PIECE_BYTES })
  source.on('error', (error) => unpacked.destroy(error))
  try {
    yield* source.pipe(unpacked) as AsyncIterable<Buffer>
  } finally {
    source.destroy()
    unpacked.destroy()
  }
}

async function* rawPieces(packed: SourceFile): AsyncGenerator<Buffer> {
  for (let offset = 0; ;) {
    const bytes = Buffer.allocUnsafe(PIECE_BYTES)
    const count = await packed.read(bytes, 0, bytes.length, offset)
    if (count === 0) return
    yield bytes.subarray(0, count)
    offset += count
  }
}
