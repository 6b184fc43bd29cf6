import { AppError } from '../domain/errors.ts'
import { parseInput } from '../operations/input.ts'
import { type FieldSchema, LONGEST_TEXT, SESSION_FIELDS, operationField } from './tool-schema.ts'
import type { Tool } from './tools.ts'

/** What a call asks for: the tool's own input, checked, and the session it names beside it. */
export interface Asked {
  values: Record<string, unknown>
  /** Given under one of the names that every tool takes, where the tool has no such field of its own. */
  session: string | null
}

/** A session's name is a word: longer text is none. */
const LONGEST_NAME = 200

/**
 * Checks a call's arguments against the tool's schema.
 *
 * @throws AppError `invalid` naming field, value and what is allowed; `too_large` for text beyond its bound
 */
export function readArguments(tool: Tool, given: Record<string, unknown>): Asked {
  const { rest, session } = takeSession(tool, given)
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(rest)) {
    const schema = tool.schema.properties[name]
    // Clients that must fill in every field send null for "not given".
    if (value === null && schema && !takesNull(schema)) continue
    checkLength(name, value, schema)
    values[operationField(tool.shape, name)] = value
  }
  const { operation, shape } = tool
  const named = (field: string) => nameIn(tool, field)
  const checked = parseInput(
    { ...operation, name: tool.name, input: shape.input?.schema ?? operation.input },
    values,
    named,
  )
  return { values: checked, session }
}

/** The operation's input that the tool's checked one stands for. */
export function operationInput({ shape }: Tool, values: Record<string, unknown>): Record<string, unknown> {
  if (!shape.input) return values
  return Object.fromEntries(Object.entries(shape.input.map(values as never)).filter(([, value]) => value !== undefined))
}

function nameIn({ schema, shape }: Tool, field: string): string {
  return Object.keys(schema.properties).find((name) => operationField(shape, name) === field) ?? field
}

/** Three names for one thing: two of them in one call must agree. */
function takeSession(
  tool: Tool,
  given: Record<string, unknown>,
): { rest: Record<string, unknown>; session: string | null } {
  const own = SESSION_FIELDS.find((name) => operationField(tool.shape, name) in fieldsOf(tool))
  const rest = { ...given }
  let session: string | null = null
  for (const name of SESSION_FIELDS) {
    const value = rest[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_NAME) {
      const shown = JSON.stringify(value)?.slice(0, 80)
      throw new AppError('invalid', `${name} ${shown} is not the id, key or ref of a session`, {
        hint: 'daybook session list',
      })
    }
    if (session !== null && session !== value.trim()) {
      throw new AppError('invalid', `${tool.name} was given two sessions: "${session}" and "${value.slice(0, 80)}"`)
    }
    session = value.trim()
    delete rest[name]
  }
  if (own === undefined || session === null) return { rest, session }
  return { rest: { ...rest, [own]: session }, session }
}

function fieldsOf({ operation, shape }: Tool): object {
  return (shape.input?.schema ?? operation.input)._zod.def.shape
}

function takesNull({ type, anyOf }: FieldSchema): boolean {
  return type === 'null' || (Array.isArray(type) && type.includes('null')) || (anyOf?.some(takesNull) ?? false)
}

function checkLength(name: string, value: unknown, schema: FieldSchema | undefined): void {
  if (Array.isArray(value)) for (const one of value) checkLength(name, one, schema?.items)
  const longest = schema?.maxLength ?? LONGEST_TEXT
  if (typeof value !== 'string' || value.length <= longest) return
  throw new AppError('too_large', `${name} has ${value.length} characters, and ${longest} is the most`, {
    hint: 'send the part that matters',
  })
}
