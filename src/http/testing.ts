import { join } from 'node:path'
import { OPERATIONS } from '../operations/index.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { OperationContext } from '../operations/operation.ts'
import { openedFor } from './access.ts'
import { spoolFolder } from '../spool/spool.ts'
import { httpApp } from './app.ts'
import { SIGNED_IN_MS, cookieName, makeCookie, setCookie } from './cookie.ts'
import { openFeed } from './feed.ts'
import { loopbackNames } from './guard.ts'
import type { HttpHost } from './host.ts'
import { countListeners } from './listeners.ts'
import { createdTokens, shownAccess } from './shown-access.ts'
import { makeCode, useCode } from './sign-in.ts'
import { readToken } from '../config/own-token.ts'

export interface TestAnswer {
  status: number
  type: string | null
  headers: Headers
  text: string
  /** Empty where the answer is no JSON object. */
  json: Record<string, unknown>
}

export interface TestAsk {
  method?: string
  /** Sent as JSON, by POST. */
  body?: object
  text?: string
  headers?: Record<string, string>
}

export interface TestServer {
  app: ReturnType<typeof httpApp>
  host: HttpHost
  token: string
  catalogue: readonly CatalogueEntry[]
  logged: string[]
  code(): string
  /** Asks as one who has the token, at port 4750. A header that is empty is left out. */
  ask(path: string, asked?: TestAsk): Promise<TestAnswer>
}

/** The product's own routes and guard over a context, without a socket. */
export function testServer(context: OperationContext, dataDir: string, changed: Partial<HttpHost> = {}): TestServer {
  const token = readToken(dataDir)
  const now = context.clock.now
  const logged: string[] = []
  const name = cookieName(4750, false)
  const created = createdTokens(dataDir, now)
  const host: HttpHost = {
    version: '0.1.0',
    catalogue: OPERATIONS,
    guard: {
      ...loopbackNames(4750),
      accessOf: (headers) => shownAccess(headers, { local: token, created: created(), cookie: { name }, nowMs: now() }),
    },
    open: async (access) => openedFor(context, access),
    feed: openFeed(context.store, (line) => void logged.push(line)),
    listeners: countListeners(),
    signIn: (code) =>
      useCode(dataDir, code, now())
        ? setCookie(name, makeCookie(token, now()), { secure: false, lastsMs: SIGNED_IN_MS })
        : undefined,
    signOut: () => setCookie(name, '', { secure: false, lastsMs: 0 }),
    spoolFolder: spoolFolder(dataDir),
    webFolder: join(dataDir, 'web'),
    mcp: async () => new Response('{}'),
    log: (line) => void logged.push(line),
    ...changed,
  }
  const app = httpApp(host)
  return {
    app,
    host,
    token,
    catalogue: OPERATIONS,
    logged,
    code: () => makeCode(dataDir, now()),
    async ask(path, { method, body, text = body && JSON.stringify(body), headers = {} } = {}) {
      const all = {
        host: '127.0.0.1:4750',
        authorization: `Bearer ${token}`,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }
      const sent = Object.entries(all).filter(([, value]) => value !== '')
      const answer = await app.request(path, {
        method: method ?? (text === undefined ? 'GET' : 'POST'),
        headers: Object.fromEntries(sent),
        ...(text === undefined ? {} : { body: text }),
      })
      const said = await answer.text()
      return {
        status: answer.status,
        type: answer.headers.get('content-type'),
        headers: answer.headers,
        text: said,
        json: objectIn(said),
      }
    },
  }
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
