import type { Channel } from '../domain/session.ts'

/** Who calls, as far as the face can tell. It decides which session a call belongs to, and whose log line it writes. */
export interface Caller {
  channel: Channel
  /** Stable for one connection or terminal: `mcp:<uuid>`, `tty:<device>:<start of its session leader>`. */
  readonly connection: string | null
  /** What the client of a tool server calls itself. */
  clientName: string | null
  /** A session as `DAYBOOK_SESSION`, `X-Session-Key` or a tool's own argument name it, not looked up yet. */
  session: string | null
  /** The agent's own id of its session, from its environment or the call's metadata. */
  agentSession: { agent: string; externalId: string } | null
  /** The tool call that this is, by its agent's own id. */
  toolUse: { agent: string; id: string } | null
  /** Own first, then its ancestors. */
  readonly processIds: readonly number[]
  /** Absolute. */
  cwd: string
  /** A person can be asked. */
  readonly interactive: boolean
}

/** The language a caller is answered in: tools to call, or commands to type. */
export function faceOf({ caller }: { caller: Pick<Caller, 'channel'> }): 'cli' | 'mcp' {
  return caller.channel === 'mcp' ? 'mcp' : 'cli'
}
