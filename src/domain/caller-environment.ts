/** What an environment says of who calls. */
export interface CallerWords {
  /** A session as `DAYBOOK_SESSION` names it, not looked up yet. */
  session: string | null
  /** The agent's own id of its session. */
  agentSession: { agent: string; externalId: string } | null
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
export function callerFromEnvironment(env: Readonly<Record<string, string | undefined>>): CallerWords {
  const found = AGENT_VARIABLES.map(([variable, agent]) => ({ agent, externalId: idIn(env[variable]) }))
  const agentSession = found.find((one): one is NonNullable<CallerWords['agentSession']> => one.externalId !== null)
  return { session: idIn(env['DAYBOOK_SESSION']), agentSession: agentSession ?? null }
}

function idIn(value: string | undefined): string | null {
  const text = value?.trim() ?? ''
  return text !== '' && text.length <= LONGEST_ID && !/[\x00-\x1f\x7f]/.test(text) ? text : null
}
