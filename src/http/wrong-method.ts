import type { Hono } from 'hono'
import type { HttpEnv } from './access.ts'
import { refused } from './problem.ts'

/** Refuses, at every address that was given to the app so far, the methods that it does not know there. */
export function refuseOtherMethods(app: Hono<HttpEnv>): void {
  const known = new Map<string, Set<string>>()
  for (const { method, path } of app.routes) {
    if (path.includes('*')) continue
    const methods = known.get(path) ?? new Set()
    known.set(path, methods.add(method))
    if (method === 'GET') methods.add('HEAD')
  }
  for (const [path, methods] of known) {
    if (methods.has('ALL')) continue
    const headers = { allow: [...methods].join(', ') }
    app.all(path, async (c, next) => {
      // An address of the page too, for whoever asks for HTML.
      if (methods.has(c.req.method)) return next()
      const message = `${c.req.method} does nothing at this address`
      return refused({ status: 405, code: 'unsupported', message, headers })
    })
  }
}
