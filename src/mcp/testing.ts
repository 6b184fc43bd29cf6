import { InMemoryTransport, type JSONRPCMessage } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { OPERATIONS } from '../operations/index.ts'
import type { OperationContext } from '../operations/operation.ts'
import { TOOLSETS } from '../operations/tool.ts'
import type { ToolHost } from './host.ts'
import { serverFactory } from './server.ts'

/** What a call answered, as a client sees it. */
export interface Answer {
  text: string
  structured: Record<string, unknown>
  failed: boolean
}

export interface TestClient {
  /** Sends a request and waits for its answer. Protocol errors are thrown, with `code`. */
  request(method: string, params?: object): Promise<Record<string, unknown>>
  call(tool: string, given?: object, meta?: object): Promise<Answer>
  /** What the person who runs the server was told. */
  logged: string[]
  close(): Promise<void>
}

export interface TestServer extends Partial<Omit<ToolHost, 'caller'>> {
  caller?: Partial<ToolHost['caller']>
  client?: string
  connection?: string
  protocolVersion?: string
}

/** A client of the 2025 era on one end of a pair of transports, the product's own server on the other. */
export async function connect(context: OperationContext, changed: TestServer = {}): Promise<TestClient> {
  const { caller, client = 'test', connection = 'mcp:test', protocolVersion = '2025-11-25', ...host } = changed
  const logged: string[] = []
  const factory = serverFactory({
    version: '0.1.0',
    catalogue: OPERATIONS,
    toolsets: TOOLSETS,
    open: async () => context,
    caller: { cwd: '/nowhere', session: null, agentSession: null, processIds: [1], ...caller },
    log: (line) => void logged.push(line),
    ...host,
  })
  const [near, far] = InMemoryTransport.createLinkedPair()
  const served = serveStdio((era) => factory(era, connection), { transport: far })
  const waiting = new Map<number, (message: JSONRPCMessage) => void>()
  const hear = (message: JSONRPCMessage) => {
    if ('id' in message && typeof message.id === 'number') waiting.get(message.id)?.(message)
  }
  await Object.assign(near, { onmessage: hear }).start()
  let last = 0
  const request: TestClient['request'] = async (method, params = {}) => {
    const id = ++last
    const answered = new Promise<JSONRPCMessage>((resolve) => waiting.set(id, resolve))
    await near.send({ jsonrpc: '2.0', id, method, params: { ...params } })
    const message = await answered
    if ('error' in message) throw Object.assign(new Error(message.error.message), { code: message.error.code })
    return (message as { result: Record<string, unknown> }).result
  }
  await request('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: client, version: '1' } })
  await near.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return {
    request,
    async call(tool, given = {}, meta) {
      const result = await request('tools/call', { name: tool, arguments: given, ...(meta ? { _meta: meta } : {}) })
      const { content, structuredContent, isError } = result as {
        content: { text: string }[]
        structuredContent: Record<string, unknown>
        isError?: boolean
      }
      return {
        text: content.map(({ text }) => text).join('\n'),
        structured: structuredContent,
        failed: isError === true,
      }
    },
    logged,
    close: () => served.close(),
  }
}
