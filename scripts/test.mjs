// Runs the tests. Without arguments all of them, with coverage. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const args = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'daybook-test-'))
const counts = join(folder, 'counts.json')
const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...(args.length > 0 ? args : ['--coverage'])]
const { status } = spawnSync(process.execPath, vitest, {
  stdio: 'inherit',
  env: { ...process.env, DAYBOOK_TEST_COUNTS: counts },
})
let result = { passed: 0, failed: 1, skipped: 0 }
try {
  result = JSON.parse(readFileSync(counts, 'utf8'))
} catch {
  // The run ended before it could count: that is the one failure.
}
rmSync(folder, { recursive: true, force: true })
if (result.skipped > 0) console.log(`${result.skipped} skipped`)
console.log(`${result.passed} passed, ${result.failed} failed`)
process.exitCode = status === 0 && result.failed > 0 ? 1 : (status ?? 1)
