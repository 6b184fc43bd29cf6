import type { InputField } from '../../operations/input.ts'
import { flagOf } from '../args.ts'
import type { Command, CommandEntry } from '../command.ts'

/** What completion knows of a command: enough to write it down for a shell that never asks again. */
export interface TreeCommand {
  /** `session list` */
  path: string
  summary: string
  flags: TreeFlag[]
  args: TreeArgument[]
}

export interface TreeFlag {
  /** `--limit` */
  flag: string
  says: string
  /** What follows it; null for yes and no. */
  value: TreeValue | null
}

export interface TreeArgument {
  value: TreeValue
  /** Takes the rest of the line. */
  rest: boolean
}

/** `a,b`: one of these. `@sessions`: asked for when it is needed. `@files`: paths. Empty: anything. */
export type TreeValue = string

/** What is asked for while somebody types, see `commands/complete.ts`. */
export const LIVE_KINDS = ['agents', 'sessions', 'projects', 'models', 'tags', 'filters', 'notes', 'tickets'] as const
export type LiveKind = (typeof LIVE_KINDS)[number]

/** Fields that are completed from the record, by name. */
const LIVE_FIELDS: Readonly<Record<string, LiveKind | 'files'>> = {
  agent: 'agents',
  session: 'sessions',
  sessions: 'sessions',
  project: 'projects',
  model: 'models',
  tag: 'tags',
  tags: 'tags',
  filter: 'filters',
  note: 'notes',
  ticket: 'tickets',
  tickets: 'tickets',
  ref: 'tickets',
  path: 'files',
  file: 'files',
  to: 'files',
  directory: 'files',
}

/** Every command with its flags and arguments. Loads all of them: once, when a script is made. */
export async function commandTree(entries: readonly CommandEntry[]): Promise<TreeCommand[]> {
  return Promise.all(
    entries.map(async (entry) => {
      const command = await entry.load()
      const value = (field: InputField): TreeValue => valueOf(entry, field)
      return {
        path: entry.path.join(' '),
        summary: entry.summary,
        flags: [
          ...command.fields
            .filter(({ name }) => !command.args.includes(name))
            .map((field) => ({
              flag: flagOf(field.name),
              says: field.describe,
              value: field.kind === 'boolean' ? null : value(field),
            })),
          ...commonFlags(command),
        ],
        args: command.args.flatMap((name) => {
          const field = command.fields.find((candidate) => candidate.name === name)
          return field ? [{ value: value(field), rest: field.list }] : []
        }),
      }
    }),
  )
}

function commonFlags(command: Command): TreeFlag[] {
  return [
    ...(command.yes ? [{ flag: '--yes', says: 'go on without a question', value: null }] : []),
    { flag: '--json', says: 'answer as JSON', value: null },
    { flag: '--help', says: 'what it takes, with examples', value: null },
  ]
}

function valueOf(entry: CommandEntry, field: InputField): TreeValue {
  if (field.kind === 'choice') return field.choices.join(',')
  if (field.kind !== 'text' && field.name !== 'note') return ''
  if (field.name === 'source') return 'claude,codex,gemini'
  if (field.name === 'name' && entry.path[0] === 'filter') return '@filters'
  const live = LIVE_FIELDS[field.name]
  return live === undefined ? '' : `@${live}`
}

/** First words, and second words of those that begin several commands, with what they are for. */
export function nextWords(tree: readonly TreeCommand[], group: string): { word: string; says: string }[] {
  const start = group === '' ? '' : `${group} `
  const found = new Map<string, string>()
  for (const { path, summary } of tree) {
    if (path === '' || !path.startsWith(start)) continue
    const [word = '', second] = path.slice(start.length).split(' ')
    if (!found.has(word) || second === undefined) found.set(word, second === undefined ? summary : `${word} commands`)
  }
  return [...found].map(([word, says]) => ({ word, says }))
}

/** Words that begin several commands: `session`. */
export function groups(tree: readonly TreeCommand[]): string[] {
  return [...new Set(tree.filter(({ path }) => path.includes(' ')).map(({ path }) => path.split(' ')[0] as string))]
}
