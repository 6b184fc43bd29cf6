import { toJSONSchema } from 'zod/v4/core'
import { camelName, snakeName } from '../operations/compat/snake-case.ts'
import type { Operation } from '../operations/operation.ts'
import type { ToolShape } from '../operations/tool.ts'

/** JSON Schema of one field, as far as it is looked at here. A type, so that it counts as JSON. */
export type FieldSchema = {
  type?: string | string[]
  anyOf?: FieldSchema[]
  items?: FieldSchema
  maxLength?: number
  pattern?: string
  description?: string | undefined
}

/** JSON Schema of a tool's input: a closed object. */
export interface ObjectSchema {
  type: 'object'
  properties: Record<string, FieldSchema>
  required?: string[]
  additionalProperties: false
  [keyword: string]: unknown
}

/** Characters that a text may have where its field says nothing else. */
export const LONGEST_TEXT = 20_000

/** The names under which any tool takes the session it is about. */
export const SESSION_FIELDS = ['session', 'session_id', 'session_key'] as const

/** Said once in every list, and clear from the name. */
const PLAIN: Readonly<Record<string, string | undefined>> = {
  limit: undefined,
  offset: undefined,
  cursor: 'next_cursor of the page before',
}

/** What a client is told of a tool's input. Every word of it is read at every start of every client, so it is terse. */
export function toolSchema(operation: Operation, shape: ToolShape): ObjectSchema {
  const made = toJSONSchema(shape.input?.schema ?? operation.input, { io: 'input', unrepresentable: 'any' })
  const named = (name: string) => (shape.input ? name : snakeName(name))
  const properties = Object.fromEntries(
    Object.entries((made.properties ?? {}) as Record<string, FieldSchema>).map(([name, field]) => [
      named(name),
      bounded(name in PLAIN ? { ...field, description: PLAIN[name] } : field),
    ]),
  )
  if (!SESSION_FIELDS.some((name) => name in properties)) properties['session'] = { type: 'string', maxLength: 200 }
  const required = made.required?.map(named) ?? []
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  }
}

/** The name of the operation's field behind a tool's. */
export function operationField(shape: ToolShape, name: string): string {
  return shape.input ? name : camelName(name)
}

function bounded(field: FieldSchema): FieldSchema {
  if (field.items) return { ...field, items: bounded(field.items) }
  if (field.anyOf) return { ...field, anyOf: field.anyOf.map(bounded) }
  if (field.type !== 'string' || 'enum' in field) return field
  const { pattern, ...rest } = field
  // That something must stand in a text is said when nothing does.
  const kept = pattern === undefined || pattern === '\\S' ? {} : { pattern }
  return { ...rest, ...kept, maxLength: field.maxLength ?? LONGEST_TEXT }
}
