import { AppError } from '../../domain/errors.ts'
import { type Continued, continueSession } from '../../operations/session-continue.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { sessionName } from '../print/common.ts'
import { command, meta, subject } from '../text.ts'
import { quote } from '../view.ts'

const USUAL_MAX = 5

/** `daybook continue`: prints what starts the agent that goes on, or starts it, or one after another. */
export const continueIn = defineCommand({
  fields: [
    field('session', 'text', 'a session; the one you are in, or the one active last here, when left out'),
    field('with', 'text', 'the agent that goes on, as in codex; its own agent when left out'),
    field('run', 'boolean', 'start it here, in this terminal'),
    field('chain', 'boolean', 'start it to work by itself, and the next one as long as each hands over to it'),
    field('max', 'number', `with --chain: agents to start at most; usually ${USUAL_MAX}`, { minimum: 1, maximum: 100 }),
  ],
  args: ['session'],
  examples: [
    { command: 'daybook continue 3', says: 'in its own agent, where it left off' },
    { command: 'daybook continue 3 --with codex', says: 'in another agent, with a handoff' },
    { command: 'daybook continue 3 --chain --max 3', says: 'three agents at most, one after another' },
  ],
  seeAlso: ['session handoff', 'handoff accept', 'resume', 'fleet'],
  async run(call) {
    const { run, chain, max } = call.values
    const [session, agent] = [call.values['session'] as string | undefined, call.values['with'] as string | undefined]
    if (chain === true) {
      const { runChain } = await import('./chain.ts')
      return runChain(call, { session, agent, max: (max as number | undefined) ?? USUAL_MAX })
    }
    if (max !== undefined) {
      throw new AppError('invalid', `--max ${String(max)} says how long a chain may be, and none was asked for`, {
        hint: `daybook continue ${session ?? ''} --chain --max ${String(max)}`.replace('  ', ' '),
      })
    }
    const { context } = await call.open()
    const told = await continueSession.handle(context, { session, with: agent, alone: false })
    if (run === true) return (await import('./start-agent.ts')).startAgent(call, told)
    print(call, told)
    return EXIT.ok
  },
})

function print({ out, json, io }: Call, told: Continued): void {
  if (json) return out.json(told)
  const line = told.command.map(quote).join(' ')
  const there = told.cwd === null || told.cwd === io.cwd ? line : `cd ${quote(told.cwd)} && ${line}`
  if (!out.terminal) return out.line(there)
  const name = sessionName(told.session)
  out.line(
    subject(name),
    told.handoff === null ? ' goes on in its own agent:' : ' is handed over to whoever runs this:',
  )
  out.line('  ', command(there))
  out.line(meta(`or here and now: daybook continue ${name} --with ${told.agent} --run`))
}
