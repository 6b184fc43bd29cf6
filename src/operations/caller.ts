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
  /** The agent's id of the tool call that this is. */
  toolUseId: string | null
  /** Own first, then its ancestors. */
  readonly processIds: readonly number[]
  /** Absolute. */
  cwd: string
  /** A person can be asked. */
  readonly interactive: boolean
}

/** Variables in which agents tell the processes they start which session they are. */
const AGENT_VARIABLES: readonly (readonly [variable: string, agent: string])[] = [
  // Claude Code 2.1 sets it for hooks, commands and tool servers; Copilot CLI and Gemini CLI for tool servers and hooks.
  ['CLAUDE_CODE_SESSION_ID', 'claude-code'],
  ['CODEX_THREAD_ID', 'codex'],
  ['GEMINI_SESSION_ID', 'gemini'],
  ['OPENCODE_SESSION_ID', 'opencode'],
  ['COPILOT_AGENT_SESSION_ID', 'copilot'],
]

const LONGEST_ID = 200

/** What the environment says of caller and session. Values that cannot be ids count as absent. */
export function callerFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Pick<Caller, 'session' | 'agentSession'> {
  const found = AGENT_VARIABLES.map(([variable, agent]) => ({ agent, externalId: idIn(env[variable]) }))
  const agentSession = found.find((one): one is NonNullable<Caller['agentSession']> => one.externalId !== null)
  return { session: idIn(env['DAYBOOK_SESSION']), agentSession: agentSession ?? null }
}

function idIn(value: string | undefined): string | null {
  const text = value?.trim() ?? ''
  return text !== '' && text.length <= LONGEST_ID && !/[\x00-\x1f\x7f]/.test(text) ? text : null
}
