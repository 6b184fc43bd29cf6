import { IGNORE_NOTHING } from '../src/ingest/ignore.ts'
import { inlineReader } from '../src/ingest/read-transcript.ts'
import { scan, type ScanSetup } from '../src/ingest/scan.ts'
import { type ScanReport } from '../src/ingest/scan-report.ts'
import { readSettings } from '../src/reading.ts'
import { SOURCES } from '../src/sources/index.ts'
import type { Env } from '../src/sources/source.ts'
import type { Store } from '../src/stores/store.ts'

const SALT = new Uint8Array(32)

/** Everything a scan needs, in one thread, with projects known by their path alone. */
export function testScanSetup(store: Store, env: Env, now: () => number = Date.now, redact = true): ScanSetup {
  const settings = readSettings({ redact, salt: SALT, priceOverrides: [] }, now)
  return {
    store,
    sources: SOURCES,
    env,
    ignore: IGNORE_NOTHING,
    now,
    projectOf: async (cwd) => ({ identityKind: 'path', identity: cwd, root: cwd, name: cwd.split('/').at(-1)! }),
    redact: (text) => settings.context.redact(Buffer.from(text)).toString(),
    reader: () => inlineReader(settings),
  }
}

/** Scans a test's machine into a store. */
export function scanHome(store: Store, env: Env, now?: () => number): Promise<ScanReport> {
  return scan(testScanSetup(store, env, now))
}
