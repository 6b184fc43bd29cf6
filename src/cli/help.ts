import type { InputField } from '../operations/input.ts'
import { flagOf } from './args.ts'
import type { Command, CommandEntry } from './command.ts'
import type { Screen } from './screen.ts'
import { command as typed, meta, plain, subject, textWidth } from './text.ts'
import type { Text } from './text.ts'
import { wrap } from './width.ts'

/** First words of commands, in the order of help. A word that no group names comes last. */
const GROUPS: readonly [title: string, words: string][] = [
  [
    'Work',
    'start status info attach sprint task context ticket update note log done check report handoff continue pause resume switch end',
  ],
  ['Look', 'session search usage files blame project fleet open serve'],
  [
    'Keep',
    'scan watch background setup hook webhook mcp restore reindex backup prune forget export import template filter',
  ],
  ['Check', 'doctor problems drift agents activity config trust token completion demo'],
]

/** `daybook --help`: each first word once, with what it does or what it begins. */
export function printMainHelp(out: Screen, commands: readonly CommandEntry[], version: string): void {
  out.line(subject('daybook'), ` ${version}: the record of your work with coding agents, kept on this machine.`)
  out.line()
  out.line('  ', typed('daybook'), ' COMMAND [--json] [--help]')
  const byWord = Map.groupBy(commands, ({ path }) => path[0] ?? '')
  const width = Math.max(...[...byWord.keys()].map((word) => word.length))
  const grouped = GROUPS.flatMap(([, words]) => words.split(' '))
  const rest = [...byWord.keys()].filter((word) => !grouped.includes(word))
  for (const [title, words] of [...GROUPS, ['Other', rest.join(' ')] as const]) {
    const known = words.split(' ').flatMap((word) => {
      const entries = byWord.get(word)
      return entries === undefined ? [] : [[word, entries] as const]
    })
    if (known.length === 0) continue
    out.line()
    out.line(subject(title))
    for (const [word, entries] of known) printWord(out, word, entries, width)
  }
  out.line()
  out.line('There ', typed('daybook --url URL COMMAND'), ' asks a record that is served elsewhere')
  out.line('Exit  0 ok  1 failed  2 usage  3 not found  4 conflict  5 validation failed')
  out.line('More  ', typed('daybook session'), ' lists its commands, ', typed('daybook search --help'), ' has examples')
}

/** What a command does in one line, the verbs of a word that begins several. A command chosen by a flag is no verb. */
function printWord(out: Screen, word: string, entries: readonly CommandEntry[], width: number): void {
  const room = out.columns - width - 5
  const alone = entries.find(({ path }) => path.length === 1)
  const verbs = entries.map(({ path }) => path.slice(1).join(' ')).filter((verb) => /^[^-]/.test(verb))
  const says = [...(alone ? brief(alone.summary, room) : []), ...(verbs.length > 0 ? wrap(verbs.join(', '), room) : [])]
  for (const [index, line] of says.entries())
    out.line('  ', typed((index === 0 ? word : '').padEnd(width)), '   ', line)
}

/** A summary without its full stop; cut where a clause ends so that it fits in one line. */
function brief(summary: string, room: number): string[] {
  const whole = summary.replace(/\.$/, '')
  const [colons, commas] = [': ', ', '].map((end) =>
    [...whole.matchAll(new RegExp(end, 'g'))].map(({ index }) => index),
  )
  const ends = [whole.length, ...(colons ?? []), ...(commas ?? []).toReversed()]
  const fits = ends.map((end) => whole.slice(0, end)).find((part) => textWidth(part) <= room)
  return fits === undefined ? wrap(whole, room) : [fits]
}

/** `daybook session`: the commands that begin with this word. */
export function printGroupHelp(out: Screen, entries: readonly CommandEntry[]): void {
  out.line(subject(`Commands of ${entries[0]?.path[0] ?? 'daybook'}`))
  pairs(
    out,
    entries.map(({ path, summary }) => [typed(path.join(' ')), summary.replace(/\.$/, '')]),
  )
  out.line('More  ', typed(`daybook ${entries[0]?.path.join(' ') ?? ''} --help`))
}

/** `daybook session list --help`. */
export function printCommandHelp(out: Screen, entry: CommandEntry, command: Command): void {
  const name = ['daybook', ...entry.path].join(' ')
  out.line(entry.summary)
  for (const line of wrap(usageLine(name, command), out.columns - 4)) out.line('  ', line)
  if (command.examples.length > 0) {
    out.line('Examples')
    pairs(
      out,
      command.examples.map((example) => [typed(example.command), example.says]),
    )
  }
  const described: [Text, string][] = command.fields.map((field) => [
    command.args.includes(field.name) ? field.name.toUpperCase() : signature(field),
    describe(field),
  ])
  described.push(['--json', 'one JSON document on stdout, errors too'])
  if (command.yes) described.push(['--yes', 'answers the question'])
  out.line('Options')
  pairs(out, described)
  out.line('Exit  0 ok  1 failed  2 usage  3 not found  4 conflict')
  if (command.seeAlso.length > 0) out.line(meta(`See also: ${command.seeAlso.join(', ')}`))
}

function usageLine(name: string, command: Command): string {
  const args = command.args.map((arg) => {
    const found = command.fields.find((candidate) => candidate.name === arg)
    const word = `${arg.toUpperCase()}${found?.list ? '...' : ''}`
    return found?.required ? word : `[${word}]`
  })
  const flags = command.fields
    .filter((candidate) => !command.args.includes(candidate.name))
    .map((candidate) => (candidate.required ? signature(candidate) : `[${signature(candidate)}]`))
  return [name, ...args, ...flags, '[--json]', ...(command.yes ? ['[--yes]'] : [])].join(' ')
}

function signature(field: InputField): string {
  const flag = flagOf(field.name)
  if (field.kind === 'boolean') return field.usual === true ? `--no-${flag.slice(2)}` : flag
  const placeholder = field.kind === 'number' ? 'N' : field.name.replace(/[A-Z]/g, '-$&').toUpperCase()
  return `${flag} ${placeholder}${field.list ? ',...' : ''}`
}

function describe(field: InputField): string {
  const parts = [field.describe]
  if (field.choices.length > 0) parts.push(`one of ${field.choices.join(', ')}`)
  const usual = field.usual
  if (usual !== undefined && typeof usual !== 'boolean' && !Array.isArray(usual)) parts.push(`usually ${String(usual)}`)
  return parts.filter((part) => part !== '').join('; ')
}

const PAIR_WIDTH = 30

/** Two columns; a long left side stands on its own line. */
function pairs(out: Screen, rows: readonly (readonly [Text, string])[]): void {
  const width = Math.min(PAIR_WIDTH, Math.max(...rows.map(([left]) => textWidth(left))))
  for (const [left, right] of rows) {
    const lines = wrap(right, out.columns - width - 5)
    const gap = width - textWidth(left)
    if (gap < 0) out.line('  ', left)
    lines.forEach((line, index) => {
      const lead = index === 0 && gap >= 0 ? ['  ', left, ' '.repeat(gap)] : [' '.repeat(width + 2)]
      if (plain(line) !== '' || index === 0) out.line(...lead, '   ', line)
    })
  }
}
