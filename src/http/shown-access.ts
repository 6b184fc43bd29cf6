import { createHash, timingSafeEqual } from 'node:crypto'
import { type Scope, keptTokens } from '../config/access-tokens.ts'
import { type Access, LOCAL } from './access.ts'
import { cookieIn, readCookie } from './cookie.ts'

/** A token that counts just now, as it is compared with. */
export interface CountingToken {
  name: string
  scope: Scope
  hash: Buffer
  /** Unix milliseconds. */
  endsMs: number
}

/** What is shown is compared with these. */
export interface Known {
  /** This install's own token. */
  local: string
  created?: readonly CountingToken[]
  cookie?: { name: string }
  nowMs: number
}

/** Who shows a token, or the cookie of a browser that was signed in. Takes as long whatever was sent. */
export function shownAccess(
  headers: Pick<Headers, 'get'>,
  { local, created = [], cookie, nowMs }: Known,
): Access | undefined {
  const shown = sha256(bearerIn(headers.get('authorization')) ?? '')
  let found: Access | undefined
  for (const { name, scope, hash, endsMs } of created) {
    if (timingSafeEqual(shown, hash) && nowMs < endsMs) found = { name, scope, via: 'token', connection: null }
  }
  if (local !== '' && timingSafeEqual(shown, sha256(local))) {
    return { name: LOCAL, scope: 'destroy', via: 'token', connection: null }
  }
  if (found) return found
  const value = cookie && cookieIn(headers.get('cookie'), cookie.name)
  const id = value === undefined ? undefined : readCookie(local, value, nowMs)
  return id === undefined ? undefined : { name: LOCAL, scope: 'destroy', via: 'cookie', connection: `gui:${id}` }
}

/** So long a token may still count after it was revoked. */
const BELIEVED_MS = 1_000

/** The tokens that were made, as their files have them now, looked at again every second. */
export function createdTokens(dataDir: string, now: () => number): () => readonly CountingToken[] {
  let known: CountingToken[] = []
  let readMs = -Infinity
  return () => {
    if (Math.abs(now() - readMs) < BELIEVED_MS) return known
    readMs = now()
    return (known = keptTokens(dataDir).map(({ name, scope, hash, expiresAt }) => ({
      name,
      scope,
      hash: Buffer.from(hash, 'hex'),
      endsMs: expiresAt === null ? Infinity : Date.parse(expiresAt),
    })))
  }
}

/** The token in `Authorization: Bearer`; undefined when there is none. */
function bearerIn(authorization: string | null): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1]
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
