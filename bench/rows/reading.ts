import { decompress, splitRecords } from '../../src/archive/frames.ts'
import { openHistory } from '../../src/history/open.ts'
import { READERS } from '../../src/sources/index.ts'
import type { EntryRow } from '../../src/stores/entry-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { atMost } from '../figure.ts'
import { parseFrames, type FrameLines } from '../floors.ts'
import { timed } from '../measure.ts'
import { openProduct } from '../product.ts'
import type { Row } from '../row.ts'

const LIMIT_MS = 10

/**
 * Two thousand entries of the largest session, with their text out of the archive: what the process has not read before, beside
 * decompressing and parsing the same lines and nothing else, and once more.
 */
export const reading: Row = {
  name: 'reading',
  needsData: true,
  async measure({ history, data, quick }) {
    const product = await openProduct(history.home, data)
    const { store } = product.context
    const { items } = await store.sessions.list({}, { limit: 1000 })
    const longest = items.reduce((a, b) =>
      b.messageCount + b.invocationCount > a.messageCount + a.invocationCount ? b : a,
    )
    const filter = { sessionId: longest.id, includeMeta: true, includeSidechain: true }
    const rows = (await store.entries.list(filter, { limit: 2000 })).items
    const frames = await framesOf(store, rows)
    const runs = quick ? 5 : 15
    const floor = await timed(runs, () => parseFrames(frames))
    // Each with a history of its own, which has kept no frame.
    const first = await timed(runs, () => openHistory(store, READERS).entries(filter, { limit: 2000 }))
    const again = await timed(runs, () => product.context.history.entries(filter, { limit: 2000 }))
    await product.close()
    const per2000 = (ms: number): number => (ms * 2000) / Math.max(1, rows.length)
    return [
      {
        row: 'reading',
        what: `2,000 entries (measured on ${rows.length}), not read before`,
        value: per2000(first.medianMs),
        unit: 'ms',
        floor: 'unpacking and parsing them',
        ratio: first.medianMs / floor.medianMs,
      },
      {
        row: 'reading',
        what: `2,000 entries (measured on ${rows.length})`,
        value: per2000(again.medianMs),
        unit: 'ms',
        goal: atMost(per2000(again.medianMs), LIMIT_MS, 'ms'),
      },
    ]
  },
}

/** The frames that hold the records of these rows, with the places of those records. */
async function framesOf(store: Store, rows: readonly EntryRow[]): Promise<FrameLines[]> {
  const wanted = new Set(rows.map(({ transcriptId, record }) => `${transcriptId}:${record}`))
  const frames: FrameLines[] = []
  for (const transcriptId of new Set(rows.map((row) => row.transcriptId))) {
    for await (const frame of store.archive.frames(transcriptId)) {
      const places = splitRecords(decompress(frame.data), frame.recordCount)
      const lines = places.filter((_, i) => wanted.has(`${transcriptId}:${frame.firstRecord + i}`))
      if (frame.part === null && lines.length > 0) frames.push({ data: frame.data, lines })
    }
  }
  return frames
}
