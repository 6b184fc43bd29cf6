import { CLIENT_INFO_META_KEY, type Server, type ServerContext } from '@modelcontextprotocol/server'
import { parse } from 'node:path'
import type { Caller } from '../operations/caller.ts'
import type { ToolHost } from './host.ts'

/** Where an agent writes the id of the tool call in its own transcript: Claude Code 2.1, observed November 2026. */
const TOOL_USE_IDS = { 'claudecode/toolUseId': 'claude-code' }

const LONGEST_ID = 200

/** Who makes this call, from the connection, the request and, where one client owns the process, its environment. */
export function callerOf(host: ToolHost, server: Server, connection: string | null, context: ServerContext): Caller {
  const overHttp = context.http !== undefined
  const named = context.http?.req?.headers.get('x-session-key') ?? null
  return {
    channel: 'mcp',
    connection,
    clientName: clientName(server, context),
    session: overHttp ? shortId(named) : host.caller.session,
    // Over HTTP the server's own environment says nothing of who calls.
    agentSession: overHttp ? null : host.caller.agentSession,
    toolUse: toolUseOf(context),
    processIds: overHttp ? [] : host.caller.processIds,
    // And it may have been started anywhere: no project is taken for the caller's.
    cwd: overHttp ? parse(host.caller.cwd).root : host.caller.cwd,
    interactive: false,
  }
}

function toolUseOf({ mcpReq }: ServerContext): Caller['toolUse'] {
  for (const [key, agent] of Object.entries(TOOL_USE_IDS)) {
    const id = shortId(mcpReq._meta?.[key])
    if (id !== null) return { agent, id }
  }
  return null
}

function clientName(server: Server, { mcpReq }: ServerContext): string | null {
  const claimed = (mcpReq.envelope as Record<string, { name?: unknown } | undefined> | undefined)?.[
    CLIENT_INFO_META_KEY
  ]?.name
  return shortId(claimed ?? server.getClientVersion()?.name)
}

function shortId(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : null
}
