import { ResourceNotFoundError } from '@modelcontextprotocol/server'
import type { Caller } from '../operations/caller.ts'
import { name } from '../operations/filter.ts'
import { callTool } from './call-tool.ts'
import type { ToolHost } from './host.ts'
import type { Tool } from './tools.ts'

/** Things that can be read by address. Each is what a tool answers, and there only where that tool is. */
const KINDS = [
  { kind: 'session', tool: 'get_session', says: 'One session: what it was, what it took, what it changed.' },
  { kind: 'handoff', tool: 'get_handoff_context', says: 'What a session left for whoever carries on.' },
  { kind: 'ticket', tool: 'ticket_get', says: 'One ticket with its state and the work done on it.' },
] as const

const LISTED = 20

export function resourceTemplates(tools: ReadonlyMap<string, Tool>) {
  return KINDS.filter(({ tool }) => tools.has(tool)).map(({ kind, says }) => ({
    uriTemplate: `daybook://${kind}/{${kind === 'ticket' ? 'ref' : 'id'}}`,
    name: kind,
    description: says,
    mimeType: 'text/plain',
  }))
}

/** The sessions that were active last; everything else is found through templates and tools. */
export async function listResources(host: ToolHost) {
  const { store } = await host.open()
  const { items } = await store.sessions.list({}, { limit: LISTED, sort: 'last' })
  return items.map((session) => ({
    uri: `daybook://session/${name(session)}`,
    name: name(session),
    title: session.title?.slice(0, 120) ?? name(session),
    mimeType: 'text/plain',
  }))
}

/** @throws ResourceNotFoundError for an address that names nothing */
export async function readResource(host: ToolHost, tools: ReadonlyMap<string, Tool>, uri: string, caller: Caller) {
  const [, kind, id] = /^daybook:\/\/([a-z]+)\/([^/?#]{1,300})$/.exec(uri) ?? []
  const tool = tools.get(KINDS.find((one) => one.kind === kind)?.tool ?? '')
  const word = decoded(id)
  if (!tool || word === undefined) throw new ResourceNotFoundError(uri.slice(0, 300))
  const given = { [subjectOf(tool)]: word }
  const { isError, content } = await callTool(host, tools, { tool, given, caller })
  const [said] = content
  if (isError === true || said?.type !== 'text') throw new ResourceNotFoundError(uri.slice(0, 300))
  return { contents: [{ uri, mimeType: 'text/plain', text: said.text }] }
}

/** The field that says which one: the first that must be given, else the first there is. */
function subjectOf({ schema }: Tool): string {
  return schema.required?.[0] ?? Object.keys(schema.properties)[0] ?? 'id'
}

function decoded(id: string | undefined): string | undefined {
  try {
    return id === undefined ? undefined : decodeURIComponent(id)
  } catch {
    return undefined
  }
}
