import type { InputField } from '../operations/input.ts'
import { flagOf } from './args.ts'
import type { Command, CommandEntry } from './command.ts'
import type { Screen } from './screen.ts'
import { command as typed, meta, plain, subject, textWidth } from './text.ts'
import type { Text } from './text.ts'
import { wrap } from './width.ts'

const NOUNS: readonly [title: string, words: readonly string[]][] = [
  ['Look', ['session', 'search', 'usage', 'files', 'project']],
  ['Keep', ['scan', 'watch', 'restore', 'reindex', 'backup']],
  ['Check', ['doctor', 'problems', 'activity', 'config', 'trust', 'demo']],
]

/** `daybook --help`: every command with what it does. */
export function printMainHelp(out: Screen, commands: readonly CommandEntry[], version: string): void {
  out.line(subject('daybook'), ` ${version}: the record of your work with coding agents, kept on this machine.`)
  out.line()
  out.line('  ', typed('daybook'), ' COMMAND [--json] [--help]')
  const listed = new Set(NOUNS.flatMap(([, words]) => words))
  const rest = commands.filter(({ path }) => !listed.has(path[0] ?? ''))
  for (const [title, words] of NOUNS) {
    const entries = words.flatMap((word) => commands.filter(({ path }) => path[0] === word))
    printEntries(out, title, title === 'Check' ? [...entries, ...rest] : entries)
  }
  out.line()
  out.line('Exit  0 ok  1 failed  2 usage  3 not found  4 conflict  5 validation failed')
  out.line('More  ', typed('daybook COMMAND --help'))
}

/** `daybook session`: the commands that begin with this word. */
export function printGroupHelp(out: Screen, entries: readonly CommandEntry[]): void {
  printEntries(out, `Commands of ${entries[0]?.path[0] ?? 'daybook'}`, entries, false)
  out.line('More  ', typed(`daybook ${entries[0]?.path.join(' ') ?? ''} --help`))
}

function printEntries(out: Screen, title: string, entries: readonly CommandEntry[], apart = true): void {
  if (entries.length === 0) return
  if (apart) out.line()
  out.line(subject(title))
  pairs(
    out,
    entries.map(({ path, summary }) => [typed(path.join(' ')), summary.replace(/\.$/, '')]),
  )
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
