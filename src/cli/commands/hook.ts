import { places } from '../../config/places.ts'
import { AppError, shownValue } from '../../domain/errors.ts'
import { eventName, spoolEvent, spoolFolder } from '../../spool/spool.ts'
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
    const said = await readSaid(io.stdin)
    const [, parent = 0] = io.processes?.ids() ?? []
    // The script that calls this for an answer has looked for the agent's process, and keeps the event itself if this fails.
    const given = /^(\d{1,19})-\d{1,19}-[A-Za-z]{1,40}-*$/.exec(io.env['DAYBOOK_HOOK'] ?? '')
    const processId = given ? Number(given[1]) : parent
    const name = given?.[0] ?? eventName(event, processId)
    spoolEvent(spoolFolder(places(io.machine).dataDir), { name, agent, event, processId, said })
    if (/^sessionstart$/i.test(event)) await answer(call, agent, event, said)
    return EXIT.ok
  },
})

/** Prints what an agent is to know of the session that starts; nothing where that is not known. */
async function answer({ io, out, open }: Call, agent: string, event: string, said: Uint8Array): Promise<void> {
  const hooks = (await io.sources()).find(({ id }) => id === agent)?.hooks
  const told = hooks?.read(event, JSON.parse(Buffer.from(said).toString('utf8')) as Record<string, unknown>)
  if (!hooks || !told) return
  const { context } = await open('own')
  const found = (await context.store.sessions.resolve(told.externalId)).find((session) => session.agent === agent)
  if (!found) return
  const { startContext } = await import('../../operations/start-context.ts')
  const cwd = told.cwd ?? io.cwd
  const text = await startContext({ ...context, caller: { ...context.caller, cwd } }, found, told.reason)
  out.json(hooks.answer(text))
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
