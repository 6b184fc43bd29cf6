import { AppError, shownValue } from '../domain/errors.ts'

/**
 * The address of a server as it is asked: scheme, host, port and what a proxy puts before the routes, without a slash at the end.
 *
 * @throws AppError `invalid` for what is no such address, or would send a token in the clear to another machine
 */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw wrong(text, 'is not the address of a server')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong(`${url.origin}${url.pathname}`, 'has more to it than a host and a path')
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    throw new AppError('invalid', `${shownValue(text)} would send the token unencrypted`, {
      details: ['use https, or a tunnel to a port of this machine'],
      hint: `ssh -N -L 4750:127.0.0.1:4750 ${url.hostname}`,
    })
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function wrong(shown: string, what: string): AppError {
  return new AppError('invalid', `${shownValue(shown)} ${what}`, { hint: 'use https://HOST, or http://127.0.0.1:4750' })
}
