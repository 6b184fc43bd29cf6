import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppSetup } from './app.ts'
import type { OpenedStore, Served, Serving } from './cli/io.ts'
import { places, reasonOf } from './config/places.ts'
import { callerFromEnvironment } from './domain/caller-environment.ts'
import { AppError } from './domain/errors.ts'
import { VERSION } from './domain/version.ts'
import { type Access, openedFor, toolAccess } from './http/access.ts'
import { httpApp } from './http/app.ts'
import { SIGNED_IN_MS, cookieName, makeCookie, setCookie } from './http/cookie.ts'
import { openFeed } from './http/feed.ts'
import { AT_HOME, type Exposure, checkExposure, namesOf } from './http/exposure.ts'
import type { HttpHost } from './http/host.ts'
import { LOOPBACK, listen } from './http/listen.ts'
import { countListeners } from './http/listeners.ts'
import { keepServerNoted } from './http/server-note.ts'
import { createdTokens, shownAccess } from './http/shown-access.ts'
import { linkTo, makeCode, useCode } from './http/sign-in.ts'
import { socketDoor } from './http/socket.ts'
import { sendWebhooks } from './http/webhook-sender.ts'
import { currentToken } from './config/own-token.ts'
import { type HttpFace, httpFace } from './mcp/http.ts'
import type { ToolHost } from './mcp/host.ts'
import { serverFactory } from './mcp/server.ts'
import { OPERATIONS } from './operations/index.ts'
import { spoolFolder } from './spool/spool.ts'

/** Who has asked something mostly asks more. */
const BUSY_MS = 10_000

/**
 * Serves an open Daybook over HTTP: the page, every operation, tools.
 *
 * @throws AppError `unavailable` when the port is taken, `forbidden` when the token's file may be read by others, or others
 *   would read the token on its way
 */
export async function serve(
  { machine }: Pick<AppSetup, 'machine'>,
  opened: OpenedStore,
  { port, toolsets, exposed, tlsFiles }: Serving,
  log: (line: string) => void,
): Promise<Served> {
  const { dataDir } = places(machine)
  const now = opened.context.clock.now
  const token = currentToken(dataDir, now)
  const created = createdTokens(dataDir, now)
  const exposure: Exposure = { ...AT_HOME, ...exposed, tls: tlsFiles !== undefined }
  checkExposure(exposure)
  const tls = tlsFiles && { cert: readPem(tlsFiles.cert), key: readPem(tlsFiles.key) }
  const secure = exposure.tls || exposure.behindProxy
  let [served, names] = [0, namesOf(exposure, 0)]
  const cookie = () => cookieName(served, secure)
  const open = async (access?: Pick<Access, 'name'>): Promise<OpenedStore['context']> => {
    await opened.takeIn()
    return openedFor(opened.context, access)
  }
  const feed = openFeed(opened.context.store, log)
  const tools = toolFace(open, toolsets, log)
  const host: HttpHost = {
    version: VERSION,
    catalogue: OPERATIONS,
    guard: {
      get hosts() {
        return names.hosts
      },
      get origins() {
        return names.origins
      },
      behindProxy: exposure.behindProxy,
      accessOf: (headers) =>
        shownAccess(headers, { local: token(), created: created(), cookie: { name: cookie() }, nowMs: now() }),
    },
    open,
    feed,
    listeners: countListeners(),
    signIn(code) {
      if (!useCode(dataDir, code, now())) return undefined
      return setCookie(cookie(), makeCookie(token(), now()), { secure, lastsMs: SIGNED_IN_MS })
    },
    signOut: () => setCookie(cookie(), '', { secure, lastsMs: 0 }),
    spoolFolder: spoolFolder(dataDir),
    webFolder: webFolder(),
    mcp: (request, access) => tools.fetch(request, toolAccess(access)),
    log,
  }
  const sender = sendWebhooks({ dataDir: opened.context.dataDir ?? dataDir, feed, now, log })
  const app = httpApp(host)
  const sockets = socketDoor(host)
  let askedMs = -Infinity
  const server = await listen({
    host: exposure.host === 'localhost' ? LOOPBACK : exposure.host,
    port,
    ...(tls ? { tls } : {}),
    command: 'daybook serve',
    fetch(request) {
      askedMs = now()
      return app.fetch(request)
    },
    upgrade: (...asked) => void sockets.upgrade(...asked),
  })
  served = server.port
  names = namesOf(exposure, served)
  const { url, nearUrl } = names
  const forget = keepServerNoted(dataDir, { url, nearUrl, processId: process.pid, startedMs: performance.timeOrigin })
  return {
    url,
    link: (to) => linkTo(url, makeCode(dataDir, now()), to),
    isBusy: () => now() - askedMs < BUSY_MS,
    async close() {
      forget()
      await sender.close()
      feed.close()
      sockets.close()
      await tools.close()
      await server.close()
    },
  }
}

/** @throws AppError `unavailable` when the file cannot be read */
function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new AppError('unavailable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

function toolFace(
  open: HttpHost['open'] & ToolHost['open'],
  toolsets: Serving['toolsets'],
  log: HttpHost['log'],
): HttpFace {
  // Over HTTP neither the environment nor the folder of this process is the caller's.
  const caller = { ...callerFromEnvironment({}), cwd: parse(process.cwd()).root, processIds: [] }
  const factory = serverFactory({ version: VERSION, catalogue: OPERATIONS, toolsets, open, caller, log })
  return httpFace(factory, (error) => log(error.message))
}

/** Beside the program when it is built, in `dist/` of the sources when it is not. */
function webFolder(): string | undefined {
  const place = import.meta.url.endsWith('.ts') ? '../dist/web' : './web'
  const folder = fileURLToPath(new URL(place, import.meta.url))
  return existsSync(folder) ? folder : undefined
}
