import { discoverFor, type ScanSetup, readChanged } from './scan.ts'
import { type ScanReport } from './scan-report.ts'

/**
 * Reads what is new in the transcripts that were written to since a moment, and nothing else: enough to tell whose a call
 * is, without a whole scan.
 *
 * @param sinceMs Unix milliseconds
 */
export async function readNewest(setup: ScanSetup, sinceMs: number): Promise<ScanReport> {
  const { changed } = await discoverFor(setup)
  return readChanged(
    setup,
    changed.filter(({ ref }) => ref.file.modifiedAtMs >= sinceMs),
  )
}
