import { places } from '../../config/places.ts'
import { AppError, shownValue } from '../../domain/errors.ts'
import { NOTHING_TO_SAY, eventName, saidIn, spoolEvent, spoolFolder } from '../../spool/spool.ts'
import type { Source } from '../../sources/source.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'

/** So much is kept of what an agent says; the rest is read and dropped, so that the agent can finish. */
const KEPT_BYTES = 1024 * 1024
/** An agent that does not finish is not waited for. */
const LONGEST_MS = 500

/**
 * `daybook hook`: keeps an event for the next command to take in. A session's start takes it in at once and answers with what
 * the agent is to know. Called by an agent it ends with 0 and prints JSON or nothing, whatever happens (`run` sees to that); to
 * a person it says what is wrong.
 */
export const hook = defineCommand({
  fields: [
    field('agent', 'text', 'whose event it is, as in claude-code', { required: true }),
    field('event', 'text', 'the event by the agent’s own name, as in PostToolUse', { required: true }),
  ],
  args: ['agent', 'event'],
  examples: [{ command: 'daybook hook claude-code Stop', says: 'with the event as JSON on standard input' }],
  seeAlso: ['watch', 'scan'],
  async run(call) {
    const { io, values } = call
    const [agent, event] = [String(values['agent']), String(values['event'])]
    checkWords(agent, event)
    // An agent's word is taken as it is: what is not known is passed over when it is taken in.
    if (io.isTTY.stdin) checkKnown(await io.sources(), agent, event)
    const bytes = await readSaid(io.stdin)
    // The script that calls this for an answer has kept the event already, and hands it over as it kept it.
    const kept = io.env['DAYBOOK_HOOK'] === undefined ? undefined : saidIn(bytes)
    const said = kept ?? bytes
    if (kept === undefined) {
      const [, processId = 0] = io.processes?.ids() ?? []
      spoolEvent(spoolFolder(places(io.machine).dataDir), {
        name: eventName(event, processId),
        agent,
        event,
        processId,
        said,
      })
    }
    const isStart = /^sessionstart$/i.test(event)
    const isAnswered = isStart && (await answer(call, agent, event, said))
    const nothing = NOTHING_TO_SAY.get(agent)
    if (!isAnswered && nothing !== undefined && !io.isTTY.stdin) call.out.line(nothing)
    // The next start is answered more quickly.
    if (isStart) await io.startBackground()
    return EXIT.ok
  },
})

/** Prints what an agent is to know of the session that starts. @returns false where that is not known, and nothing printed */
async function answer({ io, out, open }: Call, agent: string, event: string, said: Uint8Array): Promise<boolean> {
  const source = (await io.sources()).find(({ id }) => id === agent)
  const told = source?.hooks?.read(event, JSON.parse(Buffer.from(said).toString('utf8')) as Record<string, unknown>)
  if (!source || !told) return false
  const { context } = await open('own')
  const { answerStart } = await import('../../operations/start-context.ts')
  const answered = await answerStart(context, source, told)
  if (answered) out.json(answered)
  return answered !== undefined
}

/** They become part of a file's name. */
function checkWords(agent: string, event: string): void {
  const wrong = [agent, event].find((word) => !/^[A-Za-z-]{1,40}$/.test(word))
  if (wrong !== undefined)
    throw new AppError('invalid', `${shownValue(wrong)} is no agent or event`, { hint: 'daybook hook --help' })
}

function checkKnown(sources: readonly Source[], agent: string, event: string): void {
  const source = sources.find(({ id }) => id === agent)
  if (!source?.hooks) {
    const known = sources.filter(({ hooks }) => hooks !== undefined).map(({ id }) => id)
    throw new AppError('invalid', `agent ${shownValue(agent)} has no hooks; those that have: ${known.join(', ')}`, {
      hint: 'daybook hook --help',
    })
  }
  const events = Object.keys(source.hooks.events)
  if (events.includes(event)) return
  throw new AppError('invalid', `${source.name} has no event ${shownValue(event)}; known are ${events.join(', ')}`, {
    hint: 'daybook hook --help',
  })
}

async function readSaid(stdin: Call['io']['stdin']): Promise<Uint8Array> {
  const kept: Buffer[] = []
  let size = 0
  const input = stdin[Symbol.asyncIterator]()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), LONGEST_MS)))
  for (;;) {
    const next = await Promise.race([input.next(), late])
    if (next === undefined || next.done === true) break
    const bytes = Buffer.from(next.value)
    if (size < KEPT_BYTES) kept.push(bytes.subarray(0, KEPT_BYTES - size))
    size += bytes.length
  }
  clearTimeout(timer)
  await input.return?.()
  return Buffer.concat(kept)
}
