import type { HookKind } from '../../domain/hook-event.ts'
import { CLAUDE_NAMES, kindOf, readHook, startAnswer, type Hooks } from '../hooks.ts'

/** Without BeforeModel and AfterModel, which come for every piece of an answer, and PreCompress, which comes every turn. */
const EVENTS: Readonly<Record<string, HookKind>> = {
  SessionStart: 'start',
  BeforeAgent: 'prompt',
  BeforeTool: 'tool',
  AfterTool: 'tool_done',
  Notification: 'waiting',
  AfterAgent: 'stop',
  SessionEnd: 'end',
}

/** Hooks of Gemini CLI, as seen of 0.61.0: its own names, Claude Code's fields. */
export const hooks: Hooks = {
  events: EVENTS,
  answer: startAnswer,
  read(event, payload) {
    const kind = kindOf(EVENTS, event)
    return kind && readHook(meant(event, kind, payload), payload, CLAUDE_NAMES)
  },
}

function meant(event: string, kind: HookKind, payload: Readonly<Record<string, unknown>>): HookKind {
  if (event === 'AfterTool' && hasError(payload['tool_response'])) return 'tool_failed'
  return event === 'Notification' && payload['notification_type'] === 'ToolPermission' ? 'approval' : kind
}

function hasError(response: unknown): boolean {
  const error = typeof response === 'object' && response !== null && 'error' in response ? response.error : undefined
  return error !== undefined && error !== null && error !== ''
}
