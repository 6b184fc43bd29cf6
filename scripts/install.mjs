import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What node_modules was installed from: the lock, and the platform its binaries are for. */
function wantedStamp(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  return `${lock} ${process.platform}-${process.arch}\n`
}

function isInstalled(root, stamp) {
  const modules = join(root, 'node_modules')
  try {
    // A link leads to somebody else's folder: used as it is, never written to.
    if (lstatSync(modules).isSymbolicLink()) return true
    return readFileSync(join(modules, '.daybook-stamp'), 'utf8') === stamp
  } catch {
    return false
  }
}

/**
 * Runs `npm ci` where node_modules is not what the lock says. No install script runs. Says one line, on stderr.
 * @throws Error with npm's own words above it when npm fails
 */
export async function ensureInstalled(root) {
  const stamp = wantedStamp(root)
  if (isInstalled(root, stamp)) return
  const startedAt = Date.now()
  process.stderr.write('Installing, about 20 s')
  // Also where NODE_ENV or a user's npmrc would leave out what the build needs.
  const { code, output } = await npm(root, ['ci', '--include=dev', '--include=optional'])
  if (code !== 0) {
    process.stderr.write('\n')
    throw new Error(`npm ci ended with exit code ${code}\n${output.trimEnd()}\ntry:   npm ci --ignore-scripts`)
  }
  process.stderr.write(`: done in ${Math.round((Date.now() - startedAt) / 1000)} s\n`)
  writeFileSync(join(root, 'node_modules', '.daybook-stamp'), stamp)
}

const TOOLS = { lint: 'oxlint/bin/oxlint', format: 'oxfmt/bin/oxfmt', types: 'oxlint-tsgolint/bin/tsgolint.js' }

/** Where the linter and the formatter are, by name; undefined before they are installed. */
export function findTools(root) {
  const folder = ['tools/node_modules', 'node_modules']
    .map((name) => join(root, name))
    .find((path) => Object.values(TOOLS).every((tool) => existsSync(join(path, tool))))
  if (folder === undefined) return undefined
  return Object.fromEntries(Object.entries(TOOLS).map(([name, path]) => [name, join(folder, path)]))
}

/** Installs the linter and the formatter. They live apart: not every registry has them for every platform. */
export async function ensureTools(root) {
  if (findTools(root)) return
  process.stderr.write('Installing linter and formatter, about 10 s\n')
  const { code, output } = await npm(join(root, 'tools'), ['install', '--no-package-lock'])
  if (code !== 0) throw new Error(`npm install in tools/ ended with exit code ${code}\n${output.trimEnd()}`)
}

function npm(cwd, words) {
  const args = [...words, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const path = process.env.npm_execpath
  const viaNode = path !== undefined && /\.[cm]?js$/.test(path) && existsSync(path)
  const command = viaNode ? (process.env.npm_node_execpath ?? process.execPath) : 'npm'
  const child = spawn(command, viaNode ? [path, ...args] : args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: !viaNode && process.platform === 'win32',
  })
  let output = ''
  child.stdout.on('data', () => {})
  child.stderr.on('data', (text) => {
    output += text
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `npm cannot be started: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
