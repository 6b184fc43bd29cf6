import type { CatalogueEntry } from '../operations/index.ts'
import type { Effect, Operation } from '../operations/operation.ts'
import { type ToolShape, type Toolset, toolShapes } from '../operations/tool.ts'
import { type ObjectSchema, toolSchema } from './tool-schema.ts'

/** A tool of the catalogue: what it is called, and the operation behind it. */
export interface Tool {
  readonly name: string
  readonly toolset: Toolset
  readonly operation: Operation
  readonly shape: ToolShape
  readonly schema: ObjectSchema
}

/** All tools there are, by name, in the order of the catalogue. Loads every operation. */
export async function loadTools(catalogue: readonly CatalogueEntry[]): Promise<ReadonlyMap<string, Tool>> {
  const operations = await Promise.all(catalogue.map((entry) => entry.load()))
  const made = operations.map(async (operation) =>
    (await toolShapes(operation)).map((shape) => toolOf(operation, shape)),
  )
  return new Map((await Promise.all(made)).flat().map((tool) => [tool.name, tool]))
}

function toolOf(operation: Operation, shape: ToolShape): Tool {
  let schema: ObjectSchema | undefined
  return {
    name: shape.name,
    toolset: shape.toolset,
    operation,
    shape,
    get schema() {
      return (schema ??= toolSchema(operation, shape))
    },
  }
}

/** A tool as `tools/list` shows it. */
export function describeTool({ name, operation, shape, schema }: Tool) {
  return {
    name,
    description: shape.description ?? operation.summary,
    inputSchema: schema,
    annotations: hintsOf(operation.effect),
  }
}

/** Nothing here reaches beyond this machine, so every tool is closed-world. */
export function hintsOf(effect: Effect) {
  if (effect === 'read') return { readOnlyHint: true, openWorldHint: false }
  return { readOnlyHint: false, destructiveHint: effect === 'destroy', openWorldHint: false }
}
