/**
 * Raw bytes as the archive keeps them, cut into chunks that hold whole records. Blobs cut out of a record are listed
 * with the place where they belong, so that the source can be written again byte for byte.
 */
export interface RawRecords {
  chunks: RawChunk[]
}

export interface RawChunk {
  /** Redacted bytes, records and their line ends. */
  bytes: Uint8Array
  /** Ordinal of the first record in it. */
  firstRecord: number
  /** End offset of each record in `bytes`, line end included. Empty when `part` is set. */
  ends: Uint32Array
  /** Offset in the source of the chunk's first byte, before redaction. */
  sourceOffset: number
  /** Length in the source, before redaction and cutting. */
  sourceBytes: number
  /** Set when the chunk is one piece of a record too large to be parsed: 0, 1, 2, ... */
  part?: number
  blobs: CutBlob[]
}

/** A long opaque string (an image) cut out of a chunk: it goes back in at `offset`. */
export interface CutBlob {
  /** Offset in `bytes` where the cut was made. */
  offset: number
  /** SHA-256 (hex) of the bytes. */
  hash: string
  bytes: Uint8Array
}
