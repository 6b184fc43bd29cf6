import type { HookKind } from '../../domain/hook-event.ts'
import { kindOf, readHook, type HookNames, type Hooks } from '../hooks.ts'

const NAMES: HookNames = { session: 'sessionId', tool: 'toolName', input: 'toolArgs' }

const EVENTS: Readonly<Record<string, HookKind>> = {
  sessionStart: 'start',
  userPromptSubmitted: 'prompt',
  preToolUse: 'tool',
  postToolUse: 'tool_done',
  postToolUseFailure: 'tool_failed',
  permissionRequest: 'approval',
  subagentStart: 'subagent_start',
  subagentStop: 'subagent_end',
  preCompact: 'compaction',
  agentStop: 'stop',
  sessionEnd: 'end',
}

/**
 * Hooks of Copilot CLI, as seen of 1.0.102; compaction by its documentation alone. What a subagent does carries its own id where
 * the session's stands (`sessionId` and `agentId` are one), and beside it whose it is.
 */
export const hooks: Hooks = {
  events: EVENTS,
  answer: (text) => ({ additionalContext: text }),
  read(event, payload) {
    const kind = kindOf(EVENTS, event)
    // Everybody else's word for it is `startup`.
    const said = payload['source'] === 'new' ? { ...payload, source: 'startup' } : payload
    const { agentId, parentAgentId } = payload
    // Its own stop is told twice; the session goes on.
    if (kind === 'stop' && typeof parentAgentId === 'string') return undefined
    const whose = typeof parentAgentId === 'string' ? { sessionId: parentAgentId, agent_id: agentId } : {}
    return kind && readHook(kind, { ...said, ...whose }, NAMES)
  },
}
