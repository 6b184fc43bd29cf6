import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A link lasts for as long as it takes to follow it. */
const LASTS_MS = 2 * 60_000

/**
 * Makes a one-use code. Its hash lies in a file of the data directory, so that whoever may read the token may let a browser in,
 * and nothing secret is sent to a port before it is known who listens there.
 */
export function makeCode(dataDir: string, nowMs: number): string {
  const folder = codeFolder(dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder))
    if (endOf(join(folder, name)) < nowMs) rmSync(join(folder, name), { force: true })
  const code = randomBytes(32).toString('base64url')
  writeFileSync(join(folder, hashOf(code)), String(nowMs + LASTS_MS), { mode: 0o600, flag: 'wx' })
  return code
}

/** The address that signs a browser in with a code and ends at another one. */
export function linkTo(url: string, code: string, to = '/'): string {
  return `${url}/sign-in/${code}${to === '/' ? '' : `?to=${encodeURIComponent(to)}`}`
}

/** True once for each code that was made and is not over: whoever removes its file has used it. */
export function useCode(dataDir: string, code: string, nowMs: number): boolean {
  if (!/^[A-Za-z0-9_-]{43}$/.test(code)) return false
  const file = join(codeFolder(dataDir), hashOf(code))
  const end = endOf(file)
  try {
    unlinkSync(file)
  } catch {
    return false
  }
  return end >= nowMs
}

/** Unix milliseconds; 0 for a file that is gone or says nothing. */
function endOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0
  } catch {
    return 0
  }
}

function codeFolder(dataDir: string): string {
  return join(dataDir, 'sign-in')
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex')
}
