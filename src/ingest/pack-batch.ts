import type { IngestBatch } from '../stores/ingest-batch.ts'

/**
 * Puts all bytes of a batch into one piece of memory, to be handed to another thread whole: each piece handed over by
 * itself costs as much as copying it.
 */
export function packBatch(batch: IngestBatch): ArrayBuffer {
  const tables = [batch.entries, batch.invocations, batch.results, batch.usage, batch.files, batch.commits]
  const pieces = [...batch.frames, ...batch.blobs, ...batch.attachments]
  const rowBytes = tables.reduce((sum, { data }) => sum + data.byteLength, 0)
  const buffer = new ArrayBuffer(pieces.reduce((sum, { data }) => sum + data.byteLength, rowBytes))
  let at = 0
  for (const table of tables) {
    const data = new Float64Array(buffer, at, table.data.length)
    data.set(table.data)
    table.data = data
    at += data.byteLength
  }
  for (const piece of pieces) {
    const data = new Uint8Array(buffer, at, piece.data.byteLength)
    data.set(piece.data)
    piece.data = data
    at += data.byteLength
  }
  return buffer
}

/** Gives the memory of a batch that was packed back now, not when it is next collected. Nobody looks at it from now on. */
export function releaseBatch({ entries }: IngestBatch): void {
  const { buffer } = entries.data
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}
