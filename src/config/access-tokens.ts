import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, shownValue } from '../domain/errors.ts'
import { reasonOf } from './places.ts'

/** What a token allows, each with what stands before it. The words are those of an operation's effect. */
export const SCOPES = ['read', 'write', 'destroy'] as const
export type Scope = (typeof SCOPES)[number]

/** A token that was made for somebody or something, beside this install's own. The token itself is kept nowhere. */
export interface AccessToken {
  name: string
  scope: Scope
  createdAt: string
  /** Null: it counts until it is revoked. */
  expiresAt: string | null
}

interface KeptToken extends AccessToken {
  /** SHA-256, hex. */
  hash: string
}

/** Says where it belongs, to whoever finds it and to programs that look for secrets. */
const PREFIX = 'daybook_'
/** 256 bits. */
const TOKEN_BYTES = 32
/** The name is a file's: lower case alone, for disks that make no difference. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/

/**
 * Makes a token. It is told here once: only its hash is kept, in a file of its owner alone.
 *
 * @throws AppError `invalid` for a name that cannot be one, `conflict` when it is taken
 */
export function createToken(
  dataDir: string,
  { name, scope, expiresAt }: Pick<AccessToken, 'name' | 'scope' | 'expiresAt'>,
  nowMs: number,
): AccessToken & { token: string } {
  if (!NAME.test(name) || name === 'local') {
    throw new AppError('invalid', `${shownValue(name)} cannot name a token`, {
      hint: 'use up to 40 of a-z, 0-9, dot, - and _, beginning with a letter or a digit; local is this machine’s own',
    })
  }
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`
  const made: AccessToken = { name, scope, createdAt: new Date(nowMs).toISOString(), expiresAt }
  const kept: KeptToken = { ...made, hash: tokenHash(token) }
  try {
    mkdirSync(folderIn(dataDir), { recursive: true, mode: 0o700 })
    writeFileSync(fileOf(dataDir, name), `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      const hint = `daybook token revoke ${name}`
      throw new AppError('conflict', `there is a token ${name} already`, { hint, cause: error })
    }
    throw new AppError('unavailable', `the token cannot be kept: ${reasonOf(error)}`, { cause: error })
  }
  return { ...made, token }
}

/** All that were made and not revoked, by name; those that are over too. A file that says nothing is none. */
export function keptTokens(dataDir: string): KeptToken[] {
  let names: string[]
  try {
    names = readdirSync(folderIn(dataDir))
  } catch {
    return []
  }
  return names
    .toSorted()
    .map((name) => readKept(join(folderIn(dataDir), name)))
    .filter((kept) => kept !== undefined)
}

/** @throws AppError `not_found` when there is no token of that name */
export function revokeToken(dataDir: string, name: string): void {
  try {
    if (NAME.test(name)) return rmSync(fileOf(dataDir, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new AppError('unavailable', `the token cannot be revoked: ${reasonOf(error)}`, { cause: error })
  }
  throw new AppError('not_found', `no token ${shownValue(name)}`, { hint: 'daybook token list' })
}

const HOUR_MS = 3_600_000
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 168 * HOUR_MS }

/** When a token ends that counts for so long: `12h`, `30d`, `8w`. @throws AppError `invalid` for other words */
export function tokenEnd(word: string, nowMs: number): string {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(word) ?? []
  const lastsMs = Number(count) * (UNITS_MS[unit] ?? 0)
  if (lastsMs > 0) return new Date(nowMs + lastsMs).toISOString()
  throw new AppError('invalid', `expires ${shownValue(word)} is no length of time`, { hint: 'use 12h, 30d, 8w' })
}

function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function readKept(file: string): KeptToken | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptToken
    const isWhole =
      typeof kept.name === 'string' &&
      SCOPES.includes(kept.scope) &&
      /^[0-9a-f]{64}$/.test(kept.hash) &&
      (kept.expiresAt === null || !Number.isNaN(Date.parse(kept.expiresAt)))
    return isWhole ? kept : undefined
  } catch {
    return undefined
  }
}

function folderIn(dataDir: string): string {
  return join(dataDir, 'tokens')
}

function fileOf(dataDir: string, name: string): string {
  return join(folderIn(dataDir), `${name}.json`)
}
