import { Hono } from 'hono'
import type { Access, HttpEnv } from './access.ts'
import { cutWhenOut } from './cut-stream.ts'
import { type Guard, guarded, loopbackNames } from './guard.ts'
import { refusalFor, refused } from './problem.ts'
import { always } from './response-headers.ts'
import { createdTokens, shownAccess } from './shown-access.ts'
import { currentToken } from '../config/own-token.ts'

export interface ToolAppOptions {
  dataDir: string
  /** Unix milliseconds. */
  now(): number
  /** The port it is served on, known once it listens. */
  port(): number
  mcp(request: Request, access: Access): Promise<Response>
  log(line: string): void
}

/** Tools alone, for whoever shows a token. @throws AppError `forbidden` when others may read the token */
export function toolApp({ dataDir, now, port, mcp, log }: ToolAppOptions): Hono<HttpEnv> {
  const token = currentToken(dataDir, now)
  const created = createdTokens(dataDir, now)
  const guard: Guard = {
    get hosts() {
      return loopbackNames(port()).hosts
    },
    get origins() {
      return loopbackNames(port()).origins
    },
    accessOf: (headers) => shownAccess(headers, { local: token(), created: created(), nowMs: now() }),
  }
  const app = new Hono<HttpEnv>()
  app.onError((error) => refused(refusalFor(error, log)))
  app.notFound(() => refused({ status: 404, code: 'not_found', message: 'there is nothing at this address' }))
  app.use(always())
  app.use(guarded(guard))
  app.all('/mcp', async (c) => {
    const isIn = () => guard.accessOf(c.req.raw.headers) !== undefined
    return cutWhenOut(await mcp(c.req.raw, c.get('access')), isIn)
  })
  return app
}
