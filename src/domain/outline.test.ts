import { expect, it } from 'vitest'
import { type Prompt, type TurnCall, type TurnUsage, turnsOf } from './outline.ts'

const MAIN = 1
const SUBAGENT = 2

function prompt(record: number, minute: number): Prompt {
  return { entryId: `e${record}`, transcriptId: MAIN, record, at: at(minute), text: `prompt at ${record}` }
}

function at(minute: number): string {
  return `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`
}

function call(transcriptId: number, record: number, minute: number, outcome: TurnCall['outcome'] = 'ok'): TurnCall {
  return { transcriptId, record, atMs: Date.parse(at(minute)), kind: 'command', outcome }
}

function usage(transcriptId: number, record: number, minute: number, costMicrodollars: number | null): TurnUsage {
  const unpricedTokens = costMicrodollars === null ? 100 : 0
  const atMs = Date.parse(at(minute))
  return { transcriptId, record, atMs, model: 'm', costMicrodollars, outputTokens: 10, unpricedTokens }
}

it('file order decides inside a transcript, whatever its clock says', () => {
  // The second prompt is stamped before the first: its call belongs to it all the same.
  const turns = turnsOf([prompt(0, 30), prompt(10, 5)], [MAIN], [call(MAIN, 3, 40), call(MAIN, 12, 1, 'error')], [])
  expect(turns.map(({ calls, failed }) => [calls, failed])).toEqual([
    [1, 0],
    [1, 1],
  ])
})

it('what a subagent did belongs to the turn that went on then, and its cost is told apart', () => {
  const turns = turnsOf(
    [prompt(0, 0), prompt(10, 20)],
    [MAIN],
    [call(SUBAGENT, 500, 7)],
    [usage(MAIN, 4, 6, 300), usage(SUBAGENT, 501, 8, 50), usage(MAIN, 11, 21, null)],
  )
  expect(
    turns.map(({ calls, costMicrodollars, subagentMicrodollars, unpricedTokens }) => [
      calls,
      costMicrodollars,
      subagentMicrodollars,
      unpricedTokens,
    ]),
  ).toEqual([
    [1, 350, 50, 0],
    [0, null, 0, 100],
  ])
})

it('what came before the first prompt is a turn without one; nothing there is none', () => {
  const before = turnsOf([prompt(5, 10)], [MAIN], [call(MAIN, 2, 1)], [])
  expect(before.map((turn) => [turn.prompt?.record ?? null, turn.calls])).toEqual([
    [null, 1],
    [5, 0],
  ])
  expect(turnsOf([prompt(5, 10)], [MAIN], [], [])).toHaveLength(1)
})
