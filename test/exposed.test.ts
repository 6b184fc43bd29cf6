import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

const program = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'daybook-exposed-'))
const data = join(home, 'data')
const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: data }
const children: ChildProcess[] = []
const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(home, name)) as [string, string]
let url = ''

beforeAll(async () => {
  const wanted = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=nas.local']
  const names = ['-addext', 'subjectAltName=DNS:nas.local']
  execFileSync('openssl', ['req', '-x509', ...wanted, ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  url = await start('--host', '0.0.0.0', '--allow-host', 'nas.local', '--tls-cert', cert, '--tls-key', key)
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

function start(...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, 'serve', '--no-watch', '--port', '0', ...words], { cwd: home, env })
  children.push(child)
  let said = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        said += part
        const found = /^Serving (\S+)$/m.exec(said)
        if (found) resolve(found[1]!)
      })
    child.on('exit', () => reject(new Error(said)))
  })
}

const good = () => ({ authorization: `Bearer ${readFileSync(join(data, 'token'), 'utf8').trim()}` })

/** Asks by the server's name, its certificate checked, as if the name led here. */
function ask(path: string, headers: Record<string, string> = {}) {
  const port = Number(new URL(url).port)
  const checked = { ca: readFileSync(cert), servername: 'nas.local' }
  return new Promise<{ status: number; cookie: string; text: string }>((resolve, reject) => {
    const host = `nas.local:${port}`
    const asked = request({ host: '127.0.0.1', port, path, headers: { host, ...headers }, ...checked }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      const [cookie = ''] = answer.headers['set-cookie'] ?? []
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, cookie, text }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('T1 daybook serve beyond this machine', () => {
  it('answers by its name over TLS with a token, and nobody by another name', async () => {
    expect(url).toMatch(/^https:\/\/nas\.local:\d+$/)
    expect((await ask('/v1/session/stats')).status).toBe(401)
    expect((await ask('/v1/session/stats', good())).status).toBe(200)
    const { host } = new URL(url)
    expect((await ask('/v1/session/stats', { ...good(), host: 'evil.example' })).status).toBe(421)
    expect((await ask('/v1/session/stats', { ...good(), origin: `https://${host}` })).status).toBe(200)
    expect((await ask('/v1/session/stats', { ...good(), origin: `http://${host}` })).status).toBe(403)
    const forwarded = { host: 'evil.example', 'x-forwarded-host': host }
    expect((await ask('/v1/session/stats', { ...good(), ...forwarded })).status).toBe(421)
  })

  it('speaks nothing but TLS', async () => {
    await expect(fetch(url.replace('https://nas.local', 'http://127.0.0.1'))).rejects.toThrow('fetch failed')
  })

  it('is found by daybook open; the browser that follows has a cookie for TLS and this host alone', async () => {
    const said = execFileSync(process.execPath, [program, 'open', '--json'], { cwd: home, env, encoding: 'utf8' })
    const { link } = JSON.parse(said) as { link: string }
    expect(link.startsWith(`${url}/sign-in/`)).toBe(true)
    const { status, cookie } = await ask(new URL(link).pathname)
    expect(status).toBe(303)
    expect(cookie).toMatch(/^__Host-daybook-\d+=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure$/)
    expect((await ask('/v1/session/stats', { cookie: cookie.split(';')[0]! })).status).toBe(200)
  })

  it('takes sockets over TLS', async () => {
    const { host, port } = new URL(url)
    const options = { headers: { ...good(), host }, ca: readFileSync(cert), servername: 'nas.local' }
    const client = new WebSocket(`wss://127.0.0.1:${port}/v1/ws`, options)
    const first = await new Promise((resolve, reject) => client.on('message', resolve).on('error', reject))
    expect(String(first)).toContain('connection_established')
    client.close()
  })

  it.each([
    ['without TLS', ['--host', '0.0.0.0', '--allow-host', 'nas.local'], 'that needs TLS', '--behind-proxy'],
    ['without a name', ['--host', '0.0.0.0', '--tls-cert', cert, '--tls-key', key], 'by which name', '--allow-host'],
    ['without the key', ['--tls-cert', cert], '--tls-cert needs --tls-key', 'give both'],
    ['with a file that is not there', ['--tls-cert', '/no/cert', '--tls-key', key], '/no/cert cannot be read', ''],
    ['with a key that is none', ['--tls-cert', cert, '--tls-key', cert], 'cannot be used', 'PEM'],
    [
      'at an address that is not its own',
      ['--host', '203.0.113.9', '--behind-proxy', '--allow-host', 'x.example'],
      '"203.0.113.9" is no address of this machine',
      'daybook serve --host 127.0.0.1',
    ],
  ])('does not start %s, and says what to do', async (_, words, said, hint) => {
    const refusal = await start(...words).then(String, (error: Error) => error.message)
    expect(refusal).toContain(said)
    expect(refusal).toContain(hint)
  })

  it('behind a proxy believes what that says of name and scheme', async () => {
    expect(await start('--behind-proxy', '--allow-host', 'daybook.example.com')).toBe('https://daybook.example.com')
    const { nearUrl } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { nearUrl: string }
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${nearUrl}/v1/session/stats`, { headers: { ...good(), ...headers } })).status
    expect(await status({ 'x-forwarded-host': 'daybook.example.com', 'x-forwarded-proto': 'https' })).toBe(200)
    expect(await status({ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' })).toBe(421)
    expect(await status({ 'x-forwarded-host': 'daybook.example.com', 'x-forwarded-proto': 'http' })).toBe(403)
  })
})
