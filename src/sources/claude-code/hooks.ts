import type { HookKind } from '../../domain/hook-event.ts'
import { CLAUDE_NAMES, kindOf, readHook, startAnswer, type Hooks } from '../hooks.ts'

const EVENTS: Readonly<Record<string, HookKind>> = {
  SessionStart: 'start',
  UserPromptSubmit: 'prompt',
  PreToolUse: 'tool',
  PostToolUse: 'tool_done',
  PostToolUseFailure: 'tool_failed',
  PermissionRequest: 'approval',
  Notification: 'waiting',
  SubagentStart: 'subagent_start',
  SubagentStop: 'subagent_end',
  PreCompact: 'compaction',
  Stop: 'stop',
  SessionEnd: 'end',
}

/**
 * Hooks of Claude Code 1.0 to 2.1. Payloads as seen of 1.0.128, 2.0.60 and 2.1.197; a subagent's carry the session that
 * started it. A notification tells by its type, in older versions by its words, whether a permission is asked for.
 */
export const hooks: Hooks = {
  events: EVENTS,
  answer: startAnswer,
  read(event, payload) {
    const kind = kindOf(EVENTS, event)
    // Cursor runs these hooks as well where it is told to, for conversations of its own.
    if (kind === undefined || payload['cursor_version'] !== undefined) return undefined
    return readHook(event === 'Notification' && asksPermission(payload) ? 'approval' : kind, payload, CLAUDE_NAMES)
  },
}

function asksPermission({ notification_type: type, message }: Readonly<Record<string, unknown>>): boolean {
  if (typeof type === 'string') return type === 'permission_prompt'
  return typeof message === 'string' && /\bpermission\b/i.test(message.slice(0, 400))
}
