import type { HookKind } from '../../domain/hook-event.ts'
import { CLAUDE_NAMES, kindOf, readHook, startAnswer, type HookNames, type Hooks } from '../hooks.ts'

const EVENTS: Readonly<Record<string, HookKind>> = {
  SessionStart: 'start',
  UserPromptSubmit: 'prompt',
  PreToolUse: 'tool',
  PostToolUse: 'tool_done',
  PermissionRequest: 'approval',
  SubagentStart: 'subagent_start',
  SubagentStop: 'subagent_end',
  PreCompact: 'compaction',
  Stop: 'stop',
  notify: 'stop',
}

/** What the program that `notify` names is given as its last word, not on standard input. */
const NOTIFY_NAMES: HookNames = { session: 'thread-id', tool: '', input: '' }

/**
 * Hooks of Codex, as seen of 0.169.0: Claude Code's names and fields. A subagent's carry the session at the root. A command
 * that failed comes as any other, and no event tells of the end.
 */
export const hooks: Hooks = {
  events: EVENTS,
  answer: startAnswer,
  read(event, payload) {
    const kind = kindOf(EVENTS, event)
    return kind && readHook(kind, payload, event === 'notify' ? NOTIFY_NAMES : CLAUDE_NAMES)
  },
}
