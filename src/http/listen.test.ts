import { connect } from 'node:net'
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
