import { Hono } from 'hono'
import type { HttpEnv } from './access.ts'
import { guarded, loopbackNames } from './guard.ts'
import { localAccess } from './local-access.ts'
import { refusalFor, refused } from './problem.ts'
import { always } from './response-headers.ts'
import { currentToken } from './token.ts'

export interface ToolAppOptions {
  dataDir: string
  /** Unix milliseconds. */
  now(): number
  /** The port it is served on, known once it listens. */
  port(): number
  mcp(request: Request): Promise<Response>
  log(line: string): void
}

/** Tools alone, for this install's own token. @throws AppError `forbidden` when others may read the token */
export function toolApp({ dataDir, now, port, mcp, log }: ToolAppOptions): Hono<HttpEnv> {
  const token = currentToken(dataDir, now)
  const guard = {
    get hosts() {
      return loopbackNames(port()).hosts
    },
    get origins() {
      return loopbackNames(port()).origins
    },
    accessOf: (headers: Pick<Headers, 'get'>) => localAccess(headers, token()),
  }
  const app = new Hono<HttpEnv>()
  app.onError((error) => refused(refusalFor(error, log)))
  app.notFound(() => refused({ status: 404, code: 'not_found', message: 'there is nothing at this address' }))
  app.use(always())
  app.use(guarded(guard))
  app.all('/mcp', (c) => mcp(c.req.raw))
  return app
}
