import { expect, it } from 'vitest'
import type { Io } from './io.ts'
import { startProgress } from './progress.ts'
import { Screen } from './screen.ts'

/** At which milliseconds something is drawn, asked once a millisecond for some seconds. */
function drawnAt(terminal: boolean, forMs: number, env: Record<string, string> = {}): number[] {
  const clock = { nowMs: 0 }
  const screen = new Screen({ sink: { write: () => {} }, terminal, colour: false, unicode: true, columns: 80 })
  const progress = startProgress({ now: () => clock.nowMs, env } as unknown as Io, screen)
  const drawn: number[] = []
  const draw = (): string => {
    drawn.push(clock.nowMs)
    return 'half'
  }
  for (; clock.nowMs < forMs; clock.nowMs++) progress.update(draw, draw)
  return drawn
}

it('is shown from 300 ms on, ten times a second; in a pipe and on a dumb terminal every five seconds', () => {
  expect(drawnAt(true, 601)).toEqual([300, 400, 500, 600])
  expect(drawnAt(false, 10_001)).toEqual([5000, 10_000])
  expect(drawnAt(true, 10_001, { TERM: 'dumb' })).toEqual([5000, 10_000])
})
