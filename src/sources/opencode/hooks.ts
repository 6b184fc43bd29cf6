import type { HookKind } from '../../domain/hook-event.ts'
import { kindOf, readHook, type HookNames, type Hooks } from '../hooks.ts'

const NAMES: HookNames = { session: 'sessionID', tool: 'tool', input: 'input' }

/** Names that our plugin gives to what OpenCode tells it: letters alone, as the spool takes them. */
const EVENTS: Readonly<Record<string, HookKind>> = {
  sessionStart: 'start',
  chatMessage: 'prompt',
  toolBefore: 'tool',
  toolAfter: 'tool_done',
  toolFailed: 'tool_failed',
  permissionAsked: 'approval',
  subagentStart: 'subagent_start',
  subagentStop: 'subagent_end',
  sessionCompacted: 'compaction',
  sessionError: 'stop',
  sessionIdle: 'stop',
  sessionEnd: 'end',
}

/** What the plugin in OpenCode's own process tells (`plugin.ts`). A subagent's events carry the session that started it. */
export const hooks: Hooks = {
  events: EVENTS,
  answer: (text) => ({ context: text }),
  read(event, payload) {
    const kind = kindOf(EVENTS, event)
    return kind && readHook(kind, payload, NAMES)
  },
}
