import type { InputField } from '../operations/input.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { CliExample } from '../operations/operation.ts'
import type { Io, Opened } from './io.ts'
import type { Screen } from './screen.ts'

/** A command as the help lists it; its code is loaded only when it is called. */
export interface CommandEntry {
  /** Words after `daybook`; empty for `daybook` alone. */
  readonly path: readonly string[]
  readonly summary: string
  /** It works on files and processes of this machine: with `--url` it is refused. */
  readonly isHere?: boolean
  load(): Promise<Command>
}

export interface Command {
  fields: readonly InputField[]
  /** Fields taken from positional arguments, in order; the last may be a list. */
  args: readonly string[]
  examples: readonly CliExample[]
  seeAlso: readonly string[]
  /** Takes `--yes`, which answers its question. */
  yes: boolean
  /** Resolves with the exit code. Errors are thrown. */
  run(call: Call): Promise<number>
}

/** One call of a command. */
export interface Call {
  io: Io
  out: Screen
  err: Screen
  /** `daybook session list` */
  name: string
  /** What was typed after the command's words. */
  words: readonly string[]
  /** Checked against the fields: defaults are in. */
  values: Record<string, unknown>
  json: boolean
  yes: boolean
  /** Every operation there is. */
  catalogue: readonly CatalogueEntry[]
  /** Every command that help lists. */
  commands: readonly CommandEntry[]
  /** Opens Daybook, once; closed after the command. */
  open(which?: 'own' | 'demo'): Promise<Opened>
}

/** A command written by hand, with what most of them leave out. */
export function defineCommand(command: Partial<Command> & Pick<Command, 'run'>): Command {
  return { fields: [], args: [], examples: [], seeAlso: [], yes: false, ...command }
}

/** A field of a command written by hand, as `inputFields` makes it for an operation. */
export function field(
  name: string,
  kind: InputField['kind'],
  describe: string,
  more: Partial<InputField> = {},
): InputField {
  return {
    name,
    kind,
    list: false,
    required: false,
    choices: [],
    minimum: undefined,
    maximum: undefined,
    usual: kind === 'boolean' ? false : undefined,
    describe,
    ...more,
  }
}
