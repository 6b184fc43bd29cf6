/** Where a message stands and what is said of all its entries. */
export interface MessagePlace {
  /** Ordinal of the record in the transcript. */
  record: number
  /** 1-based line of the source. */
  line: number
  /** Added to the message's own block numbers: not 0 where the record holds a list of messages. */
  firstBlock: number
  recordId: string
  atMs: number
  /** Bits that all entries of the message carry. */
  flags: number
  sidechain: boolean
  /** True when the message was written before. */
  isAgain: boolean
}
