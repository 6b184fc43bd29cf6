import { randomUUID } from 'node:crypto'
import { parseInput } from '../../operations/input.ts'
import type { CallToLink } from '../../operations/session-link.ts'
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
    let missed = false
    const links = new Links(call, (values['session'] as string | undefined) ?? io.env['DAYBOOK_SESSION'], (error) => {
      // Once: the client shows what a server says here.
      if (!missed)
        err.line(`daybook mcp record: not recorded: ${isAppError(error) ? error.message : 'the store broke'}`)
      missed = true
    })
    const code = await io.recordServer(command, (recorded) => links.link(recorded))
    await links.end().catch(() => undefined)
    return code
  },
})

/** Stands for the session of this run. No session is called so. */
const OWN = ''

/** Links calls. The store is opened by the first of them. */
class Links {
  readonly #call: Call
  readonly #given: string | undefined
  readonly #missed: (error: unknown) => void
  #made: string | undefined

  constructor(call: Call, given: string | undefined, missed: (error: unknown) => void) {
    this.#call = call
    this.#given = given
    this.#missed = missed
  }

  /** Never fails. Calls that come together are written down together; where one cannot be, each by itself. */
  async link(recorded: readonly RecordedCall[]): Promise<void> {
    const bySession = Map.groupBy(recorded, ({ session }) => this.#given ?? session ?? OWN)
    for (const [session, calls] of bySession) {
      const drafts = calls.map(toLink)
      await this.#linkAll(session, drafts).catch(async () => {
        for (const draft of drafts) await this.#linkAll(session, [draft]).catch(this.#missed)
      })
    }
  }

  async #linkAll(session: string, drafts: readonly CallToLink[]): Promise<void> {
    const [{ context }, { linkNewCalls }] = await Promise.all([
      this.#open(),
      import('../../operations/session-link.ts'),
    ])
    await linkNewCalls(context, session === OWN ? (this.#made ??= await this.#make()) : session, drafts)
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

function toLink({ tool, input, startedAtMs, durationMs, failed }: RecordedCall): CallToLink {
  return {
    invocation: randomUUID(),
    tool,
    input,
    startedAt: new Date(startedAtMs).toISOString(),
    ...(durationMs !== null && { durationMs }),
    ...(failed !== null && { outcome: failed ? 'error' : 'ok' }),
  }
}
