import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How long a browser stays signed in. */
export const SIGNED_IN_MS = 30 * 24 * 3_600_000

/** Browsers send cookies of a name to every port: each server has a name of its own. */
export function cookieName(port: number, secure: boolean): string {
  return `${secure ? '__Host-' : ''}daybook-${port}`
}

/**
 * A value that proves itself: when it ends, a random part, and both signed with the install's token. So a restart signs nobody
 * out, and a new token signs everybody out.
 */
export function makeCookie(token: string, nowMs: number): string {
  const said = `${nowMs + SIGNED_IN_MS}.${randomBytes(16).toString('base64url')}`
  return `${said}.${signature(token, said)}`
}

/** @returns the random part; undefined when it is over or was not made with this token */
export function readCookie(token: string, value: string, nowMs: number): string | undefined {
  const parts = /^((\d{1,16})\.([A-Za-z0-9_-]{22}))\.([A-Za-z0-9_-]{43})$/.exec(value)
  if (!parts) return undefined
  const [, said = '', endsAt = '', id = '', signed = ''] = parts
  if (!timingSafeEqual(Buffer.from(signature(token, said)), Buffer.from(signed))) return undefined
  return Number(endsAt) > nowMs ? id : undefined
}

/** The value under a name in a `Cookie` header; of several the first. */
export function cookieIn(header: string | null, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

export function setCookie(
  name: string,
  value: string,
  { secure, lastsMs }: { secure: boolean; lastsMs: number },
): string {
  const lasts = `Max-Age=${Math.floor(lastsMs / 1000)}`
  return [`${name}=${value}`, 'Path=/', lasts, 'HttpOnly', 'SameSite=Strict', ...(secure ? ['Secure'] : [])].join('; ')
}

function signature(token: string, said: string): string {
  return createHmac('sha256', token).update(`daybook-cookie-1 ${said}`).digest('base64url')
}
