import type { MiddlewareHandler } from 'hono'
import type { Access, HttpEnv } from './access.ts'
import { type Refusal, refused } from './problem.ts'
import { signedOutPage } from './signed-out-page.ts'

/** Who may ask a server on this machine. */
export interface Guard {
  /** Values of `Host`, exact, in lower case, with the port: `127.0.0.1:4750`. */
  readonly hosts: ReadonlySet<string>
  /** Values of `Origin`, exact. A request without one is no browser's; `null` never stands here. */
  readonly origins: ReadonlySet<string>
  /** A proxy stands before it: what that says of the name and the scheme that were asked for is believed, else never. */
  readonly behindProxy?: boolean
  /** Who shows these; undefined for what does not count, or counts no longer. Takes as long whatever is shown. */
  accessOf(headers: Asked['headers']): Access | undefined
}

/** As much of a request as is looked at here. */
export interface Asked {
  method: string
  headers: Pick<Headers, 'get'>
}

/** The names of one port on this machine's own interface, and the origins of pages that it serves itself. */
export function loopbackNames(port: number): Pick<Guard, 'hosts' | 'origins'> {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) }
}

/**
 * What is wrong with where a request comes from; undefined when it may be heard.
 *
 * The `Host` comes first: a page whose name was made to point here (DNS rebinding) sends its own name, and no `Origin` that
 * would tell. Then the page that asks: other ports of this machine are other pages, though a browser calls them the same site.
 */
export function strangerOf({ headers }: Asked, { hosts, origins, behindProxy = false }: Guard): Refusal | undefined {
  const [own, origin, site] = ['host', 'origin', 'sec-fetch-site'].map((name) => headers.get(name))
  const host = (behindProxy ? headers.get('x-forwarded-host') : null) ?? own
  if (typeof host !== 'string' || !hosts.has(host.toLowerCase())) {
    return { status: 421, code: 'forbidden', message: 'this server does not answer to that Host' }
  }
  if (behindProxy && (headers.get('x-forwarded-proto') ?? 'https') !== 'https') {
    return { status: 403, code: 'forbidden', message: 'the proxy was asked without TLS: ask it by https' }
  }
  if (typeof origin === 'string' && !origins.has(origin)) {
    return { status: 403, code: 'forbidden', message: 'pages of that Origin may not ask here' }
  }
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') {
    return { status: 403, code: 'forbidden', message: 'other sites may not ask here' }
  }
  return undefined
}

/** @returns who asks, or why nobody is answered */
export function admit(asked: Asked, guard: Guard): { access: Access } | { refusal: Refusal } {
  const stranger = strangerOf(asked, guard)
  if (stranger) return { refusal: stranger }
  const access = guard.accessOf(asked.headers)
  if (!access) return { refusal: UNAUTHENTICATED }
  if (hasBody(asked.method) && !isJson(asked.headers.get('content-type'))) {
    const message = 'bodies are sent as application/json'
    return { refusal: { status: 415, code: 'unsupported', message } }
  }
  const packing = asked.headers.get('content-encoding') ?? 'identity'
  if (packing !== 'identity') {
    return {
      refusal: { status: 415, code: 'unsupported', message: 'bodies are sent as they are, without content-encoding' },
    }
  }
  return { access }
}

const UNAUTHENTICATED: Refusal = {
  status: 401,
  code: 'unauthenticated',
  message: 'send the token of this server as Authorization: Bearer, or sign in',
  hint: 'daybook open',
  headers: { 'www-authenticate': 'Bearer realm="daybook"' },
}

/** Stands before the few routes that need no token. */
export function heard(guard: Guard): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const stranger = strangerOf({ method: c.req.method, headers: c.req.raw.headers }, guard)
    return stranger ? refused(stranger) : next()
  }
}

/** Stands before all others. */
export function guarded(guard: Guard): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const asked = { method: c.req.method, headers: c.req.raw.headers }
    const admitted = admit(asked, guard)
    if ('refusal' in admitted) {
      const looks = admitted.refusal === UNAUTHENTICATED && /\btext\/html\b/.test(asked.headers.get('accept') ?? '')
      return looks ? signedOutPage() : refused(admitted.refusal)
    }
    c.set('access', admitted.access)
    return next()
  }
}

function hasBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'DELETE' && method !== 'OPTIONS'
}

/** No form can be made to send this kind of body. */
function isJson(type: string | null): boolean {
  return type !== null && /^application\/json\s*(;|$)/i.test(type)
}
