import type { $ZodObject, output } from 'zod/v4/core'

/** Groups of tools that a client is offered or spared. */
export const TOOLSETS = ['core', 'work', 'history', 'keeping'] as const
export type Toolset = (typeof TOOLSETS)[number]

/**
 * How an operation shows as a tool. Where nothing else is said, its input and its reply are the operation's own with names in
 * `snake_case`; where an older design fixed them, `input` and `reply` are pure maps between that shape and ours.
 */
export interface ToolShape {
  /** `get_session`; unique among all tools. */
  readonly name: string
  readonly toolset: Toolset
  /** What it is for, in a tool's own words. The operation's summary when absent. */
  readonly description?: string
  /**
   * Asks within the project the caller is in, where its `project` (or `project_id`) is left out; `all` asks in all of them.
   * Where the caller is in no project that is recorded, nothing is narrowed.
   */
  readonly within?: 'project'
  readonly input?: ToolInput
  /** From what the operation answered, and the tool's checked input, to what the tool answers: an object. */
  reply?(reply: never, asked: never): object
}

/** A tool's input where it is not the operation's own. */
export interface ToolInput {
  readonly schema: $ZodObject
  /** From the checked input of the tool to the operation's, not checked yet. */
  map(asked: never): Record<string, unknown>
}

/** Joins a tool's own schema with the map to the operation's input, and types the one by the other. */
export function toolInput<Schema extends $ZodObject>(
  schema: Schema,
  map: (asked: output<Schema>) => Record<string, unknown>,
): ToolInput {
  return { schema, map }
}

export type ToolShapes = ToolShape | readonly ToolShape[] | (() => Promise<ToolShape | readonly ToolShape[]>)

/** The tools an operation makes: none, one or several. */
export async function toolShapes({ mcp }: { mcp?: ToolShapes }): Promise<readonly ToolShape[]> {
  if (mcp === undefined) return []
  const made = typeof mcp === 'function' ? await mcp() : mcp
  return 'name' in made ? [made] : made
}
