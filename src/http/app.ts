import { Hono } from 'hono'
import type { HttpEnv } from './access.ts'
import { cutWhenOut } from './cut-stream.ts'
import { eventStream } from './event-stream.ts'
import { guarded, heard } from './guard.ts'
import type { HttpHost } from './host.ts'
import { takeHook } from './hooks.ts'
import { olderPaths } from './older-paths.ts'
import { openApi } from './openapi.ts'
import { operationRoutes } from './operation-routes.ts'
import { pageRoutes } from './pages.ts'
import { type Refusal, refusalFor, refused } from './problem.ts'
import { always } from './response-headers.ts'
import { signIn, signOut } from './door.ts'
import { refuseOtherMethods } from './wrong-method.ts'

/** Everything a server answers, behind one guard. */
export function httpApp(host: HttpHost): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.onError((error) => refused(refusalFor(error, host.log)))
  app.notFound(() => refused({ status: 404, code: 'not_found', message: 'there is nothing at this address' }))
  app.use(always())
  // Without a token: whether anybody is there, and the door itself.
  app.get('/health', heard(host.guard), (c) => c.json({ ok: true }))
  app.get('/sign-in/:code', heard(host.guard), (c) => signIn(c, host))
  app.use(guarded(host.guard))
  app.post('/v1/sign-out', (c) => signOut(c, host))
  app.get('/openapi.json', async (c) => c.json(await openApi(host)))
  app.get('/v1/events', async (c) => eventStream(c, host))
  app.all('/mcp', async (c) => {
    const isIn = () => host.guard.accessOf(c.req.raw.headers) !== undefined
    return cutWhenOut(await host.mcp(c.req.raw, c.get('access')), isIn)
  })
  app.post('/v1/hooks/:agent', async (c) => takeHook(c, host))
  operationRoutes(app, host)
  olderPaths(app, host)
  refuseOtherMethods(app)
  app.all('/v1/*', () => refused(noSuchOperation(host.version)))
  pageRoutes(app, host)
  return app
}

/** Said to clients of another version too, which know operations that this one has not. */
function noSuchOperation(version: string): Refusal {
  return {
    status: 404,
    code: 'unsupported',
    message: 'there is no such operation',
    details: [`this is Daybook ${version}`],
    hint: 'daybook --help',
  }
}
