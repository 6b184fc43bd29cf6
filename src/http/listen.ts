import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { AppError } from '../domain/errors.ts'
import { type Guard, type Refusal, loopbackNames, refusalOf } from './guard.ts'

export interface Listening {
  port: number
  close(): Promise<void>
}

export interface ListenOptions {
  /** 0 takes a free one. */
  port: number
  token: string
  /** Answers what may pass. Anything it throws is answered with a neutral 500. */
  fetch(request: Request): Promise<Response>
  onerror(error: unknown): void
}

const MOST_CONNECTIONS = 256

/** For every answer: nobody guesses at its type, keeps it, or frames it. */
const ALWAYS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-frame-options': 'DENY' }

/**
 * Serves on this machine's own interface alone, and asks of every request who it comes from.
 *
 * @throws AppError `unavailable` when the port is taken
 */
export async function listen({ port, token, fetch, onerror }: ListenOptions): Promise<Listening> {
  let guard: Guard = { hosts: new Set(), origins: new Set(), token }
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    void respond(request, response, guard, fetch).catch((error: unknown) => {
      if (!response.destroyed) onerror(error)
      refuse(response, { status: 500, code: 'internal', message: 'something in Daybook broke' })
    })
  }
  const main = await open(answer, '127.0.0.1', port)
  const taken = (main.address() as AddressInfo).port
  guard = { ...loopbackNames(taken), token }
  // A name like localhost may mean the newer address; machines without one do without.
  const second = await open(answer, '::1', taken).catch(() => undefined)
  return {
    port: taken,
    close: async () => {
      await Promise.all([main, second].filter((server) => server !== undefined).map(closed))
    },
  }
}

function open(answer: (request: IncomingMessage, response: ServerResponse) => void, host: string, port: number) {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16_384 }, answer)
  server.maxConnections = MOST_CONNECTIONS
  return new Promise<Server>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be opened (${error.code ?? error.message})`
      reject(
        new AppError('unavailable', `port ${port} ${reason}`, { hint: 'give --port 0 for a free one', cause: error }),
      )
    })
    server.listen(port, host, () => resolve(server))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  fetch: ListenOptions['fetch'],
): Promise<void> {
  const method = request.method ?? 'GET'
  const refusal = refusalOf({ method, headers: request.headers }, guard)
  if (refusal) return refuse(response, refusal)
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  const body = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(request) as NodeStream<Uint8Array>)
  const asked = new Request(`http://${request.headers.host}${request.url ?? '/'}`, {
    method,
    headers,
    signal: gone.signal,
    ...(body ? { body, duplex: 'half' } : {}),
  })
  await send(response, await fetch(asked))
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...ALWAYS })
  if (!answer.body) return void response.end()
  const reader = answer.body.getReader()
  response.on('close', () => void reader.cancel().catch(() => undefined))
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!response.write(part.value) && !response.destroyed) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve)
        response.once('close', resolve)
      })
    }
  }
  response.end()
}

function refuse(response: ServerResponse, { status, code, message, headers }: Refusal): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-type': 'application/problem+json', ...ALWAYS, ...headers, connection: 'close' })
  response.end(JSON.stringify({ status, code, title: message }))
}
