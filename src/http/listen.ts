import { getRequestListener } from '@hono/node-server'
import { type IncomingMessage, type RequestListener, type Server, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError, shownValue } from '../domain/errors.ts'
import { type Refusal, refused } from './problem.ts'
import { refuseSocket } from './refuse-socket.ts'

export interface Listening {
  port: number
  close(): Promise<void>
}

export interface ListenOptions {
  /** `127.0.0.1` means this machine alone, by its newer address too. */
  host: string
  /** 0 takes a free one. */
  port: number
  tls?: { cert: string; key: string }
  /** What was typed: `daybook serve`. */
  command: string
  /** Who takes nothing of an answer for so long is let go. */
  stalledMs?: number
  /** Answers every request, and refuses those that may not ask. The port is known by then. */
  fetch(request: Request): Response | Promise<Response>
  /** Takes connections that ask to be sockets; without it they are closed. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

const MOST_CONNECTIONS = 512
const STALLED_MS = 30_000

/** Who sends slowly, or nothing, is let go; the check runs every second. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
  requireHostHeader: false,
}

const NOT_HTTP: Refusal = { status: 400, code: 'invalid', message: 'what was sent is no HTTP request' }

/** What is said of a request that Node could not read, by Node's code. */
const UNREADABLE: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'too_large',
    message: `address and headers have more than ${LIMITS.maxHeaderSize} bytes`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'invalid', message: 'the request did not come in time' },
}

export const LOOPBACK = '127.0.0.1'

/**
 * Opens a port.
 *
 * @throws AppError `unavailable` when it is taken or cannot be opened
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const main = await open(options, options.host, options.port)
  const { port } = main.address() as AddressInfo
  // A name like localhost may mean the newer address; machines without one do without.
  const second = options.host === LOOPBACK ? await open(options, '::1', port).catch(() => undefined) : undefined
  return {
    port,
    close: async () => {
      await Promise.all([main, second].filter((server) => server !== undefined).map(closed))
    },
  }
}

async function open(
  { fetch, upgrade, tls, command, stalledMs = STALLED_MS }: ListenOptions,
  host: string,
  port: number,
): Promise<Server> {
  const answer = getRequestListener(async (request) => fetch(request), {
    overrideGlobalObjects: false,
    // Whoever names no Host is refused for that by whoever answers.
    hostname: 'unknown',
    errorHandler: () => refused(NOT_HTTP),
  })
  /** A refusal written into the midst of an answer would be taken for a part of it. */
  const answering = new WeakSet<Duplex>()
  const listener = (...[request, response]: Parameters<typeof answer>) => {
    answering.add(request.socket)
    response.once('close', () => answering.delete(request.socket))
    void answer(request, response)
  }
  const server = tls ? secured(tls, listener) : createServer(LIMITS, listener)
  server.on('upgrade', upgrade ?? ((_, socket) => socket.destroy()))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || answering.has(socket)) socket.destroy()
    else void refuseSocket(socket, UNREADABLE[error.code ?? ''] ?? NOT_HTTP)
  })
  server.timeout = stalledMs
  server.on('timeout', (socket) => {
    // An answer that is still being made, and a stream that has nothing to tell, are waited for.
    if (!answering.has(socket) || socket.writableLength > 0) socket.destroy()
  })
  server.maxConnections = MOST_CONNECTIONS
  return new Promise<Server>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
        const hint = `${command} --host 127.0.0.1`
        return reject(
          new AppError('invalid', `${shownValue(host)} is no address of this machine`, { hint, cause: error }),
        )
      }
      const reason = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be opened (${error.code ?? error.message})`
      const hint = `${command} --port ${port === 0 || port === 65_535 ? 0 : port + 1}`
      reject(new AppError('unavailable', `port ${port} ${reason}`, { hint, cause: error }))
    })
    server.listen(port, host, () => resolve(server))
  })
}

function secured(tls: NonNullable<ListenOptions['tls']>, listener: RequestListener): Server {
  try {
    return createSecureServer({ ...LIMITS, ...tls, minVersion: 'TLSv1.2' }, listener)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('invalid', `the certificate and the key cannot be used: ${reason}`, {
      hint: 'both in PEM, the key of that certificate, without a passphrase',
      cause: error,
    })
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
