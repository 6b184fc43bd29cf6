import { inputFields, parseInput } from '../operations/input.ts'
import { AppError } from '../domain/errors.ts'
import type { Done } from '../operations/done.ts'
import type { Operation } from '../operations/operation.ts'
import { shownName } from './args.ts'
import { defineCommand } from './command.ts'
import type { Call, Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import type { Opened } from './io.ts'
import { printReply } from './print/index.ts'
import { quote, viewOf } from './view.ts'

/** The command that an operation of the catalogue makes. */
export function operationCommand(operation: Operation): Command {
  return defineCommand({
    fields: inputFields(operation.input),
    args: argsOf(operation),
    examples: operation.cli?.examples ?? [],
    seeAlso: operation.cli?.seeAlso ?? [],
    yes: operation.effect === 'destroy' || operation.cli?.asks !== undefined,
    run: (call) => runOperation(operation, call),
  })
}

/** A name with `...` takes the rest; whether a field is a list is known from the field itself. */
function argsOf(operation: Operation): string[] {
  return (operation.cli?.args ?? []).map((name) => name.replace(/\.\.\.$/, ''))
}

const BEGINS: ReadonlySet<string> = new Set(['session.start', 'session.resume', 'session.switch'])

async function runOperation(operation: Operation, call: Call): Promise<number> {
  const opened = await call.open()
  const { context } = opened
  const handle = async (input: Record<string, unknown>): Promise<unknown> =>
    opened.ask ? opened.ask(operation.name, input) : operation.handle(context, input)
  const args = argsOf(operation)
  const input = parseInput(operation, call.values, (field) => shownName(field, args))
  const rehearses = input['rehearse'] === true
  if (operation.effect === 'destroy' && !call.yes && !rehearses) {
    if (!(await consent(operation, call, opened, handle))) {
      call.err.line('Nothing was changed.')
      return EXIT.failed
    }
  }
  const question = call.yes ? undefined : await questionOf(operation, opened, input)
  if (question !== undefined && !(await agreed(call, question))) {
    call.err.line('Nothing was changed.')
    return EXIT.failed
  }
  const reply = await handle(input)
  // Somebody begins to work here: the next start of an agent is answered more quickly. A read starts nothing.
  if (BEGINS.has(operation.name) && !opened.ask) await call.io.startBackground(true)
  if (call.json) {
    call.out.json(reply)
    return exitOf(reply)
  }
  await printReply(operation.name, viewOf(call, opened), reply, call.values)
  if (operation.name !== 'task.done' || exitOf(reply) !== EXIT.invalid) return exitOf(reply)
  const { canAsk } = await import('./prompt.ts')
  if (!canAsk(call.io)) return exitOf(reply)
  const { askDone } = await import('./ask-done.ts')
  const again = await askDone(call.io, call.err, reply as Done)
  if (again === undefined) {
    call.err.line('Nothing was changed.')
    return EXIT.invalid
  }
  const second = await handle({ ...input, what: undefined, ...again })
  await printReply(operation.name, viewOf(call, opened), second, call.values)
  return exitOf(second)
}

/** Whether there is something to ask is known where the record is: asked elsewhere, there always is. */
async function questionOf(
  { cli }: Operation,
  { context, ask, location }: Opened,
  input: Record<string, unknown>,
): Promise<string | undefined> {
  if (!ask) return cli?.asks?.(context, input)
  return cli?.asks && `This changes the record of ${location}. Go on?`
}

/** @throws AppError `invalid` where nobody can be asked */
async function agreed(call: Call, question: string): Promise<boolean> {
  const { canAsk, confirm } = await import('./prompt.ts')
  if (canAsk(call.io) && !call.json) return confirm(call.io, call.err, question, '--yes')
  throw new AppError('invalid', `${question.replace(/\?$/, '')}? Here is no terminal to ask on`, {
    hint: withYes(call),
  })
}

function withYes({ name, words }: Call): string {
  const kept = words.filter((word) => word !== '--json')
  const end = kept.indexOf('--')
  kept.splice(end < 0 ? kept.length : end, 0, '--yes')
  return [name, ...kept.map(quote)].join(' ')
}

/** Destroying commands ask a person; without one they need `--yes`. */
async function consent(
  operation: Operation,
  call: Call,
  opened: Opened,
  handle: (input: Record<string, unknown>) => Promise<unknown>,
): Promise<boolean> {
  const { canAsk, confirm } = await import('./prompt.ts')
  const rehearsable = inputFields(operation.input).some(({ name }) => name === 'rehearse')
  // What cannot be done at all is said before anybody is asked.
  if (!opened.ask) await operation.cli?.check?.(opened.context, call.values)
  const plan = rehearsable ? await handle({ ...call.values, rehearse: true }) : undefined
  if (!canAsk(call.io) || call.json) {
    throw new AppError('invalid', `${call.name} destroys, and here is no terminal to ask on`, {
      hint: withYes(call),
    })
  }
  if (plan !== undefined) await printReply(operation.name, viewOf(call, undefined, opened.context), plan, call.values)
  return confirm(call.io, call.err, plan === undefined ? `Go on with ${call.name}?` : 'Go on?', '--yes')
}

/** A check that ran and found something wrong fails, a validation with a code of its own: `doctor` with errors, a log whose chain is broken. */
function exitOf(reply: unknown): number {
  const checked = reply as { ok?: unknown; errors?: unknown; valid?: unknown } | null
  if (checked?.valid === false) return EXIT.invalid
  const failed = checked?.ok === false || (typeof checked?.errors === 'number' && checked.errors > 0)
  return failed ? EXIT.failed : EXIT.ok
}
