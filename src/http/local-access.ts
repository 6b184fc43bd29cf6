import { createHash, timingSafeEqual } from 'node:crypto'
import type { Access } from './access.ts'
import { cookieIn, readCookie } from './cookie.ts'

/** The token in `Authorization: Bearer`; undefined when there is none. */
function bearerIn(authorization: string | null): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1]
}

/** Who shows this install's own token, or the cookie of a browser that was signed in with it. */
export function localAccess(
  headers: Pick<Headers, 'get'>,
  token: string,
  cookie?: { name: string; nowMs: number },
): Access | undefined {
  const bearer = bearerIn(headers.get('authorization'))
  if (isSame(bearer ?? '', token)) return { name: 'local', scope: 'destroy', via: 'token', connection: null }
  const value = cookie && cookieIn(headers.get('cookie'), cookie.name)
  const id = cookie && value !== undefined ? readCookie(token, value, cookie.nowMs) : undefined
  return id === undefined ? undefined : { name: 'local', scope: 'destroy', via: 'cookie', connection: `gui:${id}` }
}

/** Takes as long whatever was sent. */
function isSame(shown: string, token: string): boolean {
  const [a, b] = [shown, token].map((text) => createHash('sha256').update(text).digest())
  return token !== '' && timingSafeEqual(a as Buffer, b as Buffer)
}
