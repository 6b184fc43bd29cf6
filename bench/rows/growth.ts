import { join } from 'node:path'
import { atMost } from '../figure.ts'
import { generateHistory, shapeOf } from '../generate.ts'
import { openProduct, scanInChild } from '../product.ts'
import type { Row } from '../row.ts'
import { queries } from './search.ts'

/** A tenth of the history against all of it. */
export const growth: Row = {
  name: 'growth',
  async measure({ history, scratch, kept }) {
    const small = generateHistory(kept, shapeOf(history.bytes / 10, 2))
    const measure = async (home: string, words: string[], name: string) => {
      const data = join(scratch, `growth-${name}`)
      const run = await scanInChild(home, data)
      const product = await openProduct(home, data)
      const found = await queries(product, words, (word) => `${word()} ${word()}`, 'newest', 40)
      await product.close()
      return { ...run, searchMs: found.p95Ms }
    }
    const less = await measure(small.home, small.words, 'small')
    const more = await measure(history.home, history.words, 'large')
    const scale = more.bytes / less.bytes
    const time = (more.searchableMs / less.searchableMs) * (10 / scale)
    const found = more.searchMs / Math.max(0.5, less.searchMs)
    const memory = more.peakBytes / less.peakBytes
    const what = `for ${scale.toFixed(1)} x the data`
    return [
      { row: 'growth', what: `time, as for 10 x (${what})`, value: time, unit: 'x', goal: atMost(time, 11, 'x') },
      { row: 'growth', what: `search p95 ${what}`, value: found, unit: 'x', goal: atMost(found, 2, 'x') },
      { row: 'growth', what: `memory ${what}`, value: memory, unit: 'x', goal: atMost(memory, 1.3, 'x') },
    ]
  },
}
