import { basename } from 'node:path'
import type { HookEvent, HookKind } from '../domain/hook-event.ts'
import type { ReadLines } from './kept-lines.ts'

/** An agent that calls us while it works. Pure: what it says is read, nothing it says is done. */
export interface Hooks {
  /** Its events that we know, by its own names, and what they mean. */
  readonly events: Readonly<Record<string, HookKind>>
  /** What an event says; undefined for an event we do not know or one that names no session. */
  read(event: string, payload: Readonly<Record<string, unknown>>): HookEvent | undefined
  /** What is printed for a session's start so that the agent has `text` before it. */
  answer(text: string): object
  /** Where events are all that is known of an agent's conversations: what is kept of them, as a transcript that lies in no file. */
  readonly kept?: {
    /** The line of an event, a JSON object; undefined where it tells nothing of the conversation itself. */
    line(event: { name: string; event: string; atMs: number; payload: Payload }): object | undefined
    /** Reads such lines. */
    read: ReadLines
  }
}

/** What an event means; undefined where it is not among them. Its name is foreign text: `constructor` is no event either. */
export function kindOf(events: Hooks['events'], event: string): HookKind | undefined {
  return Object.hasOwn(events, event) ? events[event] : undefined
}

/** How Claude Code, Codex and Gemini CLI take context in at a start. */
export function startAnswer(text: string): object {
  return { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: text } }
}

/** Fields of a payload, by the names an agent gives them. */
export interface HookNames {
  session: string
  tool: string
  input: string
}

/** Names in the payloads of Claude Code, and of those that took them over: Codex, Gemini CLI. */
export const CLAUDE_NAMES: HookNames = { session: 'session_id', tool: 'tool_name', input: 'tool_input' }

type Payload = Readonly<Record<string, unknown>>

/**
 * Reads an event whose meaning is known. What is no string, or cannot be an id or a path, counts as absent. `tool_use_id` and
 * `agent_id` as seen of Claude Code 2.1.197 and Codex 0.169.0; the second is also the external id of the subagent's transcript.
 */
export function readHook(kind: HookKind, payload: Payload, names: HookNames): HookEvent | undefined {
  const externalId = line(payload[names.session], 200)
  if (externalId === null) return undefined
  const cwd = line(payload['cwd'], 4096)
  const reason = kind === 'start' ? line(payload['source'], 40) : kind === 'end' ? line(payload['reason'], 40) : null
  return {
    kind,
    externalId,
    cwd: cwd !== null && /^(?:\/|[A-Za-z]:[\\/])/.test(cwd) ? cwd : null,
    reason,
    about: ABOUT.has(kind) ? aboutOf(payload, names) : null,
    callId: CALLS.has(kind) && isServerTool(payload[names.tool]) ? line(payload['tool_use_id'], 200) : null,
    subagentId: line(payload['agent_id'], 200),
  }
}

const CALLS: ReadonlySet<HookKind> = new Set(['tool', 'tool_done', 'tool_failed'])

/** `mcp__daybook__attach_ticket`. */
function isServerTool(tool: unknown): boolean {
  return typeof tool === 'string' && tool.startsWith('mcp')
}

const ABOUT: ReadonlySet<HookKind> = new Set(['tool', 'approval'])
const LONGEST_ABOUT = 80

/** The tool and what it is for: a file by its name alone, a command by itself. */
function aboutOf(payload: Payload, names: HookNames): string | null {
  const tool = line(payload[names.tool], 80)
  const input = record(payload[names.input])
  const path = firstLine(input, ['file_path', 'path', 'absolute_path', 'notebook_path'])
  if (path !== null) return shortened(`${tool ?? 'file'} ${basename(path.replaceAll('\\', '/'))}`)
  const command = firstLine(input, ['command', 'cmd', 'url', 'query', 'pattern', 'description'])
  if (command !== null) return shortened(command)
  return tool
}

function firstLine(input: Payload, fields: readonly string[]): string | null {
  for (const field of fields) {
    const value = input[field]
    if (typeof value !== 'string') continue
    const text = line(
      value
        .trimStart()
        .slice(0, 4 * LONGEST_ABOUT)
        .split(/[\r\n]/, 1)[0],
      4096,
    )
    if (text !== null) return text
  }
  return null
}

function shortened(text: string): string {
  return text.length <= LONGEST_ABOUT ? text : `${text.slice(0, LONGEST_ABOUT - 1)}…`.toWellFormed()
}

function record(value: unknown): Payload {
  if (typeof value === 'string') return parsed(value)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : {}
}

/** Some give a tool's input as the text of its JSON. */
function parsed(text: string): Payload {
  try {
    const value: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
    return typeof value === 'object' && value !== null ? (value as Payload) : {}
  } catch {
    return {}
  }
}

/** One line of text without control characters; null for anything else. */
function line(value: unknown, longest: number): string | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  return text !== '' && text.length <= longest && !/[\x00-\x1f\x7f]/.test(text) ? text.toWellFormed() : null
}
