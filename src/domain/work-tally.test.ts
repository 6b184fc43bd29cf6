import { describe, expect, it } from 'vitest'
import { addTally, elapsedMs, emptyTally, tallyPart, ticketTree } from './work-tally.ts'
import type { Tally } from './work-tally.ts'
import { emptyUsage } from './usage.ts'

const tally = (sessionId: string, outputTokens: number, ...minutes: [number, number][]): Tally => {
  const made = emptyTally()
  const active = minutes.map(([startMs, endMs]) => ({ startMs, endMs }))
  tallyPart(made, { sessionId, usage: { ...emptyUsage(), outputTokens }, active })
  return made
}

describe('a tally', () => {
  it('F41 FB4 sums active time of parallel sessions, counts elapsed time once, and never wraps at 24 hours', () => {
    const day = 86_400_000
    const sum = addTally(tally('a', 1, [0, day]), tally('b', 2, [day / 2, 2 * day]))
    expect([sum.activeMs, elapsedMs(sum), sum.sessionIds.size, sum.usage.outputTokens]).toEqual([
      2.5 * day,
      2 * day,
      2,
      3,
    ])
  })
})

describe('the tree of tickets', () => {
  const tree = (parents: Record<string, string[]>, own: Record<string, number>) =>
    ticketTree(
      new Map(Object.entries(own).map(([id, tokens]) => [id, tally(`s-${id}`, tokens)])),
      (id) => parents[id] ?? [],
      (a, b) => b.total.usage.outputTokens - a.total.usage.outputTokens,
    ).map((one) => [one.ticketId, one.depth, one.own.usage.outputTokens, one.total.usage.outputTokens])

  it('F42 puts what lies below a listed ticket below it, with what it took in its total, once', () => {
    expect(tree({ t1: ['s1', 'e1'], t2: ['s1', 'e1'], t3: ['s9'] }, { t1: 1, t2: 20, e1: 300, t3: 4000 })).toEqual([
      ['t3', 0, 4000, 4000],
      ['e1', 0, 300, 321],
      ['t2', 1, 20, 20],
      ['t1', 1, 1, 1],
    ])
  })

  it('lists tickets that lie in a circle, and each once', () => {
    expect(tree({ a: ['b', 'a'], b: ['a', 'b'] }, { a: 1, b: 20 })).toEqual([
      ['a', 0, 1, 21],
      ['b', 1, 20, 20],
    ])
  })
})
