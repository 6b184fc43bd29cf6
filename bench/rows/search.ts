import type { OpenedStore } from '../../src/cli/io.ts'
import { atMost, type Figure } from '../figure.ts'
import { timing, type Timing } from '../measure.ts'
import { openProduct } from '../product.ts'
import { seededRandom } from '../random.ts'
import type { Row } from '../row.ts'

/** Twenty snippets, newest first, for queries of words that stand in the history. */
export const search: Row = {
  name: 'search',
  needsData: true,
  async measure({ history, data, quick }) {
    const product = await openProduct(history.home, data)
    const { entries } = await product.context.store.search.progress()
    // Ten milliseconds up to 165,000 entries, 25 at a million; in between in proportion.
    const limit = Math.min(25, Math.max(10, (entries / 1_000_000) * 25))
    const figures: Figure[] = []
    const kinds: [string, (word: () => string) => string, 'newest' | 'relevance', number][] = [
      ['1 term', (word) => word(), 'newest', limit],
      ['2 terms', (word) => `${word()} ${word()}`, 'newest', limit],
      ['3 terms', (word) => `${word()} ${word()} ${word()}`, 'newest', limit],
      ['phrase', (word) => `"${word()} ${word()}"`, 'newest', 50],
      ['prefix', (word) => `${word().slice(0, 3)}*`, 'newest', 50],
      ['negation', (word) => `${word()} -${word()}`, 'newest', 50],
      ['ranked', (word) => `${word()} ${word()}`, 'relevance', 50],
    ]
    for (const [what, makeQuery, order, goal] of kinds) {
      const { p95Ms } = await queries(product, history.words, makeQuery, order, quick ? 40 : 150)
      figures.push({
        row: 'search',
        what: `${what}, p95, ${entries} entries`,
        value: p95Ms,
        unit: 'ms',
        goal: atMost(p95Ms, goal, 'ms'),
      })
    }
    await product.close()
    return figures
  },
}

/** Times queries of random words, after a few that warm caches. */
export async function queries(
  product: OpenedStore,
  words: string[],
  makeQuery: (word: () => string) => string,
  order: 'newest' | 'relevance',
  count: number,
): Promise<Timing> {
  const random = seededRandom(5)
  const samples: number[] = []
  for (let n = -5; n < count; n++) {
    const query = makeQuery(() => random.pick(words))
    const started = performance.now()
    await product.context.history.search({ query, filter: {}, order, limit: 20 })
    if (n >= 0) samples.push(performance.now() - started)
  }
  return timing(samples)
}
