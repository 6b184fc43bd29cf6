import type { EntryContent } from '../domain/entry.ts'
import type { ReadContext, Source } from '../sources/source.ts'
import type { EntryTexts } from '../stores/ingest-batch.ts'

const FIRST_BYTES = 256 * 1024
/** An UTF-16 unit is at most so many bytes of UTF-8. */
const MOST_BYTES_A_UNIT = 3

/** Gathers what entries say while they are read: their records are parsed just then, and need not be read back. */
export interface TextGatherer {
  parsed: NonNullable<ReadContext['parsed']>
  /** What was said since the last call. */
  take(): EntryTexts
}

/** @param textOf what the index is to see of an entry */
export function gatherTexts(source: Source, textOf: (content: EntryContent | undefined) => string): TextGatherer {
  let gathered = Buffer.allocUnsafeSlow(FIRST_BYTES)
  let size = 0
  let records: number[] = []
  let blocks: number[] = []
  let ends: number[] = []

  function add(text: string): void {
    const room = gathered.length - size
    const bytes = text.length * MOST_BYTES_A_UNIT > room ? Buffer.byteLength(text) : 0
    if (bytes > room) {
      const larger = Buffer.allocUnsafeSlow(Math.max(size + bytes, 2 * gathered.length))
      gathered.copy(larger, 0, 0, size)
      gathered = larger
    }
    size += gathered.write(text, size)
  }

  return {
    parsed(value, record, entries, from) {
      for (let i = from; i < entries.length; i++) {
        const entry = entries[i]!
        // What a plan says lies with its entry.
        if (entry.type === 'plan' || entry.record !== record) continue
        add(textOf(source.content(value, entry.block, entry.type)))
        records.push(record)
        blocks.push(entry.block)
        ends.push(size)
      }
    },
    take() {
      const { length } = ends
      const memory = new ArrayBuffer(3 * 4 * length + size)
      const texts = {
        records: new Uint32Array(memory, 0, length),
        blocks: new Uint32Array(memory, 4 * length, length),
        ends: new Uint32Array(memory, 8 * length, length),
        text: new Uint8Array(memory, 12 * length, size),
      }
      texts.records.set(records)
      texts.blocks.set(blocks)
      texts.ends.set(ends)
      texts.text.set(gathered.subarray(0, size))
      if (gathered.length > 4 * FIRST_BYTES && size < gathered.length / 4)
        gathered = Buffer.allocUnsafeSlow(FIRST_BYTES)
      size = 0
      records = []
      blocks = []
      ends = []
      return texts
    },
  }
}
