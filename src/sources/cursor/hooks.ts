import type { HookKind } from '../../domain/hook-event.ts'
import { CLAUDE_NAMES, kindOf, readHook, type Hooks } from '../hooks.ts'
import { linesReader } from '../kept-lines.ts'
import { asText } from '../record.ts'
import { cursorParser } from './parse.ts'
import { type Said, keptLine } from './record.ts'

const EVENTS: Readonly<Record<string, HookKind>> = {
  sessionStart: 'start',
  beforeSubmitPrompt: 'prompt',
  preToolUse: 'tool',
  postToolUse: 'tool_done',
  postToolUseFailure: 'tool_failed',
  afterFileEdit: 'tool_done',
  afterShellExecution: 'tool_done',
  afterMCPExecution: 'tool_done',
  afterAgentThought: 'tool_done',
  afterAgentResponse: 'tool_done',
  subagentStart: 'subagent_start',
  subagentStop: 'subagent_end',
  preCompact: 'compaction',
  stop: 'stop',
  sessionEnd: 'end',
}

/**
 * Hooks of Cursor, by its documentation and by what others saw of 3.12 to 3.18: its own names in Copilot CLI's style, Claude Code's fields.
 * What they say is all that is recorded of its conversations.
 */
export const hooks: Hooks = {
  events: EVENTS,
  answer: (text) => ({ additional_context: text }),
  read(event, payload) {
    const kind = kindOf(EVENTS, event)
    // One process holds many conversations: none of them follows from another.
    const source = kind === 'start' ? { source: 'startup' } : {}
    return (
      kind && readHook(kind, { ...payload, ...source, session_id: idOf(payload), cwd: cwdOf(payload) }, CLAUDE_NAMES)
    )
  },
  kept: { line: keptLine, read: linesReader(cursorParser) },
}

function idOf({ conversation_id: conversation, session_id: session }: Said): unknown {
  return asText(conversation) ?? session
}

/** The folder that a window shows; a window may show several, of which the first stands for all. */
function cwdOf({ cwd, workspace_roots: roots }: Said): unknown {
  const root: unknown = Array.isArray(roots) ? roots[0] : undefined
  const folder = asText(root) ?? cwd
  // On Windows a root begins with a slash: `/c:/code`.
  return typeof folder === 'string' ? folder.replace(/^\/(?=[A-Za-z]:)/, '') : folder
}
