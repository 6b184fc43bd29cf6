import type { Figure } from './figure.ts'
import type { Floors } from './floors.ts'
import type { GeneratedHistory } from './generate.ts'

/** What every row is given. */
export interface BenchContext {
  /** The history that rows are measured on, as a home folder. */
  history: GeneratedHistory
  /** Published transcripts with changed ids, where there are any. */
  real: GeneratedHistory | undefined
  /** The product's data folder with `history` in it, made by the first row. */
  data: string
  /** Where this run may write. */
  scratch: string
  /** Generated histories are kept here from run to run. */
  kept: string
  floors: Floors
  /** `--size` was given: look at a store of a million entries as well. */
  large: boolean
  /** Fewer repetitions. */
  quick: boolean
  /** ccusage on the same history in milliseconds, where it was measured. */
  peerMs: number | undefined
}

/** One thing to measure. It may give several figures; it throws `NotThere` where the product lacks the part. */
export interface Row {
  name: string
  /** Looks at the data folder that the first row fills. */
  needsData?: true
  measure(context: BenchContext): Promise<Figure[]>
}
