import { AppError } from '../domain/errors.ts'
import type { InputField } from '../operations/input.ts'
import { nearest } from './suggest.ts'

/** What was typed after the words of a command. */
export interface Typed {
  /** By field name; numbers and booleans converted where they are such, else as typed, for the check to name. */
  values: Record<string, unknown>
  json: boolean
  yes: boolean
  help: boolean
}

export interface Accepts {
  fields: readonly InputField[]
  /** Fields taken from positional arguments, in order; a list field takes the rest. */
  args: readonly string[]
  /** The command takes `--yes`. */
  yes?: boolean
  /** As typed by a person, for errors: `daybook session list`. */
  name: string
}

/** `fromDate` is `--from-date`. */
export function flagOf(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** How an error calls a field: its flag, or its name in capitals when it is positional. */
export function shownName(field: string, args: readonly string[]): string {
  return args.includes(field) ? flagOf(field).slice(2).toUpperCase() : flagOf(field)
}

const HELP_FLAGS = ['--help', '-h']
const TAKE_NO_VALUE = ['--json', '--help', '--yes']

/**
 * Reads flags and positional arguments. `--flag value`, `--flag=value`, `--flag` and `--no-flag` for yes and no, a
 * repeated flag or commas without spaces for lists; `--` ends flags. A word with one dash in front is text: `-not`, `-5`.
 *
 * @throws AppError `invalid` for an unknown flag, a missing value, an argument too many
 */
export function readArgs(words: readonly string[], accepts: Accepts): Typed {
  const typed: Typed = { values: {}, json: false, yes: false, help: false }
  const positional: string[] = []
  const byFlag = new Map(accepts.fields.map((field) => [flagOf(field.name), field]))
  const rehearsal = byFlag.get('--rehearse')
  // What most programs call it.
  if (rehearsal && !byFlag.has('--dry-run')) byFlag.set('--dry-run', rehearsal)
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') {
      positional.push(...words.slice(i + 1))
      break
    }
    if (HELP_FLAGS.includes(word)) typed.help = true
    else if (word === '--json') typed.json = true
    else if (word === '--yes' && accepts.yes) typed.yes = true
    else if (!word.startsWith('--')) positional.push(word)
    else {
      const cut = word.indexOf('=')
      const flag = cut < 0 ? word : word.slice(0, cut)
      const field = byFlag.get(flag)
      const negated = cut < 0 && flag.startsWith('--no-') ? byFlag.get(`--${flag.slice(5)}`) : undefined
      if (field?.kind === 'boolean' && cut < 0) typed.values[field.name] = true
      else if (field) {
        const next = cut < 0 ? words[++i] : word.slice(cut + 1)
        if (next === undefined || (cut < 0 && isFlag(next, byFlag))) throw needsValue(flag, field, accepts)
        addValue(typed.values, field, next)
      } else if (negated?.kind === 'boolean') typed.values[negated.name] = false
      else if (TAKE_NO_VALUE.includes(flag) && cut >= 0) throw takesNoValue(flag, word.slice(cut + 1), accepts)
      else throw unknownFlag(flag, [...byFlag.keys()], accepts)
    }
  }
  if (!typed.help) placePositional(positional, typed.values, accepts)
  return typed
}

function isFlag(word: string, byFlag: ReadonlyMap<string, InputField>): boolean {
  return word === '--' || word === '--json' || word === '--help' || byFlag.has(word.split('=')[0] ?? word)
}

function placePositional(words: readonly string[], values: Record<string, unknown>, accepts: Accepts): void {
  let used = 0
  for (const name of accepts.args) {
    const field = accepts.fields.find((candidate) => candidate.name === name)
    if (!field || values[name] !== undefined || used >= words.length) continue
    // Words of a query need no quotes: they are one text.
    if (name === 'query') values[name] = words.slice(used).join(' ')
    if (field.list) for (const word of words.slice(used)) addValue(values, field, word, false)
    if (name === 'query' || field.list) used = words.length
    else addValue(values, field, words[used++] ?? '')
  }
  const extra = words[used]
  if (extra === undefined) return
  throw new AppError('invalid', `${accepts.name} takes no argument ${JSON.stringify(extra.slice(0, 120))}`, {
    hint: `${accepts.name} --help`,
  })
}

function addValue(values: Record<string, unknown>, field: InputField, text: string, commas = true): void {
  // A sentence has commas of its own.
  const parts = field.list && commas && !/\s/.test(text) ? text.split(',').filter((part) => part !== '') : [text]
  const converted = parts.map((part) => convert(field, part))
  if (field.kind === 'map') values[field.name] = joined(values[field.name], converted[0])
  else if (!field.list) values[field.name] = converted[0]
  else values[field.name] = [...((values[field.name] as unknown[] | undefined) ?? []), ...converted]
}

function convert(field: InputField, text: string): unknown {
  if (field.kind === 'number') return /^[+-]?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : text
  if (field.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (field.kind === 'json') return jsonOr(text)
  if (field.kind === 'map') return readMap(text)
  return text
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `team=north` or a JSON object; anything else as it was typed, for the check to name. */
function readMap(text: string): unknown {
  const value = text.trimStart().startsWith('{') ? jsonOr(text) : text
  const [, name, held] = typeof value === 'string' ? (/^([^=]+)=([^]*)$/.exec(value) ?? []) : []
  return name === undefined ? value : { [name.trim()]: jsonOr(held ?? '') }
}

/** A map that is given in several pieces is one. */
function joined(before: unknown, value: unknown): unknown {
  return typeof before === 'object' && typeof value === 'object' ? { ...before, ...value } : value
}

function needsValue(flag: string, field: InputField, accepts: Accepts): AppError {
  const what = field.kind === 'choice' ? `one of ${field.choices.join(', ')}` : field.describe || 'a value'
  return new AppError('invalid', `${flag} needs a value: ${what}`, { hint: `${accepts.name} --help` })
}

function takesNoValue(flag: string, value: string, { name }: Accepts): AppError {
  const shown = JSON.stringify(value.slice(0, 120))
  return new AppError('invalid', `${flag} takes no value, and ${shown} is one`, { hint: `${name} --help` })
}

function unknownFlag(flag: string, known: readonly string[], accepts: Accepts): AppError {
  const near = nearest(flag, [...known, '--json', '--help', ...(accepts.yes ? ['--yes'] : [])])
  return new AppError('invalid', `unknown flag ${JSON.stringify(flag.slice(0, 120))} for ${accepts.name}`, {
    details: near ? [`did you mean ${near}?`] : [],
    hint: `${accepts.name} --help`,
  })
}
