import { expect, it } from 'vitest'
import { fleetOrder } from './fleet.ts'

it('who needs a person comes first, the longest waiting at the top; then the one heard of last', () => {
  const at = (presence: 'awaiting_approval' | 'awaiting_input' | 'working' | 'idle', sinceMs: number) => ({
    presence,
    sinceMs,
  })
  const order = [
    at('awaiting_input', 1),
    at('awaiting_approval', 2),
    at('awaiting_input', 3),
    at('working', 9),
    at('working', 8),
    at('idle', 7),
    at('idle', 6),
  ]
  expect([...order].reverse().sort(fleetOrder)).toEqual(order)
})
