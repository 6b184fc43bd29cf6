import type { CatalogueEntry } from '../operations/index.ts'
import type { Command, CommandEntry } from './command.ts'

/** In the order of the help. */
const WRITTEN: readonly CommandEntry[] = [
  {
    path: ['scan'],
    summary: 'Read what is new in your agents’ transcripts into the record.',
    load: async () => (await import('./commands/scan.ts')).scan,
  },
  {
    path: ['watch'],
    summary: 'Scan, then go on reading while you work.',
    load: async () => (await import('./commands/watch.ts')).watch,
  },
  {
    path: ['serve'],
    summary: 'Serve the page and every operation on this machine, and go on reading.',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    path: ['open'],
    summary: 'Open the page in a browser, signed in.',
    load: async () => (await import('./commands/open.ts')).open,
  },
  {
    path: ['token', 'create'],
    summary: 'Make a token for the server, for somebody or something, with a scope and an end.',
    load: async () => (await import('./commands/token.ts')).tokenCreate,
  },
  {
    path: ['token', 'list'],
    summary: 'List the tokens that were made, what they may and until when.',
    load: async () => (await import('./commands/token.ts')).tokenList,
  },
  {
    path: ['token', 'revoke'],
    summary: 'Take a token back: it counts no longer.',
    load: async () => (await import('./commands/token.ts')).tokenRevoke,
  },
  {
    path: ['token', 'show'],
    summary: 'Print this machine’s own token.',
    load: async () => (await import('./commands/token.ts')).tokenShow,
  },
  {
    path: ['mcp'],
    summary: 'Serve tools to an agent, over standard input or HTTP.',
    load: async () => (await import('./commands/mcp.ts')).mcp,
  },
  {
    path: ['mcp', 'record'],
    summary: 'Run another tool server, and record the calls that go to it.',
    load: async () => (await import('./commands/mcp-record.ts')).mcpRecord,
  },
  {
    path: ['hook'],
    summary: 'Keep what an agent tells while it works; agents call this.',
    load: async () => (await import('./commands/hook.ts')).hook,
  },
  {
    path: ['background'],
    summary: 'Take in what hooks leave and answer them, while agents work; hooks start this.',
    load: async () => (await import('./commands/background.ts')).background,
  },
  {
    path: ['setup'],
    summary: 'Write hooks, tools and commands into your agents’ settings, or take them back.',
    load: async () => (await import('./commands/setup.ts')).setup,
  },
  {
    path: ['continue'],
    summary: 'Go on with a session in its own agent or in another: the command, or --run it.',
    load: async () => (await import('./commands/continue.ts')).continueIn,
  },
  {
    path: ['restore'],
    summary: 'Write a session’s transcript files again from the archive.',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    path: ['reindex'],
    summary: 'Rebuild entries, usage and search from the archive alone.',
    load: async () => (await import('./commands/reindex.ts')).reindex,
  },
  {
    path: ['backup'],
    summary: 'Copy the record to a file, also while it is written to.',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    path: ['export'],
    summary: 'Write sessions to a file: a bundle, Markdown, HTML, CSV or a tree.',
    load: async () => (await import('./commands/export.ts')).exportSessions,
  },
  {
    path: ['import'],
    summary: 'Bring in a bundle, chats, or another program’s list of tickets.',
    load: async () => (await import('./commands/import.ts')).importFiles,
  },
  {
    path: ['demo'],
    summary: 'Show a made-up history, kept apart in its own store.',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    path: ['usage', 'statusline'],
    summary: 'Print one line for an agent’s status bar: session, today, five-hour window.',
    load: async () => (await import('./commands/usage-statusline.ts')).usageStatusline,
  },
  {
    path: ['completion'],
    summary: 'Write a completion script for bash, zsh, fish or PowerShell.',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    path: ['config'],
    summary: 'Show every setting, its value and where it comes from.',
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    path: ['trust'],
    summary: 'Let a directory’s own .daybook/config.toml count.',
    load: async () => (await import('./commands/trust.ts')).trust,
  },
]

/** Commands written by hand: each works with what is on this machine. */
export const HAND_WRITTEN: readonly CommandEntry[] = WRITTEN.map((entry) => ({ ...entry, isHere: true }))

/** The first run, as `npm start` calls it. Not listed: `daybook` and `daybook watch` are its parts. */
export const FIRST_RUN: CommandEntry = {
  path: ['first-run'],
  isHere: true,
  summary: 'Scan, show what is here, then watch.',
  load: async () => (await import('./first-run.ts')).firstRun,
}

/** What completion scripts ask while somebody types. Not listed. */
export const COMPLETE: CommandEntry = {
  path: ['complete'],
  isHere: true,
  summary: 'Answer a completion script.',
  load: async () => (await import('./commands/complete.ts')).complete,
}

export const OVERVIEW: CommandEntry = {
  path: [],
  isHere: true,
  summary: 'Show what is here and what to do next.',
  load: async () => (await import('./commands/overview.ts')).overview,
}

/** All commands the help lists: those of the catalogue, then those written by hand. */
export function listCommands(catalogue: readonly CatalogueEntry[]): CommandEntry[] {
  return [...catalogue.filter(({ path }) => path.length > 0).map(fromOperation), ...HAND_WRITTEN]
}

function fromOperation(entry: CatalogueEntry): CommandEntry {
  return {
    path: entry.path,
    summary: entry.summary,
    load: async (): Promise<Command> => {
      const [{ operationCommand }, operation] = await Promise.all([import('./operation-command.ts'), entry.load()])
      return operationCommand(operation)
    },
  }
}

export type Found =
  | { kind: 'command'; entry: CommandEntry; rest: string[] }
  /** A word that only begins commands: `session`. */
  | { kind: 'group'; entries: CommandEntry[]; rest: string[] }
  | { kind: 'unknown'; word: string; known: string[]; group: string[] }

/** What a word alone means, where with more words it asks something else. */
const BARE: Readonly<Record<string, readonly string[]>> = { context: ['context', 'show'] }

/** The command that words name: the longest path that fits. */
export function findCommand(words: readonly string[], commands: readonly CommandEntry[]): Found {
  // A flag that makes another command of one stands anywhere behind its words.
  const isFlag = (part: string): boolean => part.startsWith('--')
  const bare = words.length === 1 || (words.length === 2 && words[1] === '--json') ? BARE[words[0]!] : undefined
  if (bare !== undefined) return findCommand([...bare, ...words.slice(1)], commands)
  const fitting = commands
    .filter(({ path }) => path.every((part, index) => (isFlag(part) ? words.includes(part) : words[index] === part)))
    .sort((a, b) => b.path.length - a.path.length)[0]
  if (fitting) {
    const [said, flags] = [fitting.path.filter((part) => !isFlag(part)), fitting.path.filter(isFlag)]
    const rest = words.slice(said.length).filter((word) => !flags.includes(word))
    return { kind: 'command', entry: fitting, rest }
  }
  const [first = '', second, third] = words
  const group = commands.filter(({ path }) => path.length > 1 && path[0] === first)
  if (group.length === 0)
    return { kind: 'unknown', word: first, known: unique(commands.map(({ path }) => path[0])), group: [] }
  if (second === undefined || second.startsWith('-')) return { kind: 'group', entries: group, rest: words.slice(1) }
  const deeper = group.filter(({ path }) => path.length > 2 && path[1] === second)
  if (deeper.length > 0 && (third === undefined || third.startsWith('-')))
    return { kind: 'group', entries: deeper, rest: words.slice(2) }
  if (deeper.length > 0)
    return {
      kind: 'unknown',
      word: third as string,
      known: unique(deeper.map(({ path }) => path[2])),
      group: [first, second],
    }
  return { kind: 'unknown', word: second, known: unique(group.map(({ path }) => path[1])), group: [first] }
}

function unique(words: (string | undefined)[]): string[] {
  return [...new Set(words.filter((word) => word !== undefined))]
}
