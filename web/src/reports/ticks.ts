/** Where an axis of money is marked: from 0 on, evenly, in steps of 1, 2 or 5 of a power of ten; the last at or above `most`. */
export function moneyTicks(most: number): number[] {
  if (most <= 0) return [0]
  const power = 10 ** Math.floor(Math.log10(most / STEPS))
  const step = power * (NICE.find((nice) => nice * power * STEPS >= most) ?? 10)
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step)
}

/** With the one at 0 that makes five marks. */
const STEPS = 4
const NICE = [1, 2, 5]
