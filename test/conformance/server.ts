import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOOPBACK, listen } from '../../src/http/listen.ts'
import { toolAccess } from '../../src/http/access.ts'
import { readToken } from '../../src/config/own-token.ts'
import { toolApp } from '../../src/http/tool-app.ts'
import { httpFace } from '../../src/mcp/http.ts'
import type { ServerFactory } from '../../src/mcp/server.ts'

export interface Served {
  /** Where the suite asks: it shows no token, so that is added on the way. */
  url: string
  close(): Promise<void>
}

/** A factory behind the product's own HTTP, and a way to it for clients that cannot show a token. */
export async function serveForSuite(factory: ServerFactory): Promise<Served> {
  const face = httpFace(factory, () => undefined)
  const dataDir = mkdtempSync(join(tmpdir(), 'daybook-conformance-'))
  const mcp: Parameters<typeof toolApp>[0]['mcp'] = (asked, access) => face.fetch(asked, toolAccess(access))
  const app = toolApp({ dataDir, now: Date.now, port: () => server.port, mcp, log: () => undefined })
  const token = readToken(dataDir)
  const server = await listen({ host: LOOPBACK, port: 0, command: 'test', fetch: (asked) => app.fetch(asked) })
  const way = createServer((asked, answered) => {
    const own = `127.0.0.1:${(way.address() as AddressInfo).port}`
    const named = (value: string | undefined) => value?.replace(own, `127.0.0.1:${server.port}`)
    const { host, origin } = asked.headers
    const headers = { ...asked.headers, host: named(host), authorization: `Bearer ${token}` }
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
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
