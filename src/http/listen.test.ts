import { type Socket, connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LOOPBACK, type Listening, listen } from './listen.ts'

let served: Listening
beforeAll(async () => {
  served = await listen({
    host: LOOPBACK,
    port: 0,
    command: 'test',
    fetch: ({ headers }) => new Response(String(headers.get('host'))),
  })
})
afterAll(() => served.close())

/** What is answered to bytes, until the server closes. */
function answerTo(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(served.port, LOOPBACK, () => socket.write(bytes))
    socket.on('data', (data) => (answer += data.toString('utf8')))
    socket.on('error', () => {}).on('close', () => resolve(answer))
  })
}

it.each([
  ['an address that is too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: here\r\n\r\n`, 431, 'too_large'],
  ['what is no HTTP', '\x16\x03\x01 tide\r\n\r\n', 400, 'invalid'],
  [
    'two lengths of one body',
    'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
    'invalid',
  ],
])('%s is refused with a problem', async (_, bytes, status, code) => {
  const answer = await answerTo(bytes)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('content-type: application/problem+json')
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status, code })
})

it('who names no Host is heard as one without a name, and refused as such by whoever answers', async () => {
  expect(await answerTo('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
})

it('a client that takes nothing of its answer is let go, one that waits for an answer or a stream is not', async () => {
  const large = 'tide '.repeat(10_000_000)
  const apart = await listen({
    host: LOOPBACK,
    port: 0,
    command: 'test',
    stalledMs: 400,
    async fetch({ url }) {
      if (url.endsWith('/large')) return new Response(large)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      return new Response('at last')
    },
  })
  const ask = (path: string) => {
    const socket = connect(apart.port, LOOPBACK)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`)
    return socket
  }
  const taken = (socket: Socket) =>
    new Promise<string>((resolve) => {
      let answer = ''
      socket.on('data', (data) => (answer += data.toString('latin1'))).resume()
      socket.on('error', () => {}).on('close', () => resolve(answer))
    })
  const stalled = ask('/large').pause()
  // As long as a client that takes nothing is waited for, several times.
  expect(await taken(ask('/slow'))).toContain('at last')
  expect((await taken(stalled)).length).toBeLessThan(large.length)
  expect((await taken(ask('/large'))).length).toBeGreaterThan(large.length)
  await apart.close()
})
