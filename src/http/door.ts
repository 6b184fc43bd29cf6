import type { Context } from 'hono'
import type { HttpEnv } from './access.ts'
import type { HttpHost } from './host.ts'
import { signedOutPage } from './signed-out-page.ts'

/** The one-use link: sets the cookie and goes on to an address without the code. */
export function signIn(c: Context<HttpEnv, '/sign-in/:code'>, host: HttpHost): Response {
  // What only looks ahead, or at what a link leads to, must not use the link up.
  if (c.req.method === 'HEAD' || /prefetch/i.test(c.req.header('sec-purpose') ?? '')) return c.body(null, 503)
  const cookie = host.signIn(c.req.param('code'))
  if (cookie === undefined) return signedOutPage()
  c.header('set-cookie', cookie)
  return c.redirect(placeIn(c.req.query('to')), 303)
}

/** The way out of this browser. */
export function signOut(c: Context<HttpEnv>, host: HttpHost): Response {
  c.header('set-cookie', host.signOut())
  return c.json({ signedOut: true })
}

/** An address of this server, whatever was asked for. */
function placeIn(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(to) ? to : '/'
}
