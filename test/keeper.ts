import { keep } from '../src/ingest/keep.ts'
import type { Keep } from '../src/operations/operation.ts'
import { pricerOf } from '../src/reading.ts'
import { readKept } from '../src/sources/kept.ts'

/** What `OperationContext.keeper` gives in a world whose clock is `now`. */
export function testKeeper(now: () => number): () => Promise<Keep> {
  return async () => (tx, sessionId, records) => keep(tx, readKept, sessionId, records, now(), pricerOf([]))
}
