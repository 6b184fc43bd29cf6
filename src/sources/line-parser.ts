import type { Batch } from './batch.ts'

/** Where a record stands, as the line reader tells a parser. */
export interface RecordPlace {
  /** Ordinal in the transcript. */
  record: number
  /** 1-based line of the source. */
  line: number
  /** Stands in for a missing record id: equal for equal lines at the same rank among equals. */
  lineId(): string
}

/**
 * A format of one JSON object a line. `parse` adds what the record brings to `batch` and changes `state`, and touches
 * nothing else. `state` is JSON: it is kept in the cursor between reads.
 */
export interface LineParser<State> {
  initial(ref: { externalId: string; sessionExternalId?: string; kind: 'main' | 'subagent'; path: string }): State
  parse(state: State, record: Record<string, unknown>, place: RecordPlace, batch: Batch): void
}
