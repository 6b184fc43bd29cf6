import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who may ask a server on this machine. */
export interface Guard {
  /** Values of `Host`, exact, with the port: `127.0.0.1:4751`. */
  hosts: ReadonlySet<string>
  /** Values of `Origin`, exact. A request without one is no browser's; `null` never stands here. */
  origins: ReadonlySet<string>
  /** What a client shows as `Authorization: Bearer`. */
  token: string
}

/** Why a request is not answered, and with which status. */
export interface Refusal {
  status: number
  code: 'forbidden' | 'unauthenticated' | 'unsupported' | 'internal'
  message: string
  headers?: Record<string, string>
}

/** The names of one port on this machine's own interface, and the origins of pages that it serves itself. */
export function loopbackNames(port: number): Pick<Guard, 'hosts' | 'origins'> {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) }
}

/**
 * What is wrong with a request, before anything else looks at it; undefined when it may pass.
 *
 * The `Host` comes first: a page whose name was made to point here (DNS rebinding) sends its own name, and no `Origin` that
 * would tell. Then the page that asks, then the token, then the kind of body, so that no form can be made to send one.
 */
export function refusalOf(
  { method, headers }: { method: string; headers: IncomingHttpHeaders },
  guard: Guard,
): Refusal | undefined {
  const { host, origin, authorization } = headers
  if (host === undefined || !guard.hosts.has(host.toLowerCase())) {
    return { status: 421, code: 'forbidden', message: 'this server does not answer to that Host' }
  }
  if (origin !== undefined && !guard.origins.has(origin)) {
    return { status: 403, code: 'forbidden', message: 'pages of that Origin may not ask here' }
  }
  if (headers['sec-fetch-site'] === 'cross-site') {
    return { status: 403, code: 'forbidden', message: 'other sites may not ask here' }
  }
  if (!showsToken(authorization, guard.token)) {
    const message = 'send the token of this server as Authorization: Bearer'
    return { status: 401, code: 'unauthenticated', message, headers: { 'www-authenticate': 'Bearer realm="daybook"' } }
  }
  if (hasBody(method) && !isJson(headers['content-type'])) {
    return { status: 415, code: 'unsupported', message: 'bodies are sent as application/json' }
  }
  return undefined
}

function hasBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'DELETE' && method !== 'OPTIONS'
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(;|$)/i.test(type)
}

/** Takes as long whatever was sent. */
function showsToken(authorization: string | undefined, token: string): boolean {
  const shown = Buffer.from(/^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1] ?? '')
  const expected = Buffer.from(token)
  const same = timingSafeEqual(shown.length === expected.length ? shown : expected, expected)
  return same && shown.length === expected.length && expected.length > 0
}
