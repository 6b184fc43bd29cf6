import { randomUUID } from 'node:crypto'
import { parseInput } from '../../operations/input.ts'
import type { SessionView } from '../../operations/session-view.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import { type Call, defineCommand, field } from '../command.ts'
import type { RecordedCall } from '../io.ts'

/** `daybook mcp record`: any tool server, with its calls linked to a session, from outside. */
export const mcpRecord = defineCommand({
  fields: [
    field('command', 'text', 'the server to run, with its arguments, behind --', { list: true, required: true }),
    field('session', 'text', 'the session that calls are linked to; one for this run when left out'),
  ],
  args: ['command'],
  examples: [
    { command: 'daybook mcp record -- npx weather-server', says: 'in the place of npx weather-server' },
    { command: 'daybook mcp record --session nightly-1 -- ./tides', says: 'linked to that session' },
  ],
  seeAlso: ['session invocations', 'mcp'],
  async run(call) {
    const { io, values, err } = call
    if (io.recordServer === undefined) throw new AppError('unsupported', 'no server can be started here')
    const command = values['command'] as string[]
    const links = new Links(call, (values['session'] as string | undefined) ?? io.env['DAYBOOK_SESSION'])
    let missed = false
    const code = await io.recordServer(command, async (recorded) => {
      try {
        await links.link(recorded)
      } catch (error) {
        // Once: the client shows what a server says here.
        if (!missed)
          err.line(`daybook mcp record: not recorded: ${isAppError(error) ? error.message : 'the store broke'}`)
        missed = true
      }
    })
    await links.end().catch(() => undefined)
    return code
  },
})

/** Links calls by the operations of the catalogue. The store is opened by the first of them. */
class Links {
  readonly #call: Call
  readonly #given: string | undefined
  #made: string | undefined

  constructor(call: Call, given: string | undefined) {
    this.#call = call
    this.#given = given
  }

  async link({ tool, input, session, startedAtMs, durationMs, failed }: RecordedCall): Promise<void> {
    await this.#run('session.link', {
      session: this.#given ?? session ?? (this.#made ??= await this.#make()),
      invocation: randomUUID(),
      tool,
      input,
      startedAt: new Date(startedAtMs).toISOString(),
      ...(durationMs !== null && { durationMs }),
      ...(failed !== null && { outcome: failed ? 'error' : 'ok' }),
    })
  }

  /** Ends the session that was made for this run. */
  async end(): Promise<void> {
    if (this.#made !== undefined) await this.#run('session.complete', { session: this.#made })
  }

  async #make(): Promise<string> {
    const title = `Tools of ${(this.#call.values['command'] as string[]).join(' ').slice(0, 200)}`
    return ((await this.#run('session.create', { title, tags: ['recorded'] })) as SessionView).id
  }

  async #run(name: string, given: Record<string, unknown>): Promise<unknown> {
    const { context } = await this.#open()
    const operation = await this.#call.catalogue.find((entry) => entry.name === name)!.load()
    return operation.handle(context, parseInput(operation, given))
  }

  #opened: ReturnType<Call['open']> | undefined
  #open(): ReturnType<Call['open']> {
    return (this.#opened ??= this.#call.open('own'))
  }
}
