import { copiedTraps } from './copied-traps.ts'
import { damagedTraps } from './damaged-traps.ts'
import type { Trap } from './trap.ts'

/** Small histories, each with a way to count it wrong. */
export const traps: Trap[] = [...copiedTraps, ...damagedTraps]
