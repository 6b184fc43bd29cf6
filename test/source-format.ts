import { FORMAT_FACTS } from '../src/sources/format.ts'
import type { FormatAnswer, FormatFact, SourceFormat } from '../src/sources/format.ts'

/** Of sources made for a test, of which nobody asks it. */
export const NO_FORMAT: SourceFormat = {
  verified: [],
  gives: Object.fromEntries(FORMAT_FACTS.map((fact) => [fact, ['no']])) as unknown as Record<FormatFact, FormatAnswer>,
}
