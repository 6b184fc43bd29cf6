import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listen } from '../../src/http/listen.ts'
import { httpFace } from '../../src/mcp/http.ts'
import type { ServerFactory } from '../../src/mcp/server.ts'

const TOKEN = 'a-token-for-this-test'

export interface Served {
  /** Where the suite asks: it shows no token, so that is added on the way. */
  url: string
  close(): Promise<void>
}

/** A factory behind the product's own HTTP, and a way to it for clients that cannot show a token. */
export async function serveForSuite(factory: ServerFactory): Promise<Served> {
  const face = httpFace(factory, () => undefined)
  const server = await listen({ port: 0, token: TOKEN, fetch: face.fetch, onerror: () => undefined })
  const way = createServer((asked, answered) => {
    const own = `127.0.0.1:${(way.address() as AddressInfo).port}`
    const named = (value: string | undefined) => value?.replace(own, `127.0.0.1:${server.port}`)
    const { host, origin } = asked.headers
    const headers = { ...asked.headers, host: named(host), authorization: `Bearer ${TOKEN}` }
    const onward = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path: asked.url,
        method: asked.method,
        headers: { ...headers, ...(origin ? { origin: named(origin) } : {}) },
      },
      (answer) => {
        answered.writeHead(answer.statusCode ?? 500, answer.headers)
        answered.flushHeaders()
        answer.pipe(answered)
      },
    )
    onward.on('error', () => answered.destroy())
    answered.on('close', () => onward.destroy())
    asked.pipe(onward)
  })
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(way.address() as AddressInfo).port}/mcp`,
    async close() {
      way.close()
      way.closeAllConnections()
      await face.close()
      await server.close()
    },
  }
}
