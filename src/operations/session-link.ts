import * as z from 'zod/mini'
import { randomUUID } from 'node:crypto'
import { AppError, shownValue } from '../domain/errors.ts'
import type { Invocation } from '../domain/invocation.ts'
import type { KeptInvocation } from '../domain/kept-record.ts'
import type { Store } from '../stores/store.ts'
import { choice, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { takingSession } from './kept-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, saidOnOneLine, saidValue, verbatim } from './said.ts'
import { type SessionView, sessionView } from './session-view.ts'

export interface Linked {
  session: SessionView
  /** False when the session has that call already: nothing was added. */
  linked: boolean
  invocation: Invocation & { callId: string }
  /** Names of the session's tools, in the order of their first use. */
  toolsUsed: string[]
}

const DAY_MS = 86_400_000

const input = z.object({
  session: sessionWord,
  invocation: text('your own id of the call: linked once'),
  tool: text('the name of the tool'),
  server: z.optional(text('the tool server it belongs to')),
  path: z.optional(text('where the tool’s own files of this call lie')),
  startedAt: z.optional(text('when it began, ISO-8601; when it is linked where left out')),
  durationMs: z.optional(z.int().check(z.gte(0), z.lte(365 * DAY_MS), z.describe('how long it took, in milliseconds'))),
  outcome: z.optional(choice(['ok', 'error'], 'how it went; unknown where neither this nor a duration is given')),
  input: z.optional(z.unknown().check(z.describe('what the tool was asked: any JSON'))),
  output: z.optional(text('what it answered')),
})

export const linkInvocation = defineOperation({
  name: 'session.link',
  summary: 'Link a tool call to a session: what ran, how long, and how it went.',
  input,
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['session', 'invocation', 'tool'],
    examples: [
      { command: 'daybook session link nightly-1 inv-1 fetch --duration-ms 1500', says: 'it ran for 1.5 seconds' },
      { command: 'daybook session link nightly-1 inv-2 parse --outcome error', says: 'it failed' },
    ],
    seeAlso: ['session invocations', 'session message', 'session stats'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).linkInvocationTool,
  async handle(context, asked): Promise<Linked> {
    const { store } = context
    const { id } = await oneSession(context, asked.session)
    const call = await callOf(context, asked)
    const keep = await context.keeper()
    return store.transaction(async (tx) => {
      await takingSession(tx, context, id, 'no call can be linked to it')
      const ofCall = { sessionId: id, callId: call.invocationId }
      const linked = (await tx.invocations.list(ofCall, { limit: 1 })).total === 0
      if (linked) {
        await keep(tx, id, [call])
        await recordLinked(tx, context, id, call)
      }
      const [invocation] = (await tx.invocations.list(ofCall, { limit: 1 })).items as [Invocation]
      return {
        session: sessionView(await tx.sessions.get(id)),
        linked,
        invocation: { ...invocation, callId: call.invocationId },
        toolsUsed: await tx.invocations.toolsUsed({ sessionId: id }),
      }
    })
  },
})

/** A call as `session.link` takes it. */
export type CallToLink = Omit<z.output<typeof input>, 'session'>

/**
 * Links calls whose ids are new to one session, all or none: what it costs hardly grows with their number.
 *
 * @throws AppError as `session.link`
 */
export async function linkNewCalls(
  context: OperationContext,
  word: string,
  asked: readonly CallToLink[],
): Promise<void> {
  const { id } = await oneSession(context, word)
  const calls: KeptInvocation[] = []
  for (const each of asked) calls.push(await callOf(context, each))
  const keep = await context.keeper()
  await context.store.transaction(async (tx) => {
    await takingSession(tx, context, id, 'no call can be linked to it')
    await keep(tx, id, calls)
    for (const call of calls) await recordLinked(tx, context, id, call)
  })
}

async function recordLinked(
  tx: Store,
  context: OperationContext,
  sessionId: string,
  call: KeptInvocation,
): Promise<void> {
  const { invocationId, tool, durationMs = null } = call
  await record(tx, context, sessionId, 'invocation.linked', { invocation: invocationId, tool, durationMs })
}

async function callOf(context: OperationContext, asked: CallToLink): Promise<KeptInvocation> {
  const { server, path, startedAt, durationMs, outcome, output } = asked
  const line = (what: string, text: string) => saidOnOneLine(context, what, text, LONGEST.name)
  return {
    type: 'invocation',
    id: randomUUID(),
    at: new Date(context.clock.now()).toISOString(),
    invocationId: await line('the id of the call', asked.invocation),
    tool: await line('the tool', asked.tool),
    ...(server !== undefined && { server: await line('the server', server) }),
    ...(path !== undefined && { path: await verbatim(context, 'the path', path, LONGEST.note) }),
    ...(startedAt !== undefined && { startedAt: readTime(startedAt) }),
    ...(durationMs !== undefined && { durationMs }),
    ...(outcome !== undefined && { outcome }),
    ...(asked.input !== undefined && { input: await saidValue(context, 'the input', asked.input) }),
    ...(output !== undefined && { output: await verbatim(context, 'the output', output, LONGEST.content) }),
  }
}

/** @throws AppError `invalid` for what is no time */
function readTime(text: string): string {
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString()
  throw new AppError('invalid', `${shownValue(text)} is not a time: write it as 2026-11-20T10:00:00Z`)
}
