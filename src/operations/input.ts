import type { $ZodObject, $ZodType, output } from 'zod/v4/core'
import { globalRegistry, safeParse } from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Operation } from './operation.ts'

/** One field of an operation's input, as a face needs it to make a flag, a help line or a table row. */
export interface InputField {
  name: string
  /** `map`: names and values of any kind. `json`: any value. */
  kind: 'text' | 'number' | 'boolean' | 'choice' | 'map' | 'json'
  /** True when it takes several values. */
  list: boolean
  required: boolean
  /** Values of a `choice`. */
  choices: readonly string[]
  /** Of a `number`, both inclusive. */
  minimum: number | undefined
  maximum: number | undefined
  usual: unknown
  describe: string
}

/** The fields of an input schema, in their order. Works on any schema made of the field makers in `fields.ts`. */
export function inputFields(input: $ZodObject): readonly InputField[] {
  let fields = known.get(input)
  if (fields === undefined) {
    fields = Object.entries(input._zod.def.shape).map(([name, schema]) => readField(name, schema))
    known.set(input, fields)
  }
  return fields
}

/** A schema does not change, and every call of a tool asks for its fields twice. */
const known = new WeakMap<$ZodObject, readonly InputField[]>()

/** What of a zod definition is looked at here. */
interface Definition {
  type: string
  innerType?: $ZodType
  element?: $ZodType
  defaultValue?: unknown
  entries?: Record<string, string>
  checks?: { _zod: { def: { check: string; value?: unknown } } }[]
}

function readField(name: string, schema: $ZodType): InputField {
  const field: InputField = {
    name,
    kind: 'text',
    list: false,
    required: true,
    choices: [],
    minimum: undefined,
    maximum: undefined,
    usual: undefined,
    describe: '',
  }
  let at: $ZodType | undefined = schema
  while (at) {
    const definition = at._zod.def as unknown as Definition
    field.describe ||= globalRegistry.get(at)?.description ?? ''
    if (definition.type === 'optional') field.required = false
    if (definition.type === 'default') {
      field.required = false
      field.usual = definition.defaultValue
    }
    if (definition.type === 'array') field.list = true
    if (definition.type === 'boolean') field.kind = 'boolean'
    if (definition.type === 'number') field.kind = 'number'
    if (definition.type === 'record') field.kind = 'map'
    if (definition.type === 'unknown') field.kind = 'json'
    if (definition.type === 'enum') {
      field.kind = 'choice'
      field.choices = Object.values(definition.entries ?? {})
    }
    for (const check of definition.checks ?? []) {
      if (check._zod.def.check === 'greater_than') field.minimum = check._zod.def.value as number
      if (check._zod.def.check === 'less_than') field.maximum = check._zod.def.value as number
    }
    at = definition.innerType ?? definition.element
  }
  return field
}

/**
 * Checks what a caller sent against an operation's input.
 *
 * @param nameOf how the face calls a field, for errors: `--limit` on a command line
 * @throws AppError `invalid` naming the field, the value and what is allowed
 */
export function parseInput<Input extends $ZodObject>(
  operation: Operation<Input>,
  raw: Record<string, unknown>,
  nameOf: (field: string) => string = (field) => field,
): output<Input> {
  const fields = inputFields(operation.input)
  for (const name of Object.keys(raw)) {
    if (fields.some((field) => field.name === name)) continue
    throw new AppError('invalid', `${operation.name} takes no ${nameOf(name)}`, {
      hint: `use ${fields.map((field) => nameOf(field.name)).join(', ')}`,
    })
  }
  const parsed = safeParse(operation.input, raw)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path ?? []
  const field = fields.find((candidate) => candidate.name === path[0])
  if (!field) throw new AppError('invalid', `the input of ${operation.name} is not an object`)
  const value = path.length > 1 ? (raw[field.name] as unknown[])[path[1] as number] : raw[field.name]
  if (value === undefined)
    throw new AppError('invalid', `${operation.name} needs ${nameOf(field.name)}: ${field.describe}`)
  throw new AppError('invalid', refusal(field, nameOf(field.name), value))
}

/** Why a value is not taken: `--limit "-5" is not a whole number from 1 to 1000`, `QUERY " " is blank`. */
export function refusal(field: InputField, name: string, value: unknown): string {
  const isBlank = field.kind === 'text' && typeof value === 'string' && value.trim() === ''
  return `${name} ${shown(value)} is ${isBlank ? 'blank' : `not ${allowed(field)}`}`
}

/** `a whole number from 1 to 1000`, `one of user, assistant`: completes "is not ...". */
export function allowed(field: InputField): string {
  if (field.kind === 'number') return `a whole number from ${field.minimum ?? 0} to ${field.maximum ?? 'any'}`
  if (field.kind === 'choice') return `one of ${field.choices.join(', ')}`
  if (field.kind === 'boolean') return 'true or false'
  if (field.kind === 'map') return 'name=value, or a JSON object'
  if (field.kind === 'json') return 'JSON, or text'
  return 'text'
}

function shown(value: unknown): string {
  return JSON.stringify(typeof value === 'number' ? String(value) : value)?.slice(0, 120) ?? String(value)
}
