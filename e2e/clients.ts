import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** An agent as npm has it. */
export interface Client {
  /** Of its source: `claude-code`. */
  id: string
  package: string
  /** The version whose run is kept; another one is tried with `--version`. */
  version: string
  /** The program, below `node_modules`, for this platform. */
  program(platform: string): string
}

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'daybook-agents')

/**
 * The client's program, installed by npm where it is not there yet. No install script runs: what a client needs is in the
 * package of its platform.
 */
export function installed({ id, package: name, version, program }: Client): string {
  const folder = join(CACHE, `${id}@${version}`)
  const path = join(folder, 'node_modules', program(`${process.platform}-${process.arch}`))
  if (existsSync(path)) return path
  process.stderr.write(`Installing ${name} ${version}\n`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`]
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  if (!existsSync(path)) throw new Error(`${name} ${version} has no ${path}`)
  return path
}

/** The version that npm installed, as its package says it. */
export function versionInstalled({ id, package: name, version }: Client): string {
  const manifest = join(CACHE, `${id}@${version}`, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
