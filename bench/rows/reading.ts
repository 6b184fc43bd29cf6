import { atMost } from '../figure.ts'
import { timed } from '../measure.ts'
import { openProduct } from '../product.ts'
import type { Row } from '../row.ts'

/** Two thousand entries of the largest session, with their text out of the archive. */
export const reading: Row = {
  name: 'reading',
  needsData: true,
  async measure({ history, data, quick }) {
    const product = await openProduct(history.home, data)
    const { store, history: entries } = product.context
    const { items } = await store.sessions.list({}, { limit: 1000 })
    const longest = items.reduce((a, b) =>
      b.messageCount + b.invocationCount > a.messageCount + a.invocationCount ? b : a,
    )
    let read = 0
    const { medianMs } = await timed(quick ? 5 : 15, async () => {
      const page = await entries.entries(
        { sessionId: longest.id, includeMeta: true, includeSidechain: true },
        { limit: 2000 },
      )
      read = page.items.length
    })
    await product.close()
    const per2000 = (medianMs * 2000) / Math.max(1, read)
    return [
      {
        row: 'reading',
        what: `2,000 entries (measured on ${read})`,
        value: per2000,
        unit: 'ms',
        goal: atMost(per2000, 10, 'ms'),
      },
    ]
  },
}
