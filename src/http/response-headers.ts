import type { MiddlewareHandler } from 'hono'

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const WHERE_NOTHING_ELSE_SAYS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** For every answer: nobody guesses at its type, frames it or reads it from elsewhere; what is not the page's is not kept. */
export function always(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(ALWAYS)) c.res.headers.set(name, value)
    for (const [name, value] of Object.entries(WHERE_NOTHING_ELSE_SAYS)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
  }
}
