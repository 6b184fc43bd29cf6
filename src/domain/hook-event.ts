import type { Presence } from './session.ts'

/** What an agent tells by a hook, whatever it calls it. */
export const HOOK_KINDS = [
  'start',
  'prompt',
  'tool',
  'tool_done',
  'tool_failed',
  'approval',
  'waiting',
  'subagent_start',
  'subagent_end',
  'compaction',
  'stop',
  'end',
] as const
export type HookKind = (typeof HOOK_KINDS)[number]

/** One event of an agent, as far as we use it. */
export interface HookEvent {
  kind: HookKind
  /** The agent's own id of its session. */
  externalId: string
  /** Absolute; null where the agent does not tell. */
  cwd: string | null
  /** Why a session started or ended, in the agent's own word: `startup`, `resume`, `clear`, `compact`; null elsewhere. */
  reason: string | null
  /** What the agent is at, in one short line: `Edit reader.ts`, `npm i limiter`. May hold what was typed. */
  about: string | null
  /** The agent's id of the call that it is about to make to a tool server; null for its own tools and where it does not tell. */
  callId: string | null
  /** The agent's own id of the subagent that this is of; null for the session's own agent. */
  subagentId: string | null
}

const PRESENCE_AFTER: Readonly<Record<HookKind, Presence | null>> = {
  start: 'idle',
  prompt: 'working',
  tool: 'working',
  tool_done: 'working',
  tool_failed: 'working',
  approval: 'awaiting_approval',
  waiting: 'awaiting_input',
  subagent_start: 'working',
  // Its agent goes on, or has stopped already: some tell of a subagent's end after their own.
  subagent_end: null,
  compaction: 'working',
  stop: 'idle',
  end: 'gone',
}

/** What an agent does after an event; null where the event does not tell. A compaction is work that goes on. */
export function presenceAfter({ kind, reason }: Pick<HookEvent, 'kind' | 'reason'>): Presence | null {
  return kind === 'start' && reason === 'compact' ? 'working' : PRESENCE_AFTER[kind]
}
