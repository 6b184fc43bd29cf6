import { join } from 'node:path'
import type { OfferedTool, ToolCall } from './answer.ts'

/** What a script wants done, whatever the client calls the tool for it. */
export type Action =
  | { does: 'run'; command: string }
  | { does: 'plan'; items: readonly (readonly [text: string, status: 'pending' | 'in_progress' | 'completed'])[] }
  | { does: 'read'; path: string }
  | { does: 'write'; path: string; text: string }
  | { does: 'edit'; path: string; from: string; to: string }
  | { does: 'send'; prompt: string }
  | { does: 'await' }
  | { does: 'ask'; tool: string; input: Record<string, unknown> }

/**
 * Calls of tools on offer that do it; none where the client offers nothing for it.
 *
 * @param folder where paths of an action begin
 */
export function callsFor(action: Action, tools: readonly OfferedTool[], folder: string): ToolCall[] {
  const first = (...names: string[]) => names.flatMap((name) => tools.find((tool) => tool.name === name) ?? [])[0]
  const call = (tool: OfferedTool | undefined, input: Record<string, unknown>): ToolCall[] =>
    tool === undefined ? [] : [{ tool, input }]
  if (action.does === 'run') {
    const tool = first('Bash', 'exec_command', 'shell_command', 'run_shell_command', 'bash')
    return call(tool, filled(tool, { cmd: action.command, command: action.command, description: 'For the work' }))
  }
  if (action.does === 'ask') {
    const isOurs = ({ name, namespace }: OfferedTool) =>
      `${namespace ?? ''}_${name}`.includes('daybook') && name.endsWith(action.tool)
    return call(tools.find(isOurs), action.input)
  }
  if (action.does === 'send') {
    const tool = first('Agent', 'Task', 'task', 'spawn_agent', 'invoke_agent')
    return call(tool, filled(tool, sentBy(tool?.name ?? '', action.prompt)))
  }
  // Of those that go on by themselves while who they sent works.
  if (action.does === 'await') return call(first('wait_agent'), {})
  if (action.does === 'plan') return planned(action.items, first)
  const path = join(folder, action.path)
  const paths = { file_path: path, filePath: path, absolute_path: path, path }
  if (action.does === 'read') {
    const tool = first('Read', 'read_file', 'read', 'view')
    if (tool === undefined) return callsFor({ does: 'run', command: `cat ${action.path}` }, tools, folder)
    return call(tool, filled(tool, paths))
  }
  const tool =
    action.does === 'write'
      ? first('Write', 'write_file', 'write', 'create')
      : first('Edit', 'replace', 'edit', 'str_replace')
  if (tool === undefined) return patched(patchOf(action), tools, folder)
  const fields =
    action.does === 'write'
      ? { content: action.text, file_text: action.text }
      : {
          old_string: action.from,
          oldString: action.from,
          old_str: action.from,
          new_string: action.to,
          newString: action.to,
          new_str: action.to,
          instruction: 'Correct the word',
        }
  return call(tool, filled(tool, { ...paths, ...fields }))
}

/** A subagent for all kinds of work, by each client's name for it. */
function sentBy(tool: string, prompt: string): Record<string, unknown> {
  const kind = { task: 'general', spawn_agent: 'default' }[tool] ?? 'general-purpose'
  return {
    description: 'Count the files',
    prompt,
    message: prompt,
    subagent_type: kind,
    agent_type: kind === 'general' ? 'general-purpose' : kind,
    agent_name: 'generalist',
    name: 'counter',
    task_name: 'counter',
    mode: 'sync',
    run_in_background: false,
  }
}

/** Only what the tool takes. */
function filled(tool: OfferedTool | undefined, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => tool?.fields.includes(name)))
}

type First = (...names: string[]) => OfferedTool | undefined

function planned(items: Extract<Action, { does: 'plan' }>['items'], first: First): ToolCall[] {
  const lists = first('TodoWrite', 'todowrite', 'write_todos', 'update_plan')
  if (lists?.name === 'update_plan')
    return [{ tool: lists, input: { plan: items.map(([step, status]) => ({ step, status })) } }]
  if (lists?.name === 'write_todos')
    return [{ tool: lists, input: { todos: items.map(([description, status]) => ({ description, status })) } }]
  if (lists !== undefined) {
    const todos = items.map(([content, status]) => ({ content, status, activeForm: content, priority: 'medium' }))
    return [{ tool: lists, input: { todos } }]
  }
  const [create, update, sql] = [first('TaskCreate'), first('TaskUpdate'), first('sql')]
  const isDone = items.every(([, status]) => status === 'completed')
  if (create !== undefined && update !== undefined) {
    if (isDone) return items.map(([, status], at) => ({ tool: update, input: { taskId: String(at + 1), status } }))
    return items.map(([subject]) => ({ tool: create, input: { subject, description: subject, activeForm: subject } }))
  }
  if (sql === undefined) return []
  const rows = items.map(
    ([title, status], at) => `('t${at + 1}', '${title}', '${status === 'completed' ? 'done' : status}')`,
  )
  const query = `INSERT OR REPLACE INTO todos (id, title, status) VALUES ${rows.join(', ')};`
  return [{ tool: sql, input: { description: 'The plan', query } }]
}

function patchOf(action: Extract<Action, { does: 'write' | 'edit' }>): string {
  const lines = (text: string, sign: string) => text.replace(/\n$/, '').replaceAll(/^/gm, sign)
  const change =
    action.does === 'write'
      ? `*** Add File: ${action.path}\n${lines(action.text, '+')}`
      : `*** Update File: ${action.path}\n@@\n${lines(action.from, '-')}\n${lines(action.to, '+')}`
  return `*** Begin Patch\n${change}\n*** End Patch`
}

function patched(patch: string, tools: readonly OfferedTool[], folder: string): ToolCall[] {
  const tool = tools.find(({ name }) => name === 'apply_patch')
  if (tool?.takesText) return [{ tool, input: {}, text: patch }]
  if (tool !== undefined) return [{ tool, input: { [tool.fields[0] ?? 'input']: patch } }]
  return callsFor({ does: 'run', command: `apply_patch <<'EOF'\n${patch}\nEOF` }, tools, folder)
}
