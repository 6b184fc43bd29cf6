import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { buildHome } from '../../traps/home.ts'
import { readTraps } from '../../traps/trap.ts'
import { testHome, type TestHome } from '../home.ts'
import { countTree, type Counts } from './claude-totals.mjs'

let home: TestHome | undefined
afterEach(() => home?.remove())

describe('the independent count', () => {
  it.each(readTraps().filter(({ agent }) => agent === 'claude-code'))('is what was added up by hand: $name', (trap) => {
    home = testHome()
    buildHome([trap], home.path, 'first')
    const counted = countTree(join(home.path, '.claude', 'projects'))
    const {
      prompts,
      answers,
      sessions: _,
      reasoningTokens: __,
      costMicrodollars: ___,
      unreadableLines,
      ...rest
    } = trap.expected
    expect(counted.total).toMatchObject({ userMessages: prompts, assistantMessages: answers, ...rest })
    expect(counted.badLines).toBe(unreadableLines ?? 0)
    for (const parts of [counted.models, counted.sessions]) {
      expect(sum(Object.values(parts), 'outputTokens')).toBe(counted.total.outputTokens)
      expect(sum(Object.values(parts), 'responses')).toBe(counted.total.responses)
    }
  })
})

function sum(parts: Counts[], field: keyof Counts): number {
  return parts.reduce((total, part) => total + part[field], 0)
}
