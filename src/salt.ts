import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SALT_BYTES = 32

/**
 * The secret that placeholders of redacted secrets are made with. Made once per data folder, readable by its owner; when
 * several processes make it at once, one of them wins and all read the same.
 */
export function redactionSalt(dataDir: string): Uint8Array {
  const path = join(dataDir, 'redaction.salt')
  const known = read(path)
  if (known) return known
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, randomBytes(SALT_BYTES), { mode: 0o600, flag: 'wx' })
  // A strict umask must not lock us out.
  chmodSync(draft, 0o600)
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return read(path)!
}

function read(path: string): Uint8Array | undefined {
  try {
    const salt = readFileSync(path)
    return salt.length === SALT_BYTES ? salt : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
