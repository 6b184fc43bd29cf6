import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { Caller } from '../operations/caller.ts'
import { callTool } from './call-tool.ts'
import type { ToolHost } from './host.ts'
import type { Tool } from './tools.ts'

const SESSION = {
  name: 'session',
  description: 'Id, key or ref; the last active session of the project when left out.',
}

export const PROMPTS = [
  { name: 'resume_work', description: 'Take up the work that a session left.', arguments: [SESSION] },
  { name: 'handoff', description: 'Write down what the next agent or person needs to carry on.', arguments: [SESSION] },
]

const SAID_LAST = 12

/** @throws ProtocolError for a prompt that is not there */
export async function getPrompt(
  host: ToolHost,
  tools: ReadonlyMap<string, Tool>,
  name: string,
  given: Record<string, string>,
  caller: Caller,
) {
  const prompt = PROMPTS.find((one) => one.name === name)
  if (!prompt) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no prompt "${name.slice(0, 80)}"`)
  const ask = async (tool: string, more: Record<string, unknown>) => textOf(host, tools, tool, more, caller)
  const session = given['session'] ?? (await lastSession(host, tools, caller))
  if (session === undefined)
    return message(prompt.description, 'Nothing is recorded here yet: there is no work to take up.')
  const [shown, said, handoff] = await Promise.all([
    ask('get_session', { session_id: session }),
    ask('get_session_messages', { session_id: session, newest: true, limit: SAID_LAST }),
    name === 'resume_work' ? ask('get_handoff_context', { session_id: session }) : undefined,
  ])
  const parts = [name === 'resume_work' ? resume(session) : handoffTask(session, tools), shown, handoff, said]
  return message(prompt.description, parts.filter((part) => part !== undefined).join('\n\n'))
}

function resume(session: string): string {
  return `Take up the work of ${session}. Below is what was recorded of it: the session, and what was said last, newest first. First say in
two or three sentences where it stands and what comes next, then ask before you change anything. More of it:
get_session_messages and search_messages.`
}

function handoffTask(session: string, tools: ReadonlyMap<string, Tool>): string {
  const end = tools.has('create_handoff') ? 'Then store it with create_handoff.' : 'Then print it as Markdown.'
  return `Write a handoff for ${session}: where the work stands, what comes next (at least one step), what was decided and why, what was
tried and did not work, what is in the way. Use only what was recorded, below and through get_session_messages, and what you did
yourself. ${end}`
}

async function lastSession(
  host: ToolHost,
  tools: ReadonlyMap<string, Tool>,
  caller: Caller,
): Promise<string | undefined> {
  if (caller.session !== null) return caller.session
  const tool = tools.get('list_sessions')
  if (!tool) return undefined
  const { structuredContent } = await callTool(host, tools, { tool, given: { limit: 1 }, caller })
  const { sessions = [] } = structuredContent as { sessions?: { key: string | null; ref: string }[] }
  return sessions[0]?.key ?? sessions[0]?.ref
}

async function textOf(
  host: ToolHost,
  tools: ReadonlyMap<string, Tool>,
  name: string,
  given: Record<string, unknown>,
  caller: Caller,
): Promise<string | undefined> {
  const tool = tools.get(name)
  if (!tool) return undefined
  const { content } = await callTool(host, tools, { tool, given, caller })
  return content[0]?.type === 'text' ? content[0].text : undefined
}

function message(description: string, text: string) {
  return { description, messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] }
}
