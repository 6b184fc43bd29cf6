import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openProduct, type ScanRun } from './product.ts'

// One scan in a process of its own, so that its memory is its own: `node bench/scan-child.ts HOME DATA`.
const [home = '', data = ''] = process.argv.slice(2)
const started = performance.now()
const product = await openProduct(home, data)
const sinceMs = (): number => performance.now() - started
let visibleMs = 0
let searchableMs = 0
let files = 0
const report = await product.engines.scan({
  found: (found) => (files += found.files),
  indexing({ indexed, entries }) {
    visibleMs ||= sinceMs()
    if (indexed === entries) searchableMs ||= sinceMs()
  },
})
const endedMs = sinceMs()
const { user, system } = process.cpuUsage()
const cpuMs = (user + system) / 1000
const { items } = await product.context.store.sessions.list({}, { limit: 1 })
if (files > 0 && items.length === 0) throw new Error('a scan of files left no session')
await product.close()
const run: ScanRun = {
  visibleMs: visibleMs || endedMs,
  searchableMs: searchableMs || endedMs,
  endedMs,
  cpuMs,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  files,
  bytes: report.bytesRead,
  entries: report.entriesAdded,
  storeBytes: folderBytes(data),
}
process.stdout.write(JSON.stringify(run))

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
