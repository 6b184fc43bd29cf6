import { AppError } from '../domain/errors.ts'
import { OPERATIONS } from '../operations/index.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import { readArgs } from './args.ts'
import { callerOf } from './caller.ts'
import type { Call, Command, CommandEntry } from './command.ts'
import { COMPLETE, FIRST_RUN, type Found, OVERVIEW, findCommand, listCommands } from './commands.ts'
import { type Elsewhere, readElsewhere } from './elsewhere.ts'
import { EXIT } from './exit-codes.ts'
import type { Io, Opened, OpenedStore } from './io.ts'
import { failureJson, failureOf, printFailure } from './print-error.ts'
import type { Failure, Typed } from './print-error.ts'
import { Screen, wantsColour, wantsUnicode } from './screen.ts'
import { nearest } from './suggest.ts'

/**
 * The whole command line: reads what was typed, runs one command, prints. Never ends the process.
 *
 * @param argv the words after the program's name
 * @returns the exit code: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 validation failed, 130 stopped by Ctrl C
 */
export async function run(
  argv: readonly string[],
  io: Io,
  catalogue: readonly CatalogueEntry[] = OPERATIONS,
): Promise<number> {
  const [out, err] = [screenOf(io, 'stdout'), screenOf(io, 'stderr')]
  const json = argv.slice(0, endOfFlags(argv)).includes('--json')
  const called: Called = { name: 'daybook', words: [] }
  try {
    return await dispatch(argv, io, catalogue, out, err, called)
  } catch (error) {
    out.clearTransient()
    err.clearTransient()
    // An agent must never be held up, or shown anything, by a hook of ours.
    if (argv[0] === 'hook' && !io.isTTY.stdin) return EXIT.ok
    if (io.signal.aborted) return EXIT.interrupted
    const failure = askedThere(failureOf(error, called), called)
    if (json) out.json(failureJson(failure))
    else printFailure(err, failure)
    if (failure.code === 'internal' && io.env['DAYBOOK_DEBUG']) err.line(String((error as Error)?.stack ?? error))
    return failure.exit
  }
}

interface Called extends Typed {
  elsewhere?: Elsewhere
}

/** The way out asks where the command asked. */
function askedThere(failure: Failure, { elsewhere }: Called): Failure {
  const [first, ...rest] = failure.hint.split(' ')
  if (first !== 'daybook' || !elsewhere?.prefix || rest[0]?.startsWith('--')) return failure
  return { ...failure, hint: ['daybook', elsewhere.prefix, ...rest].join(' ') }
}

async function dispatch(
  typed: readonly string[],
  io: Io,
  catalogue: readonly CatalogueEntry[],
  out: Screen,
  err: Screen,
  called: Called,
): Promise<number> {
  const { words: argv, elsewhere } = readElsewhere(typed, io.env)
  const [first] = argv
  if (first === '--version' || first === '-V' || first === 'version') {
    if (argv.includes('--json')) out.json({ version: io.version })
    else out.line(`daybook ${io.version}`)
    return EXIT.ok
  }
  const commands = listCommands(catalogue)
  const wantsHelp = first === '--help' || first === '-h' || first === 'help'
  const words = wantsHelp ? argv.slice(1).filter((word) => !word.startsWith('-')) : [...argv]
  if (wantsHelp && words.length === 0) {
    const { printMainHelp } = await import('./help.ts')
    printMainHelp(out, commands, io.version)
    return EXIT.ok
  }
  const found =
    words.length === 0 || words[0]?.startsWith('-')
      ? bare(words, commands, elsewhere)
      : findCommand(words, [...commands, FIRST_RUN, COMPLETE])
  if (found.kind === 'unknown') throw await unknownCommand(found, commands)
  if (found.kind === 'group') {
    const { printGroupHelp } = await import('./help.ts')
    if (found.rest.includes('--json')) {
      const items = found.entries.map(({ path, summary }) => ({ command: ['daybook', ...path].join(' '), summary }))
      out.json({ items, total: items.length, nextCursor: null })
    } else printGroupHelp(out, found.entries)
    return EXIT.ok
  }
  const [command, { checkInput }] = await Promise.all([found.entry.load(), import('./check-input.ts')])
  const name = ['daybook', ...found.entry.path].join(' ')
  called.name = name
  called.words = found.rest
  const read = readArgs(found.rest, { ...command, name })
  if (read.help || wantsHelp) {
    const { printCommandHelp } = await import('./help.ts')
    printCommandHelp(out, found.entry, command)
    return EXIT.ok
  }
  const isHere = found.entry.isHere === true
  if (isHere && elsewhere?.prefix) throw worksHere(name)
  if (!isHere) called.elsewhere = elsewhere
  const values = checkInput(command, name, read.values)
  return runCommand(command, {
    io: isHere || !elsewhere ? io : { ...io, openContext: async () => openThere(io, elsewhere, called) },
    out,
    err,
    name,
    words: found.rest,
    values,
    catalogue,
    commands,
    json: read.json,
    yes: read.yes,
  })
}

/** An address that is refused is not named again: it may hold what nobody should see. */
async function openThere(io: Io, elsewhere: Elsewhere, called: Called): Promise<OpenedStore> {
  delete called.elsewhere
  const store = await io.openElsewhere(elsewhere, callerOf(io))
  called.elsewhere = elsewhere
  return store
}

/** `daybook` alone looks around on this machine; where the record is elsewhere it is asked how things stand. */
function bare(rest: string[], commands: readonly CommandEntry[], elsewhere?: Elsewhere): Found {
  return elsewhere ? findCommand(['status', ...rest], commands) : { kind: 'command', entry: OVERVIEW, rest }
}

async function runCommand(command: Command, call: Omit<Call, 'open'>): Promise<number> {
  const opened: Opened[] = []
  const open = async (which?: 'own' | 'demo'): Promise<Opened> => {
    const store = await call.io.openContext(which)
    const one = { ...store, context: { ...store.context, caller: callerOf(call.io) } }
    opened.push(one)
    return one
  }
  try {
    return await command.run({ ...call, open })
  } finally {
    for (const one of opened) await one.close()
  }
}

function worksHere(name: string): AppError {
  return new AppError('unsupported', `${name} works on this machine’s own record and files`, { hint: name })
}

async function unknownCommand(
  { word, known, group }: { word: string; known: string[]; group: string[] },
  commands: readonly CommandEntry[],
): Promise<AppError> {
  const near = nearest(word, known)
  const words = [...group, ...(near === undefined ? [] : [near])]
  const meant = await commands.find(({ path }) => path.join(' ') === words.join(' '))?.load()
  const help = words.length === 0 || meant?.fields.some(({ required }) => required) ? ['--help'] : []
  const hint = ['daybook', ...words, ...help].join(' ')
  return new AppError('invalid', `unknown command "${[...group, word.slice(0, 80)].join(' ')}"`, { hint })
}

function screenOf(io: Io, name: 'stdout' | 'stderr'): Screen {
  return new Screen({
    sink: io[name],
    terminal: io.isTTY[name],
    colour: wantsColour(io.env, io.isTTY[name]),
    unicode: wantsUnicode(io.env),
    columns: Math.max(40, io.columns),
  })
}

function endOfFlags(argv: readonly string[]): number {
  const end = argv.indexOf('--')
  return end < 0 ? argv.length : end
}
