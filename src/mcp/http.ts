import {
  type AuthInfo,
  type McpRequestContext,
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
  isLegacyRequest,
} from '@modelcontextprotocol/server'
import { randomUUID } from 'node:crypto'
import type { ToolAccess } from './host.ts'
import type { ServerFactory } from './server.ts'
import { LARGEST_MESSAGE } from './stdio.ts'

/** Connections of the older protocol at once; the one that was idle longest makes room. */
const MOST_CONNECTIONS = 64

export interface HttpFace {
  fetch(request: Request, access: ToolAccess): Promise<Response>
  close(): Promise<void>
}

/**
 * Streamable HTTP of both eras at one address: requests of revision 2026-07-28 stand alone, older clients get a connection
 * with an `Mcp-Session-Id`. Who may ask at all is checked before.
 */
export function httpFace(factory: ServerFactory, onerror: (error: Error) => void): HttpFace {
  const modern = createMcpHandler((context) => factory(context), {
    legacy: 'reject',
    maxRequestBodySize: LARGEST_MESSAGE,
    onerror,
  })
  const connections = new Map<string, { owner: string; transport: WebStandardStreamableHTTPServerTransport }>()

  async function older(request: Request, authInfo: AuthInfo): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    const owner = authInfo.clientId
    if (id === null) return (await connect({ era: 'legacy' }, owner)).handleRequest(request, { authInfo })
    const connection = connections.get(id)
    if (connection?.owner !== owner) return gone()
    // Moves to the end: the first is the one that was idle longest.
    connections.delete(id)
    connections.set(id, connection)
    return connection.transport.handleRequest(request, { authInfo })
  }

  async function connect(context: McpRequestContext, owner: string): Promise<WebStandardStreamableHTTPServerTransport> {
    const id = randomUUID()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      maxRequestBodySize: LARGEST_MESSAGE,
      onsessioninitialized: async () => {
        connections.set(id, { owner, transport })
        const [oldest] = connections.keys()
        if (connections.size > MOST_CONNECTIONS && oldest !== undefined) {
          await connections.get(oldest)?.transport.close()
          connections.delete(oldest)
        }
      },
      onsessionclosed: () => void connections.delete(id),
    })
    await factory(context, `mcp:${id}`).connect(transport)
    return transport
  }

  return {
    async fetch(request, { name, effects }) {
      // The token itself is nobody's business here.
      const authInfo: AuthInfo = { token: '', clientId: name, scopes: [...effects] }
      return (await isLegacyRequest(request)) ? older(request, authInfo) : modern.fetch(request, { authInfo })
    },
    async close() {
      await modern.close()
      await Promise.all([...connections.values()].map(({ transport }) => transport.close()))
    },
  }
}

function gone(): Response {
  const error = { code: -32001, message: 'this connection is not open any more; initialize again' }
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 404 })
}
