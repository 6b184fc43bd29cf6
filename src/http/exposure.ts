import { AppError, shownValue } from '../domain/errors.ts'
import type { Guard } from './guard.ts'

/** Where a server listens and what it is called there, as a person asked for it. */
export interface Exposure {
  /** An address of this machine; `0.0.0.0` and `::` are all it has. */
  host: string
  /** Names that others reach it by, with a port where it is not the usual one: `daybook.example.com`, `nas:8443`. */
  allowHosts: readonly string[]
  tls: boolean
  /** A proxy stands before it, and its `X-Forwarded-Host` and `X-Forwarded-Proto` are believed. */
  behindProxy: boolean
}

/** This machine alone, without TLS. */
export const AT_HOME: Exposure = { host: '127.0.0.1', allowHosts: [], tls: false, behindProxy: false }

/** What a server is called at a port. */
export interface ServerNames extends Pick<Guard, 'hosts' | 'origins'> {
  /** The address that people type. */
  url: string
  /** Where a program on this machine asks whether it is there. */
  nearUrl: string
}

/**
 * Whether it may be so: beyond this machine only with TLS, its own or a proxy's. A token is asked for in any case.
 *
 * @throws AppError `forbidden` for what would send tokens in the clear, `invalid` for names that are none or are missing
 */
export function checkExposure({ host, allowHosts, tls, behindProxy }: Exposure): void {
  for (const name of allowHosts) {
    if (!NAME.test(name)) {
      const hint = 'as in --allow-host daybook.example.com or --allow-host 192.168.1.5:8443'
      throw new AppError('invalid', `${shownValue(name)} is no name that a Host header can have`, { hint })
    }
  }
  if (!isLoopback(host) && !tls && !behindProxy) {
    throw new AppError('forbidden', `on ${host} others could read the token on its way: that needs TLS`, {
      hint: 'add --tls-cert FILE --tls-key FILE, or --behind-proxy where a proxy has TLS',
    })
  }
  if (allowHosts.length === 0 && (behindProxy || isEvery(host))) {
    throw new AppError('invalid', 'by which name others reach it is not known', {
      hint: 'add --allow-host with the name they type, as in --allow-host daybook.example.com',
    })
  }
}

/** Exact names and origins at a port. */
export function namesOf({ host, allowHosts, tls, behindProxy }: Exposure, port: number): ServerNames {
  const scheme = tls ? 'https' : 'http'
  const withPort = (name: string) => (tls && port === 443 ? name : `${name}:${port}`)
  const own = (LOOPBACK_NAMES.includes(host) || isEvery(host) ? BY_NAME : [bracketed(host)]).map(withPort)
  // A port that is not said is this server's, and behind a proxy that of https.
  const called = allowHosts.map((name) => {
    const said = PORT.test(name) || behindProxy ? name : withPort(name)
    return said.toLowerCase().replace(/:443$/, '')
  })
  const outside = behindProxy ? 'https' : scheme
  const origins = [...own.map((name) => `${scheme}://${name}`), ...called.map((name) => `${outside}://${name}`)]
  const nearUrl = `${scheme}://${own[host === '::1' ? 2 : 0]}`
  const [first] = called
  return {
    hosts: new Set([...own, ...called]),
    origins: new Set(origins),
    url: first === undefined ? nearUrl : `${outside}://${first}`,
    nearUrl,
  }
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '::1']
/** As a Host header has them. */
const BY_NAME = ['127.0.0.1', 'localhost', '[::1]']
const NAME = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,39}\])(?::\d{1,5})?$/i
const PORT = /:\d{1,5}$/

function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(host) || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function isEvery(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
