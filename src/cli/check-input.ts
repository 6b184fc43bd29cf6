import { AppError } from '../domain/errors.ts'
import { refusal } from '../operations/input.ts'
import type { InputField } from '../operations/input.ts'
import { flagOf, shownName } from './args.ts'
import type { Command } from './command.ts'

/**
 * Checks what was typed against a command's fields and adds what is usual where nothing was typed.
 *
 * @throws AppError `invalid`: `--limit "-5" is not a whole number from 1 to 1000`
 */
export function checkInput(command: Command, name: string, typed: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of command.fields) {
    const value = typed[field.name]
    if (value === undefined) {
      if (field.required) throw missing(field, command, name)
      if (field.usual !== undefined) values[field.name] = field.usual
      continue
    }
    for (const one of field.list ? (value as unknown[]) : [value]) {
      if (fits(field, one)) continue
      throw new AppError('invalid', refusal(field, shownName(field.name, command.args), String(one).slice(0, 120)), {
        hint: repair(field, command, name),
      })
    }
    values[field.name] = value
  }
  return values
}

function fits(field: InputField, value: unknown): boolean {
  if (field.kind === 'boolean') return typeof value === 'boolean'
  if (field.kind === 'choice') return field.choices.includes(value as string)
  if (field.kind === 'map') return typeof value === 'object'
  if (field.kind === 'json') return true
  if (field.kind === 'text') return typeof value === 'string' && /\S/.test(value)
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
}

/** A command that works: the same with a value that is allowed, where nothing else has to be typed, nor names what it is about. */
function repair(field: InputField, command: Command, name: string): string {
  const others = command.fields.some((other) => other.required && other.name !== field.name)
  const value = field.choices[0] ?? (field.kind === 'number' ? (field.usual ?? field.minimum) : undefined)
  const isOneOfSomething = field.list && field.kind === 'number'
  if (others || value === undefined || isOneOfSomething || command.args.length > 0) return `${name} --help`
  return `${name} ${flagOf(field.name)} ${String(value)}`
}

const LISTS: Readonly<Record<string, string>> = {
  session: 'daybook session list',
  sessions: 'daybook session list',
  ticket: 'daybook ticket list',
  task: 'daybook ticket list',
  handoff: 'daybook handoff list',
  project: 'daybook project list',
  files: 'daybook import --help',
  command: 'daybook mcp record --help',
}

/** Where the names are that can be given; an example, where it names nothing of somebody else's record. */
function hintFor({ name }: InputField, { args, examples }: Command): string | undefined {
  const isNaming = args.some((arg) => LISTS[arg] !== undefined)
  return LISTS[name] ?? (isNaming ? undefined : examples[0]?.command)
}

function missing(field: InputField, command: Command, name: string): AppError {
  const what = field.describe === '' ? '' : `: ${field.describe}`
  const hint = hintFor(field, command) ?? `${name} --help`
  return new AppError('invalid', `${name} needs ${shownName(field.name, command.args)}${what}`, { hint })
}
