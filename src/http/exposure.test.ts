import { describe, expect, it } from 'vitest'
import { AT_HOME, type Exposure, checkExposure, namesOf } from './exposure.ts'
import { strangerOf } from './guard.ts'

const exposed = (change: Partial<Exposure>): Exposure => ({ ...AT_HOME, ...change })
const named = { allowHosts: ['daybook.example.com'] }

describe('what a server may be beyond this machine', () => {
  it.each([
    [{ host: '0.0.0.0', ...named }, 'that needs TLS'],
    [{ host: '192.168.1.5' }, 'on 192.168.1.5 others could read the token on its way'],
    [{ host: '::', ...named }, 'that needs TLS'],
    [{ host: '0.0.0.0', tls: true }, 'by which name others reach it'],
    [{ behindProxy: true }, 'by which name others reach it'],
    [{ tls: true, allowHosts: ['*'] }, '"*" is no name'],
    [{ tls: true, allowHosts: ['https://daybook.example.com'] }, 'is no name'],
    [{ tls: true, allowHosts: ['a b'] }, 'is no name'],
  ])('refuses %j', (change, said) => {
    expect(() => checkExposure(exposed(change))).toThrow(said)
  })

  it.each([
    {},
    { host: '::1' },
    { host: 'localhost' },
    { host: '127.0.0.2' },
    { host: '192.168.1.5', tls: true },
    { host: '0.0.0.0', tls: true, ...named },
    { host: '0.0.0.0', behindProxy: true, ...named },
  ])('takes %j', (change) => {
    expect(() => checkExposure(exposed(change))).not.toThrow()
  })
})

describe('the names of a server', () => {
  it('are this machine’s own where it stays at home', () => {
    const { hosts, origins, url } = namesOf(AT_HOME, 4750)
    expect([...hosts]).toEqual(['127.0.0.1:4750', 'localhost:4750', '[::1]:4750'])
    expect([...origins]).toEqual(['http://127.0.0.1:4750', 'http://localhost:4750', 'http://[::1]:4750'])
    expect(url).toBe('http://127.0.0.1:4750')
  })

  it('are those that were allowed, exact, with the port, over TLS', () => {
    const { hosts, origins, url, nearUrl } = namesOf(
      exposed({ host: '0.0.0.0', tls: true, allowHosts: ['NAS.local', 'other:8443'] }),
      4750,
    )
    expect([...hosts].slice(3)).toEqual(['nas.local:4750', 'other:8443'])
    expect([...origins].slice(3)).toEqual(['https://nas.local:4750', 'https://other:8443'])
    expect([url, nearUrl]).toEqual(['https://nas.local:4750', 'https://127.0.0.1:4750'])
  })

  it('have no port where browsers leave it out', () => {
    const { hosts } = namesOf(exposed({ host: '192.168.1.5', tls: true, ...named }), 443)
    expect([...hosts]).toEqual(['192.168.1.5', 'daybook.example.com'])
  })

  it('behind a proxy are its own', () => {
    const { origins, url, nearUrl } = namesOf(exposed({ behindProxy: true, ...named }), 4750)
    expect([...origins].at(-1)).toBe('https://daybook.example.com')
    expect([url, nearUrl]).toEqual(['https://daybook.example.com', 'http://127.0.0.1:4750'])
  })
})

describe('what a proxy says', () => {
  const guard = (behindProxy: boolean) => ({
    ...namesOf(exposed({ behindProxy: true, ...named }), 4750),
    behindProxy,
    accessOf: () => undefined,
  })
  const asked = (headers: Record<string, string>) => ({ method: 'GET', headers: new Headers(headers) })
  const forwarded = { host: 'internal:1', 'x-forwarded-host': 'daybook.example.com', 'x-forwarded-proto': 'https' }

  it('is believed where one was said to stand, and nowhere else', () => {
    expect(strangerOf(asked(forwarded), guard(true))).toBeUndefined()
    expect(strangerOf(asked(forwarded), guard(false))).toMatchObject({ status: 421 })
  })

  it.each([
    [{ 'x-forwarded-host': 'evil.example' }, 421],
    [{ 'x-forwarded-host': 'daybook.example.com, evil.example' }, 421],
    [{ 'x-forwarded-proto': 'http' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'http://daybook.example.com' }, 403],
  ])('does not open the door to %j', (headers, status) => {
    expect(strangerOf(asked({ ...forwarded, ...headers }), guard(true))).toMatchObject({ status })
  })
})
