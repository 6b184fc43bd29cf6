/** A row that was taken: how it stood, the record it became, and whether its agent had finished it. */
export interface KnownRow {
  /** 32 bits of a hash. */
  stamp: number
  record: number
  finished: boolean
}

/** Bytes of a row: 6 of its key, 4 of its stamp, 4 of its record, whose top bit says that it was not finished. */
const ROW_BYTES = 14
const UNFINISHED = 0x8000_0000

/** Rows by the hash of their key, as text for a cursor: 19 characters a row. */
export function packRows(rows: ReadonlyMap<number, KnownRow>): string {
  const bytes = Buffer.alloc(rows.size * ROW_BYTES)
  let at = 0
  for (const [key, { stamp, record, finished }] of rows) {
    bytes.writeUIntBE(key, at, 6)
    bytes.writeUInt32BE(stamp, at + 6)
    bytes.writeUInt32BE(record + (finished ? 0 : UNFINISHED), at + 10)
    at += ROW_BYTES
  }
  return bytes.toString('base64')
}

export function unpackRows(text: string | undefined): Map<number, KnownRow> {
  const rows = new Map<number, KnownRow>()
  const bytes = Buffer.from(text ?? '', 'base64')
  for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
    const record = bytes.readUInt32BE(at + 10)
    rows.set(bytes.readUIntBE(at, 6), {
      stamp: bytes.readUInt32BE(at + 6),
      record: record % UNFINISHED,
      finished: record < UNFINISHED,
    })
  }
  return rows
}
