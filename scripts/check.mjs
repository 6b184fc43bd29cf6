// Everything that must hold before a change is shared: types, lint, format, floors, tests. Each step runs, whatever
// the others said; the last lines name those that failed.
import { spawnSync } from 'node:child_process'
import { findTools } from './install.mjs'

const { lint, format, types } = findTools(process.cwd())
const env = { ...process.env, OXLINT_TSGOLINT_PATH: types }

const steps = [
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'types of the page', command: ['node_modules/typescript/bin/tsc', '-p', 'web'] },
  { name: 'lint', command: [lint, '--type-aware', '--deny-warnings'] },
  { name: 'format', command: [format, '--check', '.'] },
  { name: 'tests, floors among them', command: ['scripts/test.mjs'] },
]

const failed = []
for (const { name, command } of steps) {
  const startedAt = performance.now()
  console.log(`\n${name}`)
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env })
  console.log(`${status === 0 ? 'ok' : 'failed'}  ${name}  ${((performance.now() - startedAt) / 1000).toFixed(1)}s`)
  if (status !== 0) failed.push(name)
}
console.log(failed.length === 0 ? '\nall steps ok' : `\n${failed.length} failed: ${failed.join('; ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
