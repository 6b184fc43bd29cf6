/**
 * The words a demo session is written in: scenes of prompts and replies, replies of thoughts, text and tool calls.
 * Everything else (times, ids, tokens, patches, line shapes) is worked out from them.
 */
export interface DemoSession {
  id: string
  title: string
  scenes: Scene[]
  spend: Spend
}

/** A stretch of work without a long pause. Times are `h:mm:ss` after midnight of the story's own day. */
export interface Scene {
  from: string
  to: string
  beats: Beat[]
}

export type Beat =
  | { kind: 'prompt'; text: string; planMode?: boolean }
  | { kind: 'reply'; think?: string; say?: string; calls: Call[] }
  | { kind: 'compaction'; summary: string; tokensBefore: number; tokensAfter: number }
  | { kind: 'limit'; text: string }

/** Tokens of all responses of a transcript together; they are spread over the responses by what each holds. */
export interface Spend {
  model: string
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  /** Written for five minutes, and for an hour. */
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
}

export type Call = { ms: number } & (
  | { tool: 'Read'; path: string }
  | { tool: 'Grep'; pattern: string; path: string }
  | { tool: 'Glob'; pattern: string; found: string[] }
  | { tool: 'Edit'; path: string; before: string; after: string }
  | { tool: 'Write'; path: string; content: string }
  | { tool: 'Bash'; command: string; says: string; output: string; exit: number }
  | { tool: 'TaskCreate'; subject: string; doing: string }
  | { tool: 'TaskUpdate'; task: number; from: string; to: string }
  | { tool: 'ExitPlanMode'; plan: string }
  | { tool: 'Agent'; says: string; asks: string; agent: Subagent }
)

export interface Subagent {
  id: string
  beats: Beat[]
  spend: Spend
}

export function prompt(text: string): Beat {
  return { kind: 'prompt', text }
}

/** One response of the provider: what it thought, said and called, in this order. */
export function reply(parts: { think?: string; say?: string; calls?: Call[] }): Beat {
  return { kind: 'reply', think: parts.think, say: parts.say, calls: parts.calls ?? [] }
}

export function read(...paths: string[]): Call[] {
  return paths.map((path, index) => ({ tool: 'Read', path, ms: 60 + ((path.length * 7 + index * 31) % 90) }))
}

export function grep(pattern: string, path = '.'): Call {
  return { tool: 'Grep', pattern, path, ms: 120 + pattern.length * 4 }
}

export function glob(pattern: string, found: string[]): Call {
  return { tool: 'Glob', pattern, found, ms: 110 }
}

export function edit(path: string, before: string, after: string): Call {
  return { tool: 'Edit', path, before, after, ms: 100 + (after.length % 60) }
}

export function write(path: string, content: string): Call {
  return { tool: 'Write', path, content, ms: 90 + (content.length % 50) }
}

/** A command that ends with 0. */
export function bash(says: string, command: string, ms: number, output: string): Call {
  return { tool: 'Bash', command, says, output, exit: 0, ms }
}

/** A command that fails. */
export function fails(says: string, command: string, ms: number, exit: number, output: string): Call {
  return { tool: 'Bash', command, says, output, exit, ms }
}

export function task(subject: string, doing: string): Call {
  return { tool: 'TaskCreate', subject, doing, ms: 40 }
}

export function begin(number: number): Call {
  return { tool: 'TaskUpdate', task: number, from: 'pending', to: 'in_progress', ms: 30 }
}

export function finish(number: number): Call {
  return { tool: 'TaskUpdate', task: number, from: 'in_progress', to: 'completed', ms: 30 }
}

export function agent(says: string, ms: number, asks: string, who: Subagent): Call {
  return { tool: 'Agent', says, asks, agent: who, ms }
}
