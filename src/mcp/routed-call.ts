import { AppError } from '../domain/errors.ts'
import type { Tool } from './tools.ts'

/** The servers of an older design, each by the names of its tools; all of them are ours now. */
const SERVERS = ['daybook-sessions', 'daybook-tasks'] as const

/** `call_tool`: one tool through which all others are called, as clients of the older design do. */
export const CALL_TOOL = {
  name: 'call_tool',
  description: 'Calls a tool by server and name, as older clients do.',
  inputSchema: {
    type: 'object' as const,
    properties: {
      server: { type: 'string', enum: [...SERVERS] },
      tool: { type: 'string', minLength: 1, maxLength: 100 },
      arguments: { type: 'object' },
    },
    required: ['server', 'tool'],
    additionalProperties: false,
  },
}

/**
 * The tool and the arguments behind a `call_tool`.
 *
 * @throws AppError `invalid` for an unknown server, `not_found` for an unknown tool
 */
export function routedCall(
  tools: ReadonlyMap<string, Tool>,
  given: Record<string, unknown>,
): { tool: Tool; given: Record<string, unknown> } {
  const { server, tool: name, arguments: passed = {}, ...more } = given
  const [unknown] = Object.keys(more)
  if (unknown !== undefined) {
    throw new AppError('invalid', `call_tool takes no ${unknown.slice(0, 80)}`, { hint: 'use server, tool, arguments' })
  }
  if (!SERVERS.some((one) => one === server)) {
    throw new AppError('invalid', `server ${shown(server)} is not one of ${SERVERS.join(', ')}`)
  }
  if (typeof passed !== 'object' || passed === null || Array.isArray(passed)) {
    throw new AppError('invalid', `arguments ${shown(passed)} is not an object`)
  }
  const tool = typeof name === 'string' ? tools.get(name) : undefined
  if (!tool)
    throw new AppError('not_found', `no tool ${shown(name)}`, { hint: `one of ${[...tools.keys()].join(', ')}` })
  return { tool, given: passed as Record<string, unknown> }
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing'
}
