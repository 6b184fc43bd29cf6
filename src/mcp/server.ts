import {
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Effect } from '../operations/operation.ts'
import { callTool } from './call-tool.ts'
import { callerOf } from './caller.ts'
import type { ToolAccess, ToolHost } from './host.ts'
import { introduction } from './introduction.ts'
import { PROMPTS, getPrompt } from './prompts.ts'
import { listResources, readResource, resourceTemplates } from './resources.ts'
import { CALL_TOOL, routedCall } from './routed-call.ts'
import { toolError } from './tool-error.ts'
import { type Tool, describeTool, hintsOf, loadTools } from './tools.ts'

/** Lists change only with the program: a client may keep them for an hour. */
const LISTS = { ttlMs: 3_600_000, cacheScope: 'private' } as const

/** Makes a server for a connection, or for one request where a protocol has no connections. */
export type ServerFactory = (context: McpRequestContext, connection?: string) => Server

/**
 * The one factory behind standard input and HTTP, of both protocol eras: the tools of the catalogue, resources, prompts.
 *
 * @param connection stable for as long as the client is the same: `mcp:<uuid>`
 */
export function serverFactory(host: ToolHost): ServerFactory {
  let loading: Promise<ReadonlyMap<string, Tool>> | undefined
  const loaded = () => (loading ??= loadTools(host.catalogue))
  return (_context, connection) => {
    const { serverInfo, ...said } = introduction(host.version)
    const server = new Server(serverInfo, {
      ...said,
      cacheHints: { 'tools/list': LISTS, 'prompts/list': LISTS, 'resources/templates/list': LISTS },
    })
    serveTools(server, host, loaded, connection ?? null)
    serveResources(server, host, loaded, connection ?? null)
    return server
  }
}

type Loaded = () => Promise<ReadonlyMap<string, Tool>>

function serveTools(server: Server, host: ToolHost, loaded: Loaded, connection: string | null): void {
  // Agents send several calls at once: what one of them changes is there for those that were sent after it.
  let changes: Promise<unknown> = Promise.resolve()
  server.setRequestHandler('tools/list', async (_, context) => {
    const access = accessIn(context)
    const may = (effect: Effect) => access?.effects.includes(effect) ?? true
    const listed = [...(await loaded()).values()].filter(
      ({ toolset, operation }) => host.toolsets.includes(toolset) && may(operation.effect),
    )
    const routes =
      host.toolsets.includes('history') && may('write') ? [{ ...CALL_TOOL, annotations: hintsOf('write') }] : []
    return { tools: [...listed.map(describeTool), ...routes] }
  })
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tools = await loaded()
    const called = params.arguments ?? {}
    const routed = params.name === CALL_TOOL.name
    const tool = tools.get(params.name)
    if (!tool && !routed) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no tool "${params.name.slice(0, 80)}"`)
    }
    try {
      const call = tool ? { tool, given: called } : routedCall(tools, called)
      const caller = callerOf(host, server, connection, context)
      const access = accessIn(context)
      const answer = changes.then(() =>
        callTool(host, tools, { ...call, caller, access, signal: context.mcpReq.signal }),
      )
      if (call.tool.operation.effect !== 'read') changes = answer
      return await answer
    } catch (error) {
      return toolError(error, tools, host.catalogue, host.log)
    }
  })
}

/** Over standard input there is no other than the one whose program this is. */
function accessIn({ http }: ServerContext): ToolAccess | undefined {
  return http?.authInfo && { name: http.authInfo.clientId, effects: http.authInfo.scopes as Effect[] }
}

function serveResources(server: Server, host: ToolHost, loaded: Loaded, connection: string | null): void {
  const caller = (context: ServerContext) => callerOf(host, server, connection, context)
  server.setRequestHandler('resources/list', async () => ({ resources: await listResources(host) }))
  server.setRequestHandler('resources/templates/list', async () => ({
    resourceTemplates: resourceTemplates(await loaded()),
  }))
  server.setRequestHandler('resources/read', async ({ params }, context) =>
    readResource(host, await loaded(), params.uri, caller(context)),
  )
  server.setRequestHandler('prompts/list', () => ({ prompts: PROMPTS }))
  server.setRequestHandler('prompts/get', async ({ params }, context) =>
    getPrompt(host, await loaded(), params.name, params.arguments ?? {}, caller(context)),
  )
}
