import { type Discovery, discover } from './discover.ts'
import { type ScanSetup, readChanged } from './scan.ts'
import { type ScanReport } from './scan-report.ts'
import { SeenDatabases } from './seen-databases.ts'

/**
 * Reads what is new in the transcripts that were written to since a moment, and nothing else: enough to tell whose a call
 * is, without a whole scan.
 *
 * @param sinceMs Unix milliseconds
 */
export async function readNewest(setup: ScanSetup, sinceMs: number): Promise<ScanReport> {
  const { transcripts } = setup.store
  const discovery: Discovery = {
    known: new Map((await transcripts.known()).map((transcript) => [transcript.path, transcript])),
    databases: new SeenDatabases(await transcripts.databases()),
    seen: new Set(),
    returned: [],
    changed: [],
  }
  for (const source of setup.sources) {
    if (!setup.ignore.agents.includes(source.id)) await discover(setup, source, discovery, {})
  }
  return readChanged(
    setup,
    discovery.changed.filter(({ ref }) => ref.file.modifiedAtMs >= sinceMs),
  )
}
