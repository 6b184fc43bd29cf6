import { COMMIT_COLUMNS, ENTRY_COLUMNS, INVOCATION_COLUMNS, USAGE_COLUMNS } from '../../ingest-batch.ts'
import type { IngestBatch, Rows } from '../../ingest-batch.ts'
import { cell } from './work.ts'

/** Tools, servers, models, tiers, dates and branches: the words that rows name by id. */
export function wordsOf(batch: IngestBatch): Set<string> {
  const words = new Set<string>()
  const collect = (rows: Rows, width: number, ...columns: number[]): void => {
    for (let row = 0; row < rows.count; row++) {
      for (const column of columns) {
        const word = batch.strings[cell(rows, width, row, column)]
        if (word !== undefined) words.add(word)
      }
    }
  }
  collect(batch.entries, ENTRY_COLUMNS.length, 7)
  collect(batch.invocations, INVOCATION_COLUMNS.length, 4, 5)
  collect(batch.usage, USAGE_COLUMNS.length, 3, 8, 17)
  collect(batch.commits, COMMIT_COLUMNS.length, 4)
  return words
}
