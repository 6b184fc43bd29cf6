import { TOTALS, type Total, type Totals } from './trap.ts'

/** A total that came out wrong. */
export interface Difference {
  total: Total
  expected: number
  counted: number
}

/**
 * What a tool counted against what is true. A total that the tool does not tell is not compared; neither is one that is
 * not known. A cost may differ by a millionth of a dollar for each response, for rounding.
 */
export function compare(expected: Totals, counted: Totals): Difference[] {
  return TOTALS.flatMap((total) => {
    const [truth, told] = [expected[total], counted[total]]
    if (truth === undefined || typeof told !== 'number') return []
    const allowed = total === 'costMicrodollars' ? (expected.responses ?? 0) : 0
    return Math.abs(truth - told) <= allowed ? [] : [{ total, expected: truth, counted: told }]
  })
}
