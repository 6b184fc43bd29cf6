import type { CallToolResult } from '@modelcontextprotocol/server'
import { AppError } from '../domain/errors.ts'
import type { Caller } from '../operations/caller.ts'
import { snakeCase } from '../operations/compat/snake-case.ts'
import { projectOf } from '../operations/current-project.ts'
import { parseInput } from '../operations/input.ts'
import type { OperationContext } from '../operations/operation.ts'
import { operationInput, readArguments } from './arguments.ts'
import type { ToolAccess, ToolHost } from './host.ts'
import { toolError } from './tool-error.ts'
import { type Bounded, LARGEST_RESULT, bound, toolResult } from './tool-result.ts'
import type { Tool } from './tools.ts'

/** One call of a tool, as a face got it. */
export interface ToolCall {
  tool: Tool
  given: Record<string, unknown>
  caller: Caller
  /** Absent where there is no other than the one whose program this is. */
  access?: ToolAccess | undefined
  signal?: AbortSignal
}

/** Carries a call out. Errors are answers too: the agent reads them and tries again. */
export async function callTool(
  host: ToolHost,
  tools: ReadonlyMap<string, Tool>,
  call: ToolCall,
): Promise<CallToolResult> {
  try {
    const { effect, name } = call.tool.operation
    if (call.access?.effects.includes(effect) === false) {
      throw new AppError(
        'forbidden',
        `the token ${call.access.name} may not call ${call.tool.name}, which needs ${effect}`,
        {
          hint: `daybook token create NAME --scope ${effect}`,
        },
      )
    }
    if (effect === 'destroy' && !host.toolsets.includes(call.tool.toolset)) {
      throw new AppError('forbidden', `${call.tool.name} destroys, and this server was not started with it`, {
        hint: `start it with --toolsets ${[...host.toolsets, call.tool.toolset].join(',')}`,
      })
    }
    const bounded = await answer(host, call)
    if (bounded.sizeCharacters > LARGEST_RESULT * 2) {
      throw new AppError('too_large', `the answer of ${name} has ${bounded.sizeCharacters} characters`, {
        hint: 'ask for less: a smaller limit, or one item',
      })
    }
    return toolResult(bounded, effect === 'read')
  } catch (error) {
    return toolError(error, tools, host.catalogue, host.log)
  }
}

/** The reply, asked for with a smaller limit where it is too large even with its long texts cut: its cursor stays true. */
async function answer(host: ToolHost, { tool, given, caller, access, signal }: ToolCall): Promise<Bounded> {
  const { operation, shape } = tool
  const { values, session } = readArguments(tool, given)
  const opened = await host.open(access)
  const context: OperationContext = {
    ...opened,
    caller: session === null ? caller : { ...caller, session },
    ...(signal ? { signal } : {}),
  }
  const asked = { ...values }
  for (;;) {
    const input = operationInput(tool, asked)
    if (shape.within === 'project') await narrowToProject(context, input)
    const reply = await operation.handle(context, parseInput(operation, input))
    const bounded = bound(shape.reply ? { ...shape.reply(reply as never, asked as never) } : asObject(snakeCase(reply)))
    const limit = asked['limit']
    if (bounded.sizeCharacters <= LARGEST_RESULT || typeof limit !== 'number' || limit <= 1) return bounded
    asked['limit'] = Math.max(1, Math.floor((limit * LARGEST_RESULT) / bounded.sizeCharacters / 1.2))
  }
}

async function narrowToProject(context: OperationContext, input: Record<string, unknown>): Promise<void> {
  if (input['project'] === 'all') delete input['project']
  else if (input['project'] === undefined && input['session'] === undefined) {
    const project = await projectOf(context, context.caller.cwd)
    if (project) input['project'] = project.id
  }
}

function asObject(reply: unknown): Record<string, unknown> {
  return typeof reply === 'object' && reply !== null && !Array.isArray(reply)
    ? (reply as Record<string, unknown>)
    : { result: reply }
}
