import type { InvocationKind } from '../../domain/invocation.ts'
import { asObject, asText, firstLine, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import { parseJson } from './text.ts'

const SUBJECT_LIMIT = 200

/** A call as any of the items tells it. */
export interface Call {
  tool: string
  server?: string
  /** What it was given: an object where it is JSON, else the text. */
  input: unknown
}

/** Reads the call in an item; `undefined` for items that are none. */
export function readCall(type: string, payload: Json): Call | undefined {
  switch (type) {
    case 'function_call':
    case 'tool_call': {
      const given = payload.arguments
      const name = asText(payload.name) ?? asText(asObject(payload.function)?.name)
      return {
        ...toolName(name, payload.namespace),
        input: typeof given === 'string' ? (parseJson(given) ?? given) : given,
      }
    }
    case 'custom_tool_call':
      return { ...toolName(asText(payload.name), payload.namespace), input: payload.input }
    case 'local_shell_call':
      return { tool: 'local_shell', input: payload.action }
    case 'web_search_call':
      return { tool: 'web_search', input: payload.action }
    case 'tool_search_call':
      return { tool: 'tool_search', input: payload.arguments }
    case 'image_generation_call':
      return { tool: 'image_generation', input: { prompt: payload.revised_prompt } }
    default:
      return undefined
  }
}

/** 0.40 writes `<server>__<tool>`; 0.98 `mcp__<server>__<tool>`; 0.169 the tool alone, with `mcp__<server>` as its namespace. */
function toolName(name: string | undefined, namespace: unknown): { tool: string; server?: string } {
  const tool = oneLine(name ?? '', SUBJECT_LIMIT) || 'unknown'
  const space = asText(namespace)
  if (space?.startsWith('mcp__')) {
    const server = oneLine(space.slice(5).replace(/_+$/, ''), SUBJECT_LIMIT)
    if (server !== '') return { tool, server }
  }
  const start = tool.startsWith('mcp__') ? 5 : 0
  const end = tool.indexOf('__', start)
  return end <= start || end + 2 >= tool.length
    ? { tool }
    : { tool: tool.slice(end + 2), server: tool.slice(start, end) }
}

/** Tools of Codex by what they do; the input field that says what a call was about. */
const TOOLS = new Map<string, { kind: InvocationKind; subject?: string }>([
  ['shell', { kind: 'command' }],
  ['shell_command', { kind: 'command' }],
  ['exec_command', { kind: 'command' }],
  ['local_shell', { kind: 'command' }],
  ['container.exec', { kind: 'command' }],
  ['run_shell_command', { kind: 'command' }],
  ['write_stdin', { kind: 'command', subject: 'chars' }],
  // A program of the model's own: what it runs are calls of their own.
  ['exec', { kind: 'other' }],
  ['functions.exec', { kind: 'other', subject: 'source' }],
  ['apply_patch', { kind: 'edit' }],
  ['view_image', { kind: 'read', subject: 'path' }],
  ['read_file', { kind: 'read', subject: 'file_path' }],
  ['list_dir', { kind: 'read', subject: 'dir_path' }],
  ['grep_files', { kind: 'search', subject: 'pattern' }],
  ['tool_search', { kind: 'search', subject: 'query' }],
  ['web_search', { kind: 'web', subject: 'query' }],
  ['spawn_agent', { kind: 'subagent', subject: 'message' }],
  ['send_input', { kind: 'subagent', subject: 'message' }],
  ['send_message', { kind: 'subagent', subject: 'message' }],
  ['followup_task', { kind: 'subagent', subject: 'message' }],
  ['assign_task', { kind: 'subagent', subject: 'message' }],
  ['wait', { kind: 'subagent' }],
  ['wait_agent', { kind: 'subagent' }],
  ['list_agents', { kind: 'subagent' }],
  ['resume_agent', { kind: 'subagent' }],
  ['interrupt_agent', { kind: 'subagent' }],
  ['close_agent', { kind: 'subagent' }],
  ['update_plan', { kind: 'plan', subject: 'explanation' }],
  ['create_goal', { kind: 'plan', subject: 'objective' }],
  ['update_goal', { kind: 'plan', subject: 'status' }],
])

const COMMON = ['command', 'path', 'file_path', 'pattern', 'query', 'url', 'name', 'title', 'prompt', 'message', 'text']

/** What kind of work a call does. */
export function callKind({ tool, server }: Call): InvocationKind {
  return server !== undefined ? 'mcp' : (TOOLS.get(tool)?.kind ?? 'other')
}

/** What a call was about, in one line of at most 200 characters; empty when its input does not say. */
export function callSubject(call: Call, patched: readonly { path: string }[]): string {
  if (patched.length > 0 && call.tool === 'apply_patch') return oneLine(patched[0]!.path, SUBJECT_LIMIT)
  const command = commandOf(call)
  if (command !== undefined) return oneLine(command, SUBJECT_LIMIT)
  if (typeof call.input === 'string') return oneLine(firstLine(call.input), SUBJECT_LIMIT)
  const input = asObject(call.input)
  if (input === undefined) return ''
  const own = call.server === undefined ? TOOLS.get(call.tool)?.subject : undefined
  for (const field of own === undefined ? COMMON : [own, ...COMMON]) {
    const text = asText(input[field])
    if (text !== undefined) return oneLine(text, SUBJECT_LIMIT)
  }
  if (call.tool === 'update_plan' && Array.isArray(input.plan))
    return `${input.plan.length} ${input.plan.length === 1 ? 'step' : 'steps'}`
  return ''
}

/** The command line that a call runs: `cmd` of exec_command, `command` of the shells, without `bash -lc` around it. */
export function commandOf({ tool, server, input }: Call): string | undefined {
  if (server !== undefined || TOOLS.get(tool)?.kind !== 'command') return undefined
  const object = asObject(input)
  const command = object?.cmd ?? object?.command
  if (typeof command === 'string') return asText(command)
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return undefined
  const words: string[] = command
  const wrapped =
    words.length === 3 && /(?:^|[\\/])(?:ba|z|da)?sh(?:\.exe)?$/.test(words[0]!) && /^-\w*c$/.test(words[1]!)
  return asText(wrapped ? words[2] : words.join(' '))
}

/** The directory a command runs in, where the call names one. */
export function workdirOf({ input }: Call): string | undefined {
  const object = asObject(input)
  return asText(object?.workdir) ?? asText(object?.working_directory)
}
